import { describe, expect, test } from "vitest";
import { readState, writeState } from "../../frame/address.ts";
import { kernelField, kernelNamed, namedKernels, weightOf } from "./kernels.ts";
import { labFields, type LabState } from "./lab-state.ts";
import { EXAMPLES } from "./volume.ts";

const usual = readState(labFields, new URLSearchParams()).state;

test.each<Partial<LabState>>([
  {},
  { view: "volume", step: 17, colours: EXAMPLES.flag },
  { picture: "step", kernel: kernelNamed("roberts.falling"), mode: "convolution", padding: "same" },
  { kernel: [0, -1, 0.25, 99, -99, 0, 1, 2, 3], at: { row: 0, column: 253 } },
])("%j comes back out of an address", (part) => {
  const state = { ...usual, ...part };
  expect(readState(labFields, writeState(labFields, state))).toEqual({ state, refused: [] });
});

test("what is as usual is not in the address", () => {
  expect(writeState(labFields, usual).toString()).toBe("");
});

test("what makes no sense is named, and the usual stands in for it", () => {
  const query = new URLSearchParams("view=cube&picture=cat&kernel=1,2,3&mode=x&padding=3&at=left&colours=9&step=32");
  const { state, refused } = readState(labFields, query);
  expect(state).toEqual(usual);
  expect(refused).toEqual(["view", "picture", "kernel", "mode", "padding", "at", "colours", "step"]);
});

describe("kernels", () => {
  test.each(namedKernels)("$name has nine numbers, a name in the address and no twin", ({ name, kernel }) => {
    expect(kernel).toHaveLength(9);
    expect(kernelField.write(kernel)).toBe(name);
    expect(kernelField.read(name)).toEqual(kernel);
  });

  test("Roberts' 2 × 2 begins at the middle", () => {
    expect(kernelNamed("roberts.rising")).toEqual([0, 0, 0, 0, 1, 0, 0, 0, -1]);
  });

  test.each([
    ["1", 1],
    ["−2", -2],
    ["0,5", 0.5],
    ["0.123", 0.12],
    ["1000", 99],
    ["-0", 0],
    ["", undefined],
    ["-", undefined],
    ["one", undefined],
    ["Infinity", undefined],
  ])("%j as a weight is %j", (text, weight) => {
    expect(weightOf(text)).toBe(weight);
  });
});
