import { memory } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { explainStep, filterVolume } from "./volume-operation.ts";
import {
  channelOf,
  coloursField,
  EXAMPLES,
  FILTER_EXAMPLES,
  filtersField,
  kernelOf,
  OUTPUT_SIDE,
  placeOf,
  stepAt,
  STEPS,
  withKernel,
} from "./volume.ts";

const { every } = FILTER_EXAMPLES;

test("white and black: the notes' example, three times over", () => {
  const output = filterVolume(EXAMPLES.step, every);
  expect(Array.from(output.subarray(0, 16))).toEqual(Array.from({ length: 4 }, () => [0, 90, 90, 0]).flat());
  expect(Array.from(output.subarray(16))).toEqual(Array.from({ length: 16 }, () => 0));
});

test.each(Object.entries(EXAMPLES))("%s: each step explains its own number with 27 products", (_name, colours) => {
  const output = filterVolume(colours, every);
  expect(output).toHaveLength(STEPS);
  for (let step = 0; step < STEPS; step++) {
    const { channels, sum } = explainStep(colours, every, step);
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
  for (let step = 0; step < STEPS; step++) explainStep(EXAMPLES.flag, every, step);
  filterVolume(EXAMPLES.flag, every);
  expect(memory().tensors).toBe(before.tensors);
  expect(memory().bytes).toBe(before.bytes);
});

test("a filter on red alone finds edges in red, and in nothing else", () => {
  const red = "444000".repeat(6);
  const found = filterVolume(red, FILTER_EXAMPLES.red);
  expect([...found.subarray(0, 4)]).toEqual([0, 30, 30, 0]);
  expect([...filterVolume("222000".repeat(6), FILTER_EXAMPLES.red)]).toEqual(Array.from({ length: 32 }, () => 0));
});

test("one number of a filter changes its own plane, by its own pixels", () => {
  const before = filterVolume(EXAMPLES.square, every);
  const kernel = kernelOf(every[1], 2).with(4, 5);
  const filters = withKernel(every, 1, 2, kernel);
  const after = filterVolume(EXAMPLES.square, filters);
  expect(filters[0]).toEqual(every[0]);
  expect(kernelOf(filters[1], 2)).toEqual(kernel);
  const blue = channelOf(EXAMPLES.square, 2);
  for (let step = 0; step < STEPS; step++) {
    const { filter, row, column } = placeOf(step);
    const added = filter === 1 ? 5 * (blue[6 * (row + 1) + column + 1] ?? 0) : 0;
    expect(after[step]).toBe((before[step] ?? 0) + added);
  }
});

test.each(["", "red;every", "1,2,3;4,5,6", Array.from({ length: 27 }, () => 1).join()])(
  "%j in an address is no pair of filters",
  (text) => expect(filtersField.read(text)).toBeUndefined(),
);
