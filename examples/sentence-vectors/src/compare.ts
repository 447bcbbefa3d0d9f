import type { SentenceEncoder } from "@unfoldjs/sequence-layers";
import { scope, tensor } from "@unfoldjs/tensor-core";

/** A sentence as transformers saw it. */
export interface Row {
  readonly sentence: string;
  /** Its tokens' numbers, with a blank between any two. */
  readonly tokens: string;
  /** The vector that transformers gave, with a blank between any two numbers. */
  readonly vector: string;
}

/** A sentence, and how near its vector is to transformers'. */
export interface Compared {
  readonly sentence: string;
  readonly cosine: number;
  readonly vector: Float32Array;
}

/** Vectors of all sentences in one padded batch, beside those of transformers. */
export function compare(encoder: SentenceEncoder, rows: readonly Row[]): Compared[] {
  const vectors = vectorsOf(encoder, rows);
  return rows.map(({ sentence, vector }, at) => {
    const [own, wanted] = [vectors[at] as Float32Array, Float32Array.from(vector.split(" "), Number)];
    return { sentence, cosine: cosine(own, wanted), vector: own };
  });
}

/** A vector for each sentence. */
export function vectorsOf(encoder: SentenceEncoder, rows: readonly Pick<Row, "tokens">[]): Float32Array[] {
  const tokens = rows.map((row) => row.tokens.split(" ").map(Number));
  const width = Math.max(...tokens.map(({ length }) => length));
  const padded = tokens.map((row) => [...row, ...Array.from({ length: width - row.length }, () => 0)]);
  return scope(() => {
    const lengths = tensor(
      tokens.map(({ length }) => length),
      "i32",
    );
    const vectors = encoder.forward(tensor(padded, "i32"), { lengths });
    const [, size = 0] = vectors.shape;
    const all = vectors.data();
    return rows.map((_, at) => all.slice(at * size, (at + 1) * size));
  });
}

/** The cosine of the angle between two vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, value, at) => sum + value * (y[at] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
