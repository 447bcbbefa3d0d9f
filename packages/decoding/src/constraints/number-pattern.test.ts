import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalsBetween, integersBetween } from "./number-pattern.ts";

const bound = fc.oneof(fc.integer({ min: -1200, max: 1200 }), fc.integer({ min: -12, max: 12 }));
const least = fc.oneof(bound, fc.constant(-Infinity));
const most = fc.oneof(bound, fc.constant(Infinity));
const matches = (pattern: string | undefined, text: string): boolean =>
  pattern !== undefined && new RegExp(`^(?:${pattern})$`).test(text);

test("whole numbers match just if they are within the bounds", () => {
  fc.assert(
    fc.property(least, most, fc.integer({ min: -1500, max: 1500 }), (low, high, value) => {
      const pattern = integersBetween(low, high);
      expect(matches(pattern, String(value))).toBe(value >= low && value <= high);
      expect(matches(pattern, `0${value}`)).toBe(false);
      expect(pattern === undefined).toBe(low > high);
    }),
    { numRuns: 2000 },
  );
  expect((integersBetween(-9_007_199_254_740_991, 8_123_456_789_012_345) ?? "").length).toBeLessThan(2000);
  expect(matches(integersBetween(-2, 9_007_199_254_740_991), "9007199254740991")).toBe(true);
  expect(matches(integersBetween(-2, 9_007_199_254_740_991), "9007199254740992")).toBe(false);
});

test("decimal numbers match just if they are within the bounds", () => {
  const text = fc
    .tuple(fc.integer({ min: -1500, max: 1500 }), fc.stringMatching(/^(\.\d{1,3})?$/))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(least, most, fc.boolean(), fc.boolean(), text, (low, high, isAbove, isBelow, written) => {
      const value = Number(written);
      const isIn = (isAbove ? value > low : value >= low) && (isBelow ? value < high : value <= high);
      const pattern = decimalsBetween({ least: low, most: high, isAbove, isBelow });
      expect([written, matches(pattern, written)]).toEqual([written, isIn]);
    }),
    { numRuns: 5000 },
  );
});
