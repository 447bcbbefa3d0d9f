import { gelu, linspace, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { grad } from "../../transforms/grad.ts";

/** In doubles, with sech² and never 1 − tanh². */
function slope(x: number): number {
  const [scale, cubic] = [Math.sqrt(2 / Math.PI), 0.044715];
  const u = scale * (x + cubic * x ** 3);
  return 1 / (1 + Math.exp(-2 * u)) + (0.5 * x * scale * (1 + 3 * cubic * x * x)) / Math.cosh(u) ** 2;
}

test("the gradient of gelu by tanh keeps its digits where tanh is near ±1", () => {
  const x: Tensor = linspace(-9, 9, 3601);
  const got = grad((at: Tensor) => gelu(at, "tanh").sum())(x).data();
  const errors = Array.from(x.data(), (at, i) => Math.abs((got[i] ?? NaN) - slope(at)));
  expect(Math.max(...errors)).toBeLessThan(4e-7); // a few roundings of numbers around 1; it was 5e-6 near 5
  // To the left it goes to 0: relative to what it is there, where f32 has digits for it.
  const relative = Array.from(x.data(), (at, i) => (at < -2 && at > -6 ? (errors[i] ?? NaN) / Math.abs(slope(at)) : 0));
  expect(Math.max(...relative)).toBeLessThan(2e-5);
});
