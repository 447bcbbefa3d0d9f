import { customGrad } from "@unfoldjs/autograd";
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
});
