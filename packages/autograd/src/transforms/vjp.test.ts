import { onesLike, ScopeError, type Shape, ShapeError, tensor, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { grad } from "./grad.ts";
import { vjp } from "./vjp.ts";

describe("vjp", () => {
  test(
    "is the gradient of the result's product with a cotangent",
    inBalance(() => {
      const { value, gradient } = vjp((x: Tensor) => x.square(), tensor([1, 2, 3]), tensor([1, 0, 10]));
      expect([value.toArray(), gradient.toArray()]).toEqual([
        [1, 4, 9],
        [2, 0, 60],
      ]);
    }),
  );

  test(
    "of one number is its gradient",
    inBalance(() => {
      const { value, gradient } = vjp((x: Tensor) => x.square().sum(), tensor([1, 2]));
      expect([value.item(), gradient.toArray()]).toEqual([5, [2, 4]]);
    }),
  );

  test(
    "takes and gives tensors in records and arrays",
    inBalance(() => {
      // y = A x and z = Σ x: ∂/∂A is u xᵀ, ∂/∂x is Aᵀ u + w.
      const { value, gradient } = vjp(
        ({ a, x }: { a: Tensor; x: Tensor }) => ({ y: a.matmul<Shape, Shape>(x), rest: [x.sum()] as const }),
        {
          a: tensor([
            [1, 2],
            [3, 4],
          ]),
          x: tensor([5, 6]),
        },
        { y: tensor([1, 10]), rest: [tensor(100)] },
      );
      expect([value.y.toArray(), value.rest[0].item()]).toEqual([[17, 39], 11]);
      expect(gradient.a.toArray()).toEqual([
        [5, 6],
        [50, 60],
      ]);
      expect(gradient.x.toArray()).toEqual([131, 142]);
    }),
  );

  test(
    "is zero for what the result does not depend on",
    inBalance(() => {
      const { gradient } = vjp(
        ({ used }: { used: Tensor; unused: Tensor }) => used.mul(2),
        { used: tensor([1]), unused: tensor([[1, 2]]) },
        tensor([3]),
      );
      expect([gradient.used.toArray(), gradient.unused.toArray()]).toEqual([[6], [[0, 0]]]);
    }),
  );

  test(
    "adds up where one tensor is two results",
    inBalance(() => {
      const f = (x: Tensor): readonly [Tensor, Tensor] => {
        const y = x.mul(2);
        return [y, y];
      };
      expect(vjp(f, tensor([1]), [tensor([1]), tensor([10])]).gradient.toArray()).toEqual([22]);
    }),
  );

  test(
    "gives gradients that are the caller's own",
    inBalance(() => {
      const cotangent = tensor([1, 2]);
      const { gradient } = vjp(
        ([a, b]: readonly [Tensor, Tensor]) => a.add(b),
        [tensor([0, 0]), tensor([0, 0])],
        cotangent,
      );
      gradient[0].assign(tensor([9, 9]));
      expect([gradient[1].toArray(), cotangent.toArray()]).toEqual([
        [1, 2],
        [1, 2],
      ]);
    }),
  );

  test(
    "can be differentiated by its input and by its cotangent",
    inBalance(() => {
      // d/dx Σ 2 x u and d/du Σ 2 x u
      const f = ({ x, u }: { x: Tensor; u: Tensor }): Tensor => vjp((at: Tensor) => at.square(), x, u).gradient.sum();
      const { x, u } = grad(f)({ x: tensor([3, 4]), u: tensor([1, 10]) });
      expect([x.toArray(), u.toArray()]).toEqual([
        [2, 20],
        [6, 8],
      ]);
    }),
  );

  test.each([
    [
      "no cotangent of several numbers",
      () => vjp((x: Tensor) => x.mul(2), tensor([1, 2])),
      ShapeError,
      /without a cotangent the result must be one number/,
    ],
    [
      "a cotangent of another shape, naming its place",
      () => vjp((x: Tensor) => ({ y: x.mul(2) }), tensor([1, 2]), { y: tensor([1]) }),
      ShapeError,
      /a cotangent has the shape of its tensor\n {2}at {9}y\n/,
    ],
    [
      "a missing cotangent",
      () => vjp((x: Tensor) => ({ y: x.mul(2), z: x }), tensor([1]), { y: tensor([1]) } as never),
      ValueError,
      /there is no cotangent for this tensor\n {2}at {5}z/,
    ],
    ["an async function", () => vjp(async (x: Tensor) => x.sum(), tensor([1])), ScopeError, /a promise/],
    [
      "a result that is no tensor",
      () => vjp(() => ({ y: "text" }), onesLike(tensor([1]))),
      ValueError,
      /must hold tensors/,
    ],
  ] as const)("refuses %s, and leaves nothing behind", (_, act, type, message) =>
    inBalance(() => {
      expect(act).toThrow(type);
      expect(act).toThrow(message);
    })(),
  );
});
