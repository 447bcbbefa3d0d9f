import { conv2d, stack, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { Conv2d } from "../layers/conv2d.ts";
import { correlate } from "./correlate.ts";
import { edgeKernels } from "./edge-kernels.ts";

const { vertical, horizontal } = edgeKernels.prewitt;
const rows = Array.from({ length: 6 }, (_, at) => at);
/** Red has an edge from top to bottom, green one from left to right, blue none. */
const red = tensor(rows.map(() => [10, 10, 10, 0, 0, 0]));
const green = tensor(rows.map((row) => rows.map(() => (row < 3 ? 10 : 0))));
const blue = tensor(rows.map(() => rows.map(() => 7)));
const picture = stack([red, green, blue]); // (3, 6, 6), the notes' 6 × 6 × 3
/** Each filter is 3 × 3 × 3: the same kernel on each colour. */
const filters = stack(
  [vertical, horizontal].map((kernel) => stack([kernel, kernel, kernel].map((each) => tensor(each)))),
);

test("a volume of 6 × 6 × 3 with a vertical and a horizontal filter gives one of 4 × 4 × 2", () => {
  const maps = conv2d(picture, filters) as Tensor;
  expect(maps.shape).toEqual([2, 4, 4]);
  expect(maps.toArray()).toEqual([
    [0, 1, 2, 3].map(() => [0, 30, 30, 0]),
    [0, 30, 30, 0].map((strength) => [strength, strength, strength, strength]),
  ]);
});

test("each map is the sum over the colours, each laid under its own layer of the filter", () => {
  const mixed = new Conv2d(3, 2, 3, { bias: false });
  const maps = mixed.forward(picture.unsqueeze(0));
  expect(maps.shape).toEqual([1, 2, 4, 4]);
  for (const filter of [0, 1]) {
    const [r, g, b] = [red, green, blue].map((plane, colour) => correlate(plane, mixed.weight.at(filter, colour)));
    const sum = (r as Tensor)
      .add(g as Tensor)
      .add(b as Tensor)
      .data();
    maps
      .at(0, filter)
      .data()
      .forEach((value, at) => expect(value).toBeCloseTo(sum[at] ?? NaN, 4));
  }
});

test("a filter that looks at red alone finds no other colour's edge", () => {
  const zero = tensor(rows.slice(3).map(() => [0, 0, 0]));
  const onlyRed = stack([tensor(horizontal), zero, zero]).unsqueeze(0);
  expect(
    conv2d(picture, onlyRed)
      .data()
      .every((value) => value === 0),
  ).toBe(true);
});
