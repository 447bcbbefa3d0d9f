import { ValueError } from "@unfoldjs/tensor-core";
import { afterAll, expect, test } from "vitest";
import { WordVectors } from "../vectors/word-vectors.ts";
import { biasDirection, debias, directBias, neutralise } from "./bias.ts";

const vectors = WordVectors.from([
  ["along", [3, 0]],
  ["beside", [0, 2]],
  ["both", [3, 4]],
  ["twin", [6, 8]],
  ["none", [0, 0]],
]);
afterAll(() => vectors.dispose());

test("a leaning to the power of 0 is whole, and no leaning is none", () => {
  expect(directBias(vectors, ["along", "beside", "both", "none"], [1, 0], 0)).toBe(0.5);
  expect(directBias(vectors, ["along", "beside", "both", "none"], [1, 0])).toBeCloseTo(1.6 / 4, 6);
  expect(directBias(vectors, ["along", "both"], [1, 0], 2)).toBeCloseTo(1.36 / 2, 6);
  expect(() => directBias(vectors, ["along"], [1, 0], Infinity)).toThrow(/strictness must be a finite number/);
});

test("what has no part beside a direction is refused, where rounding would leave one", () => {
  expect([...neutralise([3, 4], [2, 0])]).toEqual([0, 1]);
  expect(() => neutralise([3, 1, 2], Float32Array.of(0.3, 0.1, 0.2))).toThrow(ValueError);
  expect(() => neutralise([0, 0], [1, 0])).toThrow(ValueError);
  expect(() => debias(vectors, [1, 0])).toThrow(/debias: a neutral word.*along/s);
});

test("vectors of zeros stay as they are", () => {
  using fair = debias(vectors, [1, 0], { neutralise: ["beside", "both", "none"] });
  expect(fair.words.map((word) => [...fair.vector(word)].map((each) => Number(each.toFixed(6))))).toEqual([
    [1, 0],
    [0, 1],
    [0, 1],
    [0.6, 0.8],
    [0, 0],
  ]);
});

test("a direction has a length, and pairs show one", () => {
  for (const none of [
    [0, 0],
    [1e200, 1e200],
  ]) {
    expect(() => neutralise([1, 1], none)).toThrow(/neutralise: a direction must have a length/);
    expect(() => directBias(vectors, ["both"], none)).toThrow(/directBias: a direction must have a length/);
    expect(() => debias(vectors, none)).toThrow(/debias: a direction must have a length/);
  }
  expect(() => biasDirection(vectors, [["both", "twin"]])).toThrow(/must differ/);
  const found = biasDirection(vectors, [
    ["both", "twin"],
    ["along", "none"],
  ]);
  expect([...found].map((each) => Math.round(each * 1e6))).toEqual([1e6, 0]);
});
