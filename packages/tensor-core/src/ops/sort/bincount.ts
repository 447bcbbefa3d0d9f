import { assertWhole } from "../../arguments/checks.ts";
import { checkedLater, checkOptions } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { ShapeError } from "../../errors/index.ts";
import { viewOf } from "../../runtime/elements.ts";
import { core } from "../../runtime/heap.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertIndexDType, assertInRange } from "../gather/indices.ts";

type BincountOp = KernelOp<"bincount", ["x", "weights?"], { readonly length: number }, OneDiscrete>;

const bincountOp: BincountOp = defineOp("bincount", ["x", "weights?"], {
  results: { y: DISCRETE },
  sizedByValues: true,
  shape: ({ x, weights }, { length }) => {
    assertIndexDType("bincount", x);
    assertFloat("bincount", { weights });
    if (x.rank !== 1) throw new ShapeError("bincount", { x: x.shape }, "takes a list", "x.reshape([-1])");
    if (weights !== undefined && (weights.rank !== 1 || weights.size !== x.size)) {
      throw new ShapeError("bincount", { x: x.shape, weights: weights.shape }, "needs one weight for each number");
    }
    return [length];
  },
  dtype: ({ weights }) => (weights === undefined ? "i32" : "f32"),
  check: ({ x }, { length }) => assertInRange("bincount", x, length),
  run: ({ x, weights }, out, { length }) => {
    onContiguous(x, (dense) => {
      const [from, to] = [dense.address, out.address];
      if (weights === undefined) core().count_each(x.size, length, from, to);
      else
        onContiguous(weights, (heavy) => {
          check("bincount", core().weigh_each(x.size, length, from, heavy.address, to));
        });
    });
  },
});

/** What `bincount` counts. */
export interface BincountOptions<W extends Tensor<Shape> | undefined = Tensor<Shape> | undefined> {
  /** (count), f32: what each number counts instead of 1. */
  readonly weights?: W;
  /** At least so many bins. Default 0. */
  readonly minLength?: number;
}

/**
 * How often each whole number from 0 up to the largest is in a list, or the sum of their weights, added up in f64: PyTorch's
 * `torch.bincount`. Of an empty list there are `minLength` zeros. Has no gradient.
 * @param x (count), i32, none negative
 * @returns (bins), i32, or f32 with weights
 * @throws ShapeError, DTypeError, ValueError; IndexError if a number is negative
 */
export function bincount(x: Tensor<Shape, "i32">, options?: BincountOptions<undefined>): Tensor<[number], "i32">;
export function bincount(x: Tensor<Shape, "i32">, options: BincountOptions<Tensor<Shape>>): Tensor<[number]>;
export function bincount(x: Tensor<Shape, "i32">, options: BincountOptions = {}): AnyTensor {
  checkOptions<BincountOptions>("bincount", options, { weights: checkedLater, minLength: assertWhole });
  const { weights, minLength = 0 } = options;
  assertTensor("bincount", "x", x);
  if (weights !== undefined) assertTensor("bincount", "weights", weights);
  assertIndexDType("bincount", x);
  const largest = onContiguous(x, (dense) => viewOf(dense).reduce((most, each) => Math.max(most, each), -1));
  return apply(bincountOp, { x, weights }, { length: Math.max(minLength, largest + 1) });
}

/** Without a gradient, as in PyTorch. */
export const bincountOps: { bincount: typeof bincountOp } = { bincount: bincountOp };
