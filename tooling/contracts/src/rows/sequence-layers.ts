import type * as sequence from "@unfoldjs/sequence-layers";
import { Generator } from "@unfoldjs/tensor-core";
import { bertRows, taggingRows, transformerRows } from "./sequence-models.ts";
import * as kind from "../kinds.ts";
import { type ClassRow, call, type Rows } from "../row.ts";
import { recurrenceRows } from "./recurrence.ts";

const lengths = kind.indicesOf([2], 2);

// Attention
const { count, optional, options, tensorOf, truth } = kind;
const generator = kind.given(() => new Generator(1));
const [query, key] = [tensorOf([2, 3, 4]), tensorOf([2, 5, 4])];
const value = optional(tensorOf([2, 5, 4]));
const keyMasks = { keyLengths: lengths, keyMask: tensorOf([2, 5], "bool") };
const masks = options({ ...keyMasks, attnMask: tensorOf([3, 5]), isCausal: truth(false) });
const memory = kind.record({ key: tensorOf([2, 5, 4]), value: tensorOf([2, 5, 4]) });
const remember = { key, value };
const scoring: ClassRow["methods"] = {
  forward: { query, key, value, masks },
  remember,
  attend: { query, memory, masks },
  config: {},
};
const notPublic = ["prepare", "weigh"];
const size = { ...count(4), takes: ["two" as const] };
const single = tensorOf([2, 4]);
const history = optional(tensorOf([2, 5]));
const stepping: ClassRow["methods"] = {
  forward: { query: single, key, value, history, masks: options(keyMasks) },
  remember,
  attend: { query: single, memory, history, masks: options(keyMasks) },
  config: {},
};
const stepNotPublic = ["trace", "continued"];
const hidden = { ...count(4), takes: ["two" as const] };
const byHead = kind.record({ key: tensorOf([2, 2, 5, 2]), value: tensorOf([2, 2, 5, 2]) });
const ROTARY = ["undefined", "true", "false", "an empty object", "an object without a prototype"] as const;
const multihead = options({
  keyPaddingMask: tensorOf([2, 5], "bool"),
  keyLengths: lengths,
  attnMask: tensorOf([3, 5]),
  isCausal: truth(false),
  needWeights: truth(false),
  averageAttnWeights: truth(),
});

export const sequenceRows: Rows<typeof sequence> = {
  ...recurrenceRows,
  ...bertRows,
  ...taggingRows,
  ...transformerRows,
  lengthsToMask: call({ lengths, time: kind.optional(kind.whole(3)) }),

  // Attention
  AdditiveAttention: {
    make: { querySize: size, keySize: size, hiddenSize: hidden, options: options({ bias: truth(), generator }) },
    methods: scoring,
    notPublic,
  },
  DotAttention: { make: {}, methods: scoring, notPublic },
  ScaledDotAttention: { make: {}, methods: scoring, notPublic },
  GeneralAttention: {
    make: { querySize: size, keySize: size, options: options({ generator }) },
    methods: scoring,
    notPublic,
  },
  LocationAttention: {
    make: {
      querySize: size,
      keySize: size,
      hiddenSize: hidden,
      options: options({ filters: { ...count(2), takes: ["two"] }, kernelSize: count(3), generator }),
    },
    methods: stepping,
    notPublic: stepNotPublic,
  },
  CoverageAttention: {
    make: { querySize: size, keySize: size, hiddenSize: hidden, options: options({ generator }) },
    methods: stepping,
    notPublic: stepNotPublic,
  },
  // Positions
  alibi: call({ heads: kind.whole(2), queries: kind.whole(3), keys: kind.whole(3) }),
  alibiSlopes: call({ heads: kind.whole(2) }),
  rotary: call({
    x: tensorOf([2, 3, 4]),
    options: options({ start: kind.whole(1), base: kind.from(100, "above 0"), interleaved: truth() }),
  }),
  sinusoidalPositions: call({ time: kind.whole(3), features: kind.whole(4), start: optional(kind.whole(1)) }),
  SinusoidalPositions: {
    make: { features: count(4) },
    methods: { forward: { x: tensorOf([2, 3, 4]), start: optional(kind.whole(1)) }, config: {} },
  },
  LearnedPositions: {
    make: { maxLength: count(5), features: size, options: options({ generator }) },
    methods: { forward: { x: tensorOf([2, 3, 4]), start: optional(kind.whole(1)) }, config: {} },
  },

  coverageLoss: call({ weights: tensorOf([2, 5]), coverage: tensorOf([2, 5]) }),
  MultiheadAttention: {
    make: {
      embedDim: size,
      numHeads: { ...count(2), takes: ["two"] },
      options: options({
        dropout: { ...kind.from(0.1, "0"), takes: ["zero", "half"] },
        bias: truth(),
        kdim: size,
        vdim: size,
        batchFirst: truth(),
        rotary: { ...options({ base: kind.from(100, "above 0"), interleaved: truth() }), takes: ROTARY },
        alibi: truth(),
        generator,
      }),
    },
    methods: {
      forward: { query, key: optional(key), value, options: multihead },
      remember,
      attend: { query, memory: byHead, options: multihead },
      step: { x: query, memory: optional(byHead) },
      config: {},
    },
    notPublic: [
      "batched",
      "unbatched",
      "placed",
      "projected",
      "project",
      "heads",
      "merged",
      "weighed",
      "finished",
      "left",
      "assertFit",
      "batchAndTime",
      "assertMemory",
    ],
  },
};
