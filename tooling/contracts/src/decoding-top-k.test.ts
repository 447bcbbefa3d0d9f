// What a contract between two packages that do not import each other says: `topk` of tensor-core orders as a search of decoding does,
// so a search that is handed it finds the same.

import { beamSearch, type BeamOptions, type SelectTopK } from "@unfoldjs/decoding";
import { fromArray, Generator, memory, scope, topk } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";

/** As the README of decoding has it. */
const selectTopK: SelectTopK = (values, k) => scope(() => topk(fromArray(values, [values.length]), k).indices.data());

/** Log-probabilities, all rows of a step anew, of which `levels` differ: with few of them most are ties. */
function table(vocabulary: number, levels: number): BeamOptions["model"] {
  const generator = new Generator(7);
  return {
    values: "logits",
    step: ({ length: rows }) => ({
      logProbabilities: scope(() => generator.normal([rows, vocabulary]).mul(levels).round().div(levels).mul(3).data()),
      state: undefined,
    }),
  };
}

test.each([
  [1000, 1],
  [1000, 3],
  [5003, 1000],
  [50, 2],
])("a search over %i tokens of %i levels finds the same with and without", async (vocabulary, levels) => {
  const options = { prompts: [[1], [2]], stopTokens: [0, 3], maxLength: 8, width: 5, nBest: 5, trace: true };
  const before = memory().bytes;
  const plain = await beamSearch({ ...options, model: table(vocabulary, levels) });
  const selected = await beamSearch({ ...options, model: table(vocabulary, levels), selectTopK });
  expect(selected).toEqual(plain);
  expect(memory().bytes).toBe(before);
});

test("a NaN is found by either", async () => {
  const options = {
    model: {
      step: () => ({ logProbabilities: new Float32Array(100).fill(-1).fill(Number.NaN, 70, 71), state: undefined }),
    },
    prompts: [[1]],
    maxLength: 3,
    width: 2,
  };
  await expect(beamSearch(options)).rejects.toThrow(/NaN[^]*token +70/);
  await expect(beamSearch({ ...options, selectTopK })).rejects.toThrow(/NaN[^]*token +70/);
});
