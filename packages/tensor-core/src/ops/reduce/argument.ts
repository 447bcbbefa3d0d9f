import * as codes from "../../../wasm/codes.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { core } from "../../runtime/heap.ts";
import { assertAxes, isAxisOfScalar, normalAxis } from "../../shape/axes.ts";
import { composed } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { HasAxes, Reduced } from "../../types/axes.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { assertArithmetic } from "../../dispatch/dtypes.ts";
import { assertSome, reducedShape, type ReductionOp, writeReduction } from "./reduction.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { assertBoolean } from "../../arguments/checks.ts";

function argumentOp<const Name extends string>(name: Name, extreme: codes.Extreme): ReductionOp<Name, OneDiscrete> {
  return defineOp(name, ["x"], {
    results: { y: DISCRETE },
    shape: ({ x }, attributes) => {
      assertAxes(name, x.shape, attributes.axes);
      assertSome(name, x, attributes);
      assertArithmetic(name, x);
      return reducedShape(x.shape, attributes);
    },
    dtype: () => "i32",
    run: ({ x }, out, { axes }) => {
      writeReduction(x, axes);
      if (x.dtype === "f32") core().argument(extreme, x.address, out.address);
      else core().argument_i32(extreme, x.address, out.address);
    },
  });
}

const argmaxOp: ReductionOp<"argmax", OneDiscrete> = argumentOp("argmax", codes.Extreme.Largest);
const argminOp: ReductionOp<"argmin", OneDiscrete> = argumentOp("argmin", codes.Extreme.Smallest);

/**
 * The position of the largest element along an axis, or in the whole tensor: the first of equals, NaN before all.
 * @param x f32 or i32 @param keepDims leaves the axes with size 1
 * @throws ShapeError of no elements, DTypeError
 */
export function argmax<
  S extends Shape,
  const Axis extends number | undefined = undefined,
  Keep extends boolean = false,
>(x: Tensor<S, DType>, axis?: Axis & HasAxes<S, Axis>, keepDims?: Keep): Tensor<Reduced<S, Axis, Keep>, "i32"> {
  return positions(argmaxOp, x, axis, keepDims) as Tensor<Reduced<S, Axis, Keep>, "i32">;
}

/** The position of the smallest element: as `argmax`. */
export function argmin<
  S extends Shape,
  const Axis extends number | undefined = undefined,
  Keep extends boolean = false,
>(x: Tensor<S, DType>, axis?: Axis & HasAxes<S, Axis>, keepDims?: Keep): Tensor<Reduced<S, Axis, Keep>, "i32"> {
  return positions(argminOp, x, axis, keepDims) as Tensor<Reduced<S, Axis, Keep>, "i32">;
}

function positions(
  op: ReductionOp<string, OneDiscrete>,
  x: AnyTensor,
  axis: number | undefined,
  keepDims = false,
): AnyTensor {
  assertTensor(op.name, "x", x);
  assertBoolean(op.name, "keepDims", keepDims);
  const isWhole = axis === undefined || (x.rank === 0 && isAxisOfScalar(axis));
  if (!isWhole) return apply(op, { x }, { axes: [normalAxis(op.name, x.shape, axis)], keepDims });
  return composed(op.name, () => {
    const position = apply(op, { x: x.reshape([x.size]) }, { axes: [0], keepDims: false });
    return keepDims ? position.reshape(x.shape.map(() => 1)) : position;
  });
}

/** Without a gradient: their results are positions. */
export const argumentOps: { argmax: typeof argmaxOp; argmin: typeof argminOp } = { argmax: argmaxOp, argmin: argminOp };
