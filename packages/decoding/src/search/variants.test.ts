import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model } from "../model/model.ts";
import { noRepeatNgram } from "../processors/bans.ts";
import { temperature, topK } from "../processors/filters.ts";
import { chiSquared } from "../testing/chi-squared.ts";
import { everyOutput, randomModel, type RandomModel } from "../testing/random-model.ts";
import { beamSearch } from "./beam.ts";
import { diverseBeamSearch } from "./diverse-beam.ts";
import { scoreOutputs } from "./force.ts";
import { sample } from "./sample.ts";
import { speculativeSample } from "./speculative.ts";
import { stochasticBeamSearch } from "./stochastic-beam.ts";

const options = { prompts: [[1]], stopTokens: 0, maxLength: 6 };

describe("a diverse beam", () => {
  test("of one group, or without a penalty, is a beam search", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const model = randomModel(seed, 6);
        const beam = await beamSearch({ ...options, model, width: 4, nBest: 4 });
        const one = await diverseBeamSearch({ ...options, model, width: 4, nBest: 4, groups: 1, diversity: 3 });
        expect(one.sentences).toEqual(beam.sentences);
        const processors = [noRepeatNgram(2)]; // which look at the tokens of the row that they are asked about
        const two = await beamSearch({ ...options, model, width: 2, nBest: 2, processors });
        const free = await diverseBeamSearch({
          ...options,
          model,
          processors,
          width: 4,
          nBest: 4,
          groups: 2,
          diversity: 0,
        });
        expect(free.sentences[0]?.hypotheses.filter((_, at) => at % 2 === 0)).toEqual(two.sentences[0]?.hypotheses);
      }),
      { numRuns: 30 },
    );
  });

  test("is a greedy search that avoids what the groups before took, if groups are of width 1", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const model = randomModel(seed, 6, 1, 1);
      const { sentences } = await diverseBeamSearch({
        ...options,
        model,
        width: 3,
        nBest: 3,
        groups: 3,
        diversity: 0.7,
        stopTokens: [],
      });
      const groups: number[][] = [[], [], []];
      for (let step = 0; step < 6; step++) {
        const taken: number[] = [];
        for (const tokens of groups) {
          const values = Array.from(
            model.after(0, [1, ...tokens]),
            (value, token) => value - 0.7 * taken.filter((each) => each === token).length,
          );
          const best = values.indexOf(Math.max(...values));
          tokens.push(best);
          taken.push(best);
        }
      }
      const found = sentences[0]?.hypotheses.map(({ tokens }) => Array.from(tokens).join()).toSorted();
      expect(found).toEqual(groups.map((tokens) => tokens.join()).toSorted());
    }
  });

  test("tells scores that forced decoding tells too, and is more various with a penalty", async () => {
    const model = randomModel(3, 8);
    const { sentences } = await diverseBeamSearch({ ...options, model, width: 6, nBest: 6, groups: 3, diversity: 2 });
    const first = new Set<number | undefined>();
    for (const { tokens, logProbability } of sentences[0]?.hypotheses ?? []) {
      const [forced] = await scoreOutputs({ model, prompts: [[1]], outputs: [Array.from(tokens)] });
      expect(logProbability).toBeCloseTo(forced?.logProbability ?? NaN, 9);
      first.add(tokens[0]);
    }
    expect(first.size).toBeGreaterThan(2);
    await expect(diverseBeamSearch({ ...options, model, width: 5, groups: 2 })).rejects.toThrow(/multiple of groups/);
  });
});

describe("a stochastic beam", () => {
  test("draws ordered pairs without replacement by their probabilities (χ²)", async () => {
    const model = randomModel(17, 3, 1, 0.8);
    const outputs = everyOutput(model, { prompt: [1], stop: 0, maxLength: 2 });
    const draws = 2000;
    const counts = new Map<string, number>();
    for (let seed = 0; seed < draws; seed++) {
      const { sentences } = await stochasticBeamSearch({ ...options, model, maxLength: 2, width: 2, seed });
      const key = sentences[0]?.hypotheses.map(({ tokens }) => tokens.join()).join(" ") ?? "";
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const cells = outputs.flatMap((first) =>
      outputs
        .filter((second) => second !== first)
        .map((second) => {
          const p = Math.exp(first.logProbability);
          const expected = (draws * p * Math.exp(second.logProbability)) / (1 - p);
          return { count: counts.get(`${first.tokens.join()} ${second.tokens.join()}`) ?? 0, expected };
        }),
    );
    expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(draws); // never the same twice
    expect(chiSquared(cells)).toBeGreaterThan(0.001);
  });

  test("gives every output there is when it is wide enough, and the model's own log-probabilities", async () => {
    const model = randomModel(18, 3);
    const outputs = everyOutput(model, { prompt: [1], stop: 0, maxLength: 3 });
    const { sentences } = await stochasticBeamSearch({ ...options, model, maxLength: 3, width: 100, seed: 1 });
    const found = new Map(
      sentences[0]?.hypotheses.map(({ tokens, logProbability }) => [tokens.join(), logProbability]),
    );
    expect(found.size).toBe(outputs.length);
    for (const { tokens, logProbability } of outputs) expect(found.get(tokens.join())).toBeCloseTo(logProbability, 9);
  });
});

describe("speculative sampling", () => {
  const stateless = (model: RandomModel): Model => ({
    step: (tokens, state, { prefix, sentences }) => ({
      logProbabilities: Float32Array.from(
        Array.from(tokens, (_, row) =>
          Array.from(model.after(sentences[row] as number, Array.from(prefix(row)))),
        ).flat(),
      ),
      state,
    }),
  });
  const sameSentence = (model: Model): Model => ({
    step: (tokens, state, context) =>
      model.step(tokens, state, { ...context, sentences: new Int32Array(tokens.length) }),
  });
  const target = stateless(randomModel(31, 4, 1000, 1));
  const prompts = Array.from({ length: 1000 }, () => [1]);

  test.each([
    ["itself", target, 1],
    ["another model", stateless(randomModel(77, 4, 1000, 1)), 0.2],
  ])("has the distribution of plain sampling, drafted by %s (χ²)", async (_, draft, least) => {
    // Each sentence has its own distribution, so that of the first tokens of all is compared: with what is expected.
    const [one, other] = [sameSentence(target), sameSentence(draft)];
    const processors = [temperature(1.3), topK(3)];
    const common = { prompts, stopTokens: 0, maxLength: 3, processors };
    const { hypotheses, accepted, drafted, steps } = await speculativeSample({
      ...common,
      model: one,
      draft: other,
      ahead: 2,
      seed: 5,
    });
    const plain = await sample({
      prompts: [[1]],
      stopTokens: 0,
      maxLength: 3,
      processors,
      model: one,
      seed: 6,
      samples: 20_000,
    });
    const expected = new Map<string, number>();
    for (const { tokens } of plain.sentences[0]?.hypotheses ?? [])
      expected.set(tokens.join(), (expected.get(tokens.join()) ?? 0) + 1 / 20);
    const counts = new Map<string, number>();
    for (const { tokens } of hypotheses) counts.set(tokens.join(), (counts.get(tokens.join()) ?? 0) + 1);
    const keys = new Set([...expected.keys(), ...counts.keys()]);
    const cells = Array.from(keys, (key) => ({ count: counts.get(key) ?? 0, expected: expected.get(key) ?? 0 }));
    expect(chiSquared(cells)).toBeGreaterThan(0.001);
    expect(accepted / drafted).toBeGreaterThanOrEqual(least);
    const tokens = hypotheses.reduce((sum, each) => sum + each.tokens.length, 0);
    expect(steps).toBeLessThan(tokens);
  });

  test.each([
    ["both models", true, true],
    ["the draft", false, true],
    ["the model", true, false],
  ])("has that distribution too where %s carry a state (χ²)", async (_, isTarget, isDraft) => {
    const peers = 1500;
    const one = (seed: number): RandomModel => {
      const model = randomModel(seed, 4, 1, 1);
      return { ...model, state: Array.from({ length: peers }, () => model.state[0] as number) };
    };
    const [model, draft] = [one(31), one(77)];
    const common = { prompts: Array.from({ length: peers }, () => [2, 1]), stopTokens: 0, maxLength: 3 };
    const { hypotheses, accepted, drafted } = await speculativeSample<unknown, unknown>({
      ...common,
      model: (isTarget ? model : sameSentence(stateless(model))) as Model<unknown>,
      draft: (isDraft ? draft : sameSentence(stateless(draft))) as Model<unknown>,
      processors: [temperature(1.3)],
      ahead: 2,
      seed: 11,
    });
    const counts = new Map<string, number>();
    for (const { tokens } of hypotheses) counts.set(tokens.join(), (counts.get(tokens.join()) ?? 0) + 1);
    const outputs = everyOutput(model, { prompt: [2, 1], stop: 0, maxLength: 3 });
    const cells = outputs.map(({ tokens }) => {
      // What the processors make of it, from the model's own numbers.
      const probability = tokens.reduce((product, token, at) => {
        const weights = Array.from(model.after(0, [2, 1, ...tokens.slice(0, at)]), (value) => Math.exp(value / 1.3));
        return (product * (weights[token] as number)) / weights.reduce((sum, each) => sum + each, 0);
      }, 1);
      return { count: counts.get(tokens.join()) ?? 0, expected: peers * probability };
    });
    expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(peers);
    expect(chiSquared(cells)).toBeGreaterThan(0.001);
    expect(accepted / drafted).toBeGreaterThan(0.2);
  });

  test("refuses another vocabulary", async () => {
    const common = { prompts: [[1]], maxLength: 3, seed: 1 };
    await expect(speculativeSample({ ...common, model: target, draft: stateless(randomModel(1, 5)) })).rejects.toThrow(
      /same vocabulary/,
    );
  });
});
