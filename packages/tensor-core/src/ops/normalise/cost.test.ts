import { expect, test } from "vitest";
import {
  addProduct,
  batchNorm,
  batchNormApply,
  batchNormGradient,
  costOf,
  groupNorm,
  type Handler,
  layerNorm,
  layerNormGradient,
  localResponseNorm,
  ones,
  rmsNorm,
  withHandler,
  zeros,
} from "../../index.node.ts";

function multiplyAdds(f: () => unknown): number {
  let sum = 0;
  const counter: Handler = {
    name: "counter",
    handle: (call, next) => {
      const results = next();
      sum += costOf(call, results).multiplyAdds;
      return results;
    },
  };
  withHandler(counter, () => void f());
  return sum;
}

test("normalisations say how many products they add up", () => {
  const [x, weight, rows] = [ones([2, 3]), ones([3]), ones([2])];
  expect(multiplyAdds(() => layerNorm(x))).toBe(6);
  expect(multiplyAdds(() => layerNorm(x, weight, weight))).toBe(12);
  expect(multiplyAdds(() => layerNormGradient(["bias"], x, x, { mean: rows, inverseDeviation: rows }, undefined))).toBe(
    0,
  );
  expect(multiplyAdds(() => layerNormGradient(["weight"], x, x, { mean: rows, inverseDeviation: rows }, weight))).toBe(
    6,
  );
  expect(
    multiplyAdds(() => layerNormGradient(["x", "weight"], x, x, { mean: rows, inverseDeviation: rows }, weight)),
  ).toBe(12);
  expect(multiplyAdds(() => batchNorm(x, weight))).toBe(12);
  expect(multiplyAdds(() => rmsNorm(x, weight))).toBe(12);
  expect(multiplyAdds(() => groupNorm(x, 1, weight, weight))).toBe(12);
  expect(multiplyAdds(() => batchNormApply(x, { mean: weight, variance: weight }))).toBe(6);
  expect(multiplyAdds(() => localResponseNorm(x.unsqueeze(-1), 5))).toBe(36);
  expect(multiplyAdds(() => batchNormGradient(["x"], x, x, { mean: weight, variance: weight }, undefined))).toBe(12);
});

test("a product that is added to a sum costs what a product does", () => {
  expect(multiplyAdds(() => addProduct(zeros([2, 3]), ones([2, 5]), ones([5, 3])))).toBe(30);
});
