import { readFileSync } from "node:fs";
import { join } from "node:path";
import { backward } from "@unfoldjs/nn";
import { Generator, memory, scope } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { loadBert } from "../bert/load-bert.ts";
import { SentenceEncoder } from "../bert/sentence-encoder.ts";
import tiny from "../fixtures/tiny-bert.json" with { type: "json" };
import { byLength, vectorsOf } from "./groups.ts";
import { padded } from "./tokens.ts";

const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, "../fixtures/tiny-bert.safetensors")));
const still = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };

/** Texts of 1 to 10 tokens. */
function textsOf(count: number, seed: number): number[][] {
  const generator = new Generator(seed);
  return scope(() => {
    const lengths = generator.integers([count], 1, 11).data();
    return Array.from(lengths, (length) => [...generator.integers([length], 0, 20).data()]);
  });
}

test("texts go in groups of like length that are all large enough, and little is padding", () => {
  scope(() => {
    const texts = textsOf(100, 1);
    const { groups, places } = byLength(texts);
    const shapes = groups.map(({ tokens }) => tokens.shape);
    expect(shapes.length).toBeGreaterThan(3);
    expect(shapes.reduce((sum, [count = 0]) => sum + count, 0)).toBe(100);
    expect([...places.data()].toSorted((a, b) => a - b)).toEqual(texts.map((_, at) => at));
    const tokens = groups.map(({ lengths }) => lengths.data().reduce((sum, length) => sum + length, 0));
    for (const each of tokens.slice(0, -1)) expect(each).toBeGreaterThanOrEqual(128);
    const all = tokens.reduce((sum, each) => sum + each, 0);
    const withPadding = shapes.reduce((sum, [count = 0, time = 0]) => sum + count * time, 0);
    expect(withPadding).toBeLessThan(1.3 * all);
    expect(padded(texts).tokens.size).toBeGreaterThan(1.7 * all);
    expect(byLength([]).groups).toEqual([]);
  });
});

test("vectors and gradients are those of one batch, in the texts' order, and nothing is left behind", () => {
  const encoder = new SentenceEncoder(loadBert({ ...tiny.config, ...still }, bytes));
  const texts = textsOf(60, 2);
  const held = memory().tensors;
  const [together, apart] = scope(() => {
    const { tokens, lengths } = padded(texts);
    return [encoder.forward(tokens, { lengths }).data(), vectorsOf(encoder, byLength(texts)).data()];
  });
  expect(apart.length).toBe(60 * 8);
  expect([...apart]).toEqual(Array.from(together, (value) => expect.closeTo(value, 5) as unknown));
  expect(memory().tensors).toBe(held);

  // Each row by another number, so that rows out of order would be seen.
  const gradients = [true, false].map((inGroups) => {
    for (const parameter of encoder.parameters()) parameter.dropGrad();
    backward(encoder, () =>
      scope(() => {
        const batch = padded(texts);
        const vectors = inGroups
          ? vectorsOf(encoder, byLength(texts))
          : encoder.forward(batch.tokens, { lengths: batch.lengths });
        return vectors.square().mul(vectors.cumsum(0)).sum();
      }),
    );
    return encoder.parameters().map(({ grad }) => (grad === undefined ? [] : [...grad.data()]));
  });
  for (const [at, gradient] of (gradients[0] ?? []).entries()) {
    const wanted = gradients[1]?.[at] ?? [];
    const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    expect(gradient.map((value) => value / scale)).toEqual(
      wanted.map((value) => expect.closeTo(value / scale, 4) as unknown),
    );
  }
  encoder.dispose();
});
