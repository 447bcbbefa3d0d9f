import type * as tfjs from "@unfoldjs/vision-layers/tfjs";
import { GlobalPool, LayerGraph } from "@unfoldjs/vision-layers/tfjs";
import { ReLU } from "@unfoldjs/nn";
import * as kind from "../kinds.ts";
import { call, type ClassRow, type Rows } from "../row.ts";

const { count, given, list, options, record, sizes, tensorOf, truth, whole, word } = kind;

const x = tensorOf([1, 2, 4, 4]);
const methods = { forward: { x }, config: {} };
const signal = { forward: { x: tensorOf([1, 2, 8]) }, config: {} };
const same: ClassRow["make"] = {
  inChannels: count(2),
  outChannels: { ...count(2), takes: ["two", "zero"] },
  kernelSize: {
    ...sizes(3),
    takes: ["two", "zero", "an array of numbers"],
    element: { ...count(1), takes: ["two", "zero"] },
  },
  options: options({ stride: sizes(2), dilation: sizes(1), groups: count(1), bias: truth() }),
};
const relu = given(() => new ReLU(), "a module");
const inside = ["relu"];
const name = kind.text("relu");

/** One dense layer of two features to one, all ones. */
const json = {
  modelTopology: {
    class_name: "Sequential",
    config: { layers: [{ class_name: "Dense", config: { name: "out_relu", units: 1, batch_input_shape: [null, 2] } }] },
  },
  weightsManifest: [
    {
      paths: ["group1-shard1of1"],
      weights: [
        { name: "out_relu/kernel", shape: [2, 1], dtype: "float32" },
        { name: "out_relu/bias", shape: [1], dtype: "float32" },
      ],
    },
  ],
};
const shard = new Uint8Array(Float32Array.of(1, 1, 1).buffer);
const files = async (file: string): Promise<Uint8Array> =>
  await Promise.resolve(file === "model.json" ? new TextEncoder().encode(JSON.stringify(json)) : shard);
const model = record({
  modelJson: given(() => async () => await Promise.resolve({ default: json }), "a function", "an async function"),
  weightBundles: list(
    given(
      () => async () => await Promise.resolve(Buffer.from(shard).toString("base64")),
      "a function",
      "an async function",
    ),
    1,
  ),
});

const nodes = list(record({ name: kind.text("relu"), layer: relu, inputs: list(word("input"), 1) }), 1);
const ends = options({ inputs: list(word("input"), 1), outputs: list(word("relu"), 1) });
const graph = (): LayerGraph =>
  new LayerGraph([
    { name: "first", layer: new ReLU(), inputs: ["input"] },
    { name: "relu", layer: new ReLU(), inputs: ["first"] },
  ]);

export const tfjsRows: Rows<typeof tfjs> = {
  Activated: { make: { layer: relu, activation: relu }, methods, inside },
  ChannelsLast: { make: { layer: relu }, methods, inside },
  Concatenate: {
    make: { axis: kind.optional(whole(1)) },
    methods: { forward: { "inputs[0]": x }, config: {} },
    inside: ["concat"],
  },
  Conv1dSame: { make: same, methods: signal, inside: ["Conv1d", "conv1d"], notPublic: ["convolutionFor"] },
  Conv2dSame: { make: same, methods, inside: ["Conv2d", "conv2d"], notPublic: ["convolutionFor"] },
  ELU: { make: { alpha: kind.optional(kind.finite(1)) }, methods },
  GlobalPool: {
    make: { kind: word("mean"), keepDims: kind.optional(truth()) },
    methods,
    instance: () => new GlobalPool("max"),
  },
  KerasActivation: { make: { activation: word("elu") }, methods },
  KerasReLU: {
    make: {
      options: options({ maxValue: kind.from(6, "0"), negativeSlope: kind.finite(0.1), threshold: kind.finite(0) }),
    },
    methods,
  },
  LayerGraph: {
    make: { nodes, ends },
    instance: graph,
    inside,
    methods: {
      forward: { input: x },
      intermediates: { names: list(word("relu"), 1), input: x },
      at: { name },
      until: { name },
      after: { name: kind.text("first") },
      append: { name: kind.text("more"), layer: relu },
      members: {},
      config: {},
    },
  },
  Merge: { make: { kind: word("add") }, methods: { forward: { "inputs[0]": x, "inputs[1]": x }, config: {} } },
  PReLU: { make: { shape: kind.shape([2, 1, 1]) }, methods },
  Rescaling: { make: { scale: kind.finite(2), offset: kind.optional(kind.finite(1)) }, methods },
  ReshapeFeatures: {
    make: {
      shape: list({ ...whole(-1), takes: ["zero", "two", "2 ** 40"] }, 1, "an array of numbers"),
      channelsLast: kind.optional(truth()),
    },
    methods,
  },
  ZeroPad: { make: { margins: list(list(whole(1), 2, "an array of numbers"), 2, "an array of arrays") }, methods },
  loadTfjs: call({ source: given(() => files, "a function"), options: options({ until: word("out_relu") }) }),
  pretrained: {
    call: {
      name: word("mobileNetV2"),
      options: {
        ...options({
          from: { ...model, endless: ["undefined"] },
          until: word("out_relu"),
          pool: { make: () => false, takes: ["true", "false"] },
        }),
        endless: ["undefined", "an empty object", "an object without a prototype"], // the package's own, which takes its time
      },
    },
  },
};
