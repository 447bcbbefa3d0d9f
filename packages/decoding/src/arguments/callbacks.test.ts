import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { analyseErrors } from "../analysis/error-analysis.ts";
import { attentionMap } from "../analysis/attention-map.ts";
import { constrainTo } from "../constraints/automaton.ts";
import { mustInclude } from "../constraints/must-include.ts";
import { ValueError } from "../errors/decoding-error.ts";
import { sumRule } from "../length/length-rule.ts";
import { bootstrap } from "../measures/bootstrap.ts";
import { corpusScore, sentenceScores } from "../measures/measure.ts";
import { minimumBayesRisk } from "../measures/minimum-bayes-risk.ts";
import { exactMatchMeasure } from "../measures/simple.ts";
import { badWords, compose, forceTokens, suppressTokens } from "../processors/bans.ts";
import { beamSearch, greedySearch } from "../search/beam.ts";
import { bestFirstSearch } from "../search/best-first.ts";
import { diverseBeamSearch } from "../search/diverse-beam.ts";
import { exactSearch } from "../search/exact.ts";
import { scoreOutputs } from "../search/force.ts";
import { phraseBeamSearch } from "../search/phrase-beam.ts";
import { sample } from "../search/sample.ts";
import { speculativeSample } from "../search/speculative.ts";
import { stochasticBeamSearch } from "../search/stochastic-beam.ts";
import { beamTree } from "../trace/beam-tree.ts";

/** Four tokens, of which each is as likely. */
const step = ({ length }: Int32Array) => ({
  logProbabilities: new Float32Array(4 * length).fill(Math.log(0.25)),
  state: Array.from({ length }, () => ({})),
});
const model = { step, state: [{}] };
const common = { model, prompts: [[1]], stopTokens: 0, maxLength: 3 };
/** What a function of a caller's gives whose failure nobody would hear of. */
const lost = (): never => Promise.reject(new Error("lost")) as never;
const search = { ...common, width: 2 };

describe("a function that nobody waits for may give no promise, nor lose what it rejects with", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): number => unhandled.push(reason);
  beforeEach(() => void process.on("unhandledRejection", note));
  afterEach(() => void process.off("unhandledRejection", note));

  test.each<readonly [string, () => unknown]>([
    ["release", () => beamSearch({ ...search, model: { ...model, release: lost } })],
    ["release of exact search", () => exactSearch({ ...common, model: { ...model, release: lost } })],
    ["reorder", () => beamSearch({ ...search, stopTokens: [], model: { ...model, reorder: lost } })],
    ["onStep", () => beamSearch({ ...search, onStep: lost })],
    ["onStep of exact search", () => exactSearch({ ...common, onStep: lost })],
    ["a processor", () => sample({ ...common, seed: 1, processors: [lost] })],
    [
      "a processor among others",
      () => sample({ ...common, seed: 1, processors: [compose(suppressTokens([1]), lost)] }),
    ],
    ["selectTopK", () => beamSearch({ ...search, width: 1, selectTopK: lost })],
    ["a rule of length", () => beamSearch({ ...search, length: { ...sumRule(), score: lost } })],
    [
      "next of an automaton",
      () =>
        greedySearch({
          ...common,
          processors: [constrainTo({ name: "a", start: 0, next: lost, isFinal: () => true })],
        }),
    ],
    [
      "isFinal of an automaton",
      () =>
        greedySearch({
          ...common,
          processors: [constrainTo({ name: "a", start: 0, next: (state) => state, isFinal: lost })],
        }),
    ],
    ["judge", () => analyseErrors({ search, references: [[1, 0]], text: String, judge: lost })],
    ["text", () => analyseErrors({ search, references: [[1, 0]], text: lost })],
    ["token of a tree", async () => beamTree((await beamSearch({ ...search, trace: true })).trace, { token: lost })],
    [
      "token of a map",
      () =>
        attentionMap({ tokens: Int32Array.of(1), attention: [Float32Array.of(1)] } as never, {
          source: ["a"],
          token: lost,
        }),
    ],
    ["statistics", () => corpusScore({ ...exactMatchMeasure(), statistics: lost }, ["a"], ["a"])],
    ["score", () => sentenceScores({ ...exactMatchMeasure(), score: lost }, ["a"], ["a"])],
    ["score of resamples", () => bootstrap({ ...exactMatchMeasure(), score: lost }, ["a"], ["a"], { seed: 1 })],
    ["score of candidates", () => minimumBayesRisk(["a", "b"], { measure: { ...exactMatchMeasure(), score: lost } })],
  ])("%s", async (_, call) => {
    await expect((async () => call())()).rejects.toThrow(ValueError);
    await new Promise((resolve) => setTimeout(resolve, 0)); // after which what nobody hears of is told
    expect(unhandled).toEqual([]);
  });
});

test.each<readonly [string, () => unknown]>([
  ["a rule that gives NaN", () => beamSearch({ ...search, length: { ...sumRule(), score: () => Number.NaN } })],
  [
    "a judge that gives a word",
    () => analyseErrors({ search, references: [[1, 0]], text: String, judge: () => "yes" as never }),
  ],
  [
    "an automaton whose states are objects",
    () =>
      greedySearch({
        ...common,
        processors: [constrainTo({ name: "a", start: 0, next: () => ({}) as never, isFinal: () => true })],
      }),
  ],
  [
    "a token that has no text",
    async () => beamTree((await beamSearch({ ...search, trace: true })).trace, { token: () => 5 as never }),
  ],
])("%s is refused", async (_, call) => {
  await expect((async () => call())()).rejects.toThrow(ValueError);
});

describe("a token that is not in the vocabulary is refused by the name of its option", () => {
  const ends: readonly (readonly [string, object])[] = [
    ["stopTokens", { stopTokens: 4 }],
    ["stopTokens", { stopTokens: [0, 7] }],
    [
      "stopSequences",
      {
        stopSequences: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    ["words", { processors: [badWords([[1, 4]])] }],
    ["suppressed", { processors: [suppressTokens([1, 4])] }],
    ["forced", { processors: [forceTokens({ 1: 9 })] }],
    ["phrases", { processors: [mustInclude([[1], [2, 4]])] }],
  ];
  const searches: readonly (readonly [string, (more: object) => Promise<unknown>])[] = [
    ["beamSearch", (more) => beamSearch({ ...search, ...more })],
    ["greedySearch", (more) => greedySearch({ ...common, ...more })],
    ["sample", (more) => sample({ ...common, seed: 1, ...more })],
    ["diverseBeamSearch", (more) => diverseBeamSearch({ ...search, groups: 2, ...more })],
    ["phraseBeamSearch", (more) => phraseBeamSearch({ ...search, phrases: [[[1]]], ...more })],
    ["stochasticBeamSearch", (more) => stochasticBeamSearch({ ...search, seed: 1, ...more })],
    ["exactSearch", (more) => exactSearch({ ...common, ...more })],
    ["bestFirstSearch", (more) => bestFirstSearch({ ...common, ...more })],
  ];
  test.each(
    searches.flatMap(([name, call]) => ends.map(([option, more]) => [name, option, () => call(more)] as const)),
  )("%s: %s", async (_, option, call) => {
    await expect(call()).rejects.toThrow(ValueError);
    await expect(call()).rejects.toThrow(new RegExp(`${option} holds a token that is not in the vocabulary`));
  });

  test.each<readonly [string, () => Promise<unknown>]>([
    ["stopTokens", () => speculativeSample({ ...common, draft: model, seed: 1, stopTokens: 4 })],
    ["stopTokens", () => scoreOutputs({ model, prompts: [[1]], outputs: [[1, 2]], stopTokens: [4] })],
    ["outputs", () => scoreOutputs({ model, prompts: [[1]], outputs: [[1, 4]] })],
    ["prefixes", () => beamSearch({ ...search, prefixes: [[4]] })],
    ["prefixes", () => sample({ ...common, seed: 1, prefixes: [[4]] })],
    ["phrases", () => phraseBeamSearch({ ...search, phrases: [[[1], [4]]], maxLength: 8 })],
  ])("%s elsewhere", async (option, call) => {
    await expect(call()).rejects.toThrow(new RegExp(`${option} holds a token that is not in the vocabulary`));
  });
});

test("states are released where a token of an option is not in the vocabulary", async () => {
  let [made, released] = [0, 0];
  const counting = {
    state: [{}],
    step: (tokens: Int32Array) => {
      made += tokens.length;
      return step(tokens);
    },
    release: () => void released++,
  };
  await expect(beamSearch({ ...search, model: counting, stopTokens: 4 })).rejects.toThrow(ValueError);
  expect([made, released]).toEqual([1, 1]);
});
