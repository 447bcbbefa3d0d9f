import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE_ON_REQUEST, PUBLIC } from "../../dispatch/results.ts";
import { DTypeError, IndexError, ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { sameShape } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";
import type { SpatialAxes } from "../../types/spatial.ts";
import { assertImages, assertMaps } from "../convolution/windows.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { pooledShape, type Windows, writePooling } from "./windows.ts";

type MaxResults = {
  readonly y: typeof PUBLIC;
  /** Where each of them stood in its plane, counted in row-major order; −1 if its window lay in the padding alone. */
  readonly indices: typeof DISCRETE_ON_REQUEST;
};

/** The largest value of each window over `N` axes. */
export type MaxPoolOp<N extends SpatialAxes> = KernelOp<
  `maxPool${N}d`,
  ["x"],
  { readonly windows: Windows<N> },
  MaxResults
>;
/** dy added at the places that indices name. */
export type MaxPoolGradientOp<N extends SpatialAxes> = KernelOp<
  `maxPool${N}dGradient`,
  ["dy", "indices"],
  { readonly inputShape: Shape }
>;
/** x at the places that indices name. */
export type MaxPoolGatherOp<N extends SpatialAxes> = KernelOp<`maxPool${N}dGather`, ["x", "indices"]>;

function maxPoolOp<const N extends SpatialAxes>(axes: N): MaxPoolOp<N> {
  const name: `maxPool${N}d` = `maxPool${axes}d`;
  const results: MaxResults = { y: PUBLIC, indices: DISCRETE_ON_REQUEST };
  return defineOp(name, ["x"], {
    results,
    shape: ({ x }, { windows }) => {
      const op = windows.kind === "sliding" ? name : `adaptiveMaxPool${axes}d`;
      assertFloat(op, { x });
      const pooled = pooledShape(op, axes, x.shape, windows);
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
}

function maxPoolGradientOp<const N extends SpatialAxes>(axes: N): MaxPoolGradientOp<N> {
  const name: `maxPool${N}dGradient` = `maxPool${axes}dGradient`;
  return defineOp(name, ["dy", "indices"], {
    shape: ({ dy, indices }, { inputShape }) => {
      assertIndices(name, { dy }, indices, dy.shape);
      assertPlanes(name, axes, { dy: dy.shape, inputShape }, dy.shape, inputShape);
      return inputShape;
    },
    run: ({ dy, indices }, out) => {
      onContiguous(dy, (gradient) =>
        onContiguous(indices, (places) => {
          const [planes, pixels, outputs] = planesOf(out.shape, dy.shape);
          const [from, to] = [gradient.address, out.address];
          const inside = core().max_pooling_scatter(planes, pixels, outputs, from, places.address, to);
          if (inside === 0) throw outsidePlane(name, { dy, indices }, pixels);
        }),
      );
    },
  });
}

function maxPoolGatherOp<const N extends SpatialAxes>(axes: N): MaxPoolGatherOp<N> {
  const name: `maxPool${N}dGather` = `maxPool${axes}dGather`;
  return defineOp(name, ["x", "indices"], {
    shape: ({ x, indices }) => {
      assertIndices(name, { x }, indices, indices.shape);
      assertPlanes(name, axes, { x: x.shape, indices: indices.shape }, indices.shape, x.shape);
      return indices.shape;
    },
    run: ({ x, indices }, out) => {
      onContiguous(x, (image) =>
        onContiguous(indices, (places) => {
          const [planes, pixels, outputs] = planesOf(x.shape, out.shape);
          const [from, to] = [image.address, out.address];
          const inside = core().max_pooling_gather(planes, pixels, outputs, from, places.address, to);
          if (inside === 0) throw outsidePlane(name, { x, indices }, pixels);
        }),
      );
    },
  });
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

function assertPlanes(
  op: string,
  count: SpatialAxes,
  came: Readonly<Record<string, Shape>>,
  pooled: Shape,
  image: Shape,
): void {
  assertImages(op, image, count);
  assertMaps(op, pooled, count);
  if (pooled[0] === image[0] && pooled[1] === image[1]) return;
  throw new ShapeError(op, came, "batch and channels must be equal");
}

function planesOf(image: Shape, pooled: Shape): [planes: number, pixels: number, outputs: number] {
  return [(image[0] ?? 0) * (image[1] ?? 0), planeSize(image), planeSize(pooled)];
}

/** Elements of one image of one channel. */
function planeSize(shape: Shape): number {
  let size = 1;
  for (let axis = 2; axis < shape.length; axis++) size *= shape[axis] ?? 1;
  return size;
}

function outsidePlane(op: string, operands: Readonly<Record<string, AnyTensor>>, pixels: number): IndexError {
  const came = Object.fromEntries(Object.entries(operands).map(([name, tensor]) => [name, tensor.shape]));
  return new IndexError(
    op,
    came,
    `every index must be a place in a plane of ${pixels} pixels, from 0 to ${pixels - 1}, or -1 for none`,
    "use the indices of the same pooling",
  );
}

export const maxPoolOps: {
  maxPool1d: MaxPoolOp<1>;
  maxPool1dGradient: MaxPoolGradientOp<1>;
  maxPool1dGather: MaxPoolGatherOp<1>;
  maxPool2d: MaxPoolOp<2>;
  maxPool2dGradient: MaxPoolGradientOp<2>;
  maxPool2dGather: MaxPoolGatherOp<2>;
} = {
  maxPool1d: maxPoolOp(1),
  maxPool1dGradient: maxPoolGradientOp(1),
  maxPool1dGather: maxPoolGatherOp(1),
  maxPool2d: maxPoolOp(2),
  maxPool2dGradient: maxPoolGradientOp(2),
  maxPool2dGather: maxPoolGatherOp(2),
};
