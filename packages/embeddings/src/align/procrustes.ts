import { fromArray, inCall, scope, svd, type Tensor, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import { assertPairs } from "../arguments/words.ts";
import { WordVectors } from "../vectors/word-vectors.ts";

/**
 * Vectors of one space turned into another's: the orthogonal W that brings the words of `pairs` nearest to their partners,
 * min ‖X W − Y‖, which is U Vᵀ of XᵀY = U S Vᵀ (Schönemann 1966; for words Xing et al. 2015). Lengths and similarities stay;
 * all vectors come out with length 1. So words of two languages can be compared, or of two trainings.
 * @param source is turned @param target stays @param pairs a word of `source` and its partner in `target`
 * @returns the vectors of `source` in the space of `target`, f32: an owner of its own
 * @throws ValueError without a pair, or where vectors differ in size; NotFoundError
 */
export function alignVectors(
  source: WordVectors,
  target: WordVectors,
  pairs: readonly (readonly [string, string])[],
): WordVectors {
  const op = "alignVectors";
  for (const [name, each] of Object.entries({ source, target })) {
    if (!(each instanceof WordVectors)) throw wrongArgument(op, name, each, "WordVectors");
  }
  assertPairs(op, "pairs", pairs);
  if (source.size !== target.size)
    throw new ValueError(op, { source: source.size, target: target.size }, "both must have vectors of one size");
  if (pairs.length === 0) throw new ValueError(op, { pairs: 0 }, "there must be a pair");
  return scope(() => {
    const from = unitRows(
      source,
      pairs.map(([word]) => word),
    );
    const to = unitRows(
      target,
      pairs.map(([, word]) => word),
    );
    const { u, vh } = inCall(op, () => svd(from.transpose().matmul(to)));
    const by: Tensor<[number, number]> = u.matmul(vh);
    const lengths = fromArray(
      source.lengths().map((each) => 1 / (each || 1)),
      [source.length, 1],
    );
    const turned = allRows(source).mul(lengths).matmul(by);
    return new WordVectors(source.words, turned, { counts: source.counts });
  });
}

function allRows(vectors: WordVectors): Tensor<[number, number]> {
  return vectors.dtype === "i8" ? vectors.vectors(vectors.words) : vectors.rows.to("f32");
}

function unitRows(vectors: WordVectors, words: readonly string[]): Tensor<[number, number]> {
  const values = new Float32Array(words.length * vectors.size);
  for (const [row, word] of words.entries()) {
    const vector = inCall("alignVectors", () => vectors.vector(word));
    const length = Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0)) || 1;
    for (const [at, each] of vector.entries()) values[row * vectors.size + at] = each / length;
  }
  return fromArray(values, [words.length, vectors.size]);
}
