import { manualSeed } from "@unfoldjs/nn";
import { fromArray, memory, scope } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { inspect } from "./inspect.ts";
import { DigitNet } from "./network.ts";
import { numberField, type NetworkNumber } from "./network-number.ts";
import { originOf } from "./origin.ts";

manualSeed(7);
const model = new DigitNet({ filters: 4, kernel: 5, dropout: 0 });
const picture = Float32Array.from({ length: 784 }, (_, i) => ((i * 37) % 11) / 10);
/** What the layers themselves compute. */
const wanted = scope(() => {
  model.eval();
  const images = fromArray(picture, [1, 1, 28, 28]);
  const sums1 = model.conv1.forward(images);
  const strokes = model.pool.forward(sums1.relu());
  const sums2 = model.conv2.forward(strokes);
  return [sums1.data(), sums2.data(), model.forward(images).data()].map((values) => Float32Array.from(values));
});
const SIDES = [28, 14, 1];

test.each<NetworkNumber>([
  { layer: 1, map: 0, row: 0, column: 0 },
  { layer: 1, map: 3, row: 13, column: 27 },
  { layer: 2, map: 0, row: 13, column: 0 },
  { layer: 2, map: 7, row: 6, column: 8 },
  { layer: 3, map: 0, row: 0, column: 0 },
  { layer: 3, map: 9, row: 0, column: 0 },
])("all products and the bias together are the number that the layer computes: %j", (number) => {
  const origin = originOf(model, picture, number);
  const side = SIDES[number.layer - 1] ?? 0;
  const value = wanted[number.layer - 1]?.[(number.map * side + number.row) * side + number.column];
  expect(origin?.sum).toBe(value);
  const products = origin?.channels.flatMap((channel) => Array.from(channel.products)) ?? [];
  expect(products.reduce((sum, x) => sum + x, origin?.bias ?? NaN)).toBeCloseTo(value ?? NaN, 4);
  expect(origin?.channels).toHaveLength({ 1: 1, 2: 4, 3: 8 }[number.layer]);
});

test("each square of a patch leads to a number of the layer before that has its value", () => {
  for (const number of [
    { layer: 2, map: 5, row: 0, column: 9 },
    { layer: 3, map: 4, row: 0, column: 0 },
  ] as const) {
    const seen = inspect(model, picture);
    const [maps, side] = number.layer === 2 ? [seen.strokes, 28] : [seen.shapes, 14];
    const squares = (originOf(model, picture, number)?.channels ?? []).flatMap(({ patch, sources }) =>
      sources.map((source, i) => ({ source, value: patch[i] })),
    );
    const led = squares.map(({ source }) => {
      if (source === undefined) return 0; // outside of the map
      return source.layer === number.layer - 1 ? maps[(source.map * side + source.row) * side + source.column] : NaN;
    });
    expect(led).toEqual(squares.map(({ value }) => value));
    expect(squares.filter(({ source }) => source !== undefined).length).toBeGreaterThan(50);
  }
});

test("a number that this network does not have has no origin", () => {
  expect(originOf(model, picture, { layer: 1, map: 4, row: 0, column: 0 })).toBeUndefined();
});

test("keeps no memory", () => {
  const before = memory().tensors;
  for (const layer of [1, 2, 3] as const) originOf(model, picture, { layer, map: 1, row: 0, column: 0 });
  expect(memory().tensors).toBe(before);
});

test.each(["", "0.1.1.1", "1.17.1.1", "1.1.29.1", "2.1.15.1", "3.11.1.1", "3.1.2.1", "1.0.1.1", "1.1.1"])(
  "%j in an address is no number of the network",
  (text) => expect(numberField.read(text)).toBeUndefined(),
);
