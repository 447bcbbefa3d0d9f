import { type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { expectTypeOf, test } from "vitest";
import { differentiate, differentiateRows } from "./differentiate.ts";
import { grad, valueAndGrad } from "./grad.ts";
import { hessian } from "./hessian.ts";
import { hvp } from "./hvp.ts";

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

test("second derivatives have both shapes, of a function that gives one number", () => {
  const cube = (at: Tensor<[3]>) => at.pow(3).sum();
  expectTypeOf(hessian(cube, x)).toEqualTypeOf<Tensor<[3, 3]>>();
  expectTypeOf(hessian((at: Tensor) => at.pow(3).sum(), x)).toEqualTypeOf<Tensor<[3, 3]>>();
  expectTypeOf(hvp(cube, x, tensor([1, 0, 0]))).toEqualTypeOf<Tensor<[3]>>();
  const both = hessian(({ a, b }: { a: Tensor<[2]>; b: Tensor<[3, 1]> }) => a.sum().add(b.square().sum()), {
    a: zeros([2]),
    b: zeros([3, 1]),
  });
  expectTypeOf(both.a.b).toEqualTypeOf<Tensor<[2, 3, 1]>>();
  expectTypeOf(both.b.b).toEqualTypeOf<Tensor<[3, 1, 3, 1]>>();
  // @ts-expect-error: three numbers
  expectTypeOf(hessian((at: Tensor<[3]>) => at.square(), x)).not.toBeAny();
  // @ts-expect-error: three numbers
  expectTypeOf(hvp((at: Tensor<[3]>) => at.square(), x, x)).not.toBeAny();
  // @ts-expect-error: a direction of two, at three
  expectTypeOf(hvp(cube, x, zeros([2]))).not.toBeAny();
});

test("differentiate gives gradients in the shapes of its sources", () => {
  const weight: Tensor<[2, 3]> = zeros([2, 3]);
  const { value, gradients } = differentiate(() => weight.matmul(x).sum(), [weight, x]);
  expectTypeOf(value).toEqualTypeOf<Tensor<[]>>();
  expectTypeOf(gradients[0]).toEqualTypeOf<Tensor<[2, 3]> | undefined>();
  expectTypeOf(gradients[1]).toEqualTypeOf<Tensor<[3]> | undefined>();
  const some: readonly Tensor[] = [];
  expectTypeOf(differentiate(() => x.sum(), some).gradients).toEqualTypeOf<readonly (Tensor | undefined)[]>();
  // @ts-expect-error: three numbers
  expectTypeOf(differentiate(() => x.square(), [x])).not.toBeAny();
  // @ts-expect-error: three numbers
  expectTypeOf(differentiateRows(() => x.square(), [x])).not.toBeAny();
});
