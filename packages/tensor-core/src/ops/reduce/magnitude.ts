import * as codes from "../../../wasm/codes.js";
import { defineOp } from "../../dispatch/op.ts";
import { DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { core } from "../../runtime/heap.ts";
import { assertAxes } from "../../shape/axes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Axes } from "../../types/axes.ts";
import type { Shape } from "../../types/shape.ts";
import { applyReduction, reducedShape, type ReductionOp, writeReduction } from "./reduction.ts";

const magnitudeOp: ReductionOp<"magnitude", OneDiscrete> = defineOp("magnitude", ["x"], {
  results: { y: DISCRETE },
  shape: ({ x }, attributes) => {
    assertFloat("magnitude", { x });
    assertAxes("magnitude", x.shape, attributes.axes);
    return reducedShape(x.shape, attributes);
  },
  run: ({ x }, out, { axes }) => {
    writeReduction(x, axes);
    core().reduce(codes.Reduction.Magnitude, x.address, out.address);
  },
});

/**
 * The power of two at or below the largest |x| over some axes; 1 where that is 0, ∞ or NaN. Dividing by it is exact, and what
 * is left can be squared in f32 whatever x was. It is constant but for steps, and so has no gradient: fit for functions that
 * do not depend on the scale they are computed at.
 * @param x any shape, f32 @param axes all unless said; an empty list is none @param keepDims leaves the axes with size 1
 */
export function magnitude(x: Tensor<Shape>, axes?: Axes, keepDims = false): Tensor<Shape> {
  return applyReduction(magnitudeOp, x, axes, keepDims) as Tensor<Shape>;
}

/** Without a gradient: their results are constant but for steps. */
export const magnitudeOps: { magnitude: typeof magnitudeOp } = { magnitude: magnitudeOp };
