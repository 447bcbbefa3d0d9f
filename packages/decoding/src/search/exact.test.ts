import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LengthRule, meanRule, powerRule, sumRule, wordRewardRule } from "../length/length-rule.ts";
import type { StepContext } from "../model/model.ts";
import { everyOutput, randomModel } from "../testing/random-model.ts";
import { beamSearch } from "./beam.ts";
import { bestFirstSearch } from "./best-first.ts";
import { exactSearch } from "./exact.ts";

const rules: readonly LengthRule[] = [
  sumRule(),
  meanRule(),
  powerRule(0.6),
  wordRewardRule(0.3),
  powerRule(0.7, { countEnd: false }),
];
const options = { prompts: [[1]], stopTokens: 0, maxLength: 5 };

function scoresOf(model: ReturnType<typeof randomModel>, rule: LengthRule): number[] {
  return everyOutput(model, { prompt: [1], stop: 0, maxLength: 5 })
    .map(({ tokens, logProbability }) =>
      rule.score(logProbability, tokens.length - (tokens.at(-1) === 0 && !rule.countsEnd ? 1 : 0)),
    )
    .toSorted((a, b) => b - a);
}

describe.each(rules)("under $name", (length) => {
  test("exact search finds the optimum, with fewer steps than there are hypotheses", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const model = randomModel(seed, 4);
        const [found] = await exactSearch({ ...options, model, length });
        const [best = NaN] = scoresOf(model, length);
        expect(found?.isOptimal).toBe(true);
        expect(found?.best?.score).toBeCloseTo(best, 9);
        expect(found?.bound).toBeCloseTo(best, 9);
        expect(found?.expanded).toBeLessThanOrEqual(1 + 3 + 9 + 27 + 81);
      }),
      { numRuns: 40 },
    );
  });

  test("best-first search gives the n best, in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const model = randomModel(seed, 4);
        const [found] = await bestFirstSearch({ ...options, model, length, nBest: 6 });
        expect(found?.isOptimal).toBe(true);
        for (const [at, score] of scoresOf(model, length).slice(0, 6).entries()) {
          expect(found?.hypotheses[at]?.score).toBeCloseTo(score, 9);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("exact search", () => {
  test("certifies what a beam found, or finds better", async () => {
    let [certified, better] = [0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const model = randomModel(seed, 5, 1, 1);
      const length = meanRule();
      const beam = await beamSearch({ ...options, model, width: 2, length });
      const score = beam.sentences[0]?.hypotheses[0]?.score ?? NaN;
      const [found] = await exactSearch({ ...options, model, length, known: [score] });
      const [best = NaN] = scoresOf5(model, length);
      expect(found?.isOptimal).toBe(true);
      if (found?.best === undefined) certified++;
      else better++;
      expect(found?.best?.score ?? score).toBeCloseTo(best, 9);
    }
    expect(certified).toBeGreaterThan(5);
    expect(better).toBeGreaterThan(5);
  });

  test("says how far it got when its steps run out", async () => {
    const model = randomModel(3, 5, 1, 0.5);
    const [best = NaN] = scoresOf5(model, meanRule());
    const [cut] = await exactSearch({ ...options, model, length: meanRule(), maxSteps: 4 });
    expect(cut?.isOptimal).toBe(false);
    expect(cut?.bound).toBeGreaterThanOrEqual(best);
    expect(cut?.expanded).toBe(4);
    const [none] = await bestFirstSearch({ ...options, model, length: meanRule(), maxSteps: 2 });
    expect(none?.isOptimal).toBe(false);
  });

  test("treats each sentence of a batch as it would alone, prompts of any length", async () => {
    const model = randomModel(8, 4, 3);
    const prompts = [[1], [2, 3, 1], [3, 3]];
    const together = await exactSearch({ ...options, model, prompts });
    for (const [at, prompt] of prompts.entries()) {
      const alone = await exactSearch({
        ...options,
        model: { ...model, state: [model.state[at] as number] },
        prompts: [prompt],
      });
      expect(together[at]).toEqual(alone[0]);
    }
  });

  test("refuses values above 0, for which no bound holds", async () => {
    const model = randomModel(8, 4);
    const processors = [(values: Float32Array) => void values.fill(0.5, 2, 3)];
    await expect(exactSearch({ ...options, model, processors })).rejects.toThrow(/above 0/);
    await expect(bestFirstSearch({ ...options, model, processors })).rejects.toThrow(/above 0/);
  });

  test("releases each state once", async () => {
    const plain = randomModel(9, 4);
    const alive = new Set<object>();
    const model = {
      state: { hashes: plain.state },
      step: (tokens: Int32Array, { hashes }: { hashes: readonly number[] }, context: StepContext) => {
        const output = plain.step(tokens, hashes, context) as {
          logProbabilities: Float32Array;
          state: readonly number[];
        };
        const state = { hashes: output.state };
        alive.add(state);
        return { logProbabilities: output.logProbabilities, state };
      },
      reorder: ({ hashes }: { hashes: readonly number[] }, rows: Int32Array) => {
        const state = { hashes: Array.from(rows, (row) => hashes[row] as number) };
        alive.add(state);
        return state;
      },
      release: (state: object) => expect(alive.delete(state)).toBe(true),
    };
    await exactSearch({ ...options, model, length: meanRule() });
    expect(alive.size).toBe(0);
    await bestFirstSearch({ ...options, model, length: meanRule(), maxSteps: 5 });
    expect(alive.size).toBe(0);
  });
});

function scoresOf5(model: ReturnType<typeof randomModel>, rule: LengthRule): number[] {
  return everyOutput(model, { prompt: [1], stop: 0, maxLength: 5 })
    .map(({ tokens, logProbability }) => rule.score(logProbability, tokens.length))
    .toSorted((a, b) => b - a);
}
