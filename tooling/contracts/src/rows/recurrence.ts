import type * as sequence from "@unfoldjs/sequence-layers";
import { Linear } from "@unfoldjs/nn";
import { Generator, isTensor, zeros } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { call, type ClassRow, type Rows } from "../row.ts";

const { count, indicesOf, optional, options, record, tensorOf, truth, word } = kind;

const lengths = indicesOf([2], 2);

const generator = kind.given(() => new Generator(1));
const sizes = { inputSize: count(2), hiddenSize: { ...count(3), takes: ["zero" as const, "two" as const] } };
const cell = { bias: truth(), recurrentInit: word("uniform"), generator };
const recurrent = {
  ...cell,
  numLayers: { ...count(2), takes: ["two" as const, "zero" as const] },
  bidirectional: truth(false),
  batchFirst: truth(),
  dropout: kind.from(0.5, "0"),
  learnInitialState: truth(),
};
const inputs = { h0: tensorOf([2, 2, 3]), lengths };
const state = (...names: string[]): kind.Kind => {
  const fields = Object.fromEntries(names.map((name) => [name, tensorOf([2, 2, 3])]));
  return optional(record(fields));
};
const notPublic = ["pass", "advance", "cell"];
const layer = (own: kind.Arguments, names: string[], also: kind.Arguments): ClassRow => ({
  make: { ...sizes, options: options({ ...recurrent, ...own }) },
  methods: {
    forward: { x: tensorOf([2, 4, 2]), inputs: options({ ...inputs, ...also }) },
    step: { x: tensorOf([2, 2]), state: state(...names) },
    config: {},
  },
  notPublic,
});
const cellOf = (own: kind.Arguments, given: kind.Arguments): ClassRow => ({
  make: { ...sizes, options: options({ ...cell, ...own }) },
  methods: { forward: { x: tensorOf([2, 2]), ...given }, config: {} },
});
const nonlinearity = word("relu");
const before = { h: optional(tensorOf([2, 3])) };

const padded = tensorOf([2, 3, 2]);
const pool = call({ x: padded, lengths: optional(lengths) });
const loss = { lengths, ignoreIndex: kind.whole(-1) };
const logits = { logits: tensorOf([2, 3, 4]), targets: indicesOf([2, 3], 1) };

// Translation
const tokens = indicesOf([2, 3], 1);
const vocabulary = { ...count(4), takes: ["two" as const] };
const hiddenSize = { ...count(3), takes: ["two" as const] };
const part = {
  embeddingSize: count(3),
  cell: word("lstm"),
  numLayers: { ...count(1), takes: ["two" as const] },
  dropout: { ...kind.from(0, "0"), takes: ["zero" as const, "half" as const] },
  generator,
};
const decoding = { ...part, tiedEmbeddings: truth(false) };
const attending = { ...decoding, attentionSize: { ...count(2), takes: ["two" as const] }, inputFeeding: truth() };
const initial = record({ h: tensorOf([1, 2, 3]), c: tensorOf([1, 2, 3]) });
const teaching = { teacherForcing: { ...kind.from(0.5, "0"), takes: ["zero" as const, "half" as const] } };
const reading = { lengths, initial: optional(initial) };
const translating: ClassRow["methods"] = {
  forward: { source: tokens, inputs: indicesOf([2, 4], 1), options: options({ lengths, ...teaching }) },
  start: { source: tokens, options: options({ lengths }) },
  config: {},
};
const twoVocabularies = { sourceVocabulary: vocabulary, targetVocabulary: vocabulary, hiddenSize };

// Baselines
const two = (value: number): kind.Kind => ({ ...count(value), takes: ["zero", "two"] });
const baseline: ClassRow["methods"] = { forward: { x: padded, lengths: optional(lengths) }, config: {} };

/** What sequence-layers has for recurrent nets. */
export const recurrenceRows: Pick<
  Rows<typeof sequence>,
  | "RNN"
  | "GRU"
  | "LSTM"
  | "RNNCell"
  | "GRUCell"
  | "LSTMCell"
  | "fromKerasWeights"
  | "packByLength"
  | "unpackByLength"
  | "TimeDistributed"
  | "lastValid"
  | "meanOverTime"
  | "maxOverTime"
  | "OneHot"
  | "TokenDropout"
  | "sequenceCrossEntropy"
  | "perplexity"
  | "Encoder"
  | "Decoder"
  | "AttentionDecoder"
  | "Seq2Seq"
  | "AttentionSeq2Seq"
  | "WindowedMLP"
  | "WholeSentenceMLP"
  | "gradientByDistance"
> = {
  RNN: layer({ nonlinearity }, ["h"], {}),
  GRU: layer({ resetAfter: truth() }, ["h"], {}),
  LSTM: layer({ projSize: count(0), forgetBias: kind.finite(1) }, ["h", "c"], { c0: tensorOf([2, 2, 3]) }),
  RNNCell: cellOf({ nonlinearity }, before),
  GRUCell: cellOf({ resetAfter: truth() }, before),
  LSTMCell: cellOf({}, { state: optional(record({ h: tensorOf([2, 3]), c: tensorOf([2, 3]) })) }),
  fromKerasWeights: call({
    kind: word("gru"),
    weights: record({
      kernel: tensorOf([2, 9]),
      recurrentKernel: tensorOf([3, 9]),
      bias: optional(tensorOf([2, 9])),
    }),
    place: options({ layer: kind.whole(0), reverse: truth() }),
  }),

  packByLength: call({ x: padded, lengths }),
  unpackByLength: call({ packed: tensorOf([4, 2]), lengths, time: optional(kind.whole(3)) }),
  TimeDistributed: {
    make: { layer: kind.given(() => new Linear(2, 2), "a module") },
    methods: { forward: { x: padded, lengths: optional(lengths) }, config: {} },
  },
  lastValid: pool,
  meanOverTime: pool,
  maxOverTime: pool,
  OneHot: { make: { classes: count(3) }, methods: { forward: { x: indicesOf([2, 3], 1) }, config: {} } },
  TokenDropout: {
    make: {
      probability: { ...kind.from(0.5, "0"), takes: ["zero", "half"] },
      options: options({ token: count(1), keep: kind.list(count(2), 2, "an array of numbers"), generator }),
    },
    methods: { forward: { x: indicesOf([2, 3], 1) }, config: {} },
  },
  sequenceCrossEntropy: call({
    ...logits,
    options: options({ ...loss, labelSmoothing: kind.from(0.1, "0"), reduction: word("sentence") }),
  }),
  perplexity: call({ ...logits, options: options(loss) }),

  Encoder: {
    make: { vocabulary, hiddenSize, options: options({ ...part, bidirectional: truth() }) },
    methods: { forward: { tokens, lengths: optional(lengths) }, config: {} },
  },
  Decoder: {
    make: { vocabulary, hiddenSize, options: options(decoding) },
    methods: {
      forward: { inputs: tokens, initial: optional(initial), options: options(teaching) },
      start: { initial },
      config: {},
    },
  },
  AttentionDecoder: {
    make: { vocabulary, hiddenSize, sourceSize: { ...count(2), takes: ["two"] }, options: options(attending) },
    methods: {
      forward: { inputs: tokens, states: padded, options: options({ ...reading, ...teaching }) },
      start: { states: padded, options: options(reading) },
      config: {},
    },
  },
  Seq2Seq: {
    make: { ...twoVocabularies, options: options({ ...decoding, bidirectional: truth() }) },
    methods: translating,
  },
  AttentionSeq2Seq: {
    make: {
      ...twoVocabularies,
      options: options({ ...attending, bidirectional: truth(), initialState: word("encoder") }),
    },
    methods: translating,
  },
  WindowedMLP: {
    make: { inputSize: two(2), reach: two(1), hiddenSize: two(3), outputSize: two(2), options: options({ generator }) },
    methods: baseline,
  },
  WholeSentenceMLP: {
    make: { inputSize: two(2), time: two(4), hiddenSize: two(3), outputSize: two(2), options: options({ generator }) },
    methods: baseline,
  },
  gradientByDistance: call({
    last: kind.callable((given: unknown) => (isTensor(given) ? given : zeros([1]))),
    x: padded,
    options: options({ probes: { ...count(2), takes: ["two"], endless: ["2 ** 40"] }, generator }),
  }),
};
