import { cbowUpdate, fromArray, scope, skipGramUpdate, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { randomFrom } from "../draw.ts";
import { upTo } from "./exact.ts";
import { learn, type Model } from "./word-vectors.ts";

const WORDS = 60;
const SIZE = 12;
const EPOCHS = 6;
const MOST = 2 ** 31 - 1;

const random = randomFrom("a text");
/** Sentences in which a word stands near its neighbours in the alphabet, so that there is something to learn. */
const SENTENCES = upTo(60).map(() => {
  const topic = Math.floor(random() * WORDS);
  return upTo(8).map(() => (topic + Math.floor(random() * 6)) % WORDS);
});
const CUMULATIVE = upTo(WORDS).map((word) => Math.round(((word + 1) / WORDS) * MOST));
const FIRST = upTo(WORDS).map(() => upTo(SIZE).map(() => Math.fround((random() - 0.5) / SIZE)));

const ints = (values: readonly number[]): Tensor<[number], "i32"> => fromArray(Int32Array.from(values));

test.each([
  ["skip-gram in blocks", skipGramUpdate, "blocks"],
  ["skip-gram in sequence", skipGramUpdate, "sequence"],
  ["bags in blocks", cbowUpdate, "blocks"],
  ["bags in sequence", cbowUpdate, "sequence"],
] as const)("the loss of six epochs follows the scalar reference in f64: %s", (_, update, order) => {
  const count = SENTENCES.flat().length;
  const how = { window: 3, shrinkWindows: true, negative: 4, mean: true, seed: 5, order, roundWords: 100 };
  const at = (epoch: number) => ({ learningRate: 0.2 - 0.02 * epoch, position: epoch * count });
  const model: Model = structuredClone({ input: FIRST, output: FIRST.map((row) => row.map(() => 0)) });
  const wanted = upTo(EPOCHS).map((epoch) => {
    const { sum, steps } = learn(model, {
      ...how,
      ...at(epoch),
      bag: update === cbowUpdate,
      sentences: SENTENCES,
      cumulative: CUMULATIVE,
    });
    return sum / steps;
  });
  const found = scope(() => {
    const input = fromArray(Float32Array.from(FIRST.flat()), [WORDS, SIZE]) as Tensor;
    const [output, loss] = [zeros([WORDS, SIZE]) as Tensor, zeros([2]) as Tensor];
    const text = { tokens: ints(SENTENCES.flat()), starts: ints(upTo(SENTENCES.length + 1).map((i) => 8 * i)) };
    return upTo(EPOCHS).map((epoch) => {
      update(text, { input, output, loss }, { cumulative: ints(CUMULATIVE) }, { ...how, ...at(epoch) });
      const [sum = 0, steps = 0] = loss.data();
      return sum / steps;
    });
  });
  expect(wanted[EPOCHS - 1], "it learns").toBeLessThan(0.95 * (wanted[0] ?? 0));
  found.forEach((loss, epoch) =>
    expect(Math.abs(loss / (wanted[epoch] ?? 0) - 1), `epoch ${epoch}`).toBeLessThan(1e-5),
  );
});
