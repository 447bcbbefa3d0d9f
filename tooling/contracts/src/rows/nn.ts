import type * as nn from "@unfoldjs/nn";
import {
  backward,
  CrossEntropyLoss,
  encodeModel,
  Linear,
  Module,
  parameter,
  type Parameter,
  ReLU,
  Sequential,
  SGD,
  type TrainingRun,
} from "@unfoldjs/nn";
import { Generator, isTensor, ones, type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { giveBack } from "../contract.ts";
import * as kind from "../kinds.ts";
import { pyTorchFile } from "../pytorch-file.ts";
import { call, type ClassRow, type FunctionRow, type Rows } from "../row.ts";

const { count, dtype, finite, from, given, indicesOf, list, number, optional, options, record, shape } = kind;
const { tensorOf, truth, word } = kind;

const x = tensorOf([2, 3]);
const generator = given(() => new Generator(1));
const seed = given(() => new Generator(1), "zero", "two", "2 ** 40");
const layers = given(
  () => ({ ReLU }),
  "a structured clone of a tensor",
  "an object with an unknown field",
  "an empty object",
  "an object without a prototype",
);
const metadata = given(() => ({ by: "test" }), "an empty object", "an object without a prototype");
const aParameter = (): Parameter => parameter(() => ones([2]));
const parameters = list(given(aParameter), 1);
const learned = { ...list(given(aParameter, "a module"), 1, "a module"), said: ["learned"] };
const bytes = given(() => {
  const made = new Sequential(new ReLU());
  return encodeModel(made);
}, "a Uint8Array");
function anOptimizer(): SGD {
  return new SGD([aParameter()], { learningRate: 0.1, momentum: 0.9 });
}

function stateOf(): ReturnType<SGD["state"]> {
  const made = anOptimizer();
  const state = made.state();
  giveBack(made);
  return state;
}

function withGradient(made: SGD): SGD {
  for (const { parameters: all } of made.groups) backward(all, () => (all[0] as Parameter).square().sum());
  return made;
}

/** The model of the call that is being made: its optimiser trains it, and its forward uses it. */
let trained = new Linear(2, 2);
const trainedModel = given(() => (trained = new Linear(2, 2)), "a module");

const share = from(0.5, "0");
const positive = count(2);

const signal = given(() => new AbortController().signal);
const pairs = given(
  () => [
    { x: [1, 2], y: 1 },
    { x: [3, 4], y: 0 },
  ],
  "an empty array",
  "an array of numbers",
  "an array of arrays",
  "an array of words",
  "an array with holes",
);
const data: kind.Kind = {
  ...given(
    () => [{ x: tensor([[1, 2]]) }],
    "an empty array",
    "an array of numbers",
    "an array of arrays",
    "an array of words",
    "an array with holes",
    "a Map",
    "a Set",
    "a Float32Array",
    "a Uint8Array",
    "a BigInt64Array",
  ),
  said: ["batch"],
};
const task = {
  // Of whatever batch came: what a user's function throws is not to be the fault.
  forward: kind.callable((batch: { x?: unknown } | null | undefined) =>
    trained.forward(isTensor(batch?.x) && batch.x.dtype === "f32" ? (batch.x as Tensor) : zeros([1, 2])),
  ),
  loss: kind.callable((output: unknown) => (isTensor(output) ? output.to("f32").square().sum() : zeros([]))),
  metrics: optional(given(() => ({ one: () => 1 }), "an empty object", "an object without a prototype")),
};

/** A layer without parameters, by the arguments of its constructor. */
function layer(make: kind.Arguments = {}): ClassRow {
  return { make, methods: { forward: { x }, config: {} } };
}

const optimizerMethods = {
  step: {},
  zeroGrad: {},
  dispose: {},
  state: {},
  loadState: { state: given(stateOf) },
};

/** A number of children, patterns of paths or a function. */
const which = optional(given(() => 1, "two", "zero", "a function", "an async function"));

class Net extends Module {
  readonly inner = new Linear(3, 2);
  override forward(batch: Tensor): Tensor {
    return this.inner.forward(batch);
  }
}

const running = given((): TrainingRun => ({
  model: new ReLU(),
  optimizer: anOptimizer(),
  epoch: 1,
  epochs: 2,
  epochSteps: 1,
  stepsPerEpoch: 2,
  steps: 1,
  lastLoss: 1,
  loss: 1,
  metrics: {},
  examplesPerSecond: 1,
  secondsLeft: 1,
  history: [],
  stop: () => {},
  checkpoint: () => new Uint8Array(1),
}));

const schedule = (fields: kind.Arguments, ...required: string[]): FunctionRow =>
  call({ options: options(fields, "steps", ...required) });
const spread = { shape: shape([2, 3]) };
const xavier = call({ ...spread, options: options({ gain: number(1), generator }) });
const kaiming = call({
  ...spread,
  options: options({ negativeSlope: number(0), mode: word("fanIn"), nonlinearity: word("relu"), generator }),
});
const settings = { learningRate: from(0.1, "0"), weightDecay: from(0, "0") };
const means = { beta1: share, beta2: share, epsilon: from(1e-8, "0") };
const adam: ClassRow = {
  make: { parameters, settings: options({ ...settings, ...means, amsgrad: truth(), maximize: truth(false) }) },
  methods: {},
};
const optimizer = given(() => new SGD(trained.parameters(), { learningRate: 0.1 }));
const callbacks = list(
  given(
    () => ({}),
    "an empty object",
    "an object without a prototype",
    "an object with an unknown field",
    "a structured clone of a tensor",
  ),
  1,
);

const table = {
  paddingIdx: kind.whole(0),
  maxNorm: from(1, "above 0"),
  normType: from(2, "above 0"),
  scaleGradByFreq: truth(false),
};

export const nnRows: Rows<typeof nn> = {
  // Modules
  Module: {
    inside: ["linear"], // its layer
    make: { none: "abstract" },
    instance: () => new Net(),
    methods: {
      config: {},
      stateKeys: {},
      members: {},
      namedParameters: {},
      parameters: {},
      namedBuffers: {},
      namedModules: {},
      namedChildren: {},
      namedGenerators: {},
      train: { training: optional(truth()) },
      eval: {},
      freeze: { which },
      unfreeze: { which },
      stateDict: {},
      loadStateDict: {
        state: given(() => ({ "inner.weight": zeros([2, 3]), "inner.bias": zeros([2]) })),
        options: options({ strict: truth() }),
      },
      onForward: { hook: kind.callable(() => undefined) },
      summary: { inputShape: shape([1, 3]), options: options({ dtype }) },
      toString: {},
      dispose: {},
    },
  },
  Parameter: {
    make: { values: tensorOf([2]) },
    methods: { dropGrad: {}, dispose: {} },
  },
  Buffer: { make: { values: tensorOf([2]), options: options({ persistent: truth() }) }, methods: {} },
  replaceModule: call({
    model: given(() => new Sequential(new ReLU())),
    path: word("0"),
    module: given(() => new Linear(2, 2), "a module"),
  }),
  isBuffer: call({ value: kind.anything(1) }),
  isModule: call({ value: kind.anything(1) }),
  isParameter: call({ value: kind.anything(1) }),
  givenOptions: call({
    options: given(
      () => ({ bias: true }),
      "an empty object",
      "an object with an unknown field",
      "an object without a prototype",
      "a structured clone of a tensor",
    ),
  }),
  stateKey: call({ path: kind.text("inProj") }),

  // Layers
  GELU: layer({ options: options({ approximate: word("tanh") }) }),
  ReLU: layer(),
  Sigmoid: layer(),
  SiLU: layer(),
  Softplus: layer({ options: options({ beta: finite(2), threshold: kind.number(1) }) }),
  Tanh: layer(),
  LeakyReLU: layer({ negativeSlope: optional(finite(0.01)) }),
  Softmax: layer({ axis: optional(kind.whole(1)) }),
  LogSoftmax: layer({ axis: optional(kind.whole(1)) }),
  Flatten: layer({ start: optional(kind.whole(1)), end: optional(kind.whole(-1)) }),
  Identity: { make: {}, methods: { forward: { x: kind.anything(1) }, config: {} } },
  Dropout: layer({ probability: optional({ ...share, takes: ["zero", "half"] }), options: options({ generator }) }),
  Linear: {
    make: {
      inFeatures: positive,
      outFeatures: positive,
      options: options({ bias: truth(), activation: kind.word("relu"), generator }),
    },
    methods: { forward: { x: tensorOf([3, 2]) }, config: {} },
  },
  Embedding: {
    make: {
      numEmbeddings: positive,
      embeddingDim: positive,
      options: options({ ...table, sparse: truth(), generator }),
    },
    methods: { forward: { indices: indicesOf([2]) }, config: {}, attend: { x: tensorOf([2, 2]) } },
  },
  EmbeddingBag: {
    make: {
      numEmbeddings: positive,
      embeddingDim: positive,
      options: options({ ...table, sparse: truth(), generator, mode: kind.word("sum") }),
    },
    methods: { forward: { x: indicesOf([2, 1]), offsets: optional(kind.given(() => undefined)) }, config: {} },
    notPublic: ["largest"],
  },
  LayerNorm: {
    make: {
      normalizedShape: kind.sizes(2),
      options: options({ epsilon: from(1e-5, "0"), elementwiseAffine: truth(), bias: truth() }),
    },
    methods: { forward: { x: tensorOf([3, 2]) }, config: {} },
  },
  RMSNorm: {
    make: {
      normalizedShape: kind.sizes(2),
      options: options({ epsilon: from(1e-5, "0"), elementwiseAffine: truth() }),
    },
    methods: { forward: { x: tensorOf([3, 2]) }, config: {} },
  },
  Sequential: {
    inside: ["relu"], // its layer
    make: { layers: given(() => new ReLU(), "a module") },
    methods: { forward: { x }, at: { index: kind.whole(0) }, members: {}, config: {} },
  },
  leakyRelu: call({ x, negativeSlope: optional(finite(0.01)) }),

  // First values
  defaultGenerator: call({}),
  manualSeed: call({ seed: count(1) }),
  withGenerator: call({ generator, f: kind.callable(() => undefined) }),
  calculateGain: call({ nonlinearity: word("relu"), negativeSlope: optional(finite(0.01)) }),
  kaimingNormal: kaiming,
  kaimingUniform: kaiming,
  orthogonal: xavier,
  xavierNormal: xavier,
  xavierUniform: xavier,
  normal: call({ ...spread, options: options({ mean: finite(0), deviation: from(1, "0"), generator }) }),
  uniform: call({ ...spread, options: options({ low: finite(0), high: finite(1), generator }) }),
  parameter: call({ values: kind.callable(() => ones([2])) }),
  layerDefault: call({ shape: shape([2, 3]), hasBias: truth(), generator: optional(generator) }),

  // Losses
  crossEntropy: call({
    logits: x,
    labels: indicesOf([2]),
    options: options({
      reduction: word("sum"),
      ignoreIndex: kind.whole(-100),
      labelSmoothing: share,
      weight: tensorOf([3]),
    }),
  }),
  CrossEntropyLoss: {
    instance: () => new CrossEntropyLoss(),
    make: {
      options: options({
        reduction: word("sum"),
        ignoreIndex: kind.whole(-100),
        labelSmoothing: share,
        weight: tensorOf([3]),
      }),
    },
    methods: { forward: { logits: x, labels: indicesOf([2]) }, config: {} },
  },
  mse: call({ prediction: x, target: x, reduction: optional(word("sum")) }),
  MSELoss: {
    make: { options: options({ reduction: word("sum") }) },
    methods: { forward: { prediction: x, target: x }, config: {} },
  },

  // Optimisers and schedules
  Optimizer: {
    make: { none: "abstract" },
    instance: anOptimizer,
    special: { step: () => withGradient(anOptimizer()) },
    methods: optimizerMethods,
    notPublic: ["assertTakes", "rateOf", "memoryOf", "forget", "parameters"],
  },
  SGD: {
    make: {
      parameters,
      settings: options({
        ...settings,
        momentum: from(0.9, "0"),
        dampening: finite(0),
        nesterov: truth(false),
        lazyMomentum: truth(false),
        maximize: truth(false),
      }),
    },
    methods: {},
    notPublic: ["slots", "update", "assertTakes", "updateRows", "stepOf", "assertSettings"],
  },
  Adam: adam,
  AdamW: adam,
  SparseAdam: {
    make: { parameters, settings: options({ learningRate: from(0.1, "0"), ...means, maximize: truth(false) }) },
    methods: {},
    notPublic: ["slots", "update", "assertTakes", "updateRows", "assertSettings"],
  },
  clipGradNorm: call({ parameters: learned, maxNorm: from(1, "0") }),
  clipGradValue: call({ parameters: learned, limit: from(1, "0") }),
  cosineAnnealing: schedule({ steps: positive, floor: from(0, "0") }),
  linearDecay: schedule({ steps: positive, floor: from(0, "0") }),
  stepDecay: call({ options: options({ every: positive, factor: from(0.5, "0") }, "every") }),
  oneCycle: schedule({
    steps: positive,
    rise: share,
    startDivisor: from(25, "above 0"),
    endDivisor: from(100, "above 0"),
  }),
  warmUp: schedule({ steps: positive, next: kind.callable(() => 1) }),

  // Data
  batches: call({
    examples: pairs,
    size: positive,
    options: options({ shuffle: seed, dropLast: truth(), bucketBy: kind.callable(() => 1) }),
  }),
  padded: call({ options: options({ value: number(0), dtype }) }),
  stacked: call({ dtype: optional(dtype) }),
  splitExamples: call({ examples: pairs, count: count(1), options: options({ shuffle: seed }) }),
  tabular: call({
    fields: given(() => ({
      x: [
        [1, 2],
        [3, 4],
      ],
      y: new Int32Array(2),
    })),
    options: options({ dtypes: given(() => ({}), "an empty object", "an object without a prototype") }),
  }),

  // Training
  backward: call({ learned, loss: kind.callable(() => tensor(1)) }),
  fit: call(
    {
      model: trainedModel,
      data,
      options: record({
        epochs: { ...positive, endless: ["2 ** 40"] },
        optimizer,
        ...task,
        callbacks: optional(callbacks),
        clipNorm: optional(from(1, "0")),
        signal: optional(signal),
      }),
    },
    "linear",
    "SGD.step",
  ),
  inUse: call({ model: given(() => new Net(), "a module"), f: kind.callable(() => 1) }),
  evaluate: call({ model: trainedModel, data, task: record(task), options: options({ signal }) }, "linear"),
  earlyStopping: call({
    options: options(
      { patience: positive, minDelta: finite(0), restoreBest: truth(), monitor: kind.callable(() => 1) },
      "patience",
    ),
  }),
  progress: call({
    options: options({
      output: record({ write: kind.callable(() => undefined), live: truth() }),
      unit: kind.text("images"),
    }),
  }),
  progressLine: call({ run: running, unit: optional(kind.text("images")) }),
  checkpointing: call({
    target: {
      ...kind.callable(() => undefined),
      takes: ["a function", "an async function", "a word", "an empty string"],
    },
    options: options({ everyEpochs: positive, everySteps: positive, layers }),
  }),
  macrotask: call({}),
  accuracy: call({ logits: x, labels: indicesOf([2]) }),
  ConfusionMatrix: {
    make: { classes: given(() => 3, "two", "an array of words", "zero", "an empty array") },
    methods: { add: { logits: x, labels: indicesOf([2]) }, recall: {}, precision: {}, toString: {} },
  },

  // Transfer
  stagesOf: call({ model: given(() => new Net(), "a module") }),
  freezeStages: call({ model: given(() => new Net(), "a module"), which: given(() => 1, "zero", "an empty array") }),
  discriminativeRates: call({
    model: given(() => new Net(), "a module"),
    options: options(
      { learningRate: from(0.1, "0"), factor: { ...number(2), takes: ["two", "2 ** 40"] } },
      "learningRate",
    ),
  }),
  gradualUnfreezing: call({ options: options({ start: positive, every: positive, most: positive }) }),
  fewShotHead: call({
    features: tensorOf([4, 2]),
    labels: kind.ascending(4),
    options: options({
      classes: kind.count(5),
      l2: kind.from(0.1, "0"),
      folds: kind.count(2),
      standardise: kind.truth(),
      calibrate: kind.truth(),
    }),
  }),
  featuresBefore: call(
    {
      model: given(() => (trained = new Linear(2, 2))),
      part: given(() => trained),
      x: tensorOf([1, 2]),
    },
    "linear",
    "Linear",
  ),
  FeatureCache: {
    make: {
      model: given(() => new ReLU(), "a module"), // holds nothing that would have to be given back
      options: options({
        forward: kind.callable((batch: Tensor) => batch),
        except: given(() => new ReLU(), "a module"),
        dtype: word("f16"),
        maxBytes: from(1000, "0"),
      }),
    },
    methods: { of: { x: tensorOf([3, 2]) }, clear: {} },
    inside: ["relu", "ReLU"],
  },

  // Files
  encodeModel: call({ model: given(() => new ReLU(), "a module"), options: options({ layers, metadata }) }),
  decodeModel: call({ bytes, options: options({ layers }) }, "load"),
  load: call({
    source: { ...bytes, takes: ["a Uint8Array", "a word", "an empty string"] },
    options: options({ layers }),
  }),
  loadPyTorch: call({
    model: given(() => new ReLU(), "a module"),
    source: { ...given(pyTorchFile), takes: ["a Uint8Array", "a word", "an empty string"] },
    options: options({
      within: { ...given(() => undefined), takes: ["undefined", "a word", "an empty string"] },
      strict: truth(),
    }),
  }),
  writeFile: { none: "writes files: its test has its own folder, and passes what is no content" },
  writeFiles: { none: "writes files: its test has its own folder" },
  save: { none: "writes a file: its arguments are those of encodeModel and a path, tested beside it" },
};
