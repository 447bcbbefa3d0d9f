import { describe, expect, test } from "vitest";
import { readState, writeState } from "../../frame/address.ts";
import { kernelField, kernelNamed, namedKernels } from "./kernels.ts";
import { labFields, type LabState } from "./lab-state.ts";
import { EXAMPLES, FILTER_EXAMPLES } from "./volume.ts";
import { weightOf, weightText, weightTexts } from "./weights.ts";

const usual = readState(labFields, new URLSearchParams()).state;

test.each<Partial<LabState>>([
  {},
  { view: "volume", step: 17, colours: EXAMPLES.flag },
  { picture: "step", kernel: kernelNamed("roberts.falling"), mode: "convolution", padding: "same" },
  { view: "volume", filters: FILTER_EXAMPLES.red },
  { view: "volume", filters: [FILTER_EXAMPLES.red[0].with(26, 1 / 9), FILTER_EXAMPLES.every[1].with(0, -0.5)] },
  { view: "learning", rate: 0.5, momentum: 0, seed: 9, steps: 2000 },
  { view: "learning", weight: { row: 2, column: 0 } },
  { kernel: [0.125, 0, 0, 0, 0.5, 0, 0, 0, -0.25], padding: "same", bias: -0.013 },
  { view: "sliding", n: 7, f: 5, p: 2, s: 3, d: 2, window: 3 },
  { measure: "direction", kernel: kernelNamed("blur.box") },
  { kernel: Array.from({ length: 25 }, (_, i) => i / 9) },
  { kernel: Array.from({ length: 49 }, (_, i) => (i - 24) / 1000) },
  { kernel: [0, -1, 0.25, 99, -99, 0, 1, 2, 3], at: { row: 0, column: 253 } },
])("%j comes back out of an address", (part) => {
  const state = { ...usual, ...part };
  expect(readState(labFields, writeState(labFields, state))).toEqual({ state, refused: [] });
});

test("what is as usual is not in the address", () => {
  expect(writeState(labFields, usual).toString()).toBe("");
});

test("what makes no sense is named, and the usual stands in for it", () => {
  const query = new URLSearchParams(
    "view=cube&picture=cat&kernel=1,2,3&mode=x&measure=steep&padding=3&at=left&colours=9&step=32&n=3&f=0&p=9&s=0&d=3&window=-1&filters=none&rate=2&momentum=1&seed=-1&steps=2001&weight=top&bias=much",
  );
  const { state, refused } = readState(labFields, query);
  expect(state).toEqual(usual);
  expect(refused.toSorted()).toEqual([...query.keys()].toSorted());
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
    ["0.1234", 0.123],
    ["1/9", 1 / 9],
    ["−2 / 16", -0.125],
    ["1/7", 0.143],
    ["1/0", undefined],
    ["0.1111111111111", 1 / 9],
    ["1000", 99],
    ["-0", 0],
    ["", undefined],
    ["-", undefined],
    ["one", undefined],
    ["Infinity", undefined],
  ])("%j as a weight is %j", (text, weight) => {
    expect(weightOf(text)).toBe(weight);
  });

  test("weights are written as they are read", () => {
    for (const { kernel } of namedKernels) {
      for (const weight of kernel) expect(weightOf(weightText(weight))).toBe(weight);
    }
    expect(weightTexts(kernelNamed("blur.box"))).toEqual(Array.from({ length: 9 }, () => "1/9"));
    expect(weightTexts(kernelNamed("blur.gaussian")).slice(0, 5)).toEqual(["1/16", "1/8", "1/16", "1/8", "1/4"]);
    // As the worker sends them, in 32 bits.
    expect(weightTexts([...Float32Array.of(1 / 9, -2 / 9, 0.111, 0)])).toEqual(["1/9", "−2/9", "0.111", "0"]);
    expect(weightTexts([-0.25, -1 / 9, 2, 0])).toEqual(["−0.25", "−1/9", "2", "0"]);
  });
});
