import {
  BertModel,
  CRF,
  type DecoderMasks,
  EncoderDecoder,
  type EncoderMasks,
  GPT,
  SentenceEncoder,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
} from "@unfoldjs/sequence-layers";
import { LayerNorm, Linear } from "@unfoldjs/nn";
import { encodeSafetensors, full, Generator } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { type ClassRow, call, type FunctionRow } from "../row.ts";

const { count, indicesOf, optional, options, tensorOf, truth, word } = kind;
const generator = kind.given(() => new Generator(1));
/** A size of several weights: one that is too large is refused before any is made. */
const size = { ...count(4), takes: ["two" as const] };
const layers = { ...count(2), takes: ["two" as const] };
const dropout = { ...kind.from(0.1, "0"), takes: ["zero" as const, "half" as const] };
const heads = { ...count(2), takes: ["two" as const] };

const layerOptions = options({
  dimFeedforward: size,
  dropout,
  activation: word("gelu"),
  layerNormEps: kind.from(1e-5, "0"),
  batchFirst: truth(),
  normFirst: truth(),
  bias: truth(),
  rotary: {
    ...options({ base: kind.from(100, "above 0"), interleaved: truth() }),
    takes: ["undefined", "true", "false", "an empty object", "an object without a prototype"],
  },
  alibi: truth(),
  generator,
});
const small = { dimFeedforward: 3, batchFirst: true };
const x = tensorOf([2, 3, 4]);
const lengths = indicesOf([2], 2);
const pairs = tensorOf([3, 3], "bool");
const padding = tensorOf([2, 3], "bool");
const encoderMasks = options({
  srcMask: pairs,
  srcKeyPaddingMask: padding,
  srcLengths: lengths,
  isCausal: truth(),
} satisfies Record<keyof EncoderMasks, kind.Kind>);
const decoderMasks = options({
  tgtMask: pairs,
  memoryMask: pairs,
  tgtKeyPaddingMask: padding,
  memoryKeyPaddingMask: padding,
  tgtLengths: lengths,
  memoryLengths: lengths,
  tgtIsCausal: truth(),
} satisfies Record<keyof DecoderMasks, kind.Kind>);
const memory = kind.record({ key: tensorOf([2, 2, 5, 2]), value: tensorOf([2, 2, 5, 2]) });
const norm = optional(kind.given(() => new LayerNorm(4)));

const ids = indicesOf([2, 3], 1);
const modelSizes = { dModel: size, nhead: heads, numLayers: layers, dimFeedforward: size, dropout, generator };

const bertSizes = { vocabSize: 4, hiddenSize: 4, numHiddenLayers: 1, numAttentionHeads: 2, intermediateSize: 4 };
const tinyBert = (): BertModel => new BertModel({ ...bertSizes, maxPositionEmbeddings: 4 });
const config = {
  model_type: "bert",
  vocab_size: 4,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 4,
  max_position_embeddings: 4,
};
const bertInputs = options({
  lengths: indicesOf([2], 2),
  attentionMask: tensorOf([2, 3], "bool"),
  tokenTypeIds: indicesOf([2, 3], 1),
});
const bertConfig: kind.Kind = { make: () => config, takes: [] };
const bertBytes = (): Uint8Array => {
  const model = tinyBert();
  const bytes = encodeSafetensors(model.stateDict());
  model.dispose();
  return bytes;
};

const sentenceEncoder = kind.given(() => new SentenceEncoder(tinyBert()));
const tokenise = kind.callable(() => [1, 2]);
const texts: kind.Kind = { ...kind.list(kind.text("a"), 2, "an array of words"), said: ["texts", "text"] };
const encoding = options({
  batchSize: count(2),
  onProgress: kind.callable(() => undefined),
  signal: kind.given(() => new AbortController().signal),
});

/** BERT, and what is made of it. */
export const bertRows: {
  readonly BertModel: ClassRow;
  readonly SentenceEncoder: ClassRow;
  readonly loadBert: FunctionRow;
  readonly bertOptionsOf: FunctionRow;
  readonly encodeTexts: FunctionRow;
  readonly setFit: FunctionRow;
  readonly TextClassifier: ClassRow;
} = {
  BertModel: {
    make: {
      options: {
        ...options({
          vocabSize: size,
          hiddenSize: size,
          numHiddenLayers: layers,
          numAttentionHeads: heads,
          intermediateSize: size,
          hiddenAct: word("gelu"),
          hiddenDropoutProb: dropout,
          attentionProbsDropoutProb: dropout,
          maxPositionEmbeddings: size,
          typeVocabSize: heads,
          layerNormEps: kind.from(1e-12, "0"),
          generator,
        }),
        // A BERT of the usual size takes seconds.
        endless: ["undefined", "an empty object", "an object without a prototype"],
      },
    },
    instance: tinyBert,
    methods: {
      forward: { tokens: ids, inputs: bertInputs },
      pool: { hidden: tensorOf([2, 3, 4]) },
      config: {},
    },
    notPublic: ["embedded"],
  },
  SentenceEncoder: {
    make: { bert: kind.given(tinyBert) },
    methods: { forward: { tokens: ids, inputs: bertInputs }, config: {} },
  },
  loadBert: call({ config: bertConfig, bytes: { make: bertBytes, takes: [] } }),
  bertOptionsOf: call({ config: bertConfig }),
  encodeTexts: call({ encoder: sentenceEncoder, tokenise, texts, options: encoding }),
  setFit: call({
    encoder: sentenceEncoder,
    tokenise,
    texts,
    labels: {
      ...kind.given(() => ["x", "y"], "an array of words"),
      said: ["labels"],
      element: kind.text("x"),
    },
    options: options({
      iterations: { ...count(1), endless: ["2 ** 40", "undefined"] },
      learningRate: kind.from(1e-3, "0"),
      batchSize: count(2),
      warmUp: dropout,
      weightDecay: kind.from(0.1, "0"),
      clipNorm: kind.from(1, "0"),
      generator,
      head: { ...optional(kind.given(() => ({}), ...kind.emptyObjects)), said: ["head", "options"] }, // those of fewShotHead
      onProgress: kind.callable(() => undefined),
      signal: kind.given(() => new AbortController().signal),
    }),
  }),
  TextClassifier: {
    make: {
      encoder: sentenceEncoder,
      head: kind.given(() => new Linear(4, 2)),
      classes: kind.list(kind.text("a"), 2, "an array of words"),
    },
    methods: {
      forward: { tokens: ids, inputs: bertInputs },
      classify: { tokenise, texts, options: encoding },
      config: {},
    },
  },
};

export const transformerRows: {
  readonly [
    Name in
      | "TransformerEncoderLayer"
      | "TransformerDecoderLayer"
      | "TransformerEncoder"
      | "TransformerDecoder"
      | "GPT"
      | "EncoderDecoder"
  ]: ClassRow;
} = {
  TransformerEncoderLayer: {
    make: { dModel: size, nhead: heads, options: layerOptions },
    instance: () => new TransformerEncoderLayer(4, 2, small),
    methods: {
      forward: { src: x, masks: encoderMasks },
      step: { x, memory: optional(memory) },
      another: {},
      config: {},
    },
    notPublic: ["around", "assertFit"],
  },
  TransformerDecoderLayer: {
    make: { dModel: size, nhead: heads, options: layerOptions },
    instance: () => new TransformerDecoderLayer(4, 2, small),
    methods: {
      forward: { tgt: x, memory: x, masks: decoderMasks },
      remember: { memory: x },
      step: {
        x,
        source: memory,
        memory: optional(memory),
        masks: options({ keyPaddingMask: tensorOf([2, 5], "bool"), keyLengths: lengths }),
      },
      another: {},
      config: {},
    },
    notPublic: ["around", "isBatchFirst"],
  },
  TransformerEncoder: {
    inside: ["TransformerEncoderLayer"],
    make: { encoderLayer: kind.given(() => new TransformerEncoderLayer(4, 2, small)), numLayers: layers, norm },
    methods: { forward: { src: x, masks: encoderMasks }, config: {} },
  },
  TransformerDecoder: {
    inside: ["TransformerDecoderLayer"],
    make: { decoderLayer: kind.given(() => new TransformerDecoderLayer(4, 2, small)), numLayers: layers, norm },
    methods: { forward: { tgt: x, memory: x, masks: decoderMasks }, config: {} },
  },
  GPT: {
    make: { vocabulary: size, options: options({ ...modelSizes, maxLength: size, positions: word("alibi") }) },
    instance: () => new GPT(4, { dModel: 4, nhead: 2, numLayers: 1, maxLength: 4 }),
    methods: { forward: { tokens: ids }, stepModel: { sentences: optional(count(2)) }, config: {} },
    notPublic: ["step", "embedded", "assertState"],
  },
  EncoderDecoder: {
    make: { sourceVocabulary: size, targetVocabulary: size, options: options(modelSizes) },
    instance: () => new EncoderDecoder(4, 4, { dModel: 4, nhead: 2, numLayers: 1 }),
    methods: {
      forward: { source: ids, target: ids, options: options({ sourceLengths: lengths }) },
      encode: { source: ids, options: options({ sourceLengths: lengths }) },
      stepModel: { source: ids, options: options({ sourceLengths: lengths }) },
      config: {},
    },
    notPublic: ["step", "embedded", "assertState"],
  },
};

const tagOptions = { lengths: indicesOf([2], 2) };
const emissions = tensorOf([2, 3, 4]);
const truths = (length: number): kind.Kind => kind.list(truth(), length);
const chain = kind.record({
  start: truths(4),
  transitions: kind.list({ make: () => [true, true, true, true], takes: [] }, 4),
  end: truths(4),
});
const times = indicesOf([3], 2);

/** Tagging. */
export const taggingRows: {
  readonly CRF: ClassRow;
  readonly bioConstraints: FunctionRow;
  readonly ctcLoss: FunctionRow;
  readonly ctcGreedy: FunctionRow;
} = {
  CRF: {
    make: {
      numTags: { ...count(4), takes: ["two"] },
      options: options({ batchFirst: truth(), constraints: chain, generator }),
    },
    instance: () => new CRF(4, { batchFirst: true }),
    methods: {
      forward: {
        emissions,
        tags: indicesOf([2, 3], 1),
        options: options({ ...tagOptions, reduction: word("mean") }),
      },
      decode: { emissions, options: options({ ...tagOptions, nBest: { ...count(2), takes: ["two"] } }) },
      marginals: { emissions, options: options(tagOptions) },
      config: {},
    },
    notPublic: ["sizesOf", "own", "scores", "logPartition", "scoreOf"],
  },
  bioConstraints: call({
    labels: { make: () => ["O", "B-X", "I-X"], takes: ["an empty array"], element: word("O") },
    scheme: optional(word("BIO")),
  }),
  ctcLoss: call({
    logProbs: tensorOf([4, 3, 5]),
    targets: indicesOf([3, 2], 1),
    inputLengths: { ...times, make: () => full([3], 4, "i32") },
    targetLengths: indicesOf([3], 1),
    options: options({ blank: kind.whole(0), reduction: word("sum"), zeroInfinity: truth() }),
  }),
  ctcGreedy: call({
    logProbs: tensorOf([4, 3, 5]),
    options: options({ inputLengths: times, blank: kind.whole(0) }),
  }),
};
