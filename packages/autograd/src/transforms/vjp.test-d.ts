import { type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { expectTypeOf, test } from "vitest";
import { vjp, type WithGradient } from "./vjp.ts";

const x: Tensor<[3]> = zeros([3]);

test("vjp needs a cotangent of what is not one number, as far as its type tells", () => {
  const square = (at: Tensor<[3]>): Tensor<[3]> => at.square();
  expectTypeOf(vjp(square, x, tensor([1, 0, 2]))).toEqualTypeOf<WithGradient<Tensor<[3]>, Tensor<[3]>>>();
  expectTypeOf(vjp((at: Tensor<[3]>) => at.square().sum(), x).gradient).toEqualTypeOf<Tensor<[3]>>();
  expectTypeOf(vjp((at: Tensor) => at.square(), tensor(2)).value).toEqualTypeOf<Tensor>();
  expectTypeOf(vjp((at: Tensor) => ({ y: at.sum() }), tensor(2)).value.y).toEqualTypeOf<Tensor<[]>>();
  // @ts-expect-error: three numbers
  expectTypeOf(() => vjp(square, x)).not.toBeAny();
  // @ts-expect-error: the result has three elements, not two
  expectTypeOf(() => vjp(square, x, tensor([1, 2]))).not.toBeAny();
});
