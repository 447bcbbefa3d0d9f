import { ShapeError, ValueError } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { cosineSimilarity, euclideanDistance } from "./cosine.ts";

test("cosine similarity is that of the angle", () => {
  expect(cosineSimilarity([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12);
  expect(cosineSimilarity([3, 4], [6, 8])).toBe(1);
  expect(cosineSimilarity(Float32Array.of(1, 2), [-2, -4])).toBeCloseTo(-1, 12);
  expect(cosineSimilarity([0, 2], [5, 0])).toBe(0);
});

test("a vector of zeros is similar to nothing, and no result is NaN", () => {
  expect(cosineSimilarity([0, 0], [1, 1])).toBe(0);
});

test("rounding leads to no similarity above 1", () => {
  const vector = Float32Array.from({ length: 100 }, (_, at) => Math.fround(0.1 * (at + 1)));
  expect(cosineSimilarity(vector, vector)).toBeLessThanOrEqual(1);
});

test("the distance is that of a right triangle", () => {
  expect(euclideanDistance([1, 2], [4, 6])).toBe(5);
});

test("vectors of other lengths, and what is no vector, are refused", () => {
  expect(() => cosineSimilarity([1, 2], [1])).toThrow(ShapeError);
  expect(() => euclideanDistance([1, 2], [1])).toThrow(ShapeError);
  // @ts-expect-error a word is no vector
  expect(() => cosineSimilarity("king", [1])).toThrow(ValueError);
});
