import { describe, expect, test } from "vitest";
import type { Model } from "../model/model.ts";
import { topK } from "../processors/filters.ts";
import { greedySearch } from "../search/beam.ts";
import { randomModel } from "../testing/random-model.ts";
import { attentionMap } from "./attention-map.ts";
import { tokenEntropies } from "./token-entropy.ts";

describe("entropy by token", () => {
  /** After token 1 one of two, after 2 it is sure of 0, otherwise anything of four. */
  const rows: Readonly<Record<number, readonly number[]>> = { 1: [0, 0, 0.5, 0.5], 2: [1, 0, 0, 0] };
  const model: Model = {
    step: (tokens) => ({
      logProbabilities: Float32Array.from(
        Array.from(tokens, (token) => (rows[token] ?? [0.25, 0.25, 0.25, 0.25]).map(Math.log)).flat(),
      ),
      state: undefined,
    }),
  };

  test("is log 2 of two alike, 0 where the model is sure, and log 4 of four", async () => {
    const outputs = [
      [2, 0],
      [3, 1, 3],
    ];
    const { sentences, figure } = await tokenEntropies({ model, prompts: [[1], [1]], outputs, stopTokens: 0 });
    // In halvings: one of two, one of four.
    const halvings = (nats: number): number => Number((nats / Math.LN2).toFixed(5));
    expect(sentences.map((each) => each.map(({ entropy }) => halvings(entropy)))).toEqual([
      [1, 0],
      [1, 2, 1],
    ]);
    expect(sentences[1]?.map(({ surprise }) => halvings(surprise))).toEqual([1, 2, 1]);
    const svg = figure(1, (token) => ["<end>", "a", "b", "c"][token] ?? "?");
    expect(svg).toMatch(/^<svg [^]*>entropy<[^]*>surprise<[^]*<\/svg>$/);
    expect(svg.match(/<circle/g)).toHaveLength(6);
    expect(() => figure(2)).toThrow(/sentence must be a whole number from 0 to 1/);
  });

  test("is of what processors leave, and a rank counts what is likelier", async () => {
    const random = randomModel(3, 9);
    const { sentences: found } = await greedySearch({ model: random, prompts: [[1]], stopTokens: 0, maxLength: 5 });
    const output = Array.from(found[0]?.hypotheses[0]?.tokens ?? []);
    const common = { model: random, prompts: [[1]], outputs: [output] };
    const [all, one] = [await tokenEntropies(common), await tokenEntropies({ ...common, processors: [topK(1)] })];
    expect(all.sentences[0]?.map(({ rank }) => rank)).toEqual(output.map(() => 0));
    for (const { entropy } of all.sentences[0] ?? []) expect(entropy).toBeGreaterThan(0);
    for (const { entropy } of one.sentences[0] ?? []) expect(entropy).toBe(0);
  });
});

describe("attention beside the output", () => {
  const attending: Model = {
    step: (tokens, state, { prefix }) => ({
      logProbabilities: new Float32Array(3 * tokens.length).fill(Math.log(1 / 3)),
      state,
      // Looks at the source's words one after another; the fifth position is what the batch filled up.
      attention: Float32Array.from(
        Array.from(tokens, (_, row) =>
          [0, 1, 2, 3, 4].map((at) => (at === (prefix(row).length - 1) % 4 ? 0.8 : 0.05)),
        ).flat(),
      ),
    }),
  };

  test("has a row for each token, aligned with what it was made from", async () => {
    const { sentences } = await greedySearch({ model: attending, prompts: [[1]], maxLength: 4 });
    const [hypothesis] = sentences[0]?.hypotheses ?? [];
    if (hypothesis === undefined) throw new Error("nothing was found");
    const source = ["le", "chat", "est", "<là>"];
    const map = attentionMap(hypothesis, { source, token: (token) => `t${token}` });
    expect(map.rows.map(({ aligned, weights }) => [aligned, weights.length])).toEqual(
      [0, 1, 2, 3].map((at) => [at, 4]),
    );
    expect(map.text().split("\n")[3]).toBe("t0  ← <là>  0.80");
    const svg = map.svg();
    expect(svg.match(/<rect/g)).toHaveLength(16);
    expect(svg).toContain("&lt;là&gt;");
    expect(() => attentionMap(hypothesis, { source: [...source, "a", "b"] })).toThrow(/longer than attention/);
    const { attention: _, ...bare } = hypothesis;
    expect(() => attentionMap(bare, { source })).toThrow(/must have attention/);
  });
});
