import { scope, ShapeError, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { customGrad } from "./custom-grad.ts";
import { grad } from "./grad.ts";

const roundStraightThrough = customGrad((x) => ({ value: x.round(), pullback: (dy) => [dy] }));

describe("customGrad", () => {
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
