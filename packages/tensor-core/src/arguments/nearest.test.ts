import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const names = ["learningRate", "weightDecay", "keepDims", "stride", "padding", "paddingMode", "k", "p"];

test.each([
  ["keepDim", "keepDims"],
  ["keepdims", "keepDims"],
  ["keep_dims", "keepDims"],
  ["lr", "learningRate"],
  ["weight_decay", "weightDecay"],
  ["strides", "stride"],
  ["strdie", "stride"],
  ["padd", "padding"],
  ["pad", "padding"],
  ["paddingModee", "paddingMode"],
  ["kk", "k"],
])("%s is meant for %s", (word, name) => {
  expect(nearest(word, names)).toBe(name);
});

test.each(["x", "", "inplace", "momentum", "toString"])("%j is like none", (word) => {
  expect(nearest(word, names)).toBeUndefined();
});
