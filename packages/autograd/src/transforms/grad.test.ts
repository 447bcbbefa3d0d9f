import {
  DTypeError,
  crossEntropy,
  DisposedError,
  fromArray,
  memory,
  scope,
  ScopeError,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { grad, valueAndGrad } from "./grad.ts";

describe("grad", () => {
  test(
    "of a sum of squares is twice the argument",
    inBalance(() => {
      expect(grad((x: Tensor) => x.mul(x).sum())(tensor([1, 2, 3])).toArray()).toEqual([2, 4, 6]);
    }),
  );

  test(
    "adds up over every use of a tensor",
    inBalance(() => {
      const f = (x: Tensor): Tensor => x.mul(3).add(x.neg()).add(x.square()).sum();
      expect(grad(f)(tensor([1, -2])).toArray()).toEqual([4, -2]);
    }),
  );

  test(
    "has the structure of the first argument",
    inBalance(() => {
      const f = ({ weight, biases }: { weight: Tensor; biases: readonly [Tensor, { last: Tensor }] }): Tensor =>
        weight.mul(2).sum().add(biases[0].mul(3).sum()).add(biases[1].last.mul(4).sum());
      const { value, gradient } = valueAndGrad(f)({
        weight: tensor([[1, 2]]),
        biases: [tensor([1]), { last: tensor([1, 1, 1]) }],
      });
      expect(value.item()).toBe(6 + 3 + 12);
      expect(gradient.weight.toArray()).toEqual([[2, 2]]);
      expect(gradient.biases[0].toArray()).toEqual([3]);
      expect(gradient.biases[1].last.toArray()).toEqual([4, 4, 4]);
    }),
  );

  test(
    "passes further arguments on and takes them as constants",
    inBalance(() => {
      const f = (x: Tensor, by: Tensor, times: number): Tensor => x.mul(by).mul(times).sum();
      expect(grad(f)(tensor([1, 1]), tensor([5, 7]), 2).toArray()).toEqual([10, 14]);
    }),
  );

  test(
    "is zero for what the result does not use",
    inBalance(() => {
      const f = ({ used }: { used: Tensor; unused: Tensor }): Tensor => used.sum();
      const { used, unused } = grad(f)({
        used: tensor([1]),
        unused: tensor([
          [1, 2],
          [3, 4],
        ]),
      });
      expect([used.toArray(), unused.toArray()]).toEqual([
        [1],
        [
          [0, 0],
          [0, 0],
        ],
      ]);
    }),
  );

  test(
    "is zero for a result that comes from elsewhere",
    inBalance(() => {
      expect(grad((x: Tensor) => tensor(x.size))(tensor([1, 2])).toArray()).toEqual([0, 0]);
    }),
  );

  test(
    "is the caller's own: dense, and writable",
    inBalance(() => {
      const gradient = grad((x: Tensor) => x.sum())(tensor([1, 2, 3]));
      expect(gradient.isContiguous).toBe(true);
      gradient.assign(tensor([9]));
      expect(gradient.toArray()).toEqual([9, 9, 9]);
    }),
  );

  test(
    "shares no memory with another gradient",
    inBalance(() => {
      const [a, b] = grad(([x, y]: readonly [Tensor, Tensor]) =>
        x
          .add(y)
          .mul(tensor([1, 2]))
          .sum(),
      )([tensor([0, 0]), tensor([0, 0])]);
      a.assign(tensor([9, 9]));
      expect(b.toArray()).toEqual([1, 2]);
    }),
  );

  test(
    "takes one argument that stands in two places",
    inBalance(() => {
      const x = tensor([3]);
      const [a, b] = grad(([first, second]: readonly [Tensor, Tensor]) => first.mul(second).sum())([x, x]);
      expect([a.toArray(), b.toArray()]).toEqual([[6], [6]]);
    }),
  );
});

describe("grad through views and broadcasting", () => {
  const weights = fromArray(
    Float32Array.from({ length: 12 }, (_, i) => i),
    [3, 4],
  ).keep();
  const rows = (f: (x: Tensor) => Tensor): unknown => grad((x: Tensor) => f(x).sum())(weights).toArray();

  test.each([
    [
      "a row",
      (x: Tensor) => x.at(1),
      [
        [0, 0, 0, 0],
        [1, 1, 1, 1],
        [0, 0, 0, 0],
      ],
    ],
    [
      "every other column",
      (x: Tensor) => x.slice(1, 0, undefined, 2),
      [
        [1, 0, 1, 0],
        [1, 0, 1, 0],
        [1, 0, 1, 0],
      ],
    ],
    [
      "a flipped corner",
      (x: Tensor) => x.flip().slice(0, 0, 1).slice(1, 0, 1),
      [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 1],
      ],
    ],
    [
      "a transposed half",
      (x: Tensor) => x.transpose().slice(0, 2),
      [
        [0, 0, 1, 1],
        [0, 0, 1, 1],
        [0, 0, 1, 1],
      ],
    ],
    [
      "a repeated view",
      (x: Tensor) => x.expand([2, 3, 4]),
      [
        [2, 2, 2, 2],
        [2, 2, 2, 2],
        [2, 2, 2, 2],
      ],
    ],
    [
      "overlapping parts",
      (x: Tensor) => x.slice(0, 0, 2).add(x.slice(0, 1, 3)),
      [
        [1, 1, 1, 1],
        [2, 2, 2, 2],
        [1, 1, 1, 1],
      ],
    ],
    [
      "another shape",
      (x: Tensor) => x.reshape([2, 6]).at(0),
      [
        [1, 1, 1, 1],
        [1, 1, 0, 0],
        [0, 0, 0, 0],
      ],
    ],
    [
      "gathered rows",
      (x: Tensor) => x.at(tensor([2, 0, 2], "i32")),
      [
        [1, 1, 1, 1],
        [0, 0, 0, 0],
        [2, 2, 2, 2],
      ],
    ],
  ] as const)("of %s goes where it came from", (_, f, wanted) => inBalance(() => expect(rows(f)).toEqual(wanted))());

  test(
    "is summed over the axes that were stretched",
    inBalance(() => {
      const { row, column, one } = grad(({ row: r, column: c, one: o }: { row: Tensor; column: Tensor; one: Tensor }) =>
        weights.mul(r).add(c).add(o).sum(),
      )({ row: tensor([1, 1, 1, 1]), column: tensor([[1], [1], [1]]), one: tensor(1) });
      expect(row.toArray()).toEqual([12, 15, 18, 21]);
      expect(column.toArray()).toEqual([[4], [4], [4]]);
      expect(one.toArray()).toBe(12);
    }),
  );
});

describe("nested grad", () => {
  const fourth = (x: Tensor): Tensor => x.square().square().sum();

  test(
    "gives second and third derivatives",
    inBalance(() => {
      const first = grad(fourth);
      const second = grad((x: Tensor) => first(x).sum());
      const third = grad((x: Tensor) => second(x).sum());
      const x = tensor([1, 2]);
      expect([first(x), second(x), third(x)].map((order) => order.toArray())).toEqual([
        [4, 32],
        [12, 48],
        [24, 48],
      ]);
    }),
  );

  // Siskind and Pearlmutter 2008: an inner derivative must not take the outer's variable for its own.
  test(
    "does not confuse the variables of two levels",
    inBalance(() => {
      const f = (x: Tensor): Tensor => x.mul(grad((y: Tensor) => x.add(y).sum())(tensor(1)));
      expect(grad(f)(tensor(1)).item()).toBe(1);
    }),
  );

  test(
    "differentiates a step of gradient descent",
    inBalance(() => {
      // x' = x − r · 2 x, so d/dr of x'² is 2 x' · (−2 x) = −4 x² (1 − 2 r).
      const afterStep = (rate: Tensor): Tensor => {
        const x = tensor(3);
        return x.sub(rate.mul(grad((at: Tensor) => at.square())(x))).square();
      };
      expect(grad(afterStep)(tensor(0.25)).item()).toBeCloseTo(-18, 5);
    }),
  );

  test(
    "goes through fused ops by what they stand for",
    inBalance(() => {
      // The Hessian of cross-entropy by logits is diag(p) − p pᵀ: its rows sum to 0.
      const labels = tensor([1], "i32");
      const loss = (x: Tensor): Tensor => crossEntropy(x, labels);
      const weighted = grad((x: Tensor) =>
        grad(loss)(x)
          .mul(tensor([[1, 0, 0]]))
          .sum(),
      )(tensor([[0.5, -1, 2]]));
      const p = tensor([[0.5, -1, 2]]).exp();
      const first = p.at(0, 0).item() / p.sum().item();
      expect(weighted.at(0, 0).item()).toBeCloseTo(first * (1 - first), 5);
      expect(weighted.sum().item()).toBeCloseTo(0, 6);
    }),
  );
});

test(
  "grad leaves what its function returns alive if it did not make it",
  inBalance(() => {
    const [x, other] = [tensor(3), tensor(4)];
    expect(grad((at: Tensor) => at)(x).item()).toBe(1);
    expect(grad<Tensor, [], Shape>(() => other)(x).item()).toBe(0);
    expect([x.item(), other.item()]).toEqual([3, 4]);
  }),
);

describe("grad refuses", () => {
  test.each([
    [
      "a result of several numbers",
      () => grad((x: Tensor) => x.mul(2))(tensor([1, 2])),
      ShapeError,
      /reduce the result with sum\(\) or mean\(\)/,
    ],
    [
      "a result that is not f32",
      () => grad((x: Tensor) => x.argmax() as never)(tensor([1, 2])),
      DTypeError,
      /no slope/,
    ],
    [
      "a result for storage",
      () => grad((x: Tensor) => x.sum().to("f16") as never)(tensor([1, 2])),
      DTypeError,
      /return it \.to\("f32"\)/,
    ],
    ["an async function", () => grad((async (x: Tensor) => x.sum()) as never)(tensor([1])), ScopeError, /a promise/],
    [
      "whole numbers",
      () => grad((x: Tensor) => x.sum())(tensor([1], "i32") as never),
      DTypeError,
      /only f32 tensors have gradients/,
    ],
    ["a plain number", () => grad((x: Tensor) => x)(3 as never), ValueError, /must hold tensors/],
    ["a disposed tensor", () => grad((x: Tensor) => x.sum())(disposed()), DisposedError, /memory was given back/],
    [
      "class weights",
      () =>
        grad((weight: Tensor) => crossEntropy(tensor([[1, 2]]), tensor([0], "i32"), { weight, reduction: "sum" }))(
          tensor([1, 1]),
        ),
      Error,
      /no gradient of crossEntropyRows with respect to "weight"/,
    ],
  ] as const)("%s, and leaves nothing behind", (_, act, type, message) =>
    inBalance(() => {
      expect(act).toThrow(type);
      expect(act).toThrow(message);
    })(),
  );

  test(
    "nothing of what the function throws itself",
    inBalance(() => {
      const f = (x: Tensor): Tensor => {
        x.mul(2).exp();
        throw new RangeError("mine");
      };
      expect(() => grad(f)(tensor([1]))).toThrow("mine");
    }),
  );
});

test("a loop of gradient steps keeps memory where it is", () => {
  const weight = tensor([
    [0.1, -0.2],
    [0.3, 0.4],
  ]).keep();
  const x = tensor([
    [1, 2],
    [3, 4],
  ]).keep();
  const loss = (w: Tensor): Tensor => x.matmul(w).tanh().square().mean();
  const step = (): void => scope(() => void weight.assign(weight.sub(grad(loss)(weight).mul(0.1))));
  step();
  step();
  const before = memory();
  for (let i = 0; i < 50; i++) step();
  expect(memory()).toEqual(before);
  weight.dispose();
  x.dispose();
});

function disposed(): Tensor {
  const x = tensor([1]);
  x.dispose();
  return x;
}
