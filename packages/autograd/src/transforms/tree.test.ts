import { type Shape, tensor, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { gradcheck } from "../check/gradcheck.ts";
import { inBalance } from "../in-balance.ts";
import { grad, valueAndGrad } from "./grad.ts";
import { hessian } from "./hessian.ts";
import { hvp } from "./hvp.ts";
import { jacobian } from "./jacobian.ts";
import { jvp } from "./jvp.ts";
import type { GradientOf } from "./tree.ts";
import { vjp } from "./vjp.ts";

/** A line through two learned numbers, and one that is not: what an object with parameters is. */
class Line {
  readonly slope: Tensor = tensor([2, 3]);
  readonly start: Tensor = tensor([5]);
  readonly fixed: Tensor & { frozen: boolean } = Object.assign(tensor([7]) as Tensor, { frozen: true });

  namedParameters(): [string, Tensor][] {
    return [
      ["slope", this.slope],
      ["inner.start", this.start],
      ["fixed", this.fixed],
    ];
  }

  at(x: Tensor): Tensor {
    return this.slope.mul<Shape, Shape>(x).add<Shape, Shape>(this.start).mul<Shape, Shape>(this.fixed);
  }
}

const x = tensor([1, 10]).keep();
const loss = (line: Line): Tensor => line.at(x).sum();

describe("derivatives by an object that has parameters", () => {
  test(
    "are records by path, without what is frozen",
    inBalance(() => {
      const { value, gradient } = valueAndGrad(loss)(new Line());
      expect(value.item()).toBe(7 * (7 + 35));
      expect(Object.fromEntries(Object.entries(gradient).map(([name, each]) => [name, each.toArray()]))).toEqual({
        slope: [7, 70],
        "inner.start": [14],
      });
    }),
  );

  test(
    "stand in the object's place in records and arrays",
    inBalance(() => {
      const inputs = { lines: [new Line(), new Line()] as const, by: tensor([1, 2]) };
      const { lines, by } = grad(({ lines: [first, second], by: factor }: typeof inputs) =>
        first.at(x).mul(factor).sum().add<[], []>(second.at(x).sum()),
      )(inputs);
      expect(lines[0]["slope"]?.toArray()).toEqual([7, 140]);
      expect(lines[1]["slope"]?.toArray()).toEqual([7, 70]);
      expect(by.toArray()).toEqual([49, 245]);
    }),
  );

  test(
    "are zero where nothing depends on a parameter",
    inBalance(() => {
      expect(grad((line: Line) => line.slope.sum())(new Line())["inner.start"]?.toArray()).toEqual([0]);
    }),
  );

  test(
    "go forward along a record by path, and back",
    inBalance(() => {
      const direction = { slope: tensor([1, 0]), "inner.start": tensor([100]) };
      expect(jvp((line: Line) => line.at(x), new Line(), direction).tangent.toArray()).toEqual([707, 700]);
      const { gradient } = vjp((line: Line) => line.at(x), new Line(), tensor([1, 0]));
      expect([gradient["slope"]?.toArray(), gradient["inner.start"]?.toArray()]).toEqual([[7, 0], [7]]);
    }),
  );

  test(
    "have Jacobians, Hessians and products by path",
    inBalance(() => {
      expect(jacobian((line: Line) => line.at(x), new Line())["inner.start"]?.toArray()).toEqual([[7], [7]]);
      const square = (line: Line): Tensor => line.at(x).square().mul(0.5).sum();
      // 49 (s x + t)²/2: by s 49 x², by s and t 49 x, by t 98.
      const { slope, "inner.start": start } = hessian(square, new Line());
      expect(slope?.["slope"]?.toArray()).toEqual([
        [49, 0],
        [0, 4900],
      ]);
      expect(start?.["inner.start"]?.toArray()).toEqual([[98]]);
      const product = hvp(square, new Line(), { slope: tensor([1, 0]), "inner.start": tensor([1]) });
      expect([product["slope"]?.toArray(), product["inner.start"]?.toArray()]).toEqual([[98, 490], [147]]);
    }),
  );

  test.each([
    [
      "a direction without one of the paths",
      () => jvp((line: Line) => line.at(x), new Line(), { slope: tensor([1, 0]) }),
      /there is no tangent for this tensor\n {2}at {5}inner\.start/,
    ],
    [
      "a direction along what is frozen",
      () =>
        jvp((line: Line) => line.at(x), new Line(), {
          slope: tensor([1, 0]),
          "inner.start": tensor([1]),
          fixed: tensor([1]),
        }),
      /there is no tensor that this tangent could be of\n {2}at {5}fixed/,
    ],
    [
      "to be checked by differences, for which it would have to be written to",
      () => gradcheck(loss, new Line()),
      /pass its tensors in a record/,
    ],
  ] as const)("refuse %s", (_, act, message) =>
    inBalance(() => {
      expect(act).toThrow(ValueError);
      expect(act).toThrow(message);
    })(),
  );
});

describe("the types of derivatives", () => {
  interface Weights {
    readonly inner: { readonly a: Tensor<[2]> };
    readonly list: readonly [Tensor<[3]>, Line];
  }

  test("follow records, interfaces, tuples and objects with parameters", () => {
    expectTypeOf<GradientOf<Weights>>().toEqualTypeOf<{
      readonly inner: { readonly a: Tensor<[2]> };
      readonly list: readonly [Tensor<[3]>, Readonly<Record<string, Tensor>>];
    }>();
    expectTypeOf(grad((weights: Weights) => weights.inner.a.sum())).returns.toEqualTypeOf<GradientOf<Weights>>();
  });

  test("do not take numbers", () => {
    // @ts-expect-error a number has no gradient
    const act = (): unknown => grad((by: number) => tensor(by))(3);
    expect(act).toThrow(ValueError);
  });
});
