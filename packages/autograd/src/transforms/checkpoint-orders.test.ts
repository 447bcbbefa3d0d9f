import {
  data,
  embedding,
  Generator,
  GradientError,
  type Handler,
  matmul,
  memory,
  scope,
  type Shape,
  tensor,
  type Tensor,
  withHandler,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { checkpoint } from "./checkpoint.ts";
import { customGrad } from "./custom-grad.ts";
import { grad, valueAndGrad } from "./grad.ts";
import { hessian } from "./hessian.ts";
import { hvp } from "./hvp.ts";
import { jvp } from "./jvp.ts";

type Loss = (x: Tensor) => Tensor;
type Wrap = typeof checkpoint;
const plain: Wrap = (f) => f;

/** Derivatives along `v` of the order that is in the name. */
const orders: Readonly<Record<string, (f: Loss, x: Tensor, v: Tensor) => Tensor>> = {
  "first, back": (f, x) => grad(f)(x),
  "second, back twice": (f, x, v) => grad((y: Tensor) => along(grad(f)(y), v))(x),
  "second, forward over reverse": (f, x, v) => hvp(f, x, v),
  "second, reverse over forward": (f, x, v) => grad((y: Tensor) => jvp(f, y, v).tangent)(x),
  "third, back three times": (f, x, v) =>
    grad((z: Tensor) => along(grad((y: Tensor) => along(grad(f)(y), v))(z), v))(x),
  "third, reverse over forward over reverse": (f, x, v) => grad((y: Tensor) => along(hvp(f, y, v), v))(x),
};

function along(gradient: Tensor, v: Tensor): Tensor {
  return gradient.mul(v).sum();
}

/** A net of blocks with dropout, x + drop(tanh(x W)), and what it takes to derive it. */
function derived(
  order: string,
  wrap: Wrap,
  depth: number,
  size: number,
): { values: number[]; peak: number; generator: unknown } {
  const generator = new Generator(1);
  const weights = Array.from({ length: depth }, () => scope(() => generator.normal([size, size], 0, 0.3).keep()));
  const block = (weight: Tensor) => (y: Tensor) =>
    scope(() => y.add(matmul<Shape, Shape>(y, weight).tanh().mul(generator.dropoutMask(y.shape, 0.4))));
  const loss: Loss = (x) =>
    weights
      .reduce((at, weight) => wrap(block(weight))(at), x)
      .square()
      .mean();
  let most = 0;
  const watch: Handler = {
    name: "peak",
    handle(_, next) {
      const results = next();
      most = Math.max(most, memory().bytes);
      return results;
    },
  };
  const start = memory().bytes;
  try {
    const values = scope(() => {
      const [x, v] = [generator.normal([size, size]), generator.normal([size, size])];
      return withHandler(watch, () => [...data((orders[order] as (typeof orders)[string])(loss, x, v))]);
    });
    return { values, peak: (most - start) / (4 * size * size), generator: generator.state() };
  } finally {
    for (const weight of weights) weight.dispose();
  }
}

describe.each(Object.keys(orders))("of a checkpointed net the derivative of order %s", (order) => {
  const [found, wanted] = [checkpoint, plain].map((wrap) => derived(order, wrap, 5, 6)) as [
    ReturnType<typeof derived>,
    ReturnType<typeof derived>,
  ];
  const largest = Math.max(...wanted.values.map(Math.abs));

  test("is what it is without, and leaves generators where they stand without", () => {
    // A few last bits of the largest: from the second order on, sums are taken block by block.
    const furthest = Math.max(...found.values.map((value, i) => Math.abs(value - (wanted.values[i] as number))));
    expect(largest).toBeGreaterThan(0.1);
    expect(furthest).toBeLessThan(8 * 2 ** -23 * largest);
    expect(found.generator).toEqual(wanted.generator);
  });

  test(
    "leaves nothing behind",
    inBalance(() => expect(derived(order, checkpoint, 3, 4).values).toHaveLength(16)),
  );
});

test.each(["first, back", "second, forward over reverse"])("of order %s it has the same bits", (order) => {
  expect(derived(order, checkpoint, 5, 6).values).toEqual(derived(order, plain, 5, 6).values);
});

describe("the most memory that a net takes grows with each block by so many activations", () => {
  const growth = (order: string, wrap: Wrap): number =>
    (derived(order, wrap, 24, 32).peak - derived(order, wrap, 8, 32).peak) / 16;
  // One for its input at the first order; one more for the gradient that comes in at the second.
  test.each([
    ["first, back", 1.1, 2.9],
    ["second, back twice", 2.1, 3.9],
    ["second, forward over reverse", 2.1, 4.9],
    ["third, back three times", 5.1, 6.9],
  ])("of order %s: %d and not %d", (order, least, without) => {
    expect(growth(order, checkpoint)).toBeLessThan(least);
    expect(growth(order, plain)).toBeGreaterThan(without);
  });
  // As the docstring says: 12.6 and 8.7, and as much with as without where a gradient is taken of tangents.
  test.each([
    ["third, reverse over forward over reverse", 12.6, 8.7],
    ["second, reverse over forward", 5.9, 5.9],
  ])("of order %s: %d, which is not less than %d", (order, found, without) => {
    expect(growth(order, checkpoint)).toBeCloseTo(found, 1);
    expect(growth(order, plain)).toBeCloseTo(without, 1);
  });
});

describe("a gradient of a gradient around a checkpoint", () => {
  const second = (f: Loss, x: Tensor): number[] =>
    grad((y: Tensor) => grad((z: Tensor) => f(z).sum())(y).sum())(x).toArray() as number[];

  test(
    "goes through what the function closes over, with either tape",
    inBalance(() => {
      // Σ w² x³: by x 3 w² x², and that by w 6 w x².
      const mixed = (w: Tensor): Tensor =>
        grad((x: Tensor) => checkpoint((at: Tensor) => at.pow(3).mul(w.square()))(x).sum())(tensor([2, 3])).sum();
      expect(valueAndGrad(mixed)(tensor([5, 7])).gradient.toArray()).toEqual([6 * 5 * 4, 6 * 7 * 9]);
    }),
  );

  test(
    "goes through checkpoints inside of others, a gradient of one's own, and results in records",
    inBalance(() => {
      // The pullback says 3 x² dy: x³, which the value is not.
      const cube = customGrad((x) => ({ value: x.mul(x), pullback: (dy) => [dy.mul(x.square()).mul(3)] }));
      const inner = checkpoint((x: Tensor) => ({ sine: x.sin(), same: x, cube: cube(x) }));
      const make = (wrap: Wrap): Loss =>
        wrap((x: Tensor) => {
          const { sine, same, cube: cubed } = wrap === plain ? { sine: x.sin(), same: x, cube: cube(x) } : inner(x);
          return wrap((at: Tensor) => at.mul(sine).mul(same))(cubed);
        });
      const x = tensor([0.5, 2]);
      const [found, wanted] = [second(make(checkpoint), x), second(make(plain), x)];
      for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 4);
    }),
  );

  test(
    "works on what scopes took away in between, and runs f once for each way back and once at first",
    inBalance(() => {
      let runs = 0;
      const f = (x: Tensor): Tensor =>
        scope(() => {
          const [h, by] = [x.mul(2), tensor([0.5, 1])];
          return checkpoint((at: Tensor) => (runs++, at.mul(by).pow(3)))(h).square();
        });
      // (2 b x)⁶: 30 (2 b)⁶ x⁴.
      expect(second(f, tensor([1, 2]))).toEqual([30, 30 * 64 * 16]);
      // First, for the inner way back, for the outer way back through that, and through the first run.
      expect(runs).toBe(4);
    }),
  );

  test(
    "takes the gradient of looked-up rows",
    inBalance(() => {
      const look = checkpoint((table: Tensor) => embedding(table, tensor([1, 0, 1], "i32"), { sparse: true }).pow(3));
      expect(second(look, tensor([[1], [2]]))).toEqual([[6], [24]]);
    }),
  );

  test(
    "is taken again and again of one run, for a Hessian",
    inBalance(() => {
      const f = (wrap: Wrap): Loss => {
        const block = wrap((x: Tensor) => x.sin().mul(x.sum()));
        return (x) => block(block(x)).sum();
      };
      const x = tensor([0.3, -1]);
      const [found, wanted] = [hessian(f(checkpoint), x).data(), hessian(f(plain), x).data()];
      for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 4);
    }),
  );

  test(
    "refuses what was overwritten between the way back and the way back through it",
    inBalance(() => {
      const weight = tensor([3]);
      const f = (x: Tensor): Tensor => {
        const gradient = grad((y: Tensor) => checkpoint((at: Tensor) => at.pow(3).mul(weight))(y).sum())(x);
        weight.assign(tensor([4]));
        return gradient.sum();
      };
      expect(() => grad(f)(tensor([1]))).toThrow(GradientError);
      expect(() => grad(f)(tensor([1]))).toThrow(/what it depends on was overwritten since/);
    }),
  );

  test(
    "passes on what the function throws when it runs again",
    inBalance(() => {
      let runs = 0;
      const f = checkpoint((x: Tensor): Tensor => {
        if (++runs === 3) throw new RangeError("mine");
        return x.pow(3);
      });
      expect(() => second(f, tensor([1, 2]))).toThrow("mine");
    }),
  );
});
