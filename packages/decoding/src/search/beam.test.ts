import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gnmtRule, type LengthRule, meanRule, powerRule, sumRule, wordRewardRule } from "../length/length-rule.ts";
import { bestOutput, everyOutput, type Output, randomModel } from "../testing/random-model.ts";
import { beamSearch, greedySearch } from "./beam.ts";
import { scoreOutputs } from "./force.ts";

const STOP = 0;
const prompts = [[1]];
const rules: readonly LengthRule[] = [
  sumRule(),
  meanRule(),
  powerRule(0.7),
  gnmtRule(0.6),
  wordRewardRule(0.4),
  wordRewardRule(-0.4),
  powerRule(0.7, { countEnd: false }),
  wordRewardRule(0.5, { countEnd: false }),
  // One of a caller's own, best in the middle.
  { name: "near three", countsEnd: true, score: (logProbability, length) => logProbability - 2 * Math.abs(length - 3) },
];
const scoreBy =
  (rule: LengthRule) =>
  ({ tokens, logProbability }: Output): number =>
    rule.score(logProbability, tokens.length - (tokens.at(-1) === STOP && !rule.countsEnd ? 1 : 0));

describe("beam search", () => {
  test.each(rules)("finds the true optimum under $name when it is wide enough to prune nothing", async (rule) => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1e6),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 2, max: 4 }),
        async (seed, vocabulary, maxLength) => {
          const model = randomModel(seed, vocabulary);
          const best = bestOutput(everyOutput(model, { prompt: [1], stop: STOP, maxLength }), scoreBy(rule));
          const width = vocabulary ** (maxLength - 1);
          const { sentences } = await beamSearch({ model, prompts, stopTokens: STOP, maxLength, width, length: rule });
          const [found] = sentences[0]?.hypotheses ?? [];
          expect(Array.from(found?.tokens ?? [])).toEqual(best.tokens);
          expect(found?.logProbability).toBeCloseTo(best.logProbability, 9);
          expect(found?.score).toBeCloseTo(scoreBy(rule)(best), 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("gives the n best of all outputs, in order, when it is wide enough", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const model = randomModel(seed, 3);
        const score = scoreBy(powerRule(0.7));
        const all = everyOutput(model, { prompt: [1], stop: STOP, maxLength: 4 }).toSorted(
          (a, b) => score(b) - score(a),
        );
        const { sentences } = await beamSearch({
          model,
          prompts,
          stopTokens: STOP,
          maxLength: 4,
          width: 27,
          nBest: 10,
          length: powerRule(0.7),
        });
        const found = sentences[0]?.hypotheses.map(({ tokens }) => Array.from(tokens));
        expect(found).toEqual(all.slice(0, 10).map(({ tokens }) => tokens));
      }),
      { numRuns: 40 },
    );
  });

  test("stops as soon as no live hypothesis can win, and loses nothing by it", async () => {
    let saved = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1e6),
        fc.constantFrom(...rules),
        fc.integer({ min: 1, max: 3 }),
        async (seed, length, nBest) => {
          const options = { prompts, stopTokens: STOP, maxLength: 12, width: 4, nBest, length };
          const never = await beamSearch({ model: randomModel(seed, 6), ...options, earlyStopping: "never" });
          const exact = await beamSearch({ model: randomModel(seed, 6), ...options, earlyStopping: "exact" });
          expect(exact.sentences).toEqual(never.sentences);
          saved += never.steps - exact.steps;
        },
      ),
      { numRuns: 60 },
    );
    expect(saved).toBeGreaterThan(100);
  });

  test("of width 1 is greedy", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.constantFrom(...rules), async (seed, length) => {
        const model = randomModel(seed, 5);
        const tokens: number[] = [];
        while (tokens.length < 8 && tokens.at(-1) !== STOP) {
          const values = model.after(0, [1, ...tokens]);
          tokens.push(values.indexOf(Math.max(...values)));
        }
        const options = { model, prompts, stopTokens: STOP, maxLength: 8 };
        const beam = await beamSearch({ ...options, width: 1, length });
        const greedy = await greedySearch(options);
        expect(Array.from(greedy.sentences[0]?.hypotheses[0]?.tokens ?? [])).toEqual(tokens);
        expect(beam.sentences[0]?.hypotheses[0]?.tokens).toEqual(Int32Array.from(tokens));
      }),
      { numRuns: 60 },
    );
  });

  test("scores what it finds as forced decoding does", async () => {
    const model = randomModel(3, 20, 2);
    const options = { model, prompts: [[1], [2, 5]], stopTokens: STOP };
    const length = gnmtRule(0.8);
    const { sentences } = await beamSearch({ ...options, maxLength: 9, width: 5, nBest: 5, length });
    for (let at = 0; at < 5; at++) {
      const found = sentences.map(({ hypotheses }) => hypotheses[at]);
      const forced = await scoreOutputs({
        ...options,
        outputs: found.map((each) => Array.from(each?.tokens ?? [])),
        length,
      });
      for (const [sentence, each] of forced.entries()) {
        expect(each.logProbability).toBeCloseTo(found[sentence]?.logProbability ?? 0, 12);
        expect(each.score).toBeCloseTo(found[sentence]?.score ?? 0, 12);
        for (const [token, value] of each.tokenLogProbabilities.entries()) {
          expect(found[sentence]?.tokenLogProbabilities[token]).toBeCloseTo(value, 12);
        }
      }
    }
  });

  test("may score worse when it is wider (Lemons et al. 2022): beams are not monotone", async () => {
    // Found by trying seeds. The second-best first token leads on better for a step, pushes the best out, and then goes nowhere.
    const search = async (width: number): Promise<number> => {
      const { sentences } = await beamSearch({
        model: randomModel(NOT_MONOTONE, 6, 1, 0.8),
        prompts,
        stopTokens: STOP,
        maxLength: 8,
        width,
      });
      return sentences[0]?.hypotheses[0]?.score ?? NaN;
    };
    expect(await search(3)).toBeLessThan((await search(2)) - 0.1);
  });
});

/** A seed for which width 3 loses to width 2. */
const NOT_MONOTONE = 75;

describe("a batch", () => {
  const lengths = [1, 4, 2, 1, 3];
  const batch = lengths.map((length, at) => Array.from({ length }, (_, token) => at + token + 1));
  const common = { stopTokens: STOP, maxLength: 10, width: 4, nBest: 3, length: powerRule(0.6) };

  test("is its sentences, whatever the lengths of their prompts", async () => {
    const model = randomModel(11, 9, 5);
    const together = await beamSearch({ model, ...common, prompts: batch });
    for (const [at, prompt] of batch.entries()) {
      const alone = await beamSearch({
        model: { ...model, state: [model.state[at] as number] },
        ...common,
        prompts: [prompt],
      });
      expect(together.sentences[at]).toEqual(alone.sentences[0]);
    }
  });

  test("in another order gives the results in that order", async () => {
    const model = randomModel(12, 9, 5);
    const order = [3, 0, 4, 2, 1];
    const straight = await beamSearch({ model, ...common, prompts: batch });
    const permuted = await beamSearch({
      ...common,
      model: { ...model, state: order.map((at) => model.state[at] as number) },
      prompts: order.map((at) => batch[at] as number[]),
    });
    expect(permuted.sentences).toEqual(order.map((at) => straight.sentences[at]));
  });

  test("leaves out sentences that are done: no row of theirs is stepped again", async () => {
    const model = randomModel(13, 9, 5);
    const { rows, steps } = await beamSearch({ model, ...common, prompts: batch });
    expect(model.calls).toHaveLength(steps);
    expect(model.calls.reduce((sum, each) => sum + each, 0)).toBe(rows);
    expect(model.calls.at(-1)).toBeLessThan(5 * 4);
  });

  test("of no sentences is no work", async () => {
    const { sentences, steps } = await beamSearch({ model: randomModel(1, 4, 0), ...common, prompts: [] });
    expect([sentences, steps]).toEqual([[], 0]);
  });
});

describe("what ends an output", () => {
  const base = { prompts, width: 4, nBest: 4, length: powerRule(1) };

  test("is not there before the minimum length", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 0, max: 5 }), async (seed, minLength) => {
        const { sentences } = await beamSearch({
          model: randomModel(seed, 5),
          ...base,
          stopTokens: STOP,
          minLength,
          maxLength: 6,
        });
        for (const { tokens, ended } of sentences[0]?.hypotheses ?? []) {
          expect(tokens.length - (ended === "stop token" ? 1 : 0)).toBeGreaterThanOrEqual(minLength);
          expect(tokens.indexOf(STOP)).toBe(ended === "stop token" ? tokens.length - 1 : -1);
        }
      }),
    );
  });

  test("may be one of several tokens, or a sequence", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const sequence = [2, 3];
        const { sentences } = await beamSearch({
          model: randomModel(seed, 5),
          ...base,
          stopTokens: [0, 4],
          stopSequences: [sequence],
          maxLength: 8,
        });
        for (const { tokens, ended } of sentences[0]?.hypotheses ?? []) {
          const text = Array.from(tokens).join(" ");
          const ends = /(^| )(0|4|2 3)( |$)/.exec(text);
          expect(ended === "length").toBe(ends === null);
          const end = ends === null ? text.length : ends.index + ends[0].length;
          expect(end).toBe(text.length);
        }
      }),
    );
  });
});

test("a forced prefix begins every output and is scored", async () => {
  const model = randomModel(5, 7, 2);
  const options = { model, prompts: [[1], [3]], stopTokens: STOP, maxLength: 6, width: 3, nBest: 3 };
  const { sentences } = await beamSearch({ ...options, prefixes: [[4, 2], []] });
  const free = await beamSearch(options);
  expect(sentences[1]).toEqual(free.sentences[1]);
  for (const { tokens, logProbability } of sentences[0]?.hypotheses ?? []) {
    expect(Array.from(tokens.slice(0, 2))).toEqual([4, 2]);
    const alone = { ...model, state: model.state.slice(0, 1) };
    const [forced] = await scoreOutputs({ model: alone, prompts: [[1]], outputs: [Array.from(tokens)] });
    expect(forced?.logProbability).toBeCloseTo(logProbability, 12);
  }
});
