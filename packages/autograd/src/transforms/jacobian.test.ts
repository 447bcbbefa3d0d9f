import {
  concat,
  crossEntropy,
  eye,
  GradientError,
  Generator,
  type Handler,
  tensor,
  type Tensor,
  type Shape,
  withHandler,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { grad } from "./grad.ts";
import { hessian } from "./hessian.ts";
import { hvp } from "./hvp.ts";
import { jacobian, type JacobianOptions } from "./jacobian.ts";

const MODES: readonly JacobianOptions[] = [{ mode: "forward" }, { mode: "reverse" }, {}];
const A = [
  [1, 2, 3],
  [4, 5, 6],
];

describe.each(MODES)("the Jacobian, %j", (options) => {
  test(
    "of y = A x by x is A",
    inBalance(() => {
      const y = (x: Tensor): Tensor => tensor(A).matmul<Shape, Shape>(x);
      expect(jacobian(y, tensor([7, 8, 9]), options).toArray()).toEqual(A);
    }),
  );

  test(
    "of y = A x by A has x in row i of block i",
    inBalance(() => {
      const y = (a: Tensor): Tensor => a.matmul<Shape, Shape>(tensor([7, 8, 9]));
      expect(jacobian(y, tensor(A) as Tensor, options).toArray()).toEqual([
        [
          [7, 8, 9],
          [0, 0, 0],
        ],
        [
          [0, 0, 0],
          [7, 8, 9],
        ],
      ]);
    }),
  );

  test(
    "has a block for each output and input",
    inBalance(() => {
      const f = ({ x, y }: { x: Tensor; y: readonly [Tensor] }): { product: Tensor; sum: Tensor } => ({
        product: x.mul(y[0]),
        sum: x.sum(),
      });
      const { product, sum } = jacobian(f, { x: tensor([2, 3]) as Tensor, y: [tensor([5, 7])] }, options);
      expect(product.x.toArray()).toEqual([
        [5, 0],
        [0, 7],
      ]);
      expect(product.y[0].toArray()).toEqual([
        [2, 0],
        [0, 3],
      ]);
      expect([sum.x.toArray(), sum.y[0].toArray()]).toEqual([
        [1, 1],
        [0, 0],
      ]);
    }),
  );

  test(
    "of one number has the shape of the input",
    inBalance(() => {
      expect(jacobian((x: Tensor) => x.square().sum(), tensor([[1, 2]]) as Tensor, options).toArray()).toEqual([
        [2, 4],
      ]);
    }),
  );

  test(
    "of nothing, or by nothing, is empty",
    inBalance(() => {
      const join = (x: Tensor): Tensor => concat([x, tensor([1, 2])]);
      expect(jacobian(join, zeros<Shape>([0]), options).shape).toEqual([2, 0]);
      expect(jacobian((x: Tensor) => x.slice(0, 0, 0), tensor([1, 2]) as Tensor, options).shape).toEqual([0, 2]);
    }),
  );

  test(
    "draws the same random numbers for each of its elements, and then goes on after one run",
    inBalance(() => {
      const generator = new Generator(3);
      const f = (x: Tensor): Tensor => x.mul(generator.uniform([3]));
      const drawn = new Generator(3).uniform([3]);
      expect(jacobian(f, tensor([1, 1, 1]) as Tensor, options).toArray()).toEqual(eye(3).mul(drawn).toArray());
      const other = new Generator(3);
      other.uniform([3]);
      expect(generator.state()).toEqual(other.state());
    }),
  );

  test(
    "writes to a buffer once",
    inBalance(() => {
      const mean = tensor([0, 0]);
      const f = (x: Tensor): Tensor => {
        mean.assign(mean.add(x));
        return x.mul(2);
      };
      jacobian(f, tensor([1, 2]) as Tensor, options);
      expect(mean.toArray()).toEqual([1, 2]);
    }),
  );

  test(
    "can be differentiated",
    inBalance(() => {
      // The Jacobian of x² is 2 diag(x); the gradient of its sum is 2 everywhere.
      const f = (x: Tensor): Tensor => jacobian((at: Tensor) => at.square(), x, options).sum();
      expect(grad(f)(tensor([3, 4])).toArray()).toEqual([2, 2]);
    }),
  );
});

test(
  "the Jacobian goes the way that has fewer elements",
  inBalance(() => {
    let products = 0;
    const count: Handler = {
      name: "count",
      handle(call, next) {
        if (call.op.name === "matmul") products++;
        return next();
      },
    };
    const productsOf = (rows: number, columns: number): number => {
      const a = zeros<Shape>([rows, columns]);
      products = 0;
      withHandler(count, () => jacobian((x: Tensor) => a.matmul<Shape, Shape>(x), zeros<Shape>([columns])));
      return products;
    };
    // Back: one forward, one product a row. Forward: a run to see the shapes, and two products a column.
    expect([productsOf(2, 9), productsOf(9, 2)]).toEqual([1 + 2, 1 + 2 * 2]);
  }),
);

test("a Jacobian's shape is known to the compiler where both shapes are", () => {
  expectTypeOf(jacobian<Tensor<[3]>, Tensor<[2]>>).returns.toEqualTypeOf<Tensor<[2, 3]>>();
  expectTypeOf(hessian<Tensor<[3]>>).returns.toEqualTypeOf<Tensor<[3, 3]>>();
});

describe("the Hessian", () => {
  // Rosenbrock's function (1960) at (x, y): ∂² = [[1200 x² − 400 y + 2, −400 x], [−400 x, 200]].
  const rosenbrock = (at: Tensor): Tensor => {
    const [x, y] = [at.at(0), at.at(1)];
    return y.sub<Shape, Shape>(x.square()).square().mul(100).add<Shape, Shape>(x.neg().add(1).square());
  };

  test(
    "of Rosenbrock's function is what calculus says",
    inBalance(() => {
      expect(hessian(rosenbrock, tensor([1, 2]) as Tensor).toArray()).toEqual([
        [1200 - 800 + 2, -400],
        [-400, 200],
      ]);
    }),
  );

  test(
    "times a direction is what hvp gives",
    inBalance(() => {
      expect(hvp(rosenbrock, tensor([1, 2]) as Tensor, tensor([1, -2])).toArray()).toEqual([402 + 800, -400 - 400]);
    }),
  );

  test(
    "of cross-entropy is diag(p) − p pᵀ, through the kernel's composition",
    inBalance(() => {
      const x = tensor([[0.5, -1, 2]]) as Tensor;
      const p = x.softmax().data();
      const found = hessian((at: Tensor) => crossEntropy(at, tensor([1], "i32")), x).data();
      for (const [i, pi] of p.entries()) {
        for (const [j, pj] of p.entries()) expect(found[3 * i + j]).toBeCloseTo((i === j ? pi : 0) - pi * pj, 6);
      }
    }),
  );

  test(
    "has a block for each pair of inputs",
    inBalance(() => {
      const f = ({ a, b }: { a: Tensor; b: Tensor }): Tensor => a.square().mul(b).sum();
      const { a, b } = hessian(f, { a: tensor([3]) as Tensor, b: tensor([5]) as Tensor });
      expect([a.a, a.b, b.a, b.b].map((block) => block.toArray())).toEqual([[[10]], [[6]], [[6]], [[0]]]);
    }),
  );
});

test(
  "a function that runs several times is refused where it depends on what it overwrites",
  inBalance(() => {
    const state = tensor([1]);
    const f = (x: Tensor): Tensor => {
      const y = x.add(state);
      state.assign(tensor([2]));
      return y;
    };
    const act = (): unknown => jacobian(f, tensor([3]) as Tensor, { mode: "forward" });
    expect(act).toThrow(GradientError);
    expect(act).toThrow(/runs again, and what it depends on was overwritten since\n[^]*overwritten by {2}assign/);
  }),
);

test("hvp costs no more than a few runs, however many elements there are", () => {
  const productsOf = (size: number): number => {
    let products = 0;
    const count: Handler = {
      name: "count",
      handle(call, next) {
        if (call.op.name === "matmul") products++;
        return next();
      },
    };
    const [a, x] = [eye(size) as Tensor, zeros<Shape>([size])];
    withHandler(count, () => hvp((at: Tensor) => at.mul(a.matmul<Shape, Shape>(at)).sum(), x, x).dispose());
    a.dispose();
    x.dispose();
    return products;
  };
  expect(productsOf(50)).toBe(productsOf(2));
});
