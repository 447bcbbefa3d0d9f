import { Dropout, Flatten, Identity, type Layer, LayerNorm, Linear } from "@unfoldjs/nn";
import { transpose } from "@unfoldjs/tensor-core";
import {
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  Dropout2d,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  Upsample,
} from "@unfoldjs/vision-layers";
import { ChannelsLast, ReshapeFeatures } from "../graph/channels-last.ts";
import { GlobalPool, Rescaling, ZeroPad } from "../graph/edges.ts";
import { Concatenate, Merge, type MergeKind } from "../graph/merge.ts";
import { activationReaders, withActivation } from "./activation-readers.ts";
import { convolutionReaders } from "./convolution-readers.ts";
import { type Built, type LayerReader, type Reading, sameRank } from "./read-context.ts";

function dense(reading: Reading): Built {
  const { stored, shape } = reading.shaped("kernel", 2);
  const [inFeatures = 0, outFeatures = 0] = shape;
  const { config } = reading.spec;
  reading.assertLast(stored, "units");
  const isRelu = config.optional("activation")?.value === "relu";
  const bias = config.optional("use_bias")?.truth() ?? true;
  const options = { bias, ...(isRelu && { activation: "relu" as const }) };
  const layer = reading.own(new Linear(inFeatures, outFeatures, options));
  reading.fill(layer.weight, stored, (weight) => transpose(weight));
  if (layer.bias !== undefined) reading.fill(layer.bias, reading.weight("bias"));
  // Of each pixel, where Keras has its features last and we have them first.
  const placed: Layer = reading.rank > 2 && reading.channelsLast ? new ChannelsLast(layer) : layer;
  return sameRank(reading, isRelu ? placed : withActivation(reading, placed));
}

function batchNorm(reading: Reading): Built {
  const { config } = reading.spec;
  const axis = config.optional("axis");
  const [only = axis, ...others] = axis !== undefined && Array.isArray(axis.value) ? axis.list() : [];
  if (others.length > 0 || reading.axis(only?.number() ?? -1) !== 1) {
    throw reading.refused("a batch norm of other axes than the channels' is not read");
  }
  const { stored: mean, shape } = reading.shaped("moving_mean", 1);
  const [scaled, shifted] = [config.optional("scale")?.truth() ?? true, config.optional("center")?.truth() ?? true];
  const options = {
    epsilon: config.optional("epsilon")?.number() ?? 1e-3,
    momentum: 1 - (config.optional("momentum")?.number() ?? 0.99), // Keras counts the old statistics' share, PyTorch the new ones'
    affine: scaled || shifted,
  };
  const layerClass = { 2: BatchNorm1d, 3: BatchNorm1d, 4: BatchNorm2d, 5: BatchNorm3d }[reading.rank];
  if (layerClass === undefined) throw reading.refused(`a batch norm of ${reading.rank} axes is not read`);
  const layer = reading.own(new layerClass(shape[0] ?? 0, options));
  const { weight, bias, runningMean, runningVar } = layer;
  if (runningMean !== undefined) reading.fill(runningMean, mean);
  if (runningVar !== undefined) reading.fill(runningVar, reading.weight("moving_variance"));
  if (weight !== undefined && scaled) reading.fill(weight, reading.weight("gamma"));
  if (bias !== undefined && shifted) reading.fill(bias, reading.weight("beta"));
  // What Keras does not have is not learned here either: ones, or zeros.
  if (weight !== undefined && !scaled) weight.frozen = true;
  if (bias !== undefined && !shifted) bias.frozen = true;
  return sameRank(reading, layer);
}

function layerNorm(reading: Reading): Built {
  const { config } = reading.spec;
  const { stored: gamma, shape } = reading.shaped("gamma", 1);
  const axis = config.optional("axis");
  const last =
    axis === undefined || reading.axis(Array.isArray(axis.value) ? (axis.list()[0]?.number() ?? -1) : axis.number());
  const isLast = last === true || last === (reading.channelsLast && reading.rank > 2 ? 1 : reading.rank - 1);
  if (!isLast) throw reading.refused("a layer norm of other axes than the last is not read");
  const epsilon = config.optional("epsilon")?.number() ?? 1e-3;
  const layer = reading.own(new LayerNorm([shape[0] ?? 0], { epsilon }));
  const { weight, bias } = layer;
  if (weight !== undefined) reading.fill(weight, gamma);
  if (bias !== undefined) reading.fill(bias, reading.weight("beta"));
  const isPictures = reading.rank > 2 && reading.channelsLast;
  return sameRank(reading, isPictures ? new ChannelsLast(layer) : layer);
}

function pool(kind: "max" | "mean", axes: 1 | 2 | 3): LayerReader {
  return (reading): Built => {
    const { config } = reading.spec;
    const kernel = config.optional("pool_size")?.perAxis(axes) ?? Array.from({ length: axes }, () => 2);
    const stride = config.optional("strides")?.perAxis(axes) ?? kernel;
    // Outside of the picture nothing counts, in TensorFlow's means too.
    const padding = config.optional("padding")?.word("same", "valid") ?? "valid";
    const options = { stride: stride as never, padding };
    const size = kernel as never;
    const averages = { ...options, countIncludePad: false };
    const layers = {
      max: [MaxPool1d, MaxPool2d, MaxPool3d],
      mean: [AvgPool1d, AvgPool2d, AvgPool3d],
    } as const;
    const layer =
      kind === "max"
        ? new layers.max[(axes - 1) as 0](size, options)
        : new layers.mean[(axes - 1) as 0](size, averages);
    return sameRank(reading, layer);
  };
}

function globalPool(kind: "max" | "mean"): LayerReader {
  return (reading): Built => {
    const keepDims = reading.spec.config.optional("keepdims")?.truth() ?? false;
    return { layer: new GlobalPool(kind, keepDims), rank: keepDims ? reading.rank : 2 };
  };
}

function flatten(reading: Reading): Built {
  const isFirst =
    reading.spec.config.optional("data_format")?.word("channels_first", "channels_last") === "channels_first";
  if (isFirst && reading.channelsLast) throw reading.refused("its channels are first, those of other layers last");
  const counted = reading.rank > 2 && (reading.channelsLast || isFirst);
  return { layer: counted ? new ReshapeFeatures([-1]) : new Flatten(), rank: 2 };
}

function reshape(reading: Reading): Built {
  const shape = reading.spec.config
    .at("target_shape")
    .list()
    .map((size) => (size.value === -1 ? -1 : size.count()));
  // tfjs writes null for the size that follows from the others.
  return { layer: new ReshapeFeatures(shape, reading.channelsLast), rank: shape.length + 1 };
}

/** [before, after] of each axis: one number, one for each axis, or pairs. */
function marginsOf(reading: Reading, name: string, sign: 1 | -1, axes: number): Built {
  const field = reading.spec.config.at(name);
  const pairs: [number, number][] = Array.isArray(field.value)
    ? field
        .list()
        .map((each) =>
          Array.isArray(each.value) ? (each.perAxis(2) as [number, number]) : [each.count(), each.count()],
        )
    : Array.from({ length: axes }, () => [field.count(), field.count()]);
  if (pairs.length !== axes) throw field.wrong(`${axes} pairs`);
  return sameRank(reading, new ZeroPad(pairs.map(([before, after]) => [sign * before + 0, sign * after + 0])));
}

function upsampling(reading: Reading): Built {
  const { config } = reading.spec;
  const [rows = 2, columns = 2] = config.optional("size")?.perAxis(2) ?? [];
  const mode = config.optional("interpolation")?.text() ?? "nearest";
  if (mode !== "nearest")
    throw reading.refused(`an upsampling by ${mode} is not read: tfjs counts pixels from corners there`);
  return sameRank(reading, new Upsample({ scaleFactor: [rows, columns], mode: "nearest" }));
}

function merge(kind: MergeKind): LayerReader {
  return (reading) => sameRank(reading, new Merge(kind));
}

function concatenate(reading: Reading): Built {
  return sameRank(reading, new Concatenate(reading.axis(reading.spec.config.optional("axis")?.number() ?? -1)));
}

function dropout(reading: Reading): Built {
  return sameRank(reading, new Dropout(reading.spec.config.at("rate").number()));
}

function dropout2d(reading: Reading): Built {
  return sameRank(reading, new Dropout2d(reading.spec.config.at("rate").number()));
}

function rescaling(reading: Reading): Built {
  const { config } = reading.spec;
  return sameRank(reading, new Rescaling(config.at("scale").number(), config.optional("offset")?.number() ?? 0));
}

/** What reads a layer, by its class in the file. */
export const layerReaders: Readonly<Record<string, LayerReader>> = {
  ...activationReaders,
  ...convolutionReaders,
  ActivityRegularization: (reading) => sameRank(reading, new Identity()),
  Add: /* @__PURE__ */ merge("add"),
  Average: /* @__PURE__ */ merge("average"),
  AveragePooling1D: /* @__PURE__ */ pool("mean", 1),
  AveragePooling2D: /* @__PURE__ */ pool("mean", 2),
  AveragePooling3D: /* @__PURE__ */ pool("mean", 3),
  BatchNormalization: batchNorm,
  BatchNormalizationV1: batchNorm,
  Concatenate: concatenate,
  Cropping2D: (reading) => marginsOf(reading, "cropping", -1, 2),
  Dense: dense,
  Dropout: dropout,
  Flatten: flatten,
  GlobalAveragePooling1D: /* @__PURE__ */ globalPool("mean"),
  GlobalAveragePooling2D: /* @__PURE__ */ globalPool("mean"),
  GlobalMaxPooling1D: /* @__PURE__ */ globalPool("max"),
  GlobalMaxPooling2D: /* @__PURE__ */ globalPool("max"),
  LayerNormalization: layerNorm,
  MaxPooling1D: /* @__PURE__ */ pool("max", 1),
  MaxPooling2D: /* @__PURE__ */ pool("max", 2),
  MaxPooling3D: /* @__PURE__ */ pool("max", 3),
  Maximum: /* @__PURE__ */ merge("maximum"),
  Minimum: /* @__PURE__ */ merge("minimum"),
  Multiply: /* @__PURE__ */ merge("multiply"),
  Rescaling: rescaling,
  Reshape: reshape,
  SpatialDropout2D: dropout2d,
  Subtract: /* @__PURE__ */ merge("subtract"),
  UpSampling2D: upsampling,
  ZeroPadding2D: (reading) => marginsOf(reading, "padding", 1, 2),
};
