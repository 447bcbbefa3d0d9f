import { type Shape, ShapeError, tensor, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { gradcheck } from "../check/gradcheck.ts";
import { explainGradient } from "../explain/explain-gradient.ts";
import { inBalance } from "../in-balance.ts";
import { customGrad } from "./custom-grad.ts";
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

  test(
    "are checked by differences, for which parameters are written to and put back",
    inBalance(() => {
      const line = new Line();
      const { ok, comparisons } = gradcheck(loss, line);
      expect({ ok, compared: comparisons.length }).toEqual({ ok: true, compared: 3 });
      expect([line.slope.toArray(), line.start.toArray()]).toEqual([[2, 3], [5]]);
      const both = gradcheck(({ inner, by }: { inner: Line; by: Tensor }) => inner.at(by).square(), {
        inner: line,
        by: x,
      });
      expect({ ok: both.ok, compared: both.comparisons.length }).toEqual({ ok: true, compared: 5 });
      const wrong = customGrad((at) => ({ value: at.square(), pullback: (dy) => [dy] }));
      expect(gradcheck(({ slope }: Line) => wrong(slope), line).ok).toBe(false);
      expect(() =>
        gradcheck(({ slope }: Line) => {
          if (slope.data()[0] !== 2) throw new RangeError("moved");
          return slope.sum();
        }, line),
      ).toThrow("moved");
      expect(line.slope.toArray()).toEqual([2, 3]);
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
  ] as const)("refuse %s", (_, act, message) =>
    inBalance(() => {
      expect(act).toThrow(ValueError);
      expect(act).toThrow(message);
    })(),
  );
});

describe("every derivative refuses", () => {
  const cyclic: Record<string, unknown> = { a: x };
  cyclic["inner"] = { again: [cyclic] };
  class Own {
    readonly a: Tensor = x;
  }
  const trees: readonly (readonly [string, unknown, RegExp])[] = [
    ["nothing", undefined, /must hold tensors[^]*came {2}undefined/],
    ["a number", 3, /must hold tensors[^]*came {2}number 3[^]*further arguments/],
    ["a Map", new Map([["a", x]]), /must hold tensors[^]*came {2}Map\n {2}fix: pass a record: Object\.fromEntries/],
    ["a Set in a record", { inner: new Set([x]) }, /must hold tensors[^]*at {4}inner\n {2}came {2}Set/],
    ["typed numbers", Float32Array.of(1), /must hold tensors[^]*Float32Array/],
    ["a class of one's own without parameters", new Own(), /must hold tensors[^]*Own[^]*namedParameters\(\)/],
    ["a promise", Promise.resolve(x), /must hold tensors[^]*Promise[^]*await it/],
    ["a record that contains itself", cyclic, /contains itself\n {2}at {2}inner\.again\.0\n/],
  ];
  const of = (): Tensor => x.sum();
  const derivatives: Readonly<Record<string, (at: never) => unknown>> = {
    grad: (at) => grad(of)(at),
    valueAndGrad: (at) => valueAndGrad(of)(at),
    vjp: (at) => vjp(of, at),
    jvp: (at) => jvp(of, at, at),
    jacobian: (at) => jacobian(of, at),
    hessian: (at) => hessian(of, at),
    hvp: (at) => hvp(of, at, at),
    gradcheck: (at) => gradcheck(of, at),
    explainGradient: (at) => explainGradient(of, at),
  };

  test.each(trees)("%s as what it is taken by", (_, tree, message) =>
    inBalance(() => {
      for (const [name, derive] of Object.entries(derivatives)) {
        expect(() => derive(tree as never)).toThrow(ValueError);
        expect(() => derive(tree as never)).toThrow(message);
        expect(() => derive(tree as never)).toThrow(new RegExp(`^${name}: the first argument`));
      }
    })(),
  );

  const result = (value: unknown) => () => value as Tensor;
  const derivativesOf: Readonly<Record<string, (f: () => Tensor) => unknown>> = {
    grad: (f) => grad(f)(x),
    valueAndGrad: (f) => valueAndGrad(f)(x),
    vjp: (f) => vjp(f, x),
    jvp: (f) => jvp(f, x, x),
    jacobian: (f) => jacobian(f, x),
    hessian: (f) => hessian(f, x),
    hvp: (f) => hvp(f, x, x),
    gradcheck: (f) => gradcheck(f, x),
    explainGradient: (f) => explainGradient(f, x),
  };

  test.each(Object.entries(derivativesOf))(
    "%s: a function that returns no tensor, and what is no function",
    (name, derive) =>
      inBalance(() => {
        for (const value of [undefined, null, 3, "text", new Map()]) {
          expect(() => derive(result(value))).toThrow(ValueError);
          expect(() => derive(result(value))).toThrow(new RegExp(`^${name}: `));
        }
        expect(() => derive(3 as never)).toThrow(ValueError);
        expect(() => derive(3 as never)).toThrow(new RegExp(`^${name}: the first argument must be a function`));
      })(),
  );

  test(
    "one record in two places is no circle",
    inBalance(() => {
      const shared = { a: tensor([2]) as Tensor };
      const { left, right } = grad(({ left: one, right: other }: { left: typeof shared; right: typeof shared }) =>
        one.a.mul<Shape, Shape>(other.a).sum(),
      )({ left: shared, right: shared });
      expect([left.a.toArray(), right.a.toArray()]).toEqual([[4], [4]]);
    }),
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

  test("hold the shapes of directions against those of what they are for, as far as both are known", () => {
    const [two, three, wide] = [tensor([1, 2]), tensor([1, 2, 3]), tensor([1, 2]) as Tensor];
    const square = (at: Tensor<[2]>): Tensor<[2]> => at.square();
    const sum = (at: Tensor<[2]>): Tensor<[]> => at.square().sum();
    expectTypeOf(jvp(square, two, two).tangent).toEqualTypeOf<Tensor<[2]>>();
    jvp(square, two, wide);
    jvp((at: Tensor) => at.square(), wide, two);
    vjp(sum, two);
    vjp(square, two, two);
    hvp(sum, two, wide);
    jvp(({ a }: { a: Tensor<[2]> }) => a.sum(), { a: two }, { a: two });
    jvp(([a]: readonly [Tensor<[2]>]) => a.sum(), [two] as const, [two]);
    // @ts-expect-error another size
    expect(() => jvp(square, two, three)).toThrow(ShapeError);
    // @ts-expect-error another size
    expect(() => vjp(square, two, three)).toThrow(ShapeError);
    // @ts-expect-error another rank
    expect(() => hvp(sum, two, tensor([[1, 2]]))).toThrow(ShapeError);
    // @ts-expect-error another size, in a record
    expect(() => jvp(({ a }: { a: Tensor<[2]> }) => a.sum(), { a: two }, { a: three })).toThrow(ShapeError);
  });

  test("do not take numbers", () => {
    // @ts-expect-error a number has no gradient
    const act = (): unknown => grad((by: number) => tensor(by))(3);
    expect(act).toThrow(ValueError);
  });
});
