/** What JSON cannot say and a subject may hold. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-0", -0],
]);
const NUMBER = "$number";
const UNDEFINED = "$undefined";

/** A subject as JSON: numbers that JSON lacks as `{ "$number": "NaN" }`, bytes as base64, long integers too. */
export function encode(value: unknown): string {
  return JSON.stringify(written(value));
}

function written(value: unknown): unknown {
  if (typeof value === "number") {
    const name = Object.is(value, -0) ? "-0" : String(value);
    return NUMBERS.has(name) ? { [NUMBER]: name } : value;
  }
  if (value === undefined) return { [UNDEFINED]: true };
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(written);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, written(field)]));
  return value;
}

export function decode(text: string): unknown {
  return read(JSON.parse(text));
}

function read(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (NUMBER in record) return NUMBERS.get(String(record[NUMBER]));
  if (UNDEFINED in record) return undefined;
  if ("$bigint" in record) return BigInt(String(record["$bigint"]));
  if ("$bytes" in record) return new Uint8Array(Buffer.from(String(record["$bytes"]), "base64"));
  return Object.fromEntries(Object.entries(record).map(([key, field]) => [key, read(field)]));
}
