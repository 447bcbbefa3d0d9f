import { expect, test } from "vitest";
import { crossEntropy, crossEntropyGradient, tensor, ValueError } from "../../index.node.ts";

const logits = tensor([
  [1, 2],
  [3, 5],
]);
const labels = tensor([0, 1], "i32");

test("an index to leave out that no label can be leaves out none", () => {
  // log Σ exp − the label's logit: log(1 + e) and log(1 + e⁻²), of which 0 is not left out as the low half of 2³².
  const wanted = (Math.log(1 + Math.E) + Math.log1p(Math.exp(-2))) / 2;
  for (const ignoreIndex of [2 ** 32, -(2 ** 32), 2 ** 32 + 1, 2 ** 31]) {
    expect(crossEntropy(logits, labels, { ignoreIndex }).item()).toBeCloseTo(wanted, 6);
  }
});

test.each([
  [{ ignored: 2 ** 32, smoothing: 0 }, /ignored/],
  [{ ignored: -1, smoothing: 1.5 }, /0 to 1/],
  [{ ignored: -1, smoothing: NaN }, /0 to 1/],
  [{ ignored: -1, smoothing: 1n as never }, /smoothing/],
])("the gradient's kernel refuses %o", (attributes, message) => {
  const rows = tensor([1, 1]);
  const call = (): unknown => crossEntropyGradient(rows, logits, labels, rows, undefined, attributes);
  expect(call).toThrow(ValueError);
  expect(call).toThrow(message);
});
