import { defineCase, type Case, type Suite } from "../case.ts";
import { randomArray, uniform } from "../random.ts";
import * as reference from "../reference/matmul.ts";

export const matmulGradient: Suite = {
  name: "matmul-gradient",
  title: "weighted sum of a product of square f32 matrices, and the gradients of both",
  cases: [square(512)],
};

function square(size: number): Case {
  return defineCase({
    name: String(size),
    work: "matmulGradient",
    problem() {
      const next = uniform(size);
      const [left, right, weight] = [1, 2, 3].map(() => randomArray(next, size * size)) as Triple;
      return { rows: size, inner: size, columns: size, left, right, weight };
    },
    expected: reference.matmulGradient,
    // The loss is a sum of size² terms of either sign, so what cancels counts against a small rest.
    tolerance: 1e-4,
    unit: "ms",
    // Three products: forward, and one for each gradient.
    flops: 3 * 2 * size ** 3,
    bars: [{ ratio: 1.5, over: "jax-js" }],
  });
}

type Triple = [Float32Array, Float32Array, Float32Array];
