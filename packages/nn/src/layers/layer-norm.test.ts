import { gradcheck } from "@unfoldjs/autograd";
import { Generator, scope, ShapeError, tensor, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { LayerNorm } from "./layer-norm.ts";

test("a layer norm makes mean 0 and variance 1 of each row, then scales and shifts", () => {
  scope(() => {
    const norm = new LayerNorm(4, { epsilon: 0 });
    norm.weight?.assign(tensor([1, 2, 1, 1]));
    norm.bias?.assign(tensor([0, 0, 5, 0]));
    // Mean 2.5, variance 1.25.
    const [a, b] = [1.5 / Math.sqrt(1.25), 0.5 / Math.sqrt(1.25)];
    const y = norm.forward(tensor([[1, 2, 3, 4]])).data();
    [-a, -2 * b, 5 + b, a].forEach((wanted, i) => expect(y[i]).toBeCloseTo(wanted, 6));
  });
});

test("it has PyTorch's names, ones and zeros, and none of them if it is told so", () => {
  const names = (norm: LayerNorm): string[] => Object.keys(norm.stateDict());
  expect(names(new LayerNorm(3))).toEqual(["weight", "bias"]);
  expect(names(new LayerNorm(3, { bias: false }))).toEqual(["weight"]);
  expect(names(new LayerNorm(3, { elementwiseAffine: false }))).toEqual([]);
});

test("its gradients are those of differences", () => {
  const generator = new Generator(3);
  scope(() => {
    const norm = new LayerNorm(5);
    const { ok, report } = gradcheck((x) => norm.forward(x), generator.normal([3, 5]));
    expect(ok ? "" : report).toBe("");
  });
});

test("another last axis and a size that is none are refused", () => {
  expect(() => new LayerNorm(4).forward(tensor([[1, 2, 3]]) as Tensor)).toThrow(ShapeError);
  expect(() => new LayerNorm(0)).toThrow(ValueError);
});

test("it has a cost: each element is squared for the variance, and multiplied by its weight", () => {
  expect(new LayerNorm(4).summary([3, 4]).multiplyAdds).toBe(24);
  expect(new LayerNorm(4, { elementwiseAffine: false }).summary([3, 4]).multiplyAdds).toBe(12);
});

test("goes over several axes together, with weights of their shape", () => {
  const norm = new LayerNorm([2, 2], { epsilon: 0 });
  expect([norm.weight?.shape, norm.bias?.shape]).toEqual([
    [2, 2],
    [2, 2],
  ]);
  norm.weight?.assign(
    tensor([
      [1, 2],
      [3, 4],
    ]),
  );
  // Mean 3 and variance 5 of 0, 2, 4, 6.
  const y = norm.forward(
    tensor([
      [
        [0, 2],
        [4, 6],
      ],
    ]),
  );
  expect(y.shape).toEqual([1, 2, 2]);
  const unit = 1 / Math.sqrt(5);
  [-3 * unit, -2 * unit, 3 * unit, 12 * unit].forEach((wanted, i) => expect(y.data()[i]).toBeCloseTo(wanted, 6));
  expect(norm.config()[0]).toEqual([2, 2]);
  expect(() => norm.forward(tensor([[1, 2, 3, 4]]) as Tensor)).toThrow(ShapeError);
  expect(() => new LayerNorm([] as never)).toThrow(ValueError);
});
