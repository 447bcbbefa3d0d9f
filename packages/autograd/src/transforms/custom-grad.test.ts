import {
  DTypeError,
  GradientError,
  type Handler,
  scope,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
  withHandler,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { customGrad, type WithPullback } from "./custom-grad.ts";
import { grad } from "./grad.ts";
import { jvp } from "./jvp.ts";

const roundStraightThrough = customGrad((x) => ({ value: x.round(), pullback: (dy) => [dy] }));

describe("customGrad", () => {
  test(
    "may give one tensor as the gradient of several inputs, of which one has a gradient already",
    inBalance(() => {
      const twice = customGrad((a, b) => ({
        value: a.add(b).mul(2),
        pullback: (dy) => {
          const both = dy.mul(2);
          return [both, both];
        },
      }));
      const found = grad(([a, b]: [Tensor, Tensor]) => twice(a, b).add(a).sum())([tensor([1, 2]), tensor([3, 4])]);
      expect(found.map((gradient) => gradient.toArray())).toEqual([
        [3, 3],
        [2, 2],
      ]);
    }),
  );

  test(
    "takes the gradient from the pullback",
    inBalance(() => {
      expect(grad((x: Tensor) => roundStraightThrough(x).mul(x).sum())(tensor([1.2, 2.6])).toArray()).toEqual(
        [1 + Math.fround(1.2), 3 + Math.fround(2.6)].map(Math.fround),
      );
    }),
  );

  test(
    "is the plain function where no gradient is taken",
    inBalance(() => {
      expect(roundStraightThrough(tensor([1.2])).toArray()).toEqual([1]);
    }),
  );

  test(
    "may pass its input through, to change the gradient alone",
    inBalance(() => {
      const clipped = customGrad((x) => ({ value: x, pullback: (dy) => [dy.clamp(-1, 1)] }));
      const x = tensor([2, 3]);
      expect(
        grad((at: Tensor) =>
          clipped(at)
            .mul(tensor([5, 0.5]))
            .sum(),
        )(x).toArray(),
      ).toEqual([1, 0.5]);
      expect(x.isDisposed).toBe(false);
    }),
  );

  test(
    "has its inputs on the way back, also those that a scope took away or that are the gradient",
    inBalance(() => {
      const sine = customGrad((x) => ({ value: x.sin(), pullback: (dy) => [dy.mul(x.cos())] }));
      const half = customGrad((x) => ({ value: x.square().mul(0.5), pullback: () => [x] }));
      const through = (f: typeof sine) => grad((x: Tensor) => scope(() => f(x.mul(2)).sum()))(tensor([0.5])).item();
      expect(through(sine)).toBeCloseTo(2 * Math.cos(1), 6);
      expect(through(half)).toBe(2);
    }),
  );

  test(
    "may let go of its inputs",
    inBalance(() => {
      const f = customGrad((x) => {
        const value = x.sin();
        x.dispose();
        return { value, pullback: (dy) => [dy.mul(x.cos())] };
      });
      expect(grad((x: Tensor) => f(x.mul(2)).sum())(tensor([0.5])).item()).toBeCloseTo(2 * Math.cos(1), 6);
    }),
  );

  test(
    "asks for all gradients at once",
    inBalance(() => {
      let asked = 0;
      const product = customGrad((a, b) => ({
        value: a.mul(b),
        pullback: (dy) => (asked++, [dy.mul(b), dy.mul(a)]),
      }));
      const [da, db] = grad(([a, b]: readonly [Tensor, Tensor]) => product(a, b).sum())([tensor([2]), tensor([7])]);
      expect([da.item(), db.item(), asked]).toEqual([7, 2, 1]);
    }),
  );

  test(
    "keeps what the pullback closes over, also across scopes",
    inBalance(() => {
      const softplus = customGrad((x) => {
        const power = x.exp();
        return { value: power.add(1).log(), pullback: (dy) => [dy.mul(power.div(power.add(1)))] };
      });
      const gradient = grad((x: Tensor) => scope(() => softplus(x.mul(2)).sum()))(tensor([0]));
      expect(gradient.item()).toBeCloseTo(1, 6);
    }),
  );

  test(
    "has the higher orders of its pullback as written",
    inBalance(() => {
      // A cube whose gradient says 5 x²: the second derivative is 10 x.
      const cube = customGrad((x) => ({ value: x.mul(x).mul(x), pullback: (dy) => [dy.mul(x.square()).mul(5)] }));
      const first = grad((x: Tensor) => cube(x).sum());
      expect(first(tensor([2])).item()).toBe(20);
      expect(grad((x: Tensor) => first(x).sum())(tensor([2])).item()).toBe(20);
    }),
  );

  test(
    "does nothing to inputs that lead nowhere",
    inBalance(() => {
      const never = customGrad((x) => ({ value: x.mul(2), pullback: () => expect.unreachable() }));
      expect(
        grad((x: Tensor) =>
          never(tensor([1]))
            .add(x)
            .sum(),
        )(tensor([1])).item(),
      ).toBe(1);
    }),
  );

  test(
    "holds for an outer gradient where the inner one does not depend on its input",
    inBalance(() => {
      const f = (x: Tensor): Tensor => grad((y: Tensor) => y.mul(roundStraightThrough(x)).sum())(tensor([2])).sum();
      expect(grad(f)(tensor([1.2])).item()).toBe(1);
    }),
  );

  test(
    "leaves handlers that only watch where they are",
    inBalance(() => {
      const seen: string[] = [];
      const spy: Handler = { name: "spy", handle: (call, next) => (seen.push(call.op.name), next()) };
      grad((x: Tensor) => withHandler(spy, () => roundStraightThrough(x)).sum())(tensor([1.2]));
      expect(seen).toContain("round");
    }),
  );

  test(
    "refuses a pullback that returns too few gradients",
    inBalance(() => {
      const wrong = customGrad((a, b) => ({ value: a.mul(b), pullback: (dy) => [dy] }));
      const act = (): unknown => grad((x: Tensor) => wrong(x, x).sum())(tensor([1]));
      expect(act).toThrow(ShapeError);
      expect(act).toThrow(/one gradient for each input\n {2}inputs {5}2\n {2}gradients {2}1/);
    }),
  );

  test(
    "refuses a gradient of another shape",
    inBalance(() => {
      const wrong = customGrad((x) => ({ value: x.sum(), pullback: (dy) => [dy] }));
      expect(() => grad((x: Tensor) => wrong(x))(tensor([1, 2]))).toThrow(
        /a gradient must have the shape of its input/,
      );
    }),
  );

  const f = (given: (x: Tensor) => unknown) => customGrad(given as (x: Tensor) => WithPullback);
  test.each([
    [
      "a gradient of whole numbers",
      f((x) => ({ value: x.mul(2), pullback: () => [tensor([1], "i32")] })),
      DTypeError,
      /^customGrad: a gradient is f32[^]*i32[^]*gradient\.to\("f32"\)/,
    ],
    [
      "a gradient that is no tensor",
      f((x) => ({ value: x.mul(2), pullback: () => [undefined] })),
      ValueError,
      /^customGrad: the pullback must return a tensor for each input[^]*undefined/,
    ],
    [
      "a value of whole numbers",
      f((x) => ({ value: x.to("i32"), pullback: (dy: Tensor) => [dy] })),
      DTypeError,
      /^customGrad: a value is f32/,
    ],
    [
      "a tensor alone",
      f((x) => x.mul(2)),
      ValueError,
      /^customGrad: the function must return a tensor, and the way back/,
    ],
    ["nothing", f(() => undefined), ValueError, /^customGrad: the function must return[^]*undefined/],
  ] as const)("refuses a function that returns %s", (_, wrong, type, message) =>
    inBalance(() => {
      const act = (): unknown => grad((x: Tensor) => wrong(x).sum())(tensor([1]));
      expect(act).toThrow(type);
      expect(act).toThrow(message);
    })(),
  );

  test(
    "passes on what its function or its pullback throws",
    inBalance(() => {
      const early = customGrad((x) => {
        x.exp();
        throw new RangeError("early");
      });
      const late = customGrad((x) => ({
        value: x.exp(),
        pullback: () => {
          throw new RangeError("late");
        },
      }));
      expect(() => grad((x: Tensor) => early(x).sum())(tensor([1]))).toThrow("early");
      expect(() => grad((x: Tensor) => late(x).sum())(tensor([1]))).toThrow("late");
    }),
  );
});

describe("customGrad in forward mode", () => {
  const half = customGrad((a, b) => ({
    value: a.mul(b),
    pullback: (dy) => [dy.mul(b), dy.mul(a)],
    jvp: ([da, db]) =>
      (da as Tensor)
        .mul(b)
        .add((db as Tensor).mul(a))
        .mul(0.5),
  }));

  test(
    "takes the tangent from jvp, with zeros for constants",
    inBalance(() => {
      const { value, tangent } = jvp((a: Tensor) => half(a, tensor([5])), tensor([3]), tensor([10]));
      expect([value.item(), tangent.item()]).toEqual([15, 25]);
    }),
  );

  test(
    "passes a tangent through where jvp does",
    inBalance(() => {
      const f = customGrad((x) => ({ value: x.round(), pullback: (dy) => [dy], jvp: ([t]) => t as Tensor }));
      expect(jvp((x: Tensor) => f(x).mul(2), tensor([1.2]), tensor([7])).tangent.item()).toBe(14);
    }),
  );

  test(
    "has derivatives around it of f and jvp as written",
    inBalance(() => {
      // The tangent of a² is said to be a t: its gradient by a is t.
      const f = (a: Tensor): Tensor => jvp((at: Tensor) => half(at, at), a, tensor([10])).tangent.sum();
      expect(grad(f)(tensor([3])).item()).toBe(10);
    }),
  );

  test(
    "goes through the pullback where a gradient's tangent is taken",
    inBalance(() => {
      const cube = customGrad((x) => ({ value: x.mul(x).mul(x), pullback: (dy) => [dy.mul(x.square()).mul(5)] }));
      expect(
        jvp(
          grad((x: Tensor) => cube(x).sum()),
          tensor([2]),
          tensor([1]),
        ).tangent.item(),
      ).toBe(20);
    }),
  );

  test(
    "is not asked where no input has a tangent",
    inBalance(() => {
      const f = (x: Tensor): Tensor => x.add(roundStraightThrough(tensor([1.2])));
      expect(jvp(f, tensor([1]), tensor([3])).tangent.item()).toBe(3);
    }),
  );

  test(
    "refuses where there is none, and says what to do",
    inBalance(() => {
      const act = (): unknown => jvp(roundStraightThrough, tensor([1.2]), tensor([1]));
      expect(act).toThrow(GradientError);
      expect(act).toThrow(/a pullback and no jvp, which forward mode needs[^]*beside the pullback/);
    }),
  );

  test(
    "refuses a tangent of whole numbers",
    inBalance(() => {
      const wrong = customGrad((x) => ({
        value: x.mul(2),
        pullback: (dy) => [dy],
        jvp: () => tensor([1], "i32") as never,
      }));
      expect(() => jvp((x: Tensor) => wrong(x), tensor([1]), tensor([1]))).toThrow(/^customGrad: a tangent is f32/);
    }),
  );

  test(
    "refuses a tangent of another shape",
    inBalance(() => {
      const wrong = customGrad((x) => ({
        value: x.sum(),
        pullback: (dy) => [dy.expand(x.shape)],
        jvp: ([t]) => t as Tensor,
      }));
      expect(() => jvp((x: Tensor) => wrong(x), tensor([1, 2]), tensor([1, 2]))).toThrow(/the shape of its value/);
    }),
  );
});
