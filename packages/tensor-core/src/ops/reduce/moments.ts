import * as codes from "../../../wasm/codes.js";
import { apply } from "../../dispatch/dispatch.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor, OneResult } from "../../dispatch/results.ts";
import { core } from "../../runtime/heap.ts";
import { assertAxes } from "../../shape/axes.ts";
import { sizeOf } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { reducedShape, type ReductionAxes, type ReductionOp, writeReduction } from "./reduction.ts";

/** The axes of a variance, and what is taken from the count of elements before dividing by it. */
export interface VarianceAttributes extends ReductionAxes {
  readonly correction: number;
}

type VarianceOp<Name extends string> = KernelOp<Name, ["x"], VarianceAttributes, OneResult>;

const euclideanNormOp: ReductionOp<"euclideanNorm"> = defineOp("euclideanNorm", ["x"], {
  calledAs: "norm",
  shape: ({ x }, attributes) => shapeOf("euclideanNorm", x, attributes),
  run: ({ x }, out, { axes }) => {
    writeReduction(x, axes);
    core().moment(codes.Moment.Norm, 1, x.address, out.address);
  },
});

function varianceOp<const Name extends string>(name: Name, moment: codes.Moment): VarianceOp<Name> {
  return defineOp(name, ["x"], {
    shape: ({ x }, attributes) => shapeOf(name, x, attributes),
    run: ({ x }, out, { axes, correction }) => {
      const count = sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
      // PyTorch's: 0 where nothing is left, also of a correction that is NaN, and where there was nothing.
      const freedom = count === 0 || !(count > correction) ? 0 : count - correction;
      writeReduction(x, axes);
      core().moment(moment, freedom, x.address, out.address);
    },
  });
}

const varianceOfOp: VarianceOp<"variance"> = varianceOp("variance", codes.Moment.Variance);
const stdOp: VarianceOp<"std"> = varianceOp("std", codes.Moment.Deviation);

function shapeOf(op: string, x: AnyTensor, attributes: ReductionAxes): Shape {
  assertFloat(op, { x });
  assertAxes(op, x.shape, attributes.axes);
  return reducedShape(x.shape, attributes);
}

/** √Σ x² over some axes, whatever the scale of x. */
export function euclideanNorm(x: Tensor<Shape>, axes: readonly number[], keepDims: boolean): Tensor<Shape> {
  return apply(euclideanNormOp, { x }, { axes, keepDims }) as Tensor<Shape>;
}

/** Σ (x − mean)² / (count − correction) over some axes. */
export function varianceOver(x: Tensor<Shape>, attributes: VarianceAttributes): Tensor<Shape> {
  return apply(varianceOfOp, { x }, attributes) as Tensor<Shape>;
}

/** √varianceOver, whatever the scale of x. */
export function deviationOver(x: Tensor<Shape>, attributes: VarianceAttributes): Tensor<Shape> {
  return apply(stdOp, { x }, attributes) as Tensor<Shape>;
}

export const momentOps: { euclideanNorm: typeof euclideanNormOp; variance: typeof varianceOfOp; std: typeof stdOp } = {
  euclideanNorm: euclideanNormOp,
  variance: varianceOfOp,
  std: stdOp,
};
