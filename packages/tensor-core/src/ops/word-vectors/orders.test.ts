import { expect, test } from "vitest";
import {
  cbowUpdate,
  fromArray,
  Generator,
  runtime,
  scope,
  skipGramUpdate,
  type Tensor,
  zeros,
} from "../../index.node.ts";

const WORDS = 50;
const COUNT = 3000;
const ints = (values: Iterable<number>): Tensor<[number], "i32"> => fromArray(Int32Array.from(values));

/** The tables, and how many steps there were, after one call over three thousand words of sentences of thirty. */
function learnt(
  update: typeof skipGramUpdate,
  order: "blocks" | "sequence" | "hogwild",
  { subwords = false, mean = true, roundWords = 2000 } = {},
): { readonly tables: number[]; readonly steps: number } {
  return scope(() => {
    const generator = new Generator(3);
    const rows = subwords ? 2 * WORDS : WORDS;
    const input = generator.uniform([rows, 100], -0.5, 0.5);
    const output = generator.uniform([WORDS, 100], -0.5, 0.5);
    const loss = zeros([2]);
    update(
      {
        tokens: ints(Array.from({ length: COUNT }, (_, i) => (i * i + 7 * (i % 11)) % WORDS)),
        starts: ints(Array.from({ length: COUNT / 30 + 1 }, (_, i) => 30 * i)),
      },
      { input, output, loss },
      {
        cumulative: ints(Array.from({ length: WORDS }, (_, i) => (i + 1) * 1000)),
        ...(subwords
          ? {
              subwordStarts: ints(Array.from({ length: WORDS + 1 }, (_, i) => 2 * i)),
              subwords: ints(
                Array.from({ length: 2 * WORDS }, (_, i) => (i % 2 === 0 ? i / 2 : WORDS + ((7 * i) % WORDS))),
              ),
            }
          : {}),
      },
      {
        window: 5,
        shrinkWindows: true,
        negative: 5,
        mean,
        learningRate: 0.05,
        seed: 1,
        position: 0,
        order,
        roundWords,
      },
    );
    return { tables: [...input.data(), ...output.data()], steps: loss.data()[1] ?? 0 };
  });
}

test.each([
  ["pairs", skipGramUpdate, {}],
  ["pairs of subwords", skipGramUpdate, { subwords: true }],
  ["bags", cbowUpdate, {}],
  ["bags that are sums", cbowUpdate, { mean: false }],
  ["bags of subwords", cbowUpdate, { subwords: true }],
] as const)("a round that is dealt out to threads gives the bits of one thread: %s", (_, update, options) => {
  const results = [1, 3].map((threads) => {
    runtime.configure({ threads });
    return learnt(update, "blocks", options);
  });
  runtime.configure({ threads: 1 });
  expect(results[1]).toEqual(results[0]);
});

test.each([skipGramUpdate, cbowUpdate])("in every order all words are learnt from", (update) => {
  const { steps } = learnt(update, "sequence");
  expect(steps).toBeGreaterThan(COUNT / 2);
  expect(learnt(update, "blocks").steps).toBe(steps);
  expect(learnt(update, "hogwild").steps).toBe(steps);
});
