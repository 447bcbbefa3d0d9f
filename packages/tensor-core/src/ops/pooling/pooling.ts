import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE_ON_REQUEST, PUBLIC } from "../../dispatch/results.ts";
import { DTypeError, IndexError, ShapeError, ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { axes } from "../../shape/axes.ts";
import { sameShape } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import type { Pooled } from "../../types/spatial.ts";
import { isCount, type Pair } from "../convolution/windows.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import {
  adaptiveWindows,
  type AvgPoolOptions,
  type MaxPoolOptions,
  pooledShape,
  slidingWindows,
  type Windows,
  writePooling,
} from "./pooling-windows.ts";

interface MaxAttributes {
  readonly windows: Windows;
}

function maxShape(x: AnyTensor, windows: Windows): Shape {
  const name = windows.kind === "sliding" ? "maxPool2d" : "adaptiveMaxPool2d";
  assertFloat(name, { x });
  return pooledShape(name, x.shape, windows);
}

type MaxResults = {
  readonly y: typeof PUBLIC;
  /** Where each of them stood in its plane, row · width + column. */
  readonly indices: typeof DISCRETE_ON_REQUEST;
};

const maxPool2dOp: KernelOp<"maxPool2d", ["x"], MaxAttributes, MaxResults> = defineOp("maxPool2d", ["x"], {
  results: { y: PUBLIC, indices: DISCRETE_ON_REQUEST },
  shape: ({ x }, { windows }) => {
    const pooled = maxShape(x, windows);
    return { y: pooled, indices: pooled };
  },
  dtype: () => ({ y: "f32", indices: "i32" }),
  run: ({ x }, { y, indices }, { windows }) => {
    onContiguous(x, (image) => {
      writePooling(x.shape, y.shape, windows);
      core().max_pooling(image.address, y.address, indices?.address ?? 0);
    });
  },
});

/**
 * The largest value in each window: y[n, c, i, j] = max over u, v of x[n, c, i·stride + u·dilation, j·stride + v·dilation]. NaN
 * if any is. The gradient goes to the first of equal maxima, as in PyTorch.
 *
 * @param x (batch, channels, height, width)
 * @returns (batch, channels, rows, columns), rows = ⌊(height + 2·padding − dilation · (kernel − 1) − 1) / stride⌋ + 1
 * @throws ShapeError if a window does not fit, ValueError on options, DTypeError unless x is f32
 */
export function maxPool2d<X extends Shape>(x: Tensor<X>, options: MaxPoolOptions): Tensor<Pooled<X>> {
  return apply(maxPool2dOp, { x }, { windows: slidingWindows("maxPool2d", options) }).y as Tensor<Pooled<X>>;
}

/** As `maxPool2d`, and where each maximum stood in its plane: row · width + column, i32. */
export function maxPool2dWithIndices<X extends Shape>(
  x: Tensor<X>,
  options: MaxPoolOptions,
): { readonly y: Tensor<Pooled<X>>; readonly indices: Tensor<Pooled<X>, "i32"> } {
  const { y, indices } = apply(maxPool2dOp, { x }, { windows: slidingWindows("maxPool2d", options) }, ["indices"]);
  return { y: y as Tensor<Pooled<X>>, indices: indices as Tensor<Pooled<X>, "i32"> };
}

/**
 * The largest values of as many windows as give an image of `outputSize`, whatever the input's size. Window i of n over a
 * length L goes from ⌊i·L/n⌋ to ⌈(i+1)·L/n⌉.
 *
 * @param x (batch, channels, height, width) @returns (batch, channels, rows, columns) as `outputSize` says
 * @throws ShapeError if the image is empty, ValueError on sizes, DTypeError unless x is f32
 */
export function adaptiveMaxPool2d<X extends Shape>(x: Tensor<X>, outputSize: Pair): Tensor<Pooled<X>> {
  return apply(maxPool2dOp, { x }, { windows: adaptiveWindows("adaptiveMaxPool2d", outputSize) }).y as Tensor<
    Pooled<X>
  >;
}

interface ScatterAttributes {
  readonly inputShape: Shape;
}

const maxPool2dGradientOp: KernelOp<"maxPool2dGradient", ["dy", "indices"], ScatterAttributes> = defineOp(
  "maxPool2dGradient",
  ["dy", "indices"],
  {
    shape: ({ dy, indices }, { inputShape }) => {
      assertIndices("maxPool2dGradient", { dy }, indices, dy.shape);
      assertPlanes("maxPool2dGradient", { dy: dy.shape, inputShape }, dy.shape, inputShape);
      return inputShape;
    },
    run: ({ dy, indices }, out) => {
      onContiguous(dy, (gradient) =>
        onContiguous(indices, (places) => {
          const [planes, pixels, outputs] = planesOf(out.shape, dy.shape);
          const inside = core().max_pooling_scatter(
            planes,
            pixels,
            outputs,
            gradient.address,
            places.address,
            out.address,
          );
          if (inside === 0) throw outsidePlane("maxPool2dGradient", { dy, indices }, pixels);
        }),
      );
    },
  },
);

/**
 * The gradient of a maximum pooling for the gradient `dy` of its result: `dy` added at the places that `indices` name, 0
 * elsewhere. Linear in `dy`.
 *
 * @param dy (batch, channels, rows, columns) @param indices of the same shape: row · width + column in the input's plane
 * @param inputShape (batch, channels, height, width)
 * @throws ShapeError if shapes do not fit, IndexError if a place is outside the plane, DTypeError
 */
export function maxPool2dGradient<X extends Shape>(
  dy: Tensor<Shape>,
  indices: Tensor<Shape, "i32">,
  inputShape: X,
): Tensor<X> {
  return apply(maxPool2dGradientOp, { dy, indices }, { inputShape }) as Tensor<X>;
}

const maxPool2dGatherOp: KernelOp<"maxPool2dGather", ["x", "indices"], void> = defineOp(
  "maxPool2dGather",
  ["x", "indices"],
  {
    shape: ({ x, indices }) => {
      assertIndices("maxPool2dGather", { x }, indices, indices.shape);
      assertPlanes("maxPool2dGather", { x: x.shape, indices: indices.shape }, indices.shape, x.shape);
      return indices.shape;
    },
    run: ({ x, indices }, out) => {
      onContiguous(x, (image) =>
        onContiguous(indices, (places) => {
          const [planes, pixels, outputs] = planesOf(x.shape, out.shape);
          const inside = core().max_pooling_gather(planes, pixels, outputs, image.address, places.address, out.address);
          if (inside === 0) throw outsidePlane("maxPool2dGather", { x, indices }, pixels);
        }),
      );
    },
  },
);

/**
 * The elements of each plane of `x` at the places that `indices` name: what `maxPool2dGradient` is the gradient of.
 *
 * @param x (batch, channels, height, width) @param indices (batch, channels, rows, columns), row · width + column each
 * @returns the shape of `indices`
 * @throws ShapeError if batch or channels differ, IndexError if a place is outside the plane, DTypeError
 */
export function maxPool2dGather<I extends Shape>(x: Tensor<Shape>, indices: Tensor<I, "i32">): Tensor<I> {
  return apply(maxPool2dGatherOp, { x, indices }, undefined) as Tensor<I>;
}

export interface AvgAttributes {
  readonly windows: Windows;
  /** As the crate reads it: 0 the elements inside the image, -1 those of the padding too, else this number. */
  readonly divisor: number;
}

const avgPool2dOp: KernelOp<"avgPool2d", ["x"], AvgAttributes> = defineOp("avgPool2d", ["x"], {
  shape: ({ x }, { windows }) => {
    const name = windows.kind === "sliding" ? "avgPool2d" : "adaptiveAvgPool2d";
    assertFloat(name, { x });
    return pooledShape(name, x.shape, windows);
  },
  run: ({ x }, out, { windows, divisor }) => {
    onContiguous(x, (image) => {
      writePooling(x.shape, out.shape, windows);
      core().average_pooling(divisor, image.address, out.address);
    });
  },
});

/**
 * The mean of each window: y[n, c, i, j] = mean over u, v of x[n, c, i·stride + u, j·stride + v].
 *
 * @param x (batch, channels, height, width)
 * @returns (batch, channels, rows, columns), rows = ⌊(height + 2·padding − kernel) / stride⌋ + 1
 * @throws ShapeError if a window does not fit, ValueError on options, DTypeError unless x is f32
 */
export function avgPool2d<X extends Shape>(x: Tensor<X>, options: AvgPoolOptions): Tensor<Pooled<X>> {
  const { countIncludePad = true, divisorOverride } = options;
  if (divisorOverride !== undefined && !isCount(divisorOverride, 1)) {
    throw new ValueError("avgPool2d", { divisorOverride }, "divisorOverride must be a whole number from 1 up");
  }
  const divisor = divisorOverride ?? (countIncludePad ? -1 : 0);
  return apply(avgPool2dOp, { x }, { windows: slidingWindows("avgPool2d", options), divisor }) as Tensor<Pooled<X>>;
}

/**
 * The means of as many windows as give an image of `outputSize`, whatever the input's size; windows as for
 * `adaptiveMaxPool2d`. With 1 it is the mean of each plane.
 *
 * @param x (batch, channels, height, width) @returns (batch, channels, rows, columns) as `outputSize` says
 * @throws ShapeError if the image is empty, ValueError on sizes, DTypeError unless x is f32
 */
export function adaptiveAvgPool2d<X extends Shape>(x: Tensor<X>, outputSize: Pair): Tensor<Pooled<X>> {
  return apply(avgPool2dOp, { x }, { windows: adaptiveWindows("adaptiveAvgPool2d", outputSize), divisor: 0 }) as Tensor<
    Pooled<X>
  >;
}

type AvgGradientAttributes = AvgAttributes & ScatterAttributes;

const avgPool2dGradientOp: KernelOp<"avgPool2dGradient", ["dy"], AvgGradientAttributes> = defineOp(
  "avgPool2dGradient",
  ["dy"],
  {
    shape: ({ dy }, { windows, inputShape }) => {
      assertFloat("avgPool2dGradient", { dy });
      const wanted = pooledShape("avgPool2dGradient", inputShape, windows);
      if (!sameShape(dy.shape, wanted)) {
        throw new ShapeError(
          "avgPool2dGradient",
          { dy: dy.shape, inputShape },
          `the pooling gives [${wanted.join(", ")}]: dy must have that shape`,
        );
      }
      return inputShape;
    },
    run: ({ dy }, out, { windows, divisor }) => {
      onContiguous(dy, (gradient) => {
        writePooling(out.shape, dy.shape, windows);
        core().average_pooling_gradient(divisor, gradient.address, out.address);
      });
    },
  },
);

/** The gradient of an average pooling for the gradient `dy` of its result: each shared among its window. Linear in `dy`. */
export function avgPool2dGradient<X extends Shape>(
  dy: Tensor<Shape>,
  inputShape: X,
  attributes: AvgAttributes,
): Tensor<X> {
  return apply(avgPool2dGradientOp, { dy }, { ...attributes, inputShape }) as Tensor<X>;
}

/** What `avgPool2dGradient` is the gradient of: the average pooling as its op record has it. */
export function avgPool2dOver(x: Tensor<Shape>, { windows, divisor }: AvgAttributes): Tensor {
  return apply(avgPool2dOp, { x }, { windows, divisor }) as Tensor;
}

function assertIndices(
  op: string,
  values: Readonly<Record<string, AnyTensor>>,
  indices: AnyTensor,
  shape: Shape,
): void {
  assertFloat(op, values);
  if (indices.dtype !== "i32")
    throw new DTypeError(op, { indices: indices.shape, dtype: indices.dtype }, "indices must be i32");
  if (sameShape(indices.shape, shape)) return;
  throw new ShapeError(op, { dy: shape, indices: indices.shape }, "there must be one index for each element of dy");
}

function assertPlanes(op: string, came: Readonly<Record<string, Shape>>, pooled: Shape, image: Shape): void {
  const [batch, channels] = axes(op, image, "batch channels height width");
  axes(op, pooled, "batch channels rows columns");
  if (pooled[0] === batch && pooled[1] === channels) return;
  throw new ShapeError(op, came, "batch and channels must be equal");
}

function planesOf(image: Shape, pooled: Shape): [planes: number, pixels: number, outputs: number] {
  const [batch = 0, channels = 0, height = 0, width = 0] = image;
  return [batch * channels, height * width, (pooled[2] ?? 0) * (pooled[3] ?? 0)];
}

function outsidePlane(op: string, operands: Readonly<Record<string, AnyTensor>>, pixels: number): IndexError {
  const came = Object.fromEntries(Object.entries(operands).map(([name, tensor]) => [name, tensor.shape]));
  return new IndexError(
    op,
    came,
    `every index must be a place in a plane of ${pixels} pixels, from 0 to ${pixels - 1}`,
    "use the indices of the same pooling",
  );
}

export const poolingOps: {
  maxPool2d: typeof maxPool2dOp;
  maxPool2dGradient: typeof maxPool2dGradientOp;
  maxPool2dGather: typeof maxPool2dGatherOp;
  avgPool2d: typeof avgPool2dOp;
  avgPool2dGradient: typeof avgPool2dGradientOp;
} = {
  maxPool2d: maxPool2dOp,
  maxPool2dGradient: maxPool2dGradientOp,
  maxPool2dGather: maxPool2dGatherOp,
  avgPool2d: avgPool2dOp,
  avgPool2dGradient: avgPool2dGradientOp,
};
