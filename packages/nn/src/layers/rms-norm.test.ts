import { gradcheck } from "@unfoldjs/autograd";
import { Generator, ones, scope, ShapeError, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { LayerNorm } from "./layer-norm.ts";
import { RMSNorm } from "./rms-norm.ts";

test("an RMS norm makes the mean of squares 1 of each row, then scales", () => {
  scope(() => {
    const norm = new RMSNorm(2, { epsilon: 0 });
    norm.weight?.assign(tensor([1, 10]));
    // (3² + 4²) / 2 = 12.5
    const root = Math.sqrt(12.5);
    expect([...norm.forward(tensor([[3, -4]])).data()]).toEqual(
      [3 / root, -40 / root].map((y) => expect.closeTo(y, 5)),
    );
  });
});

test("it adds the distance from 1 to the next f32 unless it is told otherwise, so that zeros stay zeros", () => {
  expect(new RMSNorm(2).forward(tensor([0, 0])).toArray()).toEqual([0, 0]);
  const tiny = 2 ** -11.5; // whose square is as much
  expect(new RMSNorm(1).forward(tensor([tiny])).toArray()).toEqual([expect.closeTo(Math.SQRT1_2, 6)]);
});

test("it has PyTorch's name and ones, or none", () => {
  expect(Object.keys(new RMSNorm([2, 3]).stateDict())).toEqual(["weight"]);
  expect(new RMSNorm([2, 3]).weight?.toArray()).toEqual(ones([2, 3]).toArray());
  expect(new RMSNorm(3, { elementwiseAffine: false }).stateDict()).toEqual({});
});

const norms: readonly { forward(x: Tensor): Tensor }[] = [
  new RMSNorm<number>(3),
  new RMSNorm<number>([2, 3]),
  new LayerNorm<number>([2, 3]),
];
test.each(norms)("the gradients of %s are those of differences", (norm) => {
  scope(() => {
    const { ok, report } = gradcheck((x) => norm.forward(x), new Generator(3).normal([2, 2, 3]));
    expect(ok ? "" : report).toBe("");
  });
});

test("several last axes are normalised together", () => {
  const y = new LayerNorm([2, 2], { epsilon: 0 }).forward(
    tensor([
      [
        [1, 2],
        [3, 4],
      ],
    ]),
  );
  const [a, b] = [1.5 / Math.sqrt(1.25), 0.5 / Math.sqrt(1.25)];
  expect([...y.data()]).toEqual([-a, -b, b, a].map((value) => expect.closeTo(value, 6)));
  expect(y.shape).toEqual([1, 2, 2]);
  expect(() => new LayerNorm([2, 2]).forward(ones([4, 2, 1]) as never)).toThrow(
    /the last axes must have the sizes 2, 2/,
  );
});

test("other axes and shapes that are none are refused", () => {
  expect(() => new RMSNorm(4).forward(tensor([[1, 2, 3]]) as never)).toThrow(ShapeError);
  expect(() => new RMSNorm([] as never)).toThrow(ValueError);
  expect(() => new RMSNorm([2, 0.5])).toThrow(ValueError);
  expect(() => new RMSNorm(2, { epsilon: -1 })).toThrow(ValueError);
});
