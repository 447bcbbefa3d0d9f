import { grad, gradcheck } from "@unfoldjs/autograd";
import { backward, decodeModel, encodeModel } from "@unfoldjs/nn";
import {
  DTypeError,
  IndexError,
  memory,
  scaledDotProductAttention,
  scope,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import fixtures from "../fixtures/positions.json" with { type: "json" };
import { layers } from "../layers.ts";
import { differences, values, weighted } from "../testing/pattern.ts";
import { alibi, alibiSlopes } from "./alibi.ts";
import { LearnedPositions } from "./learned.ts";
import { rotary, type RotaryOptions } from "./rotary.ts";
import { SinusoidalPositions, sinusoidalPositions } from "./sinusoidal.ts";

const numbers = (x: Tensor): number[] => [...x.data()];
const close = (x: Tensor, digits = 5): unknown[] => numbers(x).map((each) => expect.closeTo(each, digits));

test.each(Object.entries(fixtures.sinusoids))("sinusoids of %s are the paper's", (sizes, wanted) => {
  const [time = 0, features = 0, start = 0] = sizes.split(" ").map(Number);
  scope(() => {
    expect(differences(sizes, sinusoidalPositions(time, features, start), wanted, 1e-6)).toEqual([]);
    const x = values([2, time, features], 1);
    const layer = new SinusoidalPositions(features);
    const wide = x.add<Shape, Shape>(sinusoidalPositions(time, features, start));
    expect(numbers(layer.forward(x, start))).toEqual(numbers(wide));
  });
});

const turns: Readonly<Record<keyof typeof fixtures.rotary, RotaryOptions>> = {
  halves: {},
  "halves from 3 on, base 500": { start: 3, base: 500 },
  interleaved: { interleaved: true },
  "interleaved from 3 on": { interleaved: true, start: 3 },
};

test.each(Object.entries(turns))("rotary %s is that of transformers, and so is its gradient", (name, options) => {
  const wanted = fixtures.rotary[name as keyof typeof turns];
  const before = memory().tensors;
  scope(() => {
    const x = values([2, 3, 5, 6], 1);
    const gradient = grad((leaf: Tensor) => weighted(rotary(leaf, options)))(x);
    expect(differences("output", rotary(x, options), wanted.output, 5e-6)).toEqual([]);
    expect(differences("gradient", gradient, wanted.gradient, 5e-6)).toEqual([]);
    const { ok, report } = gradcheck((leaf: Tensor) => rotary(leaf, options), values([2, 3, 4], 2));
    expect(ok ? "" : report).toBe("");
  });
  expect(memory().tensors).toBe(before);
});

test.each([false, true])(
  "products of turned vectors depend on their distance alone (interleaved %s)",
  (interleaved) => {
    scope(() => {
      const [query, key] = [values([1, 8], 1), values([1, 8], 2)];
      const product = (at: number, other: number): number =>
        rotary(query, { start: at, interleaved })
          .mul<Shape, Shape>(rotary(key, { start: other, interleaved }))
          .sum()
          .item();
      expect(product(9, 4)).toBeCloseTo(product(5, 0), 4);
      expect(product(9, 4)).not.toBeCloseTo(product(9, 5), 2);
      // Step by step it is all at once.
      const x = values([3, 8], 3);
      const steps = [0, 1, 2].flatMap((at) => numbers(rotary(x.slice(0, at, at + 1), { start: at, interleaved })));
      expect(steps).toEqual(numbers(rotary(x, { interleaved })));
    });
  },
);

test.each(Object.entries(fixtures.slopes))("ALiBi's slopes of %s heads are those of transformers", (heads, wanted) => {
  const slopes = wanted.split(" ").map(Number);
  expect(alibiSlopes(Number(heads))).toEqual(slopes.map((slope) => expect.closeTo(slope, 6)));
});

test("ALiBi's biases fall with the distance, the last query standing where the last key does", () => {
  scope(() => {
    expect(alibi(2, 3, 3).toArray()).toEqual(
      [1 / 16, 1 / 256].map((slope) => [
        [-0, -slope, -2 * slope],
        [-slope, -0, -slope],
        [-2 * slope, -slope, -0],
      ]),
    );
    expect(numbers(alibi(2, 1, 3))).toEqual(numbers(alibi(2, 3, 3).slice(1, 2, 3)));
    const [q, k, v] = [values([2, 2, 3, 4], 1), values([2, 2, 3, 4], 2), values([2, 2, 3, 4], 3)];
    const far = scaledDotProductAttention(q, k, v, { attnMask: alibi(2, 3, 3).mul(1e4), isCausal: true });
    expect(numbers(far)).toEqual(close(v)); // each query sees itself alone
  });
});

test("learned positions are rows of a table, which learns those that were used", () => {
  const layer = new LearnedPositions(5, 3);
  scope(() => {
    const x = values([2, 2, 3], 1);
    expect(numbers(layer.forward(x, 2))).toEqual(numbers(x.add<Shape, Shape>(layer.weight.slice(0, 2, 4))));
    void backward(layer, () => layer.forward(x, 2).sum());
    expect(layer.weight.grad?.toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [2, 2, 2],
      [2, 2, 2],
      [0, 0, 0],
    ]);
  });
  expect(() => layer.forward(values([4, 3], 1), 2)).toThrow(IndexError);
  expect(Object.keys(layer.stateDict())).toEqual(["weight"]);
});

test.each([new LearnedPositions(5, 4), new SinusoidalPositions(4)])("they are written and read again: %s", (layer) => {
  scope(() => {
    const built = decodeModel(encodeModel(layer, { layers }), { layers }) as typeof layer;
    expect(String(built)).toBe(String(layer));
    const x = values([3, 4], 1);
    expect(numbers(built.forward(x, 1))).toEqual(numbers(layer.forward(x, 1)));
    built.dispose();
  });
});

test("what does not fit is refused", () => {
  expect(() => rotary(values([2, 3], 1))).toThrow(/even number/);
  expect(() => rotary(values([2], 1))).toThrow(ShapeError);
  expect(() => rotary(values([2, 4], 1), { base: 0 })).toThrow(ValueError);
  expect(() => rotary(tensor([[1, 2]], "i32") as never)).toThrow(DTypeError);
  expect(() => new SinusoidalPositions(4).forward(values([2, 3], 1))).toThrow(ShapeError);
  expect(() => new LearnedPositions(0, 4)).toThrow(ValueError);
  expect(() => alibi(0, 1, 1)).toThrow(ValueError);
});
