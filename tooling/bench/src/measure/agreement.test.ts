import { expect, test } from "vitest";
import { disagreement } from "./agreement.ts";

const expected = { product: [10, -20, 0], loss: [1] };

test.each([
  { got: { product: [10, -20, 0] }, wrong: undefined },
  { got: { product: [10, -20.0001, 0.0001], loss: [1] }, wrong: undefined },
  { got: { product: [10, -20, 0.001] }, wrong: "product is off by 5.0e-5 of its largest value, 1e-5 is allowed" },
  { got: { product: [10, NaN, 0] }, wrong: "product is off by NaN of its largest value, 1e-5 is allowed" },
  { got: { product: [10, -20] }, wrong: "product has 2 values, 3 were expected" },
  { got: { sum: [1] }, wrong: "returned sum, which has no reference" },
  { got: {}, wrong: "returned nothing to compare" },
])("$got: $wrong", ({ got, wrong }) => {
  expect(disagreement(got, expected, 1e-5)).toBe(wrong);
});
