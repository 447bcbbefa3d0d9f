import * as frames from "../../../wasm/frames.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { frameStart } from "../../runtime/frame.ts";
import { check } from "../../dispatch/status.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { normalAxis } from "../../shape/axes.ts";
import { sameShape } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type DType, ITEM_SIZE } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { copyElements } from "../copy/copy.ts";
import { assertArithmetic, assertOneDType } from "../../dispatch/dtypes.ts";
import { heldAlong } from "./held-along.ts";
import { assertIndexDType, assertInRange } from "./indices.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";

interface AlongAxis {
  readonly axis: number;
}

const gatherOp: KernelOp<"gather", ["x", "index"], AlongAxis> = defineOp("gather", ["x", "index"], {
  shape: ({ x, index }, { axis }) => {
    assertFits("gather", x, index, axis);
    return index.shape;
  },
  check: ({ x, index }, { axis }) => assertInRange("gather", index, x.shape[axis] ?? 0),
  dtype: ({ x }) => x.dtype,
  run: ({ x, index }, out, { axis }) => {
    frames.writeGatherWalk(heapI32(), frameStart(), { sizes: index.shape, y: out, index, x: heldAlong(axis, x) });
    core().gather_elements(ITEM_SIZE[x.dtype], x.strides[axis] ?? 0, index.address, x.address, out.address);
  },
});

/**
 * Elements of `x` at places along an axis that `index` names: out[i][j] = x[index[i][j]][j] for axis 0 of two.
 * @param index i32, as many axes as `x`, and no longer than it along the others
 * @returns the shape of `index`
 * @throws IndexError, ShapeError, DTypeError
 */
export function gather<D extends DType, I extends Shape>(
  x: Tensor<Shape, D>,
  axis: number,
  index: Tensor<I, "i32">,
): Tensor<I, D> {
  assertTensor("gather", "x", x);
  return apply(gatherOp, { x, index }, { axis: normalAxis("gather", x.shape, axis) }) as Tensor<I, D>;
}

const scatterAddOp: KernelOp<"scatterAdd", ["x", "index", "source"], AlongAxis> = defineOp(
  "scatterAdd",
  ["x", "index", "source"],
  {
    shape: ({ x, index, source }, { axis }) => {
      assertFits("scatterAdd", x, index, axis);
      assertOneDType("scatterAdd", x, source);
      assertArithmetic("scatterAdd", x);
      if (!sameShape(index.shape, source.shape)) {
        throw new ShapeError(
          "scatterAdd",
          { index: index.shape, source: source.shape },
          "needs one index for each element of the source",
        );
      }
      return x.shape;
    },
    check: ({ x, index }, { axis }) => assertInRange("scatterAdd", index, x.shape[axis] ?? 0),
    run: ({ x, index, source }, out, { axis }) => {
      copyElements(x, out);
      frames.writeGatherWalk(heapI32(), frameStart(), {
        sizes: index.shape,
        y: heldAlong(axis, out),
        index,
        x: source,
      });
      const stride = out.strides[axis] ?? 0;
      if (x.dtype === "f32") core().scatter_add(stride, index.address, source.address, out.address);
      else check("scatterAdd", core().scatter_add_i32(stride, index.address, source.address, out.address));
    },
  },
);

/**
 * A copy of `x` with the elements of `source` added at places along an axis that `index` names, in row-major order:
 * out[index[i][j]][j] += source[i][j] for axis 0 of two. The adjoint of `gather`. f32s that meet at one place are added one
 * after the other: n of them are off by at most n · 2⁻²⁴ · Σ|source|, as `indexAdd` says.
 * @param index i32, in the shape of `source`
 * @returns the shape of `x`
 * @throws ValueError where a sum leaves i32 on the way; IndexError, ShapeError, DTypeError
 */
export function scatterAdd<S extends Shape, D extends DType>(
  x: Tensor<S, D>,
  axis: number,
  index: Tensor<Shape, "i32">,
  source: Tensor<Shape, D>,
): Tensor<S, D> {
  assertTensor("scatterAdd", "x", x);
  return apply(scatterAddOp, { x, index, source }, { axis: normalAxis("scatterAdd", x.shape, axis) }) as Tensor<S, D>;
}

/** @throws ShapeError unless `index` has the rank of `x` and fits into it along all axes but one; DTypeError */
function assertFits(op: string, x: AnyTensor, index: AnyTensor, axis: number): void {
  const fits = index.rank === x.rank && index.shape.every((size, at) => at === axis || size <= (x.shape[at] ?? 0));
  if (!fits) {
    throw new ShapeError(
      op,
      { x: x.shape, index: index.shape, axis },
      `the index needs ${x.rank} axes, and may be longer than x along axis ${axis} alone`,
      "indexSelect takes whole rows by a list of indices",
    );
  }
  assertIndexDType(op, index);
}

export const gatherOps: { gather: typeof gatherOp; scatterAdd: typeof scatterAddOp } = {
  gather: gatherOp,
  scatterAdd: scatterAddOp,
};
