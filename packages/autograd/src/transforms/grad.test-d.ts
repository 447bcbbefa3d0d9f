import { type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { expectTypeOf, test } from "vitest";
import { grad, valueAndGrad } from "./grad.ts";

const x: Tensor<[3]> = zeros([3]);

test("grad takes a function that gives one number, as far as its type tells", () => {
  expectTypeOf(grad((at: Tensor<[3]>) => at.square().sum())(x)).toEqualTypeOf<Tensor<[3]>>();
  expectTypeOf(grad((at: Tensor<[3]>) => at.sum(0, true))(x)).toEqualTypeOf<Tensor<[3]>>();
  expectTypeOf(grad((at: Tensor) => at.square())(tensor(2))).toEqualTypeOf<Tensor>();
  expectTypeOf(valueAndGrad((at: readonly [Tensor, Tensor]) => at[0].mul(at[1]).mean())).toBeFunction();
  // @ts-expect-error: three numbers
  expectTypeOf(grad((at: Tensor<[3]>) => at.square())).not.toBeAny();
  // @ts-expect-error: three numbers
  expectTypeOf(valueAndGrad((at: Tensor<[3]>) => at.square())).not.toBeAny();
});
