import { cumsum, data, gather, memory, scope, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { checkpoint } from "./checkpoint.ts";
import { customGrad } from "./custom-grad.ts";
import { grad } from "./grad.ts";
import { hvp } from "./hvp.ts";
import { jvp } from "./jvp.ts";
import { vjp } from "./vjp.ts";

type Step = (x: Tensor) => Tensor;

const sine = customGrad((x) => ({
  value: x.sin(),
  pullback: (dy) => [dy.mul(x.cos())],
  jvp: ([t]) => (t as Tensor).mul(x.cos()),
}));

/** What looks at its tensors in other ways than by an op that passes dispatch: each of (6). */
const steps: Readonly<Record<string, Step>> = {
  "a number beside it": (x) => x.mul(2).sub(1),
  "a view": (x) => x.reshape([2, 3]).transpose().flatten().slice(0, 0, 6),
  "a gradient of one's own": sine,
  "a gradient": (x) => grad((y: Tensor) => y.sin().mul(y).sum())(x),
  "a gradient along": (x) => vjp((y: Tensor) => y.sin().mul(y), x, x).gradient,
  tangents: (x) => jvp((y: Tensor) => y.sin().mul(y), x, x).tangent,
  "second derivatives": (x) => hvp((y: Tensor) => y.pow(3).sum(), x, x),
  "its elements": (x) => x.mul(x.data()[0] ?? 0),
  indices: (x) => gather(cumsum(x, 0), 0, x.argmax(0, true)).mul(x),
};

const orders: Readonly<Record<string, (f: Step, x: Tensor) => Tensor>> = {
  first: (f, x) => grad((y: Tensor) => f(y).square().sum())(x),
  "second, back twice": (f, x) => grad((z: Tensor) => orders["first"]?.(f, z).sum() as Tensor)(x),
  "second, forward over reverse": (f, x) => hvp((y: Tensor) => f(y).square().sum(), x, x),
  "third, back three times": (f, x) => grad((z: Tensor) => orders["second, back twice"]?.(f, z).sum() as Tensor)(x),
};

const wraps: Readonly<Record<string, (step: Step) => Step>> = {
  "in a scope": (step) => (x) => scope(() => checkpoint(step)(x.tanh())),
  "in another checkpoint": (step) => checkpoint((x) => checkpoint(step)(x.tanh())),
  "in two others, twice": (step) => {
    const inner = checkpoint((x: Tensor) => checkpoint(step)(x.mul(0.5)).add(checkpoint(step)(x.mul(0.5))));
    return checkpoint((x) => inner(x.tanh().mul(2)).div(2));
  },
};

describe.each(Object.keys(orders))("the derivative of order %s through a checkpoint", (order) => {
  describe.each(Object.keys(wraps))("%s", (wrap) => {
    test.each(Object.keys(steps))("that takes %s of what is gone when it runs again is what it is without", (name) => {
      const [derive, step, wrapped] = [orders[order], steps[name], wraps[wrap]] as const;
      if (derive === undefined || step === undefined || wrapped === undefined) throw new Error("no such row");
      const before = memory();
      scope(() => {
        const x = tensor([0.3, -0.7, 0.5, 1.2, -0.1, 0.8]);
        const wanted = [...data(derive((y) => step(y.tanh()), x))];
        const found = data(derive(wrapped(step), x));
        const largest = Math.max(...wanted.map(Math.abs));
        for (const [i, value] of wanted.entries())
          expect(Math.abs((found[i] ?? NaN) - value)).toBeLessThan(1e-5 * largest);
      });
      expect(memory().tensors).toBe(before.tensors);
      expect(memory().bytes).toBe(before.bytes);
    });
  });
});
