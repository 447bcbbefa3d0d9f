import { writeConvolutionFrame } from "../../../wasm/frames.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { check } from "../../dispatch/status.ts";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { axes } from "../../shape/axes.ts";
import { sizeOf } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import type { Convolved } from "../../types/spatial.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { isCount, type Pair, pairOf, type Sizes2d, windowCount } from "./windows.ts";

/** Zeros before the first row and column, and after the last. */
export type Padding2d = readonly [top: number, left: number, bottom: number, right: number];

export interface ConvolutionOptions {
  /** Distance between two positions of the kernel. Default 1. */
  readonly stride?: Pair;
  /**
   * Zeros around the image, one number for all sides or rows and columns or all four; "valid" is none, "same" keeps the
   * image's size (at stride 1; the odd zero of an even kernel goes after the last row or column). Default 0.
   */
  readonly padding?: Pair | Padding2d | "same" | "valid";
  /** Distance between two elements of the kernel. Default 1. */
  readonly dilation?: Pair;
  /** Into how many parts channels are cut; each part of the output sees its part of the input. Default 1. */
  readonly groups?: number;
}

/** Options, worked out. */
export interface Convolution {
  readonly stride: Sizes2d;
  readonly padding: Padding2d;
  readonly dilation: Sizes2d;
  readonly groups: number;
}

const conv2dOp: KernelOp<"conv2d", ["x", "weight", "bias?"], Convolution> = defineOp(
  "conv2d",
  ["x", "weight", "bias?"],
  {
    shape: ({ x, weight, bias }, attributes) => {
      assertFloat("conv2d", { x, weight, bias });
      const out = outputShape("conv2d", x.shape, weight.shape, attributes);
      if (bias !== undefined && (bias.rank !== 1 || bias.shape[0] !== out[1])) {
        throw new ShapeError(
          "conv2d",
          { weight: weight.shape, bias: bias.shape },
          `the bias must have one axis of ${out[1]}, the number of filters`,
        );
      }
      return out;
    },
    multiplyAdds: ({ weight }, out) => out.size * sizeOf(weight.shape.slice(1)),
    run: ({ x, weight, bias }, out, attributes) => {
      onContiguous(x, (image) =>
        onContiguous(weight, (filters) => {
          const start = bias?.contiguous();
          writeConvolution(x.shape, weight.shape, out.shape, attributes);
          const status = core().convolution(image.address, filters.address, start?.address ?? 0, out.address);
          if (start !== bias) start?.dispose();
          check("conv2d", status);
        }),
      );
    },
  },
);

/**
 * y[n, o, i, j] = bias[o] + Σ weight[o, c, u, v] · x[n, c, i·stride + u·dilation − top, j·stride + v·dilation − left] over the
 * channels c of o's group and the kernel's rows u and columns v: cross-correlation, as PyTorch's conv2d. With the kernel
 * flipped it is the convolution of mathematics: `convolve2d`.
 *
 * Kernels of 3 × 3 with stride 1 and no dilation are computed in tiles of 4 × 4 outputs (Winograd's F(4 × 4, 3 × 3), Lavin
 * & Gray 2016) where that is faster: from about 16 channels and filters and 100 outputs up. Then an output is off by a
 * share of the largest output, not of its own terms: 2e-6 of it with 64 channels, 4e-6 with 512 (a plain sum: a third to
 * half of that); an infinity or NaN, or elements above 1e34, spoil the tiles that they touch.
 *
 * @param x (batch, channels, height, width) @param weight (filters, channels / groups, rows, columns) @param bias (filters)
 * @returns (batch, filters, rows, columns), rows = ⌊(height + top + bottom − dilation · (rows of weight − 1) − 1) / stride⌋ + 1
 * @throws ShapeError if channels differ or the kernel does not fit, ValueError on options, DTypeError unless all are f32
 */
export function conv2d<X extends Shape, W extends Shape>(
  x: Tensor<X>,
  weight: Tensor<W>,
  bias?: Tensor,
  options: ConvolutionOptions = {},
): Tensor<Convolved<X, W>> {
  const attributes = convolutionOf("conv2d", weight.shape, options);
  return apply(conv2dOp, { x, weight, bias }, attributes) as Tensor<Convolved<X, W>>;
}

type InputGradient = Convolution & { readonly inputShape: Shape };

const inputGradientOp: KernelOp<"conv2dInputGradient", ["dy", "weight"], InputGradient> = defineOp(
  "conv2dInputGradient",
  ["dy", "weight"],
  {
    shape: ({ dy, weight }, attributes) => {
      assertFloat("conv2dInputGradient", { dy, weight });
      const { inputShape } = attributes;
      assertOutput(
        "conv2dInputGradient",
        dy.shape,
        { inputShape, weight: weight.shape },
        outputShape("conv2dInputGradient", inputShape, weight.shape, attributes),
      );
      return inputShape;
    },
    run: ({ dy, weight }, out, attributes) => {
      onContiguous(dy, (gradient) =>
        onContiguous(weight, (filters) => {
          writeConvolution(out.shape, weight.shape, dy.shape, attributes);
          check(
            "conv2dInputGradient",
            core().convolution_image_gradient(gradient.address, filters.address, out.address),
          );
        }),
      );
    },
  },
);

/**
 * The gradient of `conv2d` with respect to its input, for the gradient `dy` of its result; also called transposed
 * convolution. Linear in `dy` and in `weight`; options are those of the convolution. Computed in tiles as `conv2d` is.
 *
 * @param dy (batch, filters, rows, columns) @param weight (filters, channels / groups, kernel rows, kernel columns)
 * @param inputShape (batch, channels, height, width) of the convolution's input
 * @throws ShapeError unless a convolution of `inputShape` gives the shape of `dy`, ValueError on options, DTypeError
 */
export function conv2dInputGradient<X extends Shape>(
  dy: Tensor<Shape>,
  weight: Tensor<Shape>,
  inputShape: X,
  options: ConvolutionOptions = {},
): Tensor<X> {
  const attributes = { ...convolutionOf("conv2dInputGradient", weight.shape, options), inputShape };
  return apply(inputGradientOp, { dy, weight }, attributes) as Tensor<X>;
}

type FilterGradient = Convolution & { readonly weightShape: Shape };

const filterGradientOp: KernelOp<"conv2dFilterGradient", ["x", "dy"], FilterGradient> = defineOp(
  "conv2dFilterGradient",
  ["x", "dy"],
  {
    shape: ({ x, dy }, attributes) => {
      assertFloat("conv2dFilterGradient", { x, dy });
      const { weightShape } = attributes;
      assertOutput(
        "conv2dFilterGradient",
        dy.shape,
        { x: x.shape, weightShape },
        outputShape("conv2dFilterGradient", x.shape, weightShape, attributes),
      );
      return weightShape;
    },
    run: ({ x, dy }, out, attributes) => {
      onContiguous(x, (image) =>
        onContiguous(dy, (gradient) => {
          writeConvolution(x.shape, out.shape, dy.shape, attributes);
          check(
            "conv2dFilterGradient",
            core().convolution_filter_gradient(image.address, gradient.address, out.address),
          );
        }),
      );
    },
  },
);

/**
 * The gradient of `conv2d` with respect to its filters, for the gradient `dy` of its result. Linear in `x` and in `dy`;
 * options are those of the convolution.
 *
 * @param x (batch, channels, height, width) @param dy (batch, filters, rows, columns)
 * @param weightShape (filters, channels / groups, kernel rows, kernel columns)
 * @throws ShapeError unless a convolution of `x` with filters of `weightShape` gives the shape of `dy`, ValueError, DTypeError
 */
export function conv2dFilterGradient<W extends Shape>(
  x: Tensor<Shape>,
  dy: Tensor<Shape>,
  weightShape: W,
  options: ConvolutionOptions = {},
): Tensor<W> {
  const attributes = { ...convolutionOf("conv2dFilterGradient", weightShape, options), weightShape };
  return apply(filterGradientOp, { x, dy }, attributes) as Tensor<W>;
}

/** The options of a convolution with filters of shape `weight`, worked out. @throws ValueError if one makes no sense */
export function convolutionOf(op: string, weight: Shape, options: ConvolutionOptions): Convolution {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  if (!isCount(groups, 1)) throw new ValueError(op, { groups }, "groups must be a whole number from 1 up");
  const steps = pairOf(op, "stride", stride, 1);
  const spread = pairOf(op, "dilation", dilation, 1);
  return { stride: steps, padding: paddingOf(op, padding, weight, steps, spread), dilation: spread, groups };
}

function paddingOf(
  op: string,
  padding: NonNullable<ConvolutionOptions["padding"]>,
  weight: Shape,
  stride: Sizes2d,
  dilation: Sizes2d,
): Padding2d {
  if (padding === "valid") return [0, 0, 0, 0];
  if (padding === "same") {
    if (stride[0] !== 1 || stride[1] !== 1) {
      throw new ValueError(
        op,
        { padding, stride },
        '"same" keeps the size of the image, which a stride does not',
        "give the padding in numbers",
      );
    }
    const [rows, columns] = [dilation[0] * ((weight[2] ?? 1) - 1), dilation[1] * ((weight[3] ?? 1) - 1)];
    return [Math.floor(rows / 2), Math.floor(columns / 2), Math.ceil(rows / 2), Math.ceil(columns / 2)];
  }
  if (isFourSides(padding)) {
    if (padding.every((side) => isCount(side, 0))) return padding;
    throw new ValueError(op, { padding }, "padding must be whole numbers from 0 up: [top, left, bottom, right]");
  }
  const [rows, columns] = pairOf(op, "padding", padding, 0);
  return [rows, columns, rows, columns];
}

function isFourSides(padding: Pair | Padding2d): padding is Padding2d {
  return typeof padding !== "number" && padding.length === 4;
}

/** The shape of a convolution's result. @throws ShapeError if its operands do not fit together */
function outputShape(op: string, x: Shape, weight: Shape, { stride, padding, dilation, groups }: Convolution): Shape {
  const [batch, channels] = axes(op, x, "batch channels height width");
  const [filters, seen, rows, columns] = axes(op, weight, "filters channels rows columns");
  if (channels !== seen * groups) {
    const wanted = groups === 1 ? `${seen}` : `${seen} · ${groups} groups = ${seen * groups}`;
    const fix =
      channels % Math.max(1, seen) === 0 && groups === 1
        ? `groups: ${channels / seen}, or filters of ${channels} channels`
        : undefined;
    throw new ShapeError(
      op,
      { x, weight, groups },
      `the filters take ${wanted} channels, the input has ${channels}`,
      fix,
    );
  }
  if (filters % groups !== 0)
    throw new ShapeError(op, { weight, groups }, `groups (${groups}) must divide the number of filters (${filters})`);
  if (rows === 0 || columns === 0)
    throw new ShapeError(op, { weight }, "a kernel needs at least one row and one column");
  const [top, left, bottom, right] = padding;
  return [
    batch,
    filters,
    windowCount(op, x, 2, { kernel: rows, stride: stride[0], padding: [top, bottom], dilation: dilation[0] }),
    windowCount(op, x, 3, { kernel: columns, stride: stride[1], padding: [left, right], dilation: dilation[1] }),
  ];
}

function assertOutput(op: string, dy: Shape, operands: Readonly<Record<string, Shape>>, wanted: Shape): void {
  if (dy.length === wanted.length && dy.every((size, axis) => size === wanted[axis])) return;
  throw new ShapeError(
    op,
    { dy, ...operands },
    `the convolution gives [${wanted.join(", ")}]: dy must have that shape`,
    "give the convolution's own options",
  );
}

function writeConvolution(
  x: Shape,
  weight: Shape,
  out: Shape,
  { stride, padding, dilation, groups }: Convolution,
): void {
  const [batch = 0, channels = 0, height = 0, width = 0] = x;
  const [filters = 0, , rows = 0, columns = 0] = weight;
  writeConvolutionFrame(heapI32(), frameStart(), {
    batch,
    groups,
    channels,
    filters,
    image: [1, height, width],
    kernel: [1, rows, columns],
    output: [1, out[2] ?? 0, out[3] ?? 0],
    stride: [1, ...stride],
    padding: [0, padding[0], padding[1]],
    dilation: [1, ...dilation],
  });
}

export const convolutionOps: {
  conv2d: typeof conv2dOp;
  conv2dInputGradient: typeof inputGradientOp;
  conv2dFilterGradient: typeof filterGradientOp;
} = { conv2d: conv2dOp, conv2dInputGradient: inputGradientOp, conv2dFilterGradient: filterGradientOp };
