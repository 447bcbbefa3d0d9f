import type * as decoding from "@unfoldjs/decoding";
import { beamSearch, chrfMeasure, type Model, powerRule, topK } from "@unfoldjs/decoding";
import * as kind from "../kinds.ts";
import { type ClassRow, call, type Rows } from "../row.ts";

const { callable, count, finite, from, given, list, optional, options, record, truth, word } = kind;

/** Four tokens, of which the first ends an output. */
const anyModel: Model = {
  step: ({ length: rows }) => ({ logProbabilities: new Float32Array(4 * rows).fill(Math.log(0.25)), state: undefined }),
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
    selectTopK: optional(
      callable((_: Float32Array, k: number) => Int32Array.from({ length: k }, (__, place) => place)),
    ),
  }),
});
const sampling = call({
  options: record({ ...search, seed: finite(1), samples: optional({ ...count(2), takes: ["two"] }), length }),
});
const greedy = call({ options: record(search) });
const ruleOptions = options({ countEnd: truth() });
const share: kind.Kind = { ...finite(0.5), takes: ["zero", "half"] };
const exact = { ...search, length };
const { prefixes: _, ...unforced } = exact;
const { length: __, ...unled } = unforced;
const known = optional(
  list(
    { ...finite(-5), takes: ["zero", "two", "minus seven", "half", "Infinity", "2 ** 40"] },
    1,
    "an array of numbers",
  ),
);
const line = kind.text("the cat sat");
const lines = list(line, 2, "an array of words");
const measure = given(() => chrfMeasure());
const resampling = record({
  seed: finite(1),
  resamples: optional({ ...count(20), takes: ["two"] }),
  confidence: optional({ ...finite(0.9), takes: ["half"] }),
});
const reference: kind.Kind = { ...line, takes: ["an empty string", "a word", "an array of words"] };
const measured = { hypotheses: lines, references: list(reference, 2, "an array of words") };
const text = callable((output: Int32Array) => output.join(" "));
const { trace } = await beamSearch({
  model: anyModel,
  prompts: [[1]],
  stopTokens: 0,
  maxLength: 3,
  width: 2,
  trace: true,
});
const wholeSearch = { model: anyModel, prompts: [[1]], stopTokens: 0, maxLength: 3 };
const ends: kind.Kind = {
  ...list(list({ ...token, make: () => 0 }, 1, "an array of numbers"), 1, "an array of arrays"),
};
const bleuOptions = options({
  tokenize: word("intl"),
  smooth: word("floor"),
  smoothValue: from(0.1, "0"),
  lowercase: truth(),
  maxOrder: { ...count(4), takes: ["two"] },
  effectiveOrder: truth(),
});
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
  tokenEntropies: call(
    {
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
    },
    "scoreOutputs",
  ),
  attentionMap: call({
    hypothesis: given(() => ({ tokens: Int32Array.of(1), attention: [Float32Array.of(1)] })),
    options: record({
      source: list({ ...kind.text("le"), takes: ["an empty string", "a word"] }, 1, "an array of words"),
      token: optional(callable(String)),
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
  exactSearch: call({ options: record({ ...unforced, known }) }),
  bestFirstSearch: call({
    options: record({
      ...unforced,
      nBest: optional({ ...count(1), takes: ["two", "2 ** 40"] }),
      maxWaiting: optional({ ...count(50), takes: ["two", "2 ** 40"] }),
    }),
  }),
  bleu: call({ ...measured, options: bleuOptions }),
  bleuMeasure: call({ options: bleuOptions }),
  chrfMeasure: call({
    options: options({
      charOrder: { ...count(6), takes: ["two"] },
      wordOrder: { ...count(2), takes: ["zero", "two"] },
      beta: { ...from(2, "above 0"), takes: ["two", "half", "2 ** 40"] },
      lowercase: truth(),
      whitespace: truth(),
      epsSmoothing: truth(),
    }),
  }),
  terMeasure: call({
    options: options({ normalized: truth(), noPunct: truth(), asianSupport: truth(), caseSensitive: truth() }),
  }),
  werMeasure: call({}),
  cerMeasure: call({}),
  exactMatchMeasure: call({}),
  corpusScore: call({ measure, ...measured }),
  sentenceScores: call({ measure, ...measured }),
  alignWords: call({ reference: line, hypothesis: line }),
  alignCharacters: call({ reference: line, hypothesis: line }),
  rouge: call({ hypothesis: line, reference: line }),
  distinct: call({ lines, n: { ...count(1), takes: ["two", "2 ** 40"] } }),
  perplexity: call({
    logProbabilities: {
      ...list(
        { ...finite(-1), takes: ["zero", "two", "minus seven", "half", "Infinity", "2 ** 40"] },
        2,
        "an array of numbers",
        "a Float32Array",
      ),
    },
  }),
  tokenise: call({ line, tokeniser: word("13a") }),
  bootstrap: call({ measure, ...measured, options: resampling }),
  compareSystems: call({ measure, first: lines, second: lines, references: measured.references, options: resampling }),
  minimumBayesRisk: call({
    candidates: lines,
    options: options({
      measure,
      weights: list({ ...from(1, "0"), takes: ["zero", "two", "half", "2 ** 40"] }, 2, "an array of numbers"),
    }),
  }),
  analyseErrors: call(
    {
      options: record({
        search: { ...given(() => ({ ...wholeSearch, width: 2 })), said: ["model", "options"] },
        references: ends,
        text,
        judge: optional(callable(() => true)),
        worseBelow: optional({ ...finite(90), takes: ["zero", "two", "half"] }),
        certificateSteps: optional({ ...count(10), takes: ["two", "2 ** 40"] }),
      }),
    },
    "beamSearch",
  ),
  sweepBeam: call(
    {
      options: record({
        search: { ...given(() => wholeSearch), said: ["model", "options"] },
        widths: list({ ...count(1), takes: ["two", "2 ** 40"] }, 1, "an array of numbers"),
        alphas: list(finite(0.7), 1, "an array of numbers"),
        references: ends,
        text,
        bleu: optional(given(() => ({ tokenize: "char" }), "an empty object", "an object without a prototype")),
      }),
    },
    "beamSearch",
    "bleu",
    "scoreOutputs",
  ),
  calibration: call({
    confidences: list(share, 2),
    isRight: list(truth(), 2),
    bins: optional({ ...count(10), takes: ["two"] }),
  }),
  beamTree: call({
    trace: given(() => trace),
    options: options({
      sentence: { ...count(0), takes: ["zero", "two", "2 ** 40"] },
      token: callable(String),
      pruned: { ...count(3), takes: ["zero", "two", "2 ** 40"] },
    }),
  }),
  constrainTo: call({
    automaton: given(() => ({ name: "any", start: 0, next: (state: number) => state, isFinal: () => true })),
  }),
  jsonSchemaPattern: call({
    schema: record({
      type: { ...word("array"), takes: [] },
      items: given(() => ({ type: "integer" })),
      minItems: optional({ ...count(1), takes: ["zero", "two"] }),
      maxItems: optional({ ...count(2), takes: ["two", "2 ** 40"] }),
    }),
  }),
  mustInclude: call({ phrases: sequences }),
  matchPattern: call({
    pattern: kind.text("a*"),
    texts: list({ ...kind.text("a"), takes: ["an empty string", "a word"] }, 2, "an array of words"),
  }),
  diverseBeamSearch: call({
    options: record({
      ...search,
      width: { ...count(2), takes: ["two", "2 ** 40"] },
      groups: { ...count(2), takes: ["two"] },
      diversity: optional(from(1, "0")),
      keepPenalties: optional(truth()),
      nBest: optional({ ...count(1), takes: ["two"] }),
      length,
    }),
  }),
  phraseBeamSearch: call({
    options: record({
      ...search,
      phrases: list(sequences, 1),
      allocation: optional(word("transformers")),
      width: { ...count(2), takes: ["two", "2 ** 40"] },
      nBest: optional({ ...count(1), takes: ["two"] }),
      length,
    }),
  }),
  stochasticBeamSearch: call({
    options: record({ ...unled, width: { ...count(2), takes: ["two"] }, seed: finite(1) }),
  }),
  speculativeSample: call({
    options: record({
      model,
      draft: model,
      ahead: optional({ ...count(2), takes: ["two"] }),
      seed: finite(1),
      prompts: sequences,
      maxLength,
      stopTokens: search.stopTokens,
      processors,
      onStep: search.onStep,
      ...limits,
    }),
  }),
};
