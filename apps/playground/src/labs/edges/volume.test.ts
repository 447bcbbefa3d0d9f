import { memory } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { explainStep, filterVolume } from "./volume-operation.ts";
import { channelOf, coloursField, EXAMPLES, OUTPUT_SIDE, placeOf, stepAt, STEPS } from "./volume.ts";

test("white and black: the notes' example, three times over", () => {
  const output = filterVolume(EXAMPLES.step);
  expect(Array.from(output.subarray(0, 16))).toEqual(Array.from({ length: 4 }, () => [0, 90, 90, 0]).flat());
  expect(Array.from(output.subarray(16))).toEqual(Array.from({ length: 16 }, () => 0));
});

test.each(Object.entries(EXAMPLES))("%s: each step explains its own number with 27 products", (_name, colours) => {
  const output = filterVolume(colours);
  expect(output).toHaveLength(STEPS);
  for (let step = 0; step < STEPS; step++) {
    const { channels, sum } = explainStep(colours, step);
    expect(channels).toHaveLength(3);
    expect(channels.reduce((total, channel) => total + channel.sum, 0)).toBe(sum);
    expect(channels.flatMap(({ products }) => [...products]).reduce((total, product) => total + product, 0)).toBe(sum);
    expect(sum).toBe(output[step]);
  }
});

test("a step and the place of its number are each other's", () => {
  for (let step = 0; step < STEPS; step++) {
    const { filter, ...at } = placeOf(step);
    expect(stepAt(filter, at)).toBe(step);
  }
  expect(placeOf(OUTPUT_SIDE ** 2)).toEqual({ filter: 1, row: 0, column: 0 });
});

test("a colour's digit says which channels are lit", () => {
  const colours = "4216".padEnd(36, "0");
  expect([0, 1, 2].map((channel) => channelOf(colours, channel).slice(0, 4))).toEqual([
    [10, 0, 0, 10],
    [0, 10, 0, 10],
    [0, 0, 10, 0],
  ]);
});

test.each(["", "777", "8".repeat(36), "7".repeat(37)])("%j in an address is no picture", (text) => {
  expect(coloursField.read(text)).toBeUndefined();
});

test("keeps no memory", () => {
  const before = memory();
  for (let step = 0; step < STEPS; step++) explainStep(EXAMPLES.flag, step);
  filterVolume(EXAMPLES.flag);
  expect(memory().tensors).toBe(before.tensors);
  expect(memory().bytes).toBe(before.bytes);
});
