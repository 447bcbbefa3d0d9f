import { customGrad, noGrad } from "@unfoldjs/autograd";
import { fromArray, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { opCase, type GradientOrder } from "../op-case.ts";
import { map } from "../reference/exact.ts";
import { checkGradient } from "./gradient.ts";

const smooth = table.filter(({ opCase: { gradient } }) => typeof gradient === "string");

describe.each(smooth)("the gradient of $name agrees with differences", ({ opCase: tested }) => {
  test.each(tested.filled.filter((row) => row.smooth !== false).map((row) => [nameOf(row), row] as const))(
    "%s",
    (_, row) => {
      expect(checkGradient(tested, row)).toEqual([]);
    },
  );
});

describe("the gradient runner", () => {
  const planted = (call: (x: Tensor<Shape>) => Tensor<Shape>, gradient: GradientOrder = "second"): string[] => {
    const wrong = opCase({
      draws: [real],
      call: ([x]) => call(x),
      reference: ([x]) => map(x, (v) => v ** 3),
      gradient,
      rows: [],
      empty: { none: "planted" },
    });
    return checkGradient(wrong, { inputs: [[2, 3]] });
  };
  /** x³ with a gradient `by` times 3 x². */
  const cube =
    (by: number): ((x: Tensor<Shape>) => Tensor<Shape>) =>
    (x) =>
      customGrad(() => ({
        value: x.mul(x).mul(x),
        pullback: (dy) => [
          dy
            .mul(x)
            .mul(x)
            .mul(3 * by),
        ],
      }))(x);

  test("accepts the right gradient", () => expect(planted(cube(1))).toEqual([]));

  test("sees a gradient that is off by a fiftieth", () => {
    expect(planted(cube(1.02), "first")).toContainEqual(
      expect.stringMatching(/^first order: gradcheck: [1-6] of 6 elements differ/),
    );
  });

  test("sees a second order that is missing", () => {
    const blocked = (x: Tensor<Shape>): Tensor<Shape> =>
      customGrad((y) => {
        const slope = y.data().map((value) => 3 * value * value);
        return { value: y.mul(y).mul(y), pullback: (dy) => [dy.mul(fromArray(slope, y.shape))] };
      })(x);
    expect(planted(blocked)).toContainEqual(expect.stringMatching(/^second order: /));
  });

  /** Two results, x³ and x², of which the second's gradient is `by` times 2 x, and a third that is told to be constant. */
  const several = (by: number, third: (x: Tensor<Shape>) => Tensor<Shape>): string[] => {
    const squared = (x: Tensor<Shape>): Tensor<Shape> =>
      customGrad(() => ({ value: x.square(), pullback: (dy) => [dy.mul(x).mul(2 * by)] }))(x);
    const wrong = opCase({
      draws: [real],
      call: ([x]) => ({ cubed: cube(1)(x), squared: squared(x), third: third(x) }),
      reference: ([x]) => x,
      constant: ["third"],
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    return checkGradient(wrong, { inputs: [[2, 3]] });
  };
  const constant = (x: Tensor<Shape>): Tensor<Shape> => noGrad(() => x.exp());

  test("accepts several results, and one without a gradient", () => expect(several(1, constant)).toEqual([]));

  test("sees which of several results has a wrong gradient, alone and with the others", () => {
    expect(several(1.1, constant)).toEqual([
      expect.stringMatching(/^squared: first order: gradcheck: [1-6] of 6 elements differ/),
      expect.stringMatching(/^all: first order: gradcheck: [1-6] of 6 elements differ/),
    ]);
  });

  test("sees a result that is told to be constant and is not", () => {
    expect(several(1, (x) => x.exp())).toEqual(["third is said to be constant"]);
  });

  test("sees a gradient that minds how inputs lie", () => {
    const minding = (x: Tensor<Shape>): Tensor<Shape> => cube(x.isContiguous ? 1 : 1.1)(x);
    expect(planted(minding, "first")).toContainEqual(
      expect.stringMatching(/^input 0, element 0: .* transposed, .* contiguous$/),
    );
  });
});
