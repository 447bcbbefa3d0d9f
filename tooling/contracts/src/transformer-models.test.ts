// As decoding-models.test.ts, of transformers: what they step through for searches is what they compute of whole sequences.

import { beamSearch, type Model } from "@unfoldjs/decoding";
import { EncoderDecoder, GPT, type StepState, type TranslationState } from "@unfoldjs/sequence-layers";
import { Generator, logSoftmax, memory, scope, type Shape, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";

type Tokens = Tensor<Shape, "i32">;
/** A row of log-probabilities for each position of a sequence. */
type Forward = (tokens: readonly number[]) => number[][];

const [END, VOCABULARY, LONGEST] = [0, 4, 3];
const sizes = { dModel: 8, nhead: 2, numLayers: 2, generator: new Generator(5) };
const table = (rows: readonly (readonly number[])[]): Tokens =>
  tensor(rows.flat(), "i32").reshape<Shape, Shape>([rows.length, rows[0]?.length ?? 0]);
const rowsOf = (logits: Tensor): number[][] => (logSoftmax(logits, -1).toArray() as number[][][])[0] ?? [];

/** All outputs of up to three tokens with their log-probabilities, best first. */
function everyOutput(prompt: readonly number[], forward: Forward): { tokens: number[]; logProbability: number }[] {
  let open: number[][] = [[]];
  const whole: number[][] = [];
  for (let length = 1; length <= LONGEST; length++) {
    const longer = open.flatMap((tokens) => Array.from({ length: VOCABULARY }, (_, next) => [...tokens, next]));
    whole.push(...longer.filter((tokens) => tokens.at(-1) === END || length === LONGEST));
    open = longer.filter((tokens) => tokens.at(-1) !== END);
  }
  const scored = whole.map((tokens) => {
    const rows = scope(() => forward([...prompt, ...tokens]));
    const each = tokens.map((token, at) => rows[prompt.length - 1 + at]?.[token] ?? Number.NaN);
    return { tokens, logProbability: each.reduce((sum, value) => sum + value, 0) };
  });
  return scored.toSorted((a, b) => b.logProbability - a.logProbability);
}

type Outputs = readonly { readonly tokens: number[]; readonly logProbability: number }[];

/** The best outputs of each prompt by a beam that loses none, and how many tensors it left behind. */
async function searched<State>(
  model: Model<State>,
  prompts: readonly (readonly number[])[],
): Promise<{ readonly found: Outputs[]; readonly left: number }> {
  const before = memory().tensors;
  const { sentences } = await beamSearch({ model, prompts, stopTokens: END, maxLength: LONGEST, width: 64, nBest: 6 });
  const found = sentences.map(({ hypotheses }) =>
    hypotheses.map(({ tokens, logProbability }) => ({ tokens: [...tokens], logProbability })),
  );
  return { found, left: memory().tensors - before };
}

/** The best of all outputs, as near as f32 tells. */
function best(prompt: readonly number[], forward: Forward): unknown[] {
  const all = everyOutput(prompt, forward).slice(0, 6);
  return all.map(({ tokens, logProbability }) => ({
    tokens,
    logProbability: expect.closeTo(logProbability, 4) as unknown,
  }));
}

test("a GPT goes on from prompts of any lengths", async () => {
  const gpt = new GPT(VOCABULARY, { ...sizes, maxLength: 8 }).eval();
  for (const weight of gpt.parameters()) scope(() => weight.assign(weight.mul(4))); // likelihoods that differ
  const model: Model<StepState> = gpt.stepModel(3);
  const prompts = [[1, 2, 3], [2], [3, 3]];
  const { found, left } = await searched(model, prompts);
  expect(left).toBe(0);
  expect(found).toEqual(prompts.map((prompt) => best(prompt, (tokens) => rowsOf(gpt.forward(table([tokens]))))));
  gpt.dispose();
});

test("an encoder–decoder translates sentences of any lengths, each beside its own source", async () => {
  const translation = new EncoderDecoder(6, VOCABULARY, sizes).eval();
  const lengths = [5, 2, 3];
  const sources = [
    [1, 5, 2, 4, 3],
    [3, 1, 0, 0, 0],
    [2, 2, 5, 0, 0],
  ];
  const search = scope(() =>
    translation.stepModel(table(sources), { sourceLengths: tensor([5, 2, 3], "i32") as Tokens }),
  );
  const model: Model<TranslationState> = search;
  const alone = (item: number): readonly number[] => (sources[item] ?? []).slice(0, lengths[item]);
  const prompts = [[1], [1], [2]];
  const { found, left } = await searched(model, prompts);
  expect(left).toBe(0);
  const forwardOf =
    (item: number): Forward =>
    (tokens) =>
      rowsOf(translation.forward(table([alone(item)]), table([tokens])));
  expect(found).toEqual(prompts.map((prompt, item) => best(prompt, forwardOf(item))));
  search.dispose();
  translation.dispose();
});
