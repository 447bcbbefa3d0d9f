import {
  data,
  embedding,
  GradientError,
  Generator,
  type Handler,
  matmul,
  memory,
  scope,
  ScopeError,
  type Shape,
  tensor,
  type Tensor,
  withHandler,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import type { RowGradient } from "../gradient/row-gradient.ts";
import { checkpoint } from "./checkpoint.ts";
import { customGrad } from "./custom-grad.ts";
import { differentiateRows } from "./differentiate.ts";
import { grad, valueAndGrad } from "./grad.ts";
import { hvp } from "./hvp.ts";
import { jvp } from "./jvp.ts";
import { noGrad } from "./no-grad.ts";
import { stopGradient } from "./stop-gradient.ts";

/** A block of a net: dropout(tanh(x W)) + x, with a running mean of what it sees. */
class Block {
  readonly weight: Tensor;
  readonly mean: Tensor = tensor([0]).keep();
  readonly generator: Generator;

  constructor(size: number, generator: Generator) {
    this.generator = generator;
    this.weight = scope(() => generator.normal([size, size], 0, 0.3).keep()) as Tensor;
  }

  forward(x: Tensor): Tensor {
    const h = matmul<Shape, Shape>(x, this.weight).tanh().mul(this.generator.dropoutMask(x.shape, 0.4));
    noGrad(() => scope(() => void this.mean.assign(this.mean.mul(0.9).add(h.mean().mul(0.1)))));
    return h.add(x);
  }

  dispose(): void {
    this.weight.dispose();
    this.mean.dispose();
  }
}

interface Net {
  readonly blocks: readonly Block[];
  /** The blocks draw from the one and the other by turns. */
  readonly generators: readonly [Generator, Generator];
}

function withNet<R>(depth: number, size: number, f: (net: Net) => R): R {
  const generators = [new Generator(1), new Generator(2)] as const;
  const blocks = Array.from({ length: depth }, (_, i) => new Block(size, generators[i % 2 === 0 ? 0 : 1]));
  try {
    return f({ blocks, generators });
  } finally {
    for (const block of blocks) block.dispose();
  }
}

type Wrap = typeof checkpoint;
const plain: Wrap = (f) => f;

function loss(blocks: readonly Block[], x: Tensor, wrap: Wrap): Tensor {
  return blocks
    .reduce((at, block) => wrap((y: Tensor) => scope(() => block.forward(y)))(at), x)
    .square()
    .mean();
}

/** What a training step leaves: the loss, every gradient, the running means, and where the generator stands. */
function step(wrap: Wrap, depth = 5): unknown {
  return withNet(depth, 6, ({ blocks, generators }) =>
    scope(() => {
      const x = generators[0].normal([4, 6]) as Tensor;
      const weights = blocks.map(({ weight }) => weight);
      const { value, gradient } = valueAndGrad((inputs: { x: Tensor; weights: readonly Tensor[] }) =>
        loss(blocks, inputs.x, wrap),
      )({ x, weights });
      return {
        value: value.item(),
        gradients: [gradient.x, ...gradient.weights].map((each) => [...data(each)]),
        means: blocks.map(({ mean }) => mean.item()),
        generators: generators.map((generator) => generator.state()),
      };
    }),
  );
}

describe("checkpoint", () => {
  test(
    "gives the same bits as without: values, gradients, buffers and generators",
    inBalance(() => {
      expect(step(checkpoint)).toEqual(step(plain));
    }),
  );

  describe("of a weight that several checkpoints share", () => {
    // As often as it says in each block.
    const uses: Readonly<Record<string, (x: Tensor, w: Tensor) => Tensor>> = {
      once: (x, w) => matmul<Shape, Shape>(x, w).tanh().add(x),
      twice: (x, w) => matmul<Shape, Shape>(matmul<Shape, Shape>(x, w).tanh(), w).add(x),
    };
    const gradients = (often: string, wrap: Wrap, depth = 7): { x: number[]; w: number[] } =>
      scope(() => {
        const generator = new Generator(3);
        const [w, x] = [generator.normal([32, 32], 0, 0.3), generator.normal([16, 32])] as Tensor[];
        const block = uses[often] as (typeof uses)[string];
        const f = (inputs: { x: Tensor; w: Tensor }): Tensor =>
          Array.from({ length: depth })
            .reduce((at: Tensor) => wrap((y: Tensor) => scope(() => block(y, inputs.w)))(at), inputs.x)
            .square()
            .mean();
        const gradient = grad(f)({ x, w } as { x: Tensor; w: Tensor });
        return { x: [...data(gradient.x)], w: [...data(gradient.w)] };
      });

    test("the gradient has the same bits as without where each uses it once", () => {
      expect(gradients("once", checkpoint)).toEqual(gradients("once", plain));
    });

    test("it has so too where one alone uses it twice", () => {
      expect(gradients("twice", checkpoint, 1)).toEqual(gradients("twice", plain, 1));
    });

    test("it differs by a last bit of the largest, and by no more, where each uses it twice", () => {
      const [found, wanted] = [gradients("twice", checkpoint), gradients("twice", plain)];
      expect(found.x).toEqual(wanted.x);
      const largest = Math.max(...wanted.w.map(Math.abs));
      const furthest = Math.max(...found.w.map((value, i) => Math.abs(value - (wanted.w[i] as number))));
      expect(furthest).toBeGreaterThan(0);
      expect(furthest).toBeLessThanOrEqual(2 ** -23 * largest);
    });
  });

  test(
    "reaches what the function closes over",
    inBalance(() => {
      const [weight, bias] = [tensor([2, 3]), tensor([5, 7])];
      const f = (inputs: { weight: Tensor; bias: Tensor; x: Tensor }): Tensor =>
        checkpoint((x: Tensor) => x.mul(inputs.weight.square()).add(inputs.bias))(inputs.x).sum();
      const gradient = grad(f)({ weight, bias, x: tensor([1, 10]) });
      expect(gradient.weight.toArray()).toEqual([4, 60]);
      expect(gradient.bias.toArray()).toEqual([1, 1]);
      expect(gradient.x.toArray()).toEqual([4, 9]);
    }),
  );

  test(
    "takes and gives tensors in records, and gradients of those that are used",
    inBalance(() => {
      const both = checkpoint(({ a, b }: { a: Tensor; b: Tensor }) => ({
        product: a.mul(b),
        unused: a.exp(),
        where: a.argmax(),
        same: b,
      }));
      const f = (inputs: { a: Tensor; b: Tensor }): Tensor => {
        const { product, same, where } = both(inputs);
        expect(where.dtype).toBe("i32");
        return product.sum().add<[], []>(same.sum());
      };
      const { a, b } = grad(f)({ a: tensor([2, 3]), b: tensor([5, 7]) });
      expect([a.toArray(), b.toArray()]).toEqual([
        [5, 7],
        [3, 4],
      ]);
    }),
  );

  test(
    "runs once without a gradient, and twice with one",
    inBalance(() => {
      let runs = 0;
      const f = checkpoint((x: Tensor) => (runs++, x.square()));
      f(tensor([1]));
      expect(runs).toBe(1);
      grad((x: Tensor) => f(x).sum())(tensor([1]));
      expect(runs).toBe(3);
      grad((x: Tensor) => f(stopGradient(x)).add(x).sum())(tensor([1]));
      expect(runs).toBe(4);
    }),
  );

  test(
    "may stand inside another",
    inBalance(() => {
      const inner = checkpoint((x: Tensor) => x.sin());
      const outer = checkpoint((x: Tensor) => inner(inner(x)).exp());
      const whole = (x: Tensor): Tensor => x.sin().sin().exp().sum();
      const x = tensor([0.3, 2]);
      expect(grad((at: Tensor) => outer(at).sum())(x).toArray()).toEqual(grad(whole)(x).toArray());
    }),
  );

  test(
    "has higher orders, forward over reverse and reverse over reverse",
    inBalance(() => {
      const cube = checkpoint((x: Tensor) => x.mul(x).mul(x));
      const x = tensor([2, 3]);
      const second = grad((at: Tensor) => grad((y: Tensor) => cube(y).sum())(at).sum())(x);
      expect(second.toArray()).toEqual([12, 18]);
      expect(hvp((at: Tensor) => cube(at).sum(), x, tensor([1, 10])).toArray()).toEqual([12, 180]);
      expect(jvp(cube, x, tensor([1, 10])).tangent.toArray()).toEqual([12, 270]);
    }),
  );

  test(
    "goes by a gradient of one's own",
    inBalance(() => {
      const generator = new Generator(4);
      const noisy = customGrad((x) => ({
        value: x.add(generator.uniform(x.shape)).round(),
        pullback: (dy) => [dy.mul(x)],
      }));
      const f = (wrap: Wrap): unknown =>
        grad((x: Tensor) => wrap((at: Tensor) => noisy(at).mul(at))(x).sum())(tensor([3, 4])).toArray();
      const before = generator.state();
      const wanted = f(plain);
      generator.restore(before);
      expect(f(checkpoint)).toEqual(wanted);
    }),
  );

  test(
    "works on arguments and constants that a scope took away in between",
    inBalance(() => {
      const f = (x: Tensor): Tensor =>
        scope(() => {
          const [h, by] = [x.mul(2), tensor([5, 7])];
          return checkpoint((at: Tensor) => at.mul(by).square())(h);
        }).sum();
      // (2 x b)²: 8 x b²
      expect(grad(f)(tensor([1, 2])).toArray()).toEqual([8 * 25, 16 * 49]);
    }),
  );

  test(
    "leaves the gradient of looked-up rows as rows, and makes it whole where a table is used as a whole too",
    inBalance(() => {
      const table = tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
      const look = checkpoint((at: Tensor<Shape, "i32">) => embedding(table, at, { sparse: true }).square());
      const lookedUp = (): Tensor => look(tensor([2, 0], "i32")).sum();
      const [rows] = differentiateRows(lookedUp, [table]).gradients as [RowGradient];
      expect([rows.indices.toArray(), rows.values.toArray()]).toEqual([
        [2, 0],
        [
          [10, 12],
          [2, 4],
        ],
      ]);
      rows.dispose();
      const tied = checkpoint(() =>
        embedding(table, tensor([2], "i32"), { sparse: true })
          .sum()
          .add(table.sum()),
      );
      const whole = grad((at: Tensor) => tied().add(at.mul(0).sum()))(table);
      expect(whole.toArray()).toEqual([
        [1, 1],
        [1, 1],
        [2, 2],
      ]);
    }),
  );

  test(
    "lets the function write to what it made itself, in both runs",
    inBalance(() => {
      const f = checkpoint((x: Tensor) => {
        const by = tensor([1, 1]);
        by.assign(tensor([3, 4]));
        return x.mul(by);
      });
      expect(grad((x: Tensor) => f(x).sum())(tensor([1, 1])).toArray()).toEqual([3, 4]);
    }),
  );

  test(
    "reads buffers that change as long as the result does not depend on them",
    inBalance(() => {
      const count = tensor([0]);
      const f = checkpoint((x: Tensor) => {
        count.assign(count.add(1));
        return x.square();
      });
      expect(grad((x: Tensor) => f(f(x)).sum())(tensor([2])).item()).toBe(4 * 8);
      expect(count.item()).toBe(2);
    }),
  );

  test.each([
    [
      "a result that depends on a buffer it overwrote",
      (state: Tensor) => (x: Tensor) => {
        const y = x.mul(state);
        state.assign(tensor([7]));
        return y;
      },
      /runs again, and what it depends on was overwritten since\n[^]*overwritten by {2}assign/,
    ],
    [
      "a function that gives something else the second time",
      () => {
        let runs = 0;
        return (x: Tensor) => (++runs === 1 ? x.exp() : x.exp().reshape([1, 1]));
      },
      /gave something else when it ran again\n {2}result {6}0\n {2}first run {3}\[1\]\n {2}second run {2}\[1, 1\]/,
    ],
  ] as const)("refuses %s", (_, make, message) =>
    inBalance(() => {
      const f = checkpoint(make(tensor([3])));
      const act = (): unknown => grad((x: Tensor) => f(x).sum())(tensor([1]));
      const error = caught(act);
      expect(error).toBeInstanceOf(GradientError);
      expect(String(error)).toMatch(message);
    })(),
  );

  test(
    "refuses a promise, and passes on what the function throws",
    inBalance(() => {
      const later = checkpoint(async (x: Tensor) => x.sum());
      expect(() => later(tensor([1]))).toThrow(ScopeError);
      expect(() => grad((x: Tensor) => (later(x), x.sum()))(tensor([1]))).toThrow(/^checkpoint: [^]*a promise/);
      const broken = checkpoint((x: Tensor): Tensor => {
        x.exp();
        throw new RangeError("mine");
      });
      expect(() => grad((x: Tensor) => broken(x).sum())(tensor([1]))).toThrow("mine");
    }),
  );
});

describe("the memory of a deep net", () => {
  const WIDTH = 64;
  /** The most bytes that are in use while a gradient is taken, in activations of (WIDTH, WIDTH). */
  const peakOf = (depth: number, wrap: Wrap): number =>
    withNet(depth, WIDTH, ({ blocks, generators: [generator] }) => {
      let most = 0;
      const peak: Handler = {
        name: "peak",
        handle(_, next) {
          const results = next();
          most = Math.max(most, memory().bytes);
          return results;
        },
      };
      const start = memory().bytes;
      scope(() => {
        const x = generator.normal([WIDTH, WIDTH]) as Tensor;
        withHandler(peak, () => grad((at: Tensor) => scope(() => loss(blocks, at, wrap)))(x));
      });
      return (most - start) / (4 * WIDTH * WIDTH);
    });

  test("falls to one activation a block: a third of what it takes without", () => {
    const growth = (wrap: Wrap): number => (peakOf(24, wrap) - peakOf(8, wrap)) / 16;
    expect(growth(checkpoint)).toBeLessThan(1.1);
    expect(growth(plain)).toBeGreaterThan(2.9);
    expect(peakOf(24, checkpoint)).toBeLessThan(0.5 * peakOf(24, plain));
  });
});

function caught(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
