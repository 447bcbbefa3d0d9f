import {
  DTypeError,
  apply,
  concat,
  conv2d,
  crossEntropy,
  defineOp,
  GradientError,
  type Handler,
  linear,
  maxPool2d,
  memory,
  onesLike,
  type OneResult,
  type KernelOp,
  scope,
  ScopeError,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  topk,
  ValueError,
  withHandler,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { grad } from "./grad.ts";
import { jvp } from "./jvp.ts";
import { noGrad } from "./no-grad.ts";
import { stopGradient } from "./stop-gradient.ts";

/** The ops that run while `f` does, in order. */
function opsOf(f: () => unknown): string[] {
  const names: string[] = [];
  const spy: Handler = { name: "spy", handle: (call, next) => (names.push(call.op.name), next()) };
  withHandler(spy, f);
  return names;
}

describe("jvp", () => {
  test(
    "of a square is twice the argument times the direction",
    inBalance(() => {
      const { value, tangent } = jvp((x: Tensor) => x.square(), tensor([1, 2, 3]), tensor([1, 0, 10]));
      expect([value.toArray(), tangent.toArray()]).toEqual([
        [1, 4, 9],
        [2, 0, 60],
      ]);
    }),
  );

  test(
    "takes and gives tensors in records and arrays",
    inBalance(() => {
      const { value, tangent } = jvp(
        ({ a, pair }: { a: Tensor; pair: readonly [Tensor, Tensor] }) => ({
          product: a.mul(pair[0]),
          rest: [pair[1].neg(), a.sum()] as const,
        }),
        { a: tensor([1, 2]), pair: [tensor([3, 4]), tensor([5])] },
        { a: tensor([1, 0]), pair: [tensor([0, 1]), tensor([7])] },
      );
      expect(value.product.toArray()).toEqual([3, 8]);
      expect(tangent.product.toArray()).toEqual([3, 2]);
      expect(tangent.rest[0].toArray()).toEqual([-7]);
      expect(tangent.rest[1].item()).toBe(1);
    }),
  );

  test(
    "is zero for a result that does not depend on the argument",
    inBalance(() => {
      const { tangent } = jvp((x: Tensor) => ({ x, other: tensor([[1, 2]]) }), tensor([3]), tensor([5]));
      expect([tangent.x.toArray(), tangent.other.toArray()]).toEqual([[5], [[0, 0]]]);
    }),
  );

  test(
    "gives a tangent that is the caller's own",
    inBalance(() => {
      const direction = tensor([1, 2]);
      const { tangent } = jvp((x: Tensor) => x, tensor([3, 4]), direction);
      tangent.assign(tensor([9, 9]));
      expect(direction.toArray()).toEqual([1, 2]);
    }),
  );

  test(
    "adds both ways in which one tensor enters an op",
    inBalance(() => {
      const x = tensor([
        [1, 2],
        [3, 4],
      ]);
      const { tangent } = jvp(
        (at: Tensor) => at.matmul<Shape, Shape>(at),
        x,
        tensor([
          [1, 0],
          [0, 0],
        ]),
      );
      // T X + X T
      expect(tangent.toArray()).toEqual([
        [2, 2],
        [3, 0],
      ]);
    }),
  );

  test(
    "stretches a tangent with what it is broadcast to",
    inBalance(() => {
      const { tangent } = jvp(
        (row: Tensor) =>
          tensor([
            [1, 2],
            [3, 4],
          ])
            .add<Shape, Shape>(row)
            .relu(),
        tensor([0, -3]),
        tensor([1, 1]),
      );
      expect(tangent.toArray()).toEqual([
        [1, 0],
        [1, 1],
      ]);
    }),
  );

  test(
    "reads a tangent that lies in memory in another way than its tensor",
    inBalance(() => {
      const direction = tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).transpose();
      const f = (x: Tensor): Tensor => x.reshape([2, 3]).unsqueeze(1).flip(2);
      expect(jvp(f, zeros<Shape>([3, 2]), direction).tangent.toArray()).toEqual([[[2, 4, 1]], [[6, 3, 5]]]);
    }),
  );

  test(
    "picks tangents where values were picked",
    inBalance(() => {
      const x = tensor([[3, 9, 1]]);
      const direction = tensor([[10, 20, 30]]);
      expect(jvp((at: Tensor) => topk(at, 2).values, x, direction).tangent.toArray()).toEqual([[20, 10]]);
      const image = (at: Tensor): Tensor => maxPool2d(at.reshape([1, 1, 1, 3]), { kernel: [1, 3] });
      expect(jvp(image, x, direction).tangent.toArray()).toEqual([[[[20]]]]);
    }),
  );

  test(
    "goes through a convolution from its filter alone",
    inBalance(() => {
      const image = tensor([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]);
      const { tangent } = jvp((filter: Tensor) => conv2d(image, filter), tensor([[[[1]]]]), tensor([[[[2]]]]));
      expect(tangent.toArray()).toEqual([
        [
          [
            [2, 4],
            [6, 8],
          ],
        ],
      ]);
    }),
  );

  test(
    "goes through values that are stored as half-precision floats",
    inBalance(() => {
      const f = (x: Tensor): Tensor =>
        concat([tensor([7]).to("f16"), x.to("f16").flip()])
          .to("f32")
          .mul(2);
      const { value, tangent } = jvp(f, tensor([1, 2]), tensor([10, 0.1]));
      expect(value.toArray()).toEqual([14, 4, 2]);
      // 0.2 and not what f16 makes of it.
      expect(tangent.toArray()).toEqual([0, Math.fround(0.2), 20]);
    }),
  );

  test(
    "lets whole numbers and truth values pass",
    inBalance(() => {
      const f = (x: Tensor): Tensor => x.mul(x.greater(0).to("f32")).at(x.argmax()).sum();
      expect(jvp(f, tensor([-1, 4, 2]), tensor([1, 10, 100])).tangent.item()).toBe(10);
    }),
  );
});

describe("jvp of what is added to a product", () => {
  const [x, weight] = [
    tensor([[1, 2]]).keep(),
    tensor([
      [3, 4],
      [5, 6],
    ]).keep(),
  ];
  const bias = tensor([7, 8]).keep();
  const f = ({ x: at, weight: by, bias: plus }: { x: Tensor; weight: Tensor; bias: Tensor }): Tensor =>
    linear(at, by, plus);
  const inputs = { x, weight, bias };

  test(
    "goes along once",
    inBalance(() => {
      const directions = {
        x: tensor([[1, 0]]),
        weight: tensor([
          [0, 1],
          [0, 0],
        ]),
        bias: tensor([100, 200]),
      };
      expect(jvp(f, inputs, directions).tangent.toArray()).toEqual([[3 + 2 + 100, 5 + 200]]);
    }),
  );

  test(
    "is right alone, also beside an infinite factor",
    inBalance(() => {
      const wide = tensor([[Infinity, 2]]);
      const { tangent } = jvp((plus: Tensor) => linear(wide, weight, plus), bias, tensor([100, 200]));
      expect(tangent.toArray()).toEqual([[100, 200]]);
    }),
  );

  test(
    "costs one product for each factor that has a tangent",
    inBalance(() => {
      const products = (keys: readonly ("x" | "weight")[]): number => {
        const chosen = Object.fromEntries(keys.map((key) => [key, inputs[key] as Tensor]));
        const directions = Object.fromEntries(keys.map((key) => [key, onesLike(inputs[key] as Tensor)]));
        const run = (at: object): Tensor => f({ ...inputs, ...at });
        return opsOf(() => jvp(run, chosen, directions)).filter((op) => op === "linear").length;
      };
      expect([products(["x"]), products(["x", "weight"])]).toEqual([2, 3]);
    }),
  );
});

describe("jvp of a fused op", () => {
  const labels = tensor([1, 0], "i32").keep();
  const logits = (): Tensor =>
    tensor([
      [0.5, -1, 2],
      [1, 1, 0],
    ]);

  test(
    "is that of the ops it stands for",
    inBalance(() => {
      // −log p[label] changes by Σ p t − t[label].
      const direction = tensor([
        [1, 0, 0],
        [0, 2, 0],
      ]);
      const { tangent } = jvp((x: Tensor) => crossEntropy(x, labels, { reduction: "none" }), logits(), direction);
      const p = logits().softmax();
      expect((tangent.toArray() as number[])[0]).toBeCloseTo(p.at(0, 0).item(), 6);
      expect((tangent.toArray() as number[])[1]).toBeCloseTo(2 * p.at(1, 1).item(), 6);
    }),
  );

  test(
    "leaves the value to the kernel",
    inBalance(() => {
      const { value } = jvp((x: Tensor) => crossEntropy(x, labels), logits(), onesLike(logits()));
      expect(value.item()).toBe(crossEntropy(logits(), labels).item());
    }),
  );
});

describe("constants have no tangent", () => {
  const x = tensor([3, 4]).keep();
  const t = tensor([1, 10]).keep();

  test.each([
    ["noGrad", (at: Tensor) => at.mul(noGrad(() => at.mul(1)))],
    ["stopGradient", (at: Tensor) => at.mul(stopGradient(at))],
    ["stopGradient of a view", (at: Tensor) => at.mul(stopGradient(at.flip()).flip())],
  ] as const)("%s", (_, f) => inBalance(() => expect(jvp(f, x, t).tangent.toArray()).toEqual([3, 40]))());

  test(
    "stopGradient cuts gradients of every order, and copies nothing",
    inBalance(() => {
      expect(grad((at: Tensor) => at.mul(stopGradient(at)).sum())(x).toArray()).toEqual([3, 4]);
      const twice = grad((at: Tensor) => grad((y: Tensor) => y.mul(stopGradient(at)).sum())(x).sum())(x);
      expect(twice.toArray()).toEqual([0, 0]);
      expect(stopGradient(x).storage).toBe(x.storage);
      expect(stopGradient(tensor([true])).dtype).toBe("bool");
    }),
  );
});

describe("levels of derivatives", () => {
  // f = x³: f' = 3 x², f'' = 6 x, f''' = 6.
  const cube = (x: Tensor): Tensor => x.mul(x).mul(x);
  const along =
    (f: (x: Tensor) => Tensor) =>
    (x: Tensor): Tensor =>
      jvp(f, x, tensor([1])).tangent;
  const down =
    (f: (x: Tensor) => Tensor) =>
    (x: Tensor): Tensor =>
      grad((at: Tensor) => f(at).sum())(x);

  test.each([
    ["forward over forward", along(along(cube)), 12],
    ["forward over reverse", along(down(cube)), 12],
    ["reverse over forward", down(along(cube)), 12],
    ["three levels", along(down(along(cube))), 6],
    ["three others", down(along(down(cube))), 6],
  ] as const)("%s", (_, f, wanted) => inBalance(() => expect(f(tensor([2])).item()).toBe(wanted))());

  // Siskind and Pearlmutter 2008: an inner derivative must not take the outer's variable for its own.
  test(
    "are not confused",
    inBalance(() => {
      const f = (x: Tensor): Tensor => x.mul(jvp((y: Tensor) => x.add(y), tensor([1]), tensor([1])).tangent);
      expect(jvp(f, tensor([1]), tensor([1])).tangent.item()).toBe(1);
    }),
  );

  test(
    "gradients inside noGrad inside jvp are constants",
    inBalance(() => {
      const f = (x: Tensor): Tensor => x.mul(noGrad(() => down(cube)(x)));
      expect(jvp(f, tensor([2]), tensor([1])).tangent.item()).toBe(12);
    }),
  );
});

test("memory does not grow with depth: a tangent goes with its tensor", () => {
  const SIZE = 1 << 14;
  const peakOf = (depth: number): number => {
    let most = 0;
    const peak: Handler = {
      name: "peak",
      handle(_, next) {
        const results = next();
        most = Math.max(most, memory().bytes);
        return results;
      },
    };
    scope(() => {
      const x = tensor([0.5]).expand([SIZE]).clone();
      const start = memory().bytes;
      const step = (y: Tensor): Tensor => {
        const next = scope(() => y.tanh().add(y).mul(0.5));
        if (y !== x) y.dispose();
        return next;
      };
      const deep = (at: Tensor): Tensor => Array.from({ length: depth }).reduce<Tensor>((y) => step(y), at);
      withHandler(peak, () => jvp(deep, x, x));
      most -= start;
    });
    return most / (4 * SIZE);
  };
  expect(peakOf(400)).toBeLessThan(1.1 * peakOf(100));
});

describe("jvp refuses", () => {
  /** An op that no table knows. */
  const double: KernelOp<"double", ["x"], void, OneResult> = defineOp("double", ["x"], {
    shape: ({ x }) => x.shape,
    run: ({ x }, out) => out.assign((x as Tensor).mul(2)),
  });
  const x = tensor([1, 2]).keep();
  const f = (at: Tensor): Tensor => at.sum();

  test.each([
    [
      "another shape",
      () => jvp(f, x, tensor([1]) as Tensor),
      ShapeError,
      /a tangent has the shape of its tensor\n {2}shape {4}\[2\]\n {2}tangent {2}\[1\]/,
    ],
    [
      "a missing direction, naming its place",
      () => jvp(({ a }: { a: readonly Tensor[] }) => f(a[0] as Tensor), { a: [x, x] }, { a: [x] }),
      ValueError,
      /there is no tangent for this tensor\n {2}at {5}a\.1/,
    ],
    [
      "one too many",
      () => jvp(({ a }: { a: Tensor }) => f(a), { a: x }, { a: x, b: x } as never),
      ValueError,
      /at {5}b/,
    ],
    ["whole numbers", () => jvp((at: Tensor) => at.argmax() as never, x, x), DTypeError, /only f32 tensors/],
    ["a plain number", () => jvp((at: Tensor) => at, 3 as never, x as never), ValueError, /must hold tensors/],
    ["an async function", () => jvp(async (at: Tensor) => at.sum(), x, x), ScopeError, /a promise/],
    [
      "an op without a rule",
      () => jvp((at: Tensor) => apply(double, { x: at }, undefined) as Tensor, x, x),
      GradientError,
      /autograd has no gradient for this op/,
    ],
    [
      "class weights",
      () =>
        jvp((weight: Tensor) => crossEntropy(tensor([[1, 2]]), tensor([0], "i32"), { weight, reduction: "sum" }), x, x),
      GradientError,
      /no gradient of crossEntropyRows with respect to "weight"/,
    ],
    [
      "one tensor in two directions",
      () => jvp(([a, b]: readonly [Tensor, Tensor]) => a.mul(b), [x, x] as const, [tensor([1, 0]), tensor([0, 1])]),
      ValueError,
      /in two directions/,
    ],
    [
      "a value that was overwritten since",
      () =>
        jvp(
          (at: Tensor) => {
            const y = at.mul(2);
            y.assign(tensor([0, 0]));
            return y.exp();
          },
          x,
          x,
        ),
      GradientError,
      /^exp: the tangent of this tensor is that of what it was before it was overwritten[^]*assign/,
    ],
  ] as const)("%s, and leaves nothing behind", (_, act, type, message) =>
    inBalance(() => {
      expect(act).toThrow(type);
      expect(act).toThrow(message);
    })(),
  );
});
