import { type Dialect, type NearSettings, PAIR, SEPARATOR } from "./template.ts";

const distances = (window: number): number[] => Array.from({ length: window }, (_, i) => i + 1);
const code = SEPARATOR.charCodeAt(0);
const hex = code.toString(16);

/** DuckDB: what follows a word is asked for with `lead() over`, which it cuts to its memory. */
export const duckDbSql: Dialect = {
  quotient: (a, b) => `(${a}) // ${b}`,
  int32: (x) => `(${x})::INTEGER`,
  int64: (x) => `(${x})::BIGINT`,
  occurrences: (tokens) => `SELECT unnest(string_split(tokens, chr(${code}))) AS word FROM ${tokens}`,
  near(tokens, vocabulary, { window, unit, longest }) {
    const each = distances(window);
    const leads = each.map((d) => `lead(number, ${d}, -1) OVER placed AS after${d}`);
    return `
      WITH split AS (SELECT document, string_split(tokens, chr(${code})) AS words FROM ${tokens}),
        occurrences AS (SELECT document, unnest(words) AS word, generate_subscripts(words, 1) AS position FROM split),
        numbered AS (SELECT document, position, number FROM occurrences JOIN ${vocabulary} AS vocabulary USING (word)),
        following AS (SELECT number, row_number() OVER placed - 1 AS place, ${leads.join(", ")} FROM numbered
          WINDOW placed AS (PARTITION BY document ORDER BY position)),
        pairs AS (SELECT number, place, unnest([${each.join(", ")}]) AS distance,
          unnest([${each.map((d) => `after${d}`).join(", ")}]) AS after FROM following)
      SELECT number::BIGINT * ${PAIR} + after AS pair, ${unit}::BIGINT // distance AS weight FROM pairs
      WHERE after >= 0 AND place // ${longest} = (place + distance) // ${longest}`;
  },
  summed(cells, of, where) {
    const rows =
      of.length === 1 ? `SELECT ${of[0]} AS cell, units` : `SELECT unnest([${of.join(", ")}]) AS cell, units`;
    return `SELECT cell, sum(units)::BIGINT AS total FROM (${rows} FROM ${cells}) AS cells ${where} GROUP BY cell`;
  },
};

/**
 * ClickHouse, from 18.16 on, which has no windows: a document's words are one array, and each distance is two slices of it. With
 * `lead() over`, where there is one, it takes twice as long.
 */
export const clickHouseSql: Dialect = {
  quotient: (a, b) => `intDiv(${a}, ${b})`,
  int32: (x) => `toInt32(${x})`,
  int64: (x) => `toInt64(${x})`,
  occurrences: (tokens) => `SELECT arrayJoin(splitByChar('\\x${hex}', tokens)) AS word FROM ${tokens}`,
  near(tokens, vocabulary, settings) {
    const words = `SELECT document, splitByChar('\\x${hex}', tokens) AS words FROM ${tokens}`;
    const placed = `SELECT document, position, word FROM (${words}) AS split
      ARRAY JOIN words AS word, arrayEnumerate(words) AS position`;
    const numbered = `SELECT document, position, number FROM (${placed}) AS placed
      ALL INNER JOIN (SELECT word, number FROM ${vocabulary}) AS vocabulary USING word`;
    const whole = `SELECT arrayMap(t -> t.2, arraySort(groupArray((position, number)))) AS line
      FROM (${numbered}) AS numbered GROUP BY document`;
    const { longest } = settings;
    const cut = `SELECT arraySlice(line, 1 + ${longest} * arrayJoin(range(toUInt64(intDiv(length(line) + ${longest - 1}, ${longest})))),
      ${longest}) AS piece FROM (${whole}) AS whole`;
    return `SELECT pair, weight FROM (SELECT ${slices(settings)} FROM (${cut}) AS cut) AS slices
      ARRAY JOIN pairs AS pair, weights AS weight`;
  },
  // One query without another inside: shards group their own rows first, and only sums cross the network.
  summed: (cells, of, where) =>
    `SELECT ${of.length === 1 ? of[0] : `arrayJoin([${of.join(", ")}])`} AS cell, toInt64(sum(units)) AS total FROM ${cells}
      ${where} GROUP BY cell`,
};

function slices({ window, unit }: NearSettings): string {
  const each = distances(window);
  const before = (d: number): string => `arraySlice(piece, 1, greatest(toInt64(length(piece)) - ${d}, 0))`;
  const after = (d: number): string => `arraySlice(piece, ${d + 1})`;
  const pairs = each.map((d) => `arrayMap((x, y) -> toInt64(x) * ${PAIR} + y, ${before(d)}, ${after(d)})`);
  const weights = each.map((d) => `arrayMap(x -> toInt64(${unit / d}), ${after(d)})`);
  const all = (arrays: readonly string[]): string =>
    arrays.length === 1 ? `${arrays[0]}` : `arrayConcat(${arrays.join(", ")})`;
  return `${all(pairs)} AS pairs, ${all(weights)} AS weights`;
}
