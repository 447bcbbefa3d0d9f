import type * as decoding from "@unfoldjs/decoding";
import { type Model, powerRule, topK } from "@unfoldjs/decoding";
import * as kind from "../kinds.ts";
import { type ClassRow, call, type Rows } from "../row.ts";

const { callable, count, finite, from, given, list, optional, options, record, truth, word } = kind;

/** Four tokens, of which the first ends an output. */
const anyModel: Model = {
  step: (tokens) => ({ logProbabilities: new Float32Array(4 * tokens.length).fill(Math.log(0.25)), state: undefined }),
};
const model = given(() => anyModel);
const token: kind.Kind = { ...count(1), takes: ["zero", "two"], said: ["token"] };
const tokens = list(token, 1, "an array of numbers");
const sequences = list(tokens, 1, "an array of arrays");
const length = optional(given(() => powerRule(0.7)));
const processors = optional(
  list(
    given(() => topK(3), "a function", "an async function"),
    1,
  ),
);
const maxLength: kind.Kind = { ...count(3), takes: ["two", "2 ** 40"] };
const limits = {
  signal: optional(given(() => new AbortController().signal)),
  maxSteps: optional({ ...count(4), takes: ["two", "2 ** 40"] }),
  maxMilliseconds: optional(from(1000, "above 0")),
};
const search = {
  model,
  prompts: sequences,
  maxLength,
  minLength: optional(count(1)),
  stopTokens: optional({ ...token, takes: ["zero", "two", "an empty array", "an array of numbers"] }),
  stopSequences: optional(sequences),
  prefixes: optional(sequences),
  processors,
  onStep: optional(callable(() => undefined)),
  ...limits,
};
const width: kind.Kind = { ...count(2), takes: ["two", "2 ** 40"] };
const beam = call({
  options: record({
    ...search,
    width,
    nBest: optional({ ...count(1), takes: ["two", "2 ** 40"] }),
    trace: optional(truth()),
    length,
    coverage: optional(from(0, "0")),
    earlyStopping: optional(word("exact")),
    refill: optional(truth()),
  }),
});
const sampling = call({
  options: record({ ...search, seed: finite(1), samples: optional({ ...count(2), takes: ["two"] }), length }),
});
const greedy = call({ options: record(search) });
const ruleOptions = options({ countEnd: truth() });
const share: kind.Kind = { ...finite(0.5), takes: ["zero", "half"] };
const anError: ClassRow = {
  make: { op: kind.anything("op"), came: kind.anything({}), rule: kind.anything("rule"), fix: kind.anything("fix") },
  methods: {},
};

export const decodingRows: Rows<typeof decoding> = {
  DecodingError: { none: "abstract: its subclasses are made" },
  BudgetError: anError,
  ModelError: anError,
  SearchError: anError,
  ValueError: anError,
  beamSearch: beam,
  beamStream: beam,
  greedySearch: greedy,
  greedyStream: greedy,
  sample: sampling,
  sampleStream: sampling,
  scoreOutputs: call({
    options: record({
      model,
      prompts: sequences,
      outputs: sequences,
      stopTokens: search.stopTokens,
      stopSequences: search.stopSequences,
      processors,
      onStep: search.onStep,
      ...limits,
      length,
    }),
  }),
  sumRule: call({}),
  meanRule: call({ options: ruleOptions }),
  powerRule: call({ alpha: finite(0.7), options: ruleOptions }),
  gnmtRule: call({ alpha: finite(0.7), options: ruleOptions }),
  wordRewardRule: call({ reward: finite(0.1), options: ruleOptions }),
  huggingFace: call({
    options: options({ lengthPenalty: finite(1), earlyStopping: { ...word("never"), takes: ["true", "false"] } }),
  }),
  cTranslate2: call({ options: options({ lengthPenalty: finite(1) }) }),
  openNmt: call({ options: options({ lengthPenalty: word("wu"), alpha: finite(0.7) }) }),
  fairseq: call({ options: options({ lengthPenalty: finite(1), normalizeScores: truth() }) }),
  temperature: call({ t: { ...from(1, "above 0"), takes: ["two", "half", "2 ** 40"] } }),
  topK: call({ k: { ...count(3), takes: ["two", "2 ** 40"] } }),
  topP: call({ p: share }),
  minP: call({ p: share }),
  typical: call({ mass: { ...share, takes: ["half"] } }),
  epsilon: call({ least: share }),
  eta: call({ least: share }),
  repetitionPenalty: call({ penalty: { ...from(1.2, "above 0"), takes: ["two", "half", "2 ** 40"] } }),
  presencePenalty: call({ penalty: finite(0.5) }),
  frequencyPenalty: call({ penalty: finite(0.5) }),
  noRepeatNgram: call({ size: { ...count(2), takes: ["two", "2 ** 40"] } }),
  badWords: call({ words: sequences }),
  suppressTokens: call({ suppressed: tokens }),
  forceTokens: call({ forced: given(() => ({ 0: 1 }), "an empty object", "an object without a prototype") }),
  compose: call({ processors: given(() => topK(3), "a function", "an async function") }),
};
