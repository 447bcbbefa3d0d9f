import type * as core from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { call, type Rows } from "../../row.ts";
import { x, images, each } from "./operands.ts";

const { count, indicesOf, list, number, optional, options, record, shape, sizes, tensorOf } = kind;

const volumes = tensorOf([1, 2, 4, 4, 4]);

const signals = tensorOf([1, 2, 6]);

const stepping = { stride: sizes(1), dilation: sizes(1), groups: count(1), exact: kind.truth() };

const convolution = options({ ...stepping, padding: sizes(1) });

const transposed = options({ ...stepping, padding: sizes(0), outputPadding: sizes(0) });

const sliding = { kernel: sizes(2), stride: sizes(2), padding: sizes(0), ceilMode: kind.truth() };

const maxPool = options({ ...sliding, dilation: sizes(1) }, "kernel");

const avgPool = options({ ...sliding, countIncludePad: kind.truth(), divisorOverride: count(2) }, "kernel");

/** What an average pooling's options come down to. */
function averages(spatial: 1 | 2): kind.Kind {
  const all = (size: number): number[] => Array.from({ length: spatial }, () => size);
  const sides = { kernel: all(2), stride: all(2), padding: all(0), dilation: all(1) };
  return kind.workedOut(() => ({ windows: { kind: "sliding", ...sides, ceilMode: false }, divisor: -1 }));
}

/** Rows of products, convolutions, pooling. */
export const products = {
  matmul: call({ a: x, b: tensorOf([3, 2]) }),
  linear: call({
    x,
    weight: tensorOf([2, 3]),
    bias: optional(tensorOf([2])),
    options: options({ activation: kind.word("relu") }),
  }),
  linearGradient: call({
    asked: list(kind.word("x"), 1),
    dy: tensorOf([2, 2]),
    x: optional(x),
    weight: tensorOf([2, 3]),
    activated: optional(record({ activation: kind.word("relu"), kept: tensorOf([2, 2]) })),
  }),
  addProduct: call({ target: tensorOf([2, 2]), a: x, b: tensorOf([3, 2]) }),
  conv1d: call({ x: signals, weight: tensorOf([2, 2, 3]), bias: optional(tensorOf([2])), options: convolution }),
  conv2d: call({ x: images, weight: tensorOf([2, 2, 3, 3]), bias: optional(tensorOf([2])), options: convolution }),
  conv1dInputGradient: call({
    dy: signals,
    weight: tensorOf([2, 2, 3]),
    inputShape: shape([1, 2, 6]),
    options: convolution,
  }),
  conv1dFilterGradient: call({ x: signals, dy: signals, weightShape: shape([2, 2, 3]), options: convolution }),
  conv2dInputGradient: call({
    dy: images,
    weight: tensorOf([2, 2, 3, 3]),
    inputShape: shape([1, 2, 4, 4]),
    options: convolution,
  }),
  conv2dFilterGradient: call({ x: images, dy: images, weightShape: shape([2, 2, 3, 3]), options: convolution }),
  convTranspose1d: call({
    x: signals,
    weight: tensorOf([2, 2, 3]),
    bias: optional(tensorOf([2])),
    options: transposed,
  }),
  convTranspose2d: call({
    x: images,
    weight: tensorOf([2, 2, 3, 3]),
    bias: optional(tensorOf([2])),
    options: transposed,
  }),
  conv3d: call({
    x: volumes,
    weight: tensorOf([2, 2, 2, 2, 2]),
    bias: optional(tensorOf([2])),
    options: convolution,
  }),
  convTranspose3d: call({
    x: volumes,
    weight: tensorOf([2, 2, 3, 3, 3]),
    bias: optional(tensorOf([2])),
    options: transposed,
  }),
  unfold: call({
    x: images,
    kernelSize: sizes(2),
    options: options({ stride: sizes(1), padding: sizes(1), dilation: sizes(1) }),
  }),
  fold: call({
    x: tensorOf([1, 8, 9]),
    outputSize: sizes(4),
    kernelSize: sizes(2),
    options: options({ stride: sizes(1), padding: sizes(0), dilation: sizes(1) }),
  }),
  interpolate: call({
    x: images,
    options: options(
      {
        scaleFactor: kind.given(() => 2, "two", "half", "an array of numbers"),
        mode: kind.word("bilinear"),
        alignCorners: kind.truth(),
        antialias: kind.truth(),
      },
      "scaleFactor",
    ),
  }),
  pixelShuffle: call({ x: images, upscaleFactor: count(1) }),
  pixelUnshuffle: call({ x: images, downscaleFactor: count(2) }),
  tile: call({ x, repeats: kind.given(() => [2, 1], "an array of numbers", "an empty array") }),
  correlate2d: call({ x: tensorOf([4, 4]), kernel: tensorOf([3, 3]), options: convolution }),
  convolve2d: call({ x: tensorOf([4, 4]), kernel: tensorOf([3, 3]), options: convolution }),
  convolutionOf: call({
    op: kind.literal("test"),
    weight: { ...shape([2, 2, 3, 3]), element: { ...number(2), said: ["weight"] } },
    options: convolution,
    axes: kind.literal(2),
  }),
  pairOf: call({
    op: kind.literal("test"),
    name: kind.literal("size"),
    value: { ...sizes(2), said: ["size"] },
    least: kind.literal(1),
  }),
  sizesOf: call({
    op: kind.literal("test"),
    name: kind.literal("size"),
    value: { ...sizes(2), said: ["size"] },
    least: kind.literal(1),
    count: kind.literal(2),
  }),
  maxPool1d: call({ x: signals, options: maxPool }),
  maxPool2d: call({ x: images, options: maxPool }),
  maxPool1dWithIndices: call({ x: signals, options: maxPool }),
  maxPool2dWithIndices: call({ x: images, options: maxPool }),
  maxPool1dGather: call({ x: signals, indices: indicesOf([1, 2, 3]) }),
  maxPool2dGather: call({ x: images, indices: indicesOf([1, 2, 2, 2]) }),
  maxPool1dGradient: call({ dy: tensorOf([1, 2, 3]), indices: indicesOf([1, 2, 3]), inputShape: shape([1, 2, 6]) }),
  maxPool2dGradient: call({
    dy: tensorOf([1, 2, 2, 2]),
    indices: indicesOf([1, 2, 2, 2]),
    inputShape: shape([1, 2, 4, 4]),
  }),
  avgPool1d: call({ x: signals, options: avgPool }),
  avgPool2d: call({ x: images, options: avgPool }),
  avgPool1dOver: call({ x: signals, attributes: averages(1) }),
  avgPool2dOver: call({ x: images, attributes: averages(2) }),
  avgPool1dGradient: call({ dy: tensorOf([1, 2, 3]), inputShape: shape([1, 2, 6]), attributes: averages(1) }),
  avgPool2dGradient: call({ dy: tensorOf([1, 2, 2, 2]), inputShape: shape([1, 2, 4, 4]), attributes: averages(2) }),
  ...each(["adaptiveAvgPool1d", "adaptiveMaxPool1d"], call({ x: signals, outputSize: sizes(2) })),
  ...each(["adaptiveAvgPool2d", "adaptiveMaxPool2d"], call({ x: images, outputSize: sizes(2) })),
  maxPool3d: call({ x: volumes, options: maxPool }),
  avgPool3d: call({ x: volumes, options: avgPool }),
  ...each(["adaptiveAvgPool3d", "adaptiveMaxPool3d"], call({ x: volumes, outputSize: sizes(2) })),
} satisfies Partial<Rows<typeof core>>;
