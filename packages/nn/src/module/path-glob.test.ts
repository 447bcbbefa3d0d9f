import { describe, expect, test } from "vitest";
import { pathGlobs } from "./path-glob.ts";

const paths = [
  "features.0.conv.weight",
  "features.0.bn1.bias",
  "features.10.bn1.bias",
  "head.weight",
  "head.bias",
  "heads.0",
];

describe("a pattern of paths", () => {
  test.each([
    ["features", [0, 1, 2]],
    ["features.0", [0, 1]],
    ["features.?", [0, 1]],
    ["features.1*", [2]],
    ["features.*.bn1", [1, 2]],
    ["*.weight", [3]],
    ["**.weight", [0, 3]],
    ["**.bn1.**", [1, 2]],
    ["features.**", [0, 1, 2]],
    ["**", [0, 1, 2, 3, 4, 5]],
    ["head.{weight,bias}", [3, 4]],
    ["{features.10,head}.{bias,bn1}", [2, 4]],
    ["head", [3, 4]],
    ["bias", []],
    ["features.(0|10)", []], // letters of regular expressions are only letters
    ["head.w.ight", []],
  ] as const)("%s", (pattern, which) => {
    const [glob] = pathGlobs("freeze", [pattern]);
    expect(paths.filter((path) => glob?.matches(path))).toEqual(which.map((at) => paths[at]));
  });
});
