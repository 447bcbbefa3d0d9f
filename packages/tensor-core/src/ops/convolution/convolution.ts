import * as frames from "../../../wasm/frames.js";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { check } from "../../dispatch/status.ts";
import { ShapeError } from "../../errors/index.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { sameShape, sizeOf } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";
import type { SpatialAxes } from "../../types/spatial.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import type { Convolution } from "./options.ts";
import { assertFilters, assertImages, frameAxes, type SlidingAxis, windowCount } from "./windows.ts";

// A convolution and its gradients are one form in three variables, Σ dy · (x ⋆ weight), linear in each: each op is its
// derivative by one of them. The records are written once for any number of axes. The kernels compute with two: a signal
// is to them an image of height 1.

/** x ⋆ weight + bias over `N` axes. */
export type ConvolutionOp<N extends SpatialAxes> = KernelOp<`conv${N}d`, ["x", "weight", "bias?"], Convolution<N>>;
/** Its gradient by x, which has the shape `inputShape`. */
export type InputGradientOp<N extends SpatialAxes> = KernelOp<
  `conv${N}dInputGradient`,
  ["dy", "weight"],
  Convolution<N> & { readonly inputShape: Shape }
>;
/** Its gradient by the weight, which has the shape `weightShape`. */
export type FilterGradientOp<N extends SpatialAxes> = KernelOp<
  `conv${N}dFilterGradient`,
  ["x", "dy"],
  Convolution<N> & { readonly weightShape: Shape }
>;

function convolutionOp<const N extends SpatialAxes>(axes: N): ConvolutionOp<N> {
  const name: `conv${N}d` = `conv${axes}d`;
  return defineOp(name, ["x", "weight", "bias?"], {
    shape: ({ x, weight, bias }, attributes) => {
      assertFloat(name, { x, weight, bias });
      const out = outputShape(name, axes, x.shape, weight.shape, attributes);
      if (bias !== undefined && (bias.rank !== 1 || bias.shape[0] !== out[1])) {
        throw new ShapeError(
          name,
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
          check(name, status);
        }),
      );
    },
  });
}

function inputGradientOp<const N extends SpatialAxes>(axes: N): InputGradientOp<N> {
  const name: `conv${N}dInputGradient` = `conv${axes}dInputGradient`;
  return defineOp(name, ["dy", "weight"], {
    shape: ({ dy, weight }, attributes) => {
      assertFloat(name, { dy, weight });
      const { inputShape } = attributes;
      const wanted = outputShape(name, axes, inputShape, weight.shape, attributes);
      assertOutput(name, dy.shape, { inputShape, weight: weight.shape }, wanted);
      return inputShape;
    },
    multiplyAdds: ({ dy, weight }) => dy.size * sizeOf(weight.shape.slice(1)),
    run: ({ dy, weight }, out, attributes) => {
      onContiguous(dy, (gradient) =>
        onContiguous(weight, (filters) => {
          writeConvolution(out.shape, weight.shape, dy.shape, attributes);
          check(name, core().convolution_image_gradient(gradient.address, filters.address, out.address));
        }),
      );
    },
  });
}

function filterGradientOp<const N extends SpatialAxes>(axes: N): FilterGradientOp<N> {
  const name: `conv${N}dFilterGradient` = `conv${axes}dFilterGradient`;
  return defineOp(name, ["x", "dy"], {
    shape: ({ x, dy }, attributes) => {
      assertFloat(name, { x, dy });
      const { weightShape } = attributes;
      const wanted = outputShape(name, axes, x.shape, weightShape, attributes);
      assertOutput(name, dy.shape, { x: x.shape, weightShape }, wanted);
      return weightShape;
    },
    multiplyAdds: ({ dy }, out) => dy.size * sizeOf(out.shape.slice(1)),
    run: ({ x, dy }, out, attributes) => {
      onContiguous(x, (image) =>
        onContiguous(dy, (gradient) => {
          writeConvolution(x.shape, out.shape, dy.shape, attributes);
          check(name, core().convolution_filter_gradient(image.address, gradient.address, out.address));
        }),
      );
    },
  });
}

/** What the records read of a convolution, whatever its number of axes. */
interface AnyConvolution {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly exact: boolean;
}

/** The shape of a convolution's result. @throws ShapeError if its operands do not fit together */
export function outputShape(
  op: string,
  count: SpatialAxes,
  x: Shape,
  weight: Shape,
  { stride, padding, dilation, groups }: Omit<AnyConvolution, "exact">,
): Shape {
  assertImages(op, x, count);
  assertFilters(op, weight, count);
  const [channels, filters, seen] = [x[1] ?? 0, weight[0] ?? 0, weight[1] ?? 0];
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
  if (weight.includes(0, 2)) throw new ShapeError(op, { weight }, `a kernel needs at least ${ONE_OF_EACH[count]}`);
  const shape = [x[0] ?? 0, filters];
  for (let axis = 0; axis < count; axis++) {
    const sliding: SlidingAxis = {
      kernel: weight[axis + 2] ?? 0,
      stride: stride[axis] ?? 1,
      padding: [padding[axis] ?? 0, padding[axis + count] ?? 0],
      dilation: dilation[axis] ?? 1,
    };
    shape.push(windowCount(op, x, axis, sliding));
  }
  return shape;
}

const ONE_OF_EACH = {
  1: "one element",
  2: "one row and one column",
  3: "one layer, one row and one column",
} as const;

function assertOutput(op: string, dy: Shape, operands: Readonly<Record<string, Shape>>, wanted: Shape): void {
  if (sameShape(dy, wanted)) return;
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
  { stride, padding, dilation, groups, exact }: AnyConvolution,
): void {
  const count = stride.length;
  frames.writeConvolutionFrame(heapI32(), frameStart(), {
    batch: x[0] ?? 0,
    groups,
    channels: x[1] ?? 0,
    filters: weight[0] ?? 0,
    image: frameAxes(x, 2, count, 1),
    kernel: frameAxes(weight, 2, count, 1),
    output: frameAxes(out, 2, count, 1),
    stride: frameAxes(stride, 0, count, 1),
    padding: frameAxes(padding, 0, count, 0),
    dilation: frameAxes(dilation, 0, count, 1),
    exact: exact ? 1 : 0,
  });
}

/** Volumes wait for kernels that compute with three axes. */
export const convolutionOps: {
  conv1d: ConvolutionOp<1>;
  conv1dInputGradient: InputGradientOp<1>;
  conv1dFilterGradient: FilterGradientOp<1>;
  conv2d: ConvolutionOp<2>;
  conv2dInputGradient: InputGradientOp<2>;
  conv2dFilterGradient: FilterGradientOp<2>;
} = {
  conv1d: convolutionOp(1),
  conv1dInputGradient: inputGradientOp(1),
  conv1dFilterGradient: filterGradientOp(1),
  conv2d: convolutionOp(2),
  conv2dInputGradient: inputGradientOp(2),
  conv2dFilterGradient: filterGradientOp(2),
};
