import * as codes from "../../../wasm/codes.js";
import { applyUpdate } from "../../dispatch/dispatch.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import { ShapeError } from "../../errors/index.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { matrixOf, multiplyInto } from "./product.ts";

const addProductOp: UpdateOp<"addProduct", ["target", "a", "b"]> = defineUpdate("addProduct", ["target", "a", "b"], {
  writes: ["target"],
  check: ({ target, a, b }) => {
    assertFloat("addProduct", { target, a, b });
    const [rows, depth] = a.shape;
    const [inner, columns] = b.shape;
    const fits = a.rank === 2 && b.rank === 2 && depth === inner;
    if (!fits || target.rank !== 2 || target.shape[0] !== rows || target.shape[1] !== columns) {
      throw new ShapeError(
        "addProduct",
        { target: target.shape, a: a.shape, b: b.shape },
        "needs (rows, columns), (rows, depth) and (depth, columns)",
      );
    }
    if (!target.isContiguous || target.storage === a.storage || target.storage === b.storage) {
      throw new ShapeError(
        "addProduct",
        { target: target.shape, strides: target.strides },
        "the target must be contiguous and apart from what is multiplied",
      );
    }
  },
  multiplyAdds: ({ target, a }) => target.size * (a.shape[1] ?? 0),
  run: ({ target, a, b }) =>
    multiplyInto("addProduct", matrixOf(a), matrixOf(b), matrixOf(target), codes.ProductStart.Output),
});

/**
 * target ← target + a · b, in place.
 * @param target (rows, columns), contiguous @param a (rows, depth) @param b (depth, columns); either may be transposed
 * @throws ShapeError if sizes differ, DTypeError unless all are f32
 */
export function addProduct(target: Tensor<Shape>, a: Tensor<Shape>, b: Tensor<Shape>): void {
  applyUpdate(addProductOp, { target, a, b }, undefined);
}

export const addProductOps: { addProduct: typeof addProductOp } = { addProduct: addProductOp };
