import { expect, test } from "vitest";
import { workingSize } from "./pixels.ts";

test.each([
  { of: "a photo", from: [4032, 3024], to: [256, 192] },
  { of: "an upright photo", from: [3024, 4032], to: [192, 256] },
  { of: "a hundred megapixels", from: [10_000, 10_000], to: [256, 256] },
  { of: "a small picture", from: [20, 11], to: [20, 11] },
  { of: "a line", from: [4000, 2], to: [256, 7] },
  { of: "a point", from: [1, 1], to: [7, 7] },
])("$of of $from is worked on as $to", ({ from: [width = 0, height = 0], to: [columns, rows] }) => {
  expect(workingSize({ width, height })).toEqual({ width: columns, height: rows });
});
