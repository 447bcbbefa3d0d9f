import { addProduct, concat, GradientError, sgdUpdate, tensor, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { explainGradient } from "../explain/explain-gradient.ts";
import { inBalance } from "../in-balance.ts";
import { checkpoint } from "../transforms/checkpoint.ts";
import { customGrad } from "../transforms/custom-grad.ts";
import { grad } from "../transforms/grad.ts";
import { hvp } from "../transforms/hvp.ts";
import { jacobian } from "../transforms/jacobian.ts";
import { jvp } from "../transforms/jvp.ts";
import { noGrad } from "../transforms/no-grad.ts";
import { stopGradient } from "../transforms/stop-gradient.ts";
import { vjp } from "../transforms/vjp.ts";

type OfOne = (x: Tensor) => Tensor;

const at = tensor([3]).keep() as Tensor;
const one = tensor([1]).keep() as Tensor;
const settings = {
  learningRate: 0.1,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  isFirst: true,
  scale: 1,
};

/** The ways to derive from a function of one number, in each mode. */
const derivatives: readonly (readonly [string, (f: OfOne) => unknown])[] = [
  ["grad", (f) => grad(f)(at)],
  ["vjp", (f) => vjp(f, at, one)],
  ["jvp", (f) => jvp(f, at, one)],
  ["jacobian in reverse", (f) => jacobian(f, at, { mode: "reverse" })],
  ["jacobian forward", (f) => jacobian(f, at, { mode: "forward" })],
  ["hvp", (f) => hvp(f, at, one)],
  ["explainGradient", (f) => explainGradient(f, at)],
  ["grad of checkpoint", (f) => grad((x: Tensor) => checkpoint(f)(x))(at)],
  ["grad of grad", (f) => grad((x: Tensor) => grad(f)(x).sum())(at)],
];

const filled = (write: (target: Tensor) => void): Tensor => {
  const target = zeros([1]) as Tensor;
  write(target);
  return target;
};
/** A copy, by a write, which no derivative sees. */
const copied = (x: Tensor): Tensor => filled((y) => y.assign(x));

const lost: readonly (readonly [string, OfOne, RegExp])[] = [
  ["the result itself", (x) => copied(x.mul(3)).reshape([]), /written by {2}assign/],
  ["what is computed from it", (x) => copied(x.mul(3)).exp().sum(), /assign/],
  ["what joins it with what is followed", (x) => x.add(copied(x)).sum(), /assign/],
  ["a write through a slice", (x) => filled((y) => y.slice(0, 0, 1).assign(x)).sum(), /assign/],
  [
    "a view that was there before the write",
    (x) => {
      const y = zeros([1]) as Tensor;
      const view = y.reshape([]);
      y.assign(x);
      return view.mul(1);
    },
    /assign/,
  ],
  ["a write of what another write wrote", (x) => copied(copied(x).mul(2)).sum(), /assign/],
  [
    "an optimiser's step with a gradient that is followed",
    (x) => filled((p) => sgdUpdate(p, x.mul(2), undefined, settings)).sum(),
    /written by {2}sgd/,
  ],
  [
    "a sum of products",
    (x) => filled((y) => addProduct(y.reshape([1, 1]), x.reshape([1, 1]), x.reshape([1, 1]))).sum(),
    /addProduct/,
  ],
  [
    "a function with a gradient of its own",
    (x) => customGrad((y) => ({ value: y.mul(2), pullback: (dy) => [dy] }))(copied(x)).sum(),
    /assign/,
  ],
  ["a checkpoint of it", (x) => checkpoint((y: Tensor) => y.square())(copied(x)).sum(), /assign/],
  [
    "what a checkpoint wrote",
    (x) => {
      const y = zeros([1]) as Tensor;
      checkpoint((inner: Tensor) => {
        y.assign(inner);
        return inner.mul(2);
      })(x);
      return y.sum();
    },
    /assign/,
  ],
  [
    "what is partly overwritten by a constant",
    (x) => {
      const y = zeros([2]) as Tensor;
      y.assign(concat([x, x]));
      y.at(0).assign(tensor(1));
      return y.sum();
    },
    /assign/,
  ],
];

describe.each(derivatives)("%s refuses a result that depends on what an update wrote:", (_, derive) => {
  test.each(lost)("%s", (_name, f, message) =>
    inBalance(() => {
      expect(() => derive(f)).toThrow(GradientError);
      expect(() => derive(f)).toThrow(/no derivative goes through a write|before it was overwritten/);
      expect(() => derive(f)).toThrow(message);
      expect(() => derive(f)).toThrow(/fix: /);
    })(),
  );
});

/** Functions whose derivative at 3 is 6: what they write is constant, or does not lead to the result. */
const free: readonly (readonly [string, OfOne])[] = [
  [
    "a running mean, written twice",
    (x) => {
      const mean = zeros([1]) as Tensor;
      for (let i = 0; i < 2; i++) mean.assign(mean.mul(0.9).add(x.mul(0.1)));
      return x.square().sum();
    },
  ],
  [
    "a write inside noGrad",
    (x) =>
      x
        .square()
        .add(filled((y) => noGrad(() => y.assign(x.mul(100)))))
        .sum(),
  ],
  [
    "a write of what is stopped",
    (x) =>
      x
        .square()
        .add(copied(stopGradient(x)))
        .sum(),
  ],
  [
    "stopGradient of what was written",
    (x) =>
      x
        .square()
        .add(stopGradient(copied(x)))
        .sum(),
  ],
  ["a whole number made of it", (x) => x.square().add(copied(x).argmax().to("f32")).sum()],
  [
    "what is wholly overwritten by a constant",
    (x) => {
      const y = copied(x);
      y.assign(tensor([7]));
      return x.square().add(y).sum();
    },
  ],
];

describe.each(free)("%s is free", (_, f) => {
  test(
    "in reverse, forward and behind a checkpoint",
    inBalance(() => {
      expect(grad(f)(at).toArray()).toEqual([6]);
      expect(jvp(f, at, one).tangent.item()).toBe(6);
      expect(grad((x: Tensor) => checkpoint(f)(x))(at).toArray()).toEqual([6]);
      expect(grad((x: Tensor) => grad(f)(x).sum())(at).toArray()).toEqual([2]);
    }),
  );
});

test(
  "a write is one derivative's affair: what the inner one follows is constant to the outer",
  inBalance(() => {
    const gradient = grad((x: Tensor) => {
      const seen = zeros([1]) as Tensor;
      const inner = grad((y: Tensor) => {
        seen.assign(y);
        return y.square().sum();
      })(tensor([5]) as Tensor);
      return x.mul(seen).mul(inner).sum();
    })(at);
    expect(gradient.toArray()).toEqual([50]);
  }),
);

test(
  "a followed tensor that was overwritten is refused behind a checkpoint that is given it",
  inBalance(() => {
    const act = (): unknown =>
      grad((x: Tensor) => {
        const y = x.square();
        y.assign(tensor([0]));
        return checkpoint((inner: Tensor) => inner.mul(2))(y).sum();
      })(at);
    expect(act).toThrow(/^mul: .* before it was overwritten/);
  }),
);
