import { type Layer, Sequential } from "@unfoldjs/nn";
import { permute, reshape, type Tensor } from "@unfoldjs/tensor-core";
import { Conv1d, Conv2d, Conv3d, ConvTranspose2d, SeparableConv2d } from "@unfoldjs/vision-layers";
import { ZeroPad } from "../graph/edges.ts";
import { Conv1dSame, Conv2dSame } from "../graph/same-padding.ts";
import { withActivation } from "./activation-readers.ts";
import { type Built, type LayerReader, type Reading, sameRank } from "./read-context.ts";
import type { StoredWeight } from "./manifest.ts";

type Axes = 1 | 2 | 3;

/** What the layers with kernels have in common. */
interface Sliding {
  readonly stride: number[];
  readonly dilation: number[];
  readonly padding: "same" | "valid" | "causal";
  readonly bias: boolean;
}

function slidingOf({ spec: { config } }: Reading, axes: Axes): Sliding {
  return {
    stride: config.optional("strides")?.perAxis(axes) ?? Array.from({ length: axes }, () => 1),
    dilation: config.optional("dilation_rate")?.perAxis(axes) ?? Array.from({ length: axes }, () => 1),
    padding: config.optional("padding")?.word("same", "valid", "causal") ?? "valid",
    bias: config.optional("use_bias")?.truth() ?? true,
  };
}

const one = (size: number): boolean => size === 1;

/** A convolution of `groups` with what the file says of padding, not yet filled. */
function convolution(
  reading: Reading,
  axes: Axes,
  [inChannels, outChannels, kernel]: readonly [number, number, readonly number[]],
  { stride, dilation, padding, bias }: Sliding,
  groups = 1,
): Conv1d | Conv2d | Conv3d {
  const isStrided = padding === "same" && !stride.every(one);
  const [[s = 1, s2 = 1, s3 = 1], [d = 1, d2 = 1, d3 = 1], [k = 1, k2 = 1, k3 = 1]] = [stride, dilation, kernel];
  const around = padding === "same" && !isStrided ? "same" : "valid";
  if (axes === 1) {
    const options = { stride: s, dilation: d, groups, bias };
    if (isStrided) return new Conv1dSame(inChannels, outChannels, k, options);
    return new Conv1d(inChannels, outChannels, k, { ...options, padding: padding === "causal" ? padding : around });
  }
  if (padding === "causal") throw reading.refused("causal padding is for one axis");
  if (axes === 2) {
    const options = { stride: [s, s2], dilation: [d, d2], groups, bias } as const;
    if (isStrided) return new Conv2dSame(inChannels, outChannels, [k, k2], options);
    return new Conv2d(inChannels, outChannels, [k, k2], { ...options, padding: around });
  }
  if (isStrided) throw reading.refused('padding "same" with a stride is read for one and two axes');
  const options = { stride: [s, s2, s3], dilation: [d, d2, d3], groups, bias, padding: around } as const;
  return new Conv3d(inChannels, outChannels, [k, k2, k3], options);
}

/** The sizes of a kernel (…, in, out), of which the layer's must be the first. */
function kernelSizes(reading: Reading, stored: StoredWeight, axes: Axes): number[] {
  const kernel = stored.shape.slice(0, axes);
  const wanted = reading.spec.config.optional("kernel_size")?.perAxis(axes) ?? kernel;
  if (wanted.some((size, axis) => size !== kernel[axis])) {
    throw reading.misShaped(stored, `does not begin with kernel_size [${wanted.join(", ")}]`);
  }
  return kernel;
}

/** (…, in, out) as (out, in, …). */
function filtersFirst(weight: Tensor): Tensor {
  const axes = weight.rank - 2;
  return permute(weight, [axes + 1, axes, ...Array.from({ length: axes }, (_, at) => at)]);
}

/** (rows, columns, channels, multiplier) as (channels · multiplier, 1, rows, columns). */
function depthwiseFirst(weight: Tensor): Tensor {
  const [rows = 0, columns = 0, channels = 0, multiplier = 0] = weight.shape;
  return reshape(permute(weight, [2, 3, 0, 1]), [channels * multiplier, 1, rows, columns]);
}

function fillBias(reading: Reading, layer: Conv1d | Conv2d | Conv3d | ConvTranspose2d): void {
  if (layer.bias !== undefined) reading.fill(layer.bias, reading.weight("bias"));
}

function assertRank(reading: Reading, axes: Axes): void {
  if (reading.rank !== axes + 2) throw reading.refused(`it takes ${axes + 2} axes, and gets ${reading.rank}`);
}

function conv(axes: Axes): LayerReader {
  return (reading): Built => {
    assertRank(reading, axes);
    const { stored, shape } = reading.shaped("kernel", axes + 2);
    reading.assertLast(stored, "filters");
    const groups = reading.spec.config.optional("groups")?.count() ?? 1;
    const [inChannels = 0, outChannels = 0] = shape.slice(axes);
    const sizes = [inChannels * groups, outChannels, kernelSizes(reading, stored, axes)] as const;
    const layer = reading.own(convolution(reading, axes, sizes, slidingOf(reading, axes), groups));
    reading.fill(layer.weight, stored, filtersFirst);
    fillBias(reading, layer);
    return sameRank(reading, withActivation(reading, layer));
  };
}

function depthwise(reading: Reading): Built {
  assertRank(reading, 2);
  const { stored, shape } = reading.shaped("depthwise_kernel", 4);
  const [, , channels = 0, multiplier = 0] = shape;
  const sizes = [channels, channels * multiplier, kernelSizes(reading, stored, 2)] as const;
  const layer = reading.own(convolution(reading, 2, sizes, slidingOf(reading, 2), channels));
  reading.fill(layer.weight, stored, depthwiseFirst);
  fillBias(reading, layer);
  return sameRank(reading, withActivation(reading, layer));
}

function separable(reading: Reading): Built {
  assertRank(reading, 2);
  const { stored: deep, shape } = reading.shaped("depthwise_kernel", 4);
  const { stored: across, shape: acrossShape } = reading.shaped("pointwise_kernel", 4);
  const [, , channels = 0, multiplier = 0] = shape;
  const outChannels = acrossShape[3] ?? 0;
  const kernel = kernelSizes(reading, deep, 2);
  const sliding = slidingOf(reading, 2);
  const { stride, dilation, padding, bias } = sliding;
  let layer: Layer;
  let [depth, point]: Conv2d[] = [];
  if (padding === "same" && !stride.every(one)) {
    const alone = { ...sliding, bias: false };
    depth = reading.own(convolution(reading, 2, [channels, channels * multiplier, kernel], alone, channels) as Conv2d);
    point = reading.own(new Conv2d(channels * multiplier, outChannels, 1, { bias }));
    layer = new Sequential(depth, point);
  } else {
    const [k = 1, k2 = 1, s = 1, s2 = 1, d = 1, d2 = 1] = [...kernel, ...stride, ...dilation];
    if (padding === "causal") throw reading.refused("causal padding is for one axis");
    const options = { stride: [s, s2], dilation: [d, d2], padding, multiplier, bias } as const;
    const both = reading.own(new SeparableConv2d(channels, outChannels, [k, k2], options));
    [depth, point] = [both.depthwise, both.pointwise];
    layer = both;
  }
  reading.fill(depth.weight, deep, depthwiseFirst);
  reading.fill(point.weight, across, filtersFirst);
  fillBias(reading, point);
  return sameRank(reading, withActivation(reading, layer));
}

/** "same" gives size · stride; what the kernel reaches beyond is cut off, the odd element at the end. */
function transposed(reading: Reading): Built {
  assertRank(reading, 2);
  const { stored, shape } = reading.shaped("kernel", 4);
  const kernel = kernelSizes(reading, stored, 2);
  const [outChannels = 0, inChannels = 0] = shape.slice(2);
  const { stride, dilation, padding, bias } = slidingOf(reading, 2);
  if (!dilation.every(one)) throw reading.refused("a transposed convolution with a dilation is not read");
  const [k = 1, k2 = 1, s = 1, s2 = 1] = [...kernel, ...stride];
  // Keras and tfjs: a kernel smaller than the stride still gives size · stride.
  const more = [Math.max(s - k, 0), Math.max(s2 - k2, 0)] as const;
  const options = { stride: [s, s2], outputPadding: more, bias } as const;
  const layer = reading.own(new ConvTranspose2d(inChannels, outChannels, [k, k2], options));
  reading.fill(layer.weight, stored, (weight) => permute(weight, [3, 2, 0, 1]));
  fillBias(reading, layer);
  const beyond = padding === "same" ? [Math.max(k - s, 0), Math.max(k2 - s2, 0)] : [0, 0];
  const cut = beyond.map((all) => [-Math.floor(all / 2) + 0, -Math.ceil(all / 2) + 0] as const);
  const whole: Layer = beyond.every((all) => all === 0) ? layer : new Sequential(layer, new ZeroPad(cut));
  return sameRank(reading, withActivation(reading, whole));
}

/** Layers that convolve. */
export const convolutionReaders: Readonly<Record<string, LayerReader>> = {
  Conv1D: /* @__PURE__ */ conv(1),
  Conv2D: /* @__PURE__ */ conv(2),
  Conv3D: /* @__PURE__ */ conv(3),
  Conv2DTranspose: transposed,
  DepthwiseConv2D: depthwise,
  SeparableConv2D: separable,
};
