import * as check from "../arguments/checks.ts";
import { ValueError } from "../errors/decoding-error.ts";
import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import { textOf as writtenAs } from "./text-of.ts";
import { escaped } from "../trace/beam-tree.ts";

/** What one token of an output was made from. */
export interface AttentionRow {
  readonly token: number;
  readonly text: string;
  /** To each position of the source. */
  readonly weights: readonly number[];
  /** The position with the highest weight. */
  readonly aligned: number;
}

export interface AttentionMap {
  readonly rows: readonly AttentionRow[];
  /** The source across, the output down, darker where more was attended to: a whole `<svg>` element. */
  readonly svg: () => string;
  /** Each token with the word of the source that it was made from most, for a terminal. */
  readonly text: () => string;
}

export interface AttentionMapOptions {
  /** The words of the source, in order. What a batch filled up after them is left out. */
  readonly source: readonly string[];
  /** How tokens are written; as numbers if left out. */
  readonly token?: (token: number) => string;
}

/**
 * The attention of an output, beside its tokens: row i is what token i was chosen after.
 * @param hypothesis of a search over a model whose `step` gives `attention`
 * @throws ValueError if it has none, or the source is longer than what was attended to
 */
export function attentionMap(hypothesis: Hypothesis, options: AttentionMapOptions): AttentionMap {
  const op = "attentionMap";
  check.record(op, "hypothesis", hypothesis);
  check.checkOptions<AttentionMapOptions>(
    op,
    options,
    { source: check.filled(check.string, "an array of the source's words"), token: check.callable },
    ["source"],
  );
  const { source, token = String } = options;
  const { attention, tokens } = hypothesis;
  if (attention === undefined || attention.length === 0) {
    const fix = "have step give attention: a Float32Array of rows × source";
    throw new ValueError(op, { attention: "none" }, "the hypothesis must have attention", fix);
  }
  const width = Math.min(...attention.map(({ length }) => length));
  if (source.length > width) {
    throw new ValueError(
      op,
      { source: source.length, attention: width },
      "source must not be longer than attention is wide",
    );
  }
  const rows = attention.map((all, at): AttentionRow => {
    const weights = Array.from(all.subarray(0, source.length));
    const number = tokens[at] as number;
    return {
      token: number,
      text: writtenAs(op, () => token(number), tokens),
      weights,
      aligned: weights.indexOf(Math.max(...weights)),
    };
  });
  return { rows, svg: () => svgOf(rows, source), text: () => textOf(rows, source) };
}

const [CELL, LETTER] = [26, 7.2];

function svgOf(rows: readonly AttentionRow[], source: readonly string[]): string {
  const left = 16 + LETTER * Math.max(...rows.map(({ text }) => text.length));
  const top = 16 + LETTER * Math.max(...source.map(({ length }) => length)) * 0.75;
  const words = source.map((word, at) => {
    const [x, y] = [left + CELL * (at + 0.5), top - 6];
    return `<text transform="translate(${x} ${y}) rotate(-45)">${escaped(word)}</text>`;
  });
  const lines = rows.flatMap(({ text, weights, aligned }, row) => {
    const y = top + CELL * row;
    const label = `<text x="${left - 8}" y="${y + CELL / 2 + 4}" text-anchor="end">${escaped(text)}</text>`;
    const cells = weights.map((weight, at) => {
      const shade = Math.min(1, Math.max(0, weight)).toFixed(3);
      const edge = at === aligned ? "#dc2626" : "#e5e7eb";
      const place = `x="${left + CELL * at + 1}" y="${y + 1}" width="${CELL - 2}" height="${CELL - 2}"`;
      return `<rect ${place} fill="#2563eb" fill-opacity="${shade}" stroke="${edge}"><title>${shade}</title></rect>`;
    });
    return [label, ...cells];
  });
  const slant = LETTER * (source.at(-1)?.length ?? 0) * 0.75;
  const [width, height] = [left + CELL * source.length + slant + 8, top + CELL * rows.length + 8].map(Math.ceil);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" role="img" aria-label="Attention">${words.join("")}${lines.join("")}</svg>`;
}

function textOf(rows: readonly AttentionRow[], source: readonly string[]): string {
  const width = Math.max(...rows.map(({ text }) => text.length));
  return rows
    .map(
      ({ text, weights, aligned }) =>
        `${text.padEnd(width)}  ← ${source[aligned] ?? "?"}  ${(weights[aligned] ?? 0).toFixed(2)}`,
    )
    .join("\n");
}
