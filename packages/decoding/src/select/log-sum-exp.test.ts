import fc from "fast-check";
import { expect, test } from "vitest";
import { isSurelyNearOne, logSumExp, normalisedRow } from "./log-sum-exp.ts";

const logits = fc.array(fc.oneof(fc.double({ min: -60, max: 20, noNaN: true }), fc.constant(-Infinity)), {
  minLength: 1,
  maxLength: 50,
});

test("what is surely near one is near one, and what is much nearer is surely", () => {
  const isRight = fc.property(logits, fc.double({ min: -0.08, max: 0.08, noNaN: true }), (values, shift) => {
    fc.pre(values.some((value) => value > -Infinity));
    const row = normalisedRow(Float32Array.from(values)).map((value) => value + shift);
    const sum = Math.abs(logSumExp(row));
    if (isSurelyNearOne(row, 0.05)) return sum <= 0.05;
    return sum >= 0.02 || row.some((value) => value > 0);
  });
  expect(fc.check(isRight, { numRuns: 1000 }).failed).toBe(false);
});

test.each([
  ["nothing possible", [-Infinity, -Infinity]],
  ["+∞", [0, Infinity]],
  ["logits", [3, 1, 2]],
  ["probabilities", [-0, 0, 0]],
])("%s is not near one", (_, values) => {
  expect(isSurelyNearOne(Float32Array.from(values), 0.05)).toBe(false);
});
