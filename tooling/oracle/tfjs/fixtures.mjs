// See README.md. What tfjs gives, in the numbers that tests compare with.

import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
console.info = console.warn = () => {};
const tf = require("@tensorflow/tfjs");
await tf.setBackend("cpu");

// As packages/vision-layers/src/testing/drawn.ts.
function seedOf(name) {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return seed;
}

function numbers(name, count) {
  const out = new Float32Array(count);
  let counter = seedOf(name);
  for (let i = 0; i < count; i++) {
    let x = counter;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    out[i] = ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
    counter = (counter + 0x9e3779b9) | 0;
  }
  return out;
}

const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

/** In ±√(3 / fan-in); variances around 1. */
function weightOf(name, shape) {
  const values = numbers(name, sizeOf(shape));
  if (name.endsWith("moving_variance")) return values.map((value) => 1 + value / 2);
  const scale = Math.fround(Math.sqrt(3 / Math.max(1, sizeOf(shape) / shape.at(-1))));
  return values.map((value) => value * scale);
}

const plain = (x) => Array.from(x, (value) => Number(value.toPrecision(7)));

function fill(model) {
  for (const weight of model.weights) {
    const name = weight.originalName;
    weight.write(tf.tensor(weightOf(name, weight.shape), weight.shape));
  }
  return model;
}

async function saved(model) {
  let artifacts;
  await model.save({ save: async (all) => ((artifacts = all), { modelArtifactsInfo: {} }) });
  return artifacts;
}

const { layers, input, sequential } = tf;
const picture = (height, width, channels) => input({ shape: [height, width, channels], name: "pictures" });

function chain(x, ...steps) {
  const out = steps.reduce((value, step) => step.apply(value), x);
  return tf.model({ inputs: x, outputs: out });
}

const models = {
  "strided convolutions of odd and even sizes, padded as TensorFlow pads": () =>
    chain(
      picture(11, 14, 3),
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "relu6", name: "a" }),
      layers.conv2d({ filters: 5, kernelSize: [5, 2], strides: [2, 1], padding: "same", useBias: false, name: "b" }),
      layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: "same", depthMultiplier: 2, name: "c" }),
    ),
  "convolutions at stride 1, dilated, depthwise and separable": () =>
    chain(
      picture(9, 8, 3),
      layers.conv2d({ filters: 4, kernelSize: 4, padding: "same", activation: "elu", name: "a" }),
      layers.conv2d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: "same", activation: "tanh", name: "b" }),
      layers.separableConv2d({ filters: 6, kernelSize: 3, depthMultiplier: 2, activation: "swish", name: "c" }),
      layers.separableConv2d({ filters: 3, kernelSize: 3, strides: 2, padding: "same", name: "d" }),
    ),
  signals: () =>
    chain(
      input({ shape: [13, 3], name: "signals" }),
      layers.conv1d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", name: "a" }),
      layers.batchNormalization({ name: "n" }),
      layers.conv1d({ filters: 4, kernelSize: 2, activation: "selu", name: "b" }),
      layers.maxPooling1d({ poolSize: 3, strides: 2, padding: "same", name: "p" }),
      layers.averagePooling1d({ poolSize: 2, strides: 1, name: "q" }),
      layers.dense({ units: 3, activation: "softmax", name: "each" }),
    ),
  "pools at the edges": () =>
    chain(
      picture(10, 7, 2),
      layers.averagePooling2d({ poolSize: 3, strides: 1, padding: "same", name: "a" }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same", name: "b" }),
      layers.averagePooling2d({ poolSize: [2, 3], strides: 2, padding: "same", name: "c" }),
    ),
  "transposed convolutions": () =>
    chain(
      picture(2, 3, 3),
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same", name: "a" }),
      layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 3, padding: "valid", useBias: false, name: "b" }),
      layers.conv2dTranspose({
        filters: 1,
        kernelSize: 4,
        strides: 1,
        padding: "same",
        activation: "sigmoid",
        name: "c",
      }),
    ),
  "padding, cropping, larger pictures": () =>
    chain(
      picture(3, 2, 2),
      layers.zeroPadding2d({
        padding: [
          [0, 1],
          [2, 3],
        ],
        name: "pad",
      }),
      layers.cropping2D({
        cropping: [
          [1, 0],
          [2, 1],
        ],
        name: "cut",
      }),
      layers.upSampling2d({ size: [2, 3], name: "up" }),
    ),
  norms: () =>
    chain(
      picture(5, 4, 3),
      layers.batchNormalization({ epsilon: 0.01, momentum: 0.9, name: "a" }),
      layers.batchNormalization({ scale: false, name: "b" }),
      layers.batchNormalization({ center: false, name: "c" }),
      layers.batchNormalization({ center: false, scale: false, name: "d" }),
      layers.layerNormalization({ name: "e" }),
    ),
  "a head of dense layers": () => {
    const model = sequential({ name: "head" });
    model.add(layers.conv2d({ inputShape: [4, 3, 2], filters: 5, kernelSize: 2, name: "conv" }));
    model.add(layers.dense({ units: 4, activation: "relu", name: "pixels" }));
    model.add(layers.flatten({ name: "flat" }));
    model.add(layers.dropout({ rate: 0.5, name: "drop" }));
    model.add(layers.dense({ units: 6, activation: "relu", name: "hidden" }));
    model.add(layers.batchNormalization({ name: "norm" }));
    model.add(layers.dense({ units: 3, activation: "softmax", useBias: false, name: "classes" }));
    return model;
  },
  "branches that meet in each way": () => {
    const x = picture(4, 4, 3);
    const [a, b, c] = ["a", "b", "c"].map((name) => layers.conv2d({ filters: 3, kernelSize: 1, name }).apply(x));
    const met = [
      layers.add({ name: "sum" }).apply([a, b, c]),
      layers.multiply({ name: "product" }).apply([a, b]),
      layers.average({ name: "mean" }).apply([a, b, c]),
      layers.maximum({ name: "most" }).apply([a, b, c]),
      layers.minimum({ name: "least" }).apply([a, c]),
    ];
    const all = layers.concatenate({ name: "all" }).apply(met);
    const rows = layers.concatenate({ axis: 1, name: "rows" }).apply([all, all]);
    return tf.model({ inputs: x, outputs: layers.globalAveragePooling2d({ name: "pool" }).apply(rows) });
  },
  "a squeeze by global pools, and shapes": () => {
    const x = picture(4, 6, 3);
    const squeeze = layers.globalMaxPooling2d({ name: "pool" }).apply(x);
    const shaped = layers.reshape({ targetShape: [1, 1, 3], name: "shape" }).apply(squeeze);
    const gate = layers.conv2d({ filters: 3, kernelSize: 1, activation: "hardSigmoid", name: "gate" }).apply(shaped);
    const scaled = layers.multiply({ name: "scaled" }).apply([x, gate]);
    return tf.model({ inputs: x, outputs: layers.reshape({ targetShape: [3, 4, 6], name: "other" }).apply(scaled) });
  },
  "layers that are activations": () =>
    chain(
      picture(4, 4, 4),
      layers.prelu({ sharedAxes: [1, 2], name: "a" }),
      layers.prelu({ name: "b" }),
      layers.leakyReLU({ alpha: 0.2, name: "c" }),
      layers.elu({ name: "d" }),
      layers.reLU({ maxValue: 0.4, name: "e" }),
      layers.softmax({ axis: -1, name: "f" }),
      layers.activation({ activation: "linear", name: "h" }),
    ),
  "all activations by name": () => {
    const x = input({ shape: [6], name: "features" });
    const names = [
      "elu",
      "hardSigmoid",
      "relu",
      "relu6",
      "selu",
      "sigmoid",
      "softplus",
      "softsign",
      "tanh",
      "softmax",
      "logSoftmax",
      "swish",
      "mish",
      "gelu",
      "gelu_new",
    ];
    const all = names.map((activation) => layers.activation({ activation, name: activation }).apply(x));
    return tf.model({ inputs: x, outputs: layers.concatenate({ name: "all" }).apply(all) });
  },
  "models within a model": () => {
    const inner = picture(6, 6, 2);
    const trunk = tf.model({
      inputs: inner,
      outputs: layers
        .conv2d({ filters: 3, kernelSize: 3, name: "conv" })
        .apply(layers.zeroPadding2d({ name: "pad" }).apply(inner)),
      name: "trunk",
    });
    const features = sequential({ name: "features", layers: [trunk, layers.globalAveragePooling2d({ name: "pool" })] });
    const head = sequential({ name: "head" });
    head.add(layers.dense({ units: 4, activation: "relu", inputShape: [3], name: "first" }));
    head.add(layers.dense({ units: 2, activation: "softmax", name: "second" }));
    return sequential({ layers: [features, head] });
  },
  "one layer twice": () => {
    const x = input({ shape: [5], name: "features" });
    const shared = layers.dense({ units: 5, activation: "tanh", name: "shared" });
    return tf.model({
      inputs: x,
      outputs: layers.add({ name: "sum" }).apply([shared.apply(x), shared.apply(shared.apply(x))]),
    });
  },
  volumes: () =>
    chain(
      input({ shape: [4, 5, 6, 2], name: "volumes" }),
      layers.conv3d({ filters: 3, kernelSize: 3, padding: "same", name: "a" }),
      layers.maxPooling3d({ poolSize: 2, strides: 2, padding: "same", name: "p" }),
      layers.averagePooling3d({ poolSize: 2, strides: 1, name: "q" }),
    ),
};

const rows = [];
for (const [title, make] of Object.entries(models)) {
  const model = fill(make());
  const shape = [2, ...model.inputs[0].shape.slice(1)];
  const x = tf.tensor(numbers("input", sizeOf(shape)), shape);
  const y = model.predict(x);
  const { modelTopology, weightSpecs } = await saved(model);
  rows.push({
    title,
    modelTopology: slim(modelTopology),
    weights: weightSpecs.map((spec) => ({ name: spec.name, shape: spec.shape })),
    input: shape,
    output: y.shape,
    values: plain(await y.data()),
  });
  tf.disposeVariables();
}

/** Without what no reader looks at. */
function slim(value) {
  if (Array.isArray(value)) return value.map(slim);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !/(initializer|regularizer|constraint)$/.test(key))
      .map(([key, inner]) => [key, slim(inner)]),
  );
}

// Weights in each form, cut into shards at odd places.
const packed = await (async () => {
  const specs = [];
  const parts = [];
  const forms = ["float32", "uint8", "uint16", "float16", "float32"];
  const model = fill(
    chain(
      picture(5, 5, 2),
      layers.conv2d({ filters: 3, kernelSize: 3, name: "a" }),
      layers.batchNormalization({ name: "n" }),
      layers.conv2d({ filters: 2, kernelSize: 2, name: "b" }),
    ),
  );
  model.weights.forEach((weight, at) => {
    const values = weightOf(weight.originalName, weight.shape);
    const form = forms[at % forms.length];
    const spec = { name: weight.originalName, shape: weight.shape, dtype: "float32" };
    if (form === "float32") parts.push(new Uint8Array(values.buffer));
    else if (form === "float16") {
      spec.quantization = { dtype: "float16" };
      parts.push(new Uint8Array(Uint16Array.from(values, halfOf).buffer));
    } else {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const scale = (high - low) / (form === "uint8" ? 255 : 65535) || 1;
      spec.quantization = { dtype: form, min: low, scale };
      const integers = Array.from(values, (value) => Math.round((value - low) / scale));
      parts.push(form === "uint8" ? Uint8Array.from(integers) : new Uint8Array(Uint16Array.from(integers).buffer));
    }
    specs.push(spec);
  });
  const groups = [specs.slice(0, 3), specs.slice(3)];
  const weightsManifest = [];
  const files = {};
  let at = 0;
  groups.forEach((weights, group) => {
    const bytes = Buffer.concat(parts.slice(at, at + weights.length));
    at += weights.length;
    const cuts = [0, 7, Math.floor(bytes.length / 2) + 1, bytes.length];
    const paths = cuts.slice(1).map((end, shard) => {
      const name = `group${group + 1}-shard${shard + 1}of3.bin`;
      files[name] = bytes.subarray(cuts[shard], end).toString("base64");
      return name;
    });
    weightsManifest.push({ paths, weights });
  });
  const { modelTopology } = await saved(model);
  const weightData = new Uint8Array(Buffer.concat(parts)).buffer;
  const read = await tf.loadLayersModel({ load: async () => ({ modelTopology, weightSpecs: specs, weightData }) });
  const shape = [1, 5, 5, 2];
  const y = read.predict(tf.tensor(numbers("input", sizeOf(shape)), shape));
  return {
    model: { format: "layers-model", modelTopology: slim(modelTopology), weightsManifest },
    files,
    input: shape,
    output: y.shape,
    values: plain(await y.data()),
  };
})();

/** To the nearest half, ties to even. */
function halfOf(value) {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (magnitude < 2 ** -14) return sign | Math.round(magnitude * 2 ** 24); // below the normal ones
  const mantissa = bits & 0x7fffffff;
  const rounded = (mantissa + 0xfff + ((mantissa >>> 13) & 1)) >>> 13;
  return sign | (rounded - (112 << 10));
}

// The real networks.
const nsfwjs = [];
for (const [name, entry, folder, size, taps] of [
  [
    "mobileNetV2",
    "MobileNetV2",
    "mobilenet_v2",
    224,
    ["Conv1_relu", "block_1_depthwise_relu", "block_5_add", "block_12_add", "out_relu", "flatten_1", "dense_3"],
  ],
  [
    "inceptionV3",
    "InceptionV3",
    "inception_v3",
    299,
    ["activation_3", "mixed0", "mixed2", "mixed7", "mixed8", "mixed10", "flatten_1", "dense_3"],
  ],
]) {
  const base = join(process.cwd(), "node_modules/nsfwjs/dist/models", folder);
  const json = require(join(base, "model.min.js"));
  const [{ paths, weights }] = json.weightsManifest;
  const bytes = Buffer.concat(paths.map((path) => Buffer.from(require(join(base, `${path}.min.js`)), "base64")));
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const model = await tf.loadLayersModel({
    load: async () => ({ modelTopology: json.modelTopology, weightSpecs: weights, weightData }),
  });
  const tapped = tf.model({ inputs: model.inputs, outputs: taps.map((tap) => model.getLayer(tap).output) });
  const shape = [1, 3, size, size];
  // Drawn as ours lie, channels first, from 0 to 1; in squares of 8 × 8 pixels, since noise is no picture.
  const side = Math.ceil(size / 8);
  const squares = numbers("picture", 3 * side * side);
  const values = new Float32Array(3 * size * size);
  for (let c = 0, i = 0; c < 3; c++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++, i++) values[i] = (squares[(c * side + (y >> 3)) * side + (x >> 3)] + 1) / 2;
  const results = tapped.predict(tf.tensor(values, shape).transpose([0, 2, 3, 1]));
  const out = {};
  for (const [at, tap] of taps.entries()) {
    const y = results[at];
    const ours = y.rank === 4 ? y.transpose([0, 3, 1, 2]) : y;
    const flat = await ours.data();
    const samples = Array.from({ length: 24 }, (_, i) => flat[Math.floor((i * (flat.length - 1)) / 23)]);
    const mean = flat.reduce((sum, value) => sum + Math.abs(value), 0) / flat.length;
    out[tap] = { shape: ours.shape, values: plain([...samples, mean]) };
  }
  nsfwjs.push({ name, entry, size, taps: out });
}

process.stdout.write(`${JSON.stringify({ tfjs: tf.version["tfjs-core"], models: rows, packed, nsfwjs })}\n`);
