import * as codes from "../../../wasm/codes.js";
import { defineOp } from "../../dispatch/op.ts";
import { DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { DTypeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { assertAxes } from "../../shape/axes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Axes, HasAxes, Reduced } from "../../types/axes.ts";
import type { DType, SumOf } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { assertBool } from "../../dispatch/dtypes.ts";
import { check } from "../../dispatch/status.ts";
import { applyReduction, assertSome, reducedShape, type ReductionOp, writeReduction } from "./reduction.ts";

interface Codes {
  readonly f32: codes.Reduction;
  readonly i32?: codes.IntegerReduction;
  /** True where the reduction of no elements has a value. */
  readonly ofNothing: boolean;
}

function reductionOp<const Name extends string>(name: Name, kernels: Codes): ReductionOp<Name> {
  return defineOp(name, ["x"], {
    shape: ({ x }, attributes) => {
      assertAxes(name, x.shape, attributes.axes);
      if (!kernels.ofNothing) assertSome(name, x, attributes);
      const isSumOfBytes = name === "sum" && (x.dtype === "u8" || x.dtype === "bool");
      if (x.dtype !== "f32" && !(x.dtype === "i32" && kernels.i32 !== undefined) && !isSumOfBytes) {
        throw new DTypeError(
          name,
          { shape: x.shape, dtype: x.dtype },
          `${name} does not take ${x.dtype}`,
          'convert with .to("f32")',
        );
      }
      return reducedShape(x.shape, attributes);
    },
    dtype: ({ x }) => (x.dtype === "f32" ? "f32" : "i32"),
    run: ({ x }, out, { axes }) => {
      writeReduction(x, axes);
      if (x.dtype === "f32") core().reduce(kernels.f32, x.address, out.address);
      else if (x.dtype === "i32") {
        check(name, core().reduce_i32(kernels.i32 as codes.IntegerReduction, x.address, out.address));
      } else check(name, core().sum_u8(x.address, out.address));
    },
  });
}

const sumOp: ReductionOp<"sum"> = reductionOp("sum", {
  f32: codes.Reduction.Sum,
  i32: codes.IntegerReduction.Sum,
  ofNothing: true,
});

/**
 * The sum over one axis, several, or all. Accumulated in several running sums: the error grows with the logarithm of the
 * count, and the order depends on the shape alone. Truth values and bytes are counted as i32; whole numbers are summed in 64
 * bits, and only what comes out has to fit into i32.
 * @param axes all unless said; an empty list is none, as in NumPy, where PyTorch takes all
 * @param keepDims leaves the axes with size 1
 * @throws ValueError where a sum of whole numbers does not fit; ShapeError, DTypeError
 */
export function sum<
  S extends Shape,
  D extends DType,
  const Axis extends Axes = undefined,
  Keep extends boolean = false,
>(x: Tensor<S, D>, axes?: Axis & HasAxes<S, Axis>, keepDims?: Keep): Tensor<Reduced<S, Axis, Keep>, SumOf<D>> {
  return applyReduction(sumOp, x, axes, keepDims) as Tensor<Reduced<S, Axis, Keep>, SumOf<D>>;
}

const meanOp: ReductionOp<"mean"> = reductionOp("mean", { f32: codes.Reduction.Mean, ofNothing: true });

/**
 * The mean over one axis, several, or all; NaN of no elements.
 * @param axes all unless said; an empty list is none @param keepDims leaves the axes with size 1
 */
export function mean<S extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
  x: Tensor<S>,
  axes?: Axis & HasAxes<S, Axis>,
  keepDims?: Keep,
): Tensor<Reduced<S, Axis, Keep>> {
  return applyReduction(meanOp, x, axes, keepDims) as Tensor<Reduced<S, Axis, Keep>>;
}

const prodOp: ReductionOp<"prod"> = reductionOp("prod", {
  f32: codes.Reduction.Product,
  i32: codes.IntegerReduction.Product,
  ofNothing: true,
});

/**
 * The product over one axis, several, or all.
 * @param x f32 or i32 @param axes all unless said; an empty list is none @param keepDims leaves the axes with size 1
 * @throws ValueError where a product of i32 does not fit into i32; ShapeError, DTypeError
 */
export function prod<
  S extends Shape,
  D extends DType,
  const Axis extends Axes = undefined,
  Keep extends boolean = false,
>(x: Tensor<S, D>, axes?: Axis & HasAxes<S, Axis>, keepDims?: Keep): Tensor<Reduced<S, Axis, Keep>, D> {
  return applyReduction(prodOp, x, axes, keepDims) as Tensor<Reduced<S, Axis, Keep>, D>;
}

const maxOp: ReductionOp<"max"> = reductionOp("max", {
  f32: codes.Reduction.Maximum,
  i32: codes.IntegerReduction.Maximum,
  ofNothing: false,
});

/**
 * The largest element over one axis, several, or all; NaN if there is one. The gradient is shared evenly among equals.
 * @param axes all unless said; an empty list is none @param keepDims leaves the axes with size 1
 * @throws ShapeError of no elements
 */
export function max<
  S extends Shape,
  D extends DType,
  const Axis extends Axes = undefined,
  Keep extends boolean = false,
>(x: Tensor<S, D>, axes?: Axis & HasAxes<S, Axis>, keepDims?: Keep): Tensor<Reduced<S, Axis, Keep>, D> {
  return applyReduction(maxOp, x, axes, keepDims) as Tensor<Reduced<S, Axis, Keep>, D>;
}

const minOp: ReductionOp<"min"> = reductionOp("min", {
  f32: codes.Reduction.Minimum,
  i32: codes.IntegerReduction.Minimum,
  ofNothing: false,
});

/** The smallest element over one axis, several, or all: as `max`. */
export function min<
  S extends Shape,
  D extends DType,
  const Axis extends Axes = undefined,
  Keep extends boolean = false,
>(x: Tensor<S, D>, axes?: Axis & HasAxes<S, Axis>, keepDims?: Keep): Tensor<Reduced<S, Axis, Keep>, D> {
  return applyReduction(minOp, x, axes, keepDims) as Tensor<Reduced<S, Axis, Keep>, D>;
}

function boolReductionOp<const Name extends string>(
  name: Name,
  code: codes.BoolReduction,
): ReductionOp<Name, OneDiscrete> {
  return defineOp(name, ["x"], {
    results: { y: DISCRETE },
    shape: ({ x }, attributes) => {
      assertBool(name, x);
      assertAxes(name, x.shape, attributes.axes);
      return reducedShape(x.shape, attributes);
    },
    run: ({ x }, out, { axes }) => {
      writeReduction(x, axes);
      core().reduce_bool(code, x.address, out.address);
    },
  });
}

const anyOp: ReductionOp<"any", OneDiscrete> = boolReductionOp("any", codes.BoolReduction.Any);
const allOp: ReductionOp<"all", OneDiscrete> = boolReductionOp("all", codes.BoolReduction.All);

/** True if an element is true, over one axis, several, or all (an empty list is none); false of no elements. */
export function any<S extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
  x: Tensor<S, "bool">,
  axes?: Axis & HasAxes<S, Axis>,
  keepDims?: Keep,
): Tensor<Reduced<S, Axis, Keep>, "bool"> {
  return applyReduction(anyOp, x, axes, keepDims) as Tensor<Reduced<S, Axis, Keep>, "bool">;
}

/** True if every element is true, over one axis, several, or all (an empty list is none); true of no elements. */
export function all<S extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
  x: Tensor<S, "bool">,
  axes?: Axis & HasAxes<S, Axis>,
  keepDims?: Keep,
): Tensor<Reduced<S, Axis, Keep>, "bool"> {
  return applyReduction(allOp, x, axes, keepDims) as Tensor<Reduced<S, Axis, Keep>, "bool">;
}

export const reduceOps: {
  sum: typeof sumOp;
  mean: typeof meanOp;
  prod: typeof prodOp;
  max: typeof maxOp;
  min: typeof minOp;
} = { sum: sumOp, mean: meanOp, prod: prodOp, max: maxOp, min: minOp };

/** Without a gradient: their results are truth values. */
export const boolReduceOps: { any: typeof anyOp; all: typeof allOp } = { any: anyOp, all: allOp };
