import { describe, expect, test } from "vitest";
import { topK } from "../processors/filters.ts";
import { everyOutput, randomModel } from "../testing/random-model.ts";
import { sample } from "./sample.ts";
import { scoreOutputs } from "./force.ts";
import { chiSquared } from "../testing/chi-squared.ts";

const options = { prompts: [[1]], stopTokens: 0, maxLength: 3 };

describe("sampling", () => {
  test("draws whole outputs by their probabilities (χ², 20,000 draws)", async () => {
    const model = randomModel(4, 4, 1, 1);
    const outputs = everyOutput(model, { prompt: [1], stop: 0, maxLength: 3 });
    const { sentences } = await sample({ ...options, model, seed: 7, samples: 20_000 });
    const counts = new Map<string, number>();
    for (const { tokens } of sentences[0]?.hypotheses ?? [])
      counts.set(tokens.join(), (counts.get(tokens.join()) ?? 0) + 1);
    const expected = outputs.map(({ tokens, logProbability }) => ({
      count: counts.get(tokens.join()) ?? 0,
      expected: 20_000 * Math.exp(logProbability),
    }));
    expect(expected.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
    expect(chiSquared(expected)).toBeGreaterThan(0.001);
  });

  test("draws only what the filters leave, and tells the model's own log-probabilities", async () => {
    const model = randomModel(5, 6);
    const { sentences, processors } = await sample({
      ...options,
      model,
      seed: 1,
      samples: 50,
      maxLength: 5,
      processors: [topK(2)],
    });
    expect(processors).toEqual(["top-k 2"]);
    for (const { tokens, logProbability } of sentences[0]?.hypotheses.slice(0, 10) ?? []) {
      const [forced] = await scoreOutputs({ model, prompts: [[1]], outputs: [Array.from(tokens)] });
      expect(logProbability).toBeCloseTo(forced?.logProbability ?? 0, 9);
      for (let at = 0; at < tokens.length; at++) {
        const values = Array.from(model.after(0, [1, ...tokens.slice(0, at)]));
        const second = values.toSorted((a, b) => b - a)[1] as number;
        expect(values[tokens[at] as number]).toBeGreaterThanOrEqual(second);
      }
    }
  });

  test("repeats with its seed, and is another one with another", async () => {
    const model = randomModel(6, 50);
    const draw = async (seed: number): Promise<unknown> =>
      (await sample({ ...options, model, seed, samples: 5 })).sentences;
    expect(await draw(3)).toEqual(await draw(3));
    expect(await draw(3)).not.toEqual(await draw(4));
  });

  test("does not end before the minimum length, and begins with the prefix", async () => {
    const { sentences } = await sample({
      ...options,
      model: randomModel(7, 3),
      seed: 1,
      samples: 30,
      minLength: 3,
      maxLength: 6,
      prefixes: [[2, 1]],
    });
    for (const { tokens } of sentences[0]?.hypotheses ?? []) {
      expect(Array.from(tokens.slice(0, 2))).toEqual([2, 1]);
      expect(tokens.slice(0, 3)).not.toContain(0);
    }
  });
});
