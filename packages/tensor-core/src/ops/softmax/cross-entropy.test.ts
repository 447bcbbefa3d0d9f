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
  // weights, label smoothing, loss: PyTorch 2.15
  [[0, 0], 0, NaN],
  [[0, 0], 0.2, NaN],
  [[0, 1], 0.2, NaN],
  [[0, 1], 1, NaN],
  // Of a weight of 2 on the label: 0.9 · log(1 + e) + 0.05 · log(1 + 1/e), as both are divided by 2.
  [[2, 1], 0.2, 0.9 * Math.log(1 + Math.E) + 0.05 * Math.log1p(Math.exp(-1))],
] as const)("a mean by weights %j with a label smoothing of %d is %d", (weight, labelSmoothing, wanted) => {
  const [row, label] = [tensor([[1, 2]]), tensor([0], "i32")];
  const mean = crossEntropy(row, label, { weight: tensor([...weight]), labelSmoothing }).item();
  // Six digits, where there are any.
  expect(Number(mean.toFixed(6))).toBe(Number(wanted.toFixed(6)));
  const none = crossEntropy(row, label, { weight: tensor([0, 1]), labelSmoothing, reduction: "sum" }).item();
  expect(none).toBeCloseTo((labelSmoothing / 2) * Math.log1p(Math.exp(-1)), 6);
});

test.each([
  [{ ignored: 2 ** 32, smoothing: 0, isMean: false }, /ignored/],
  [{ ignored: -1, smoothing: 1.5, isMean: false }, /0 to 1/],
  [{ ignored: -1, smoothing: NaN, isMean: false }, /0 to 1/],
  [{ ignored: -1, smoothing: 1n as never, isMean: false }, /smoothing/],
  [{ ignored: -1, smoothing: 0, isMean: 1 as never }, /isMean/],
])("the gradient's kernel refuses %o", (attributes, message) => {
  const rows = tensor([1, 1]);
  const call = (): unknown => crossEntropyGradient(rows, logits, labels, rows, undefined, attributes);
  expect(call).toThrow(ValueError);
  expect(call).toThrow(message);
});

test("logits far from 0 cost no digit", () => {
  // Logits that are as exact beside 2¹⁶ as without; log Σ exp(x − 3) = log(1 + e⁻² + e⁻³).
  const x = [1, 3, 0];
  const rest = Math.log(1 + Math.exp(-2) + Math.exp(-3));
  const far = tensor([x.map((value) => value + 65_536)]);
  const label = tensor([0], "i32");
  expect(crossEntropy(far, label).item()).toBeCloseTo(2 + rest, 6);
  const smoothed = 0.7 * (2 + rest) + 0.1 * (5 + 3 * rest);
  expect(crossEntropy(far, label, { labelSmoothing: 0.3 }).item()).toBeCloseTo(smoothed, 6);
  const parts = tensor([[65_539, rest]]);
  const attributes = { ignored: -1, smoothing: 0, isMean: false };
  const gradient = crossEntropyGradient(tensor([1]), far, label, parts, undefined, attributes);
  gradient
    .data()
    .forEach((slope, i) => expect(slope).toBeCloseTo(Math.exp((x[i] ?? 0) - 3 - rest) - (i === 0 ? 1 : 0), 6));
});
