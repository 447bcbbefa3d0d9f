import { memory, ShapeError, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { ImageDataset, type ImageValues } from "./image-dataset.ts";
import { normalised } from "./image-parts.ts";

/** Seven pictures of 1 × 2 × 2, all pixels of the i-th 17 i, with label i modulo 3. */
const values: ImageValues = {
  images: Uint8Array.from({ length: 28 }, (_, at) => 17 * Math.floor(at / 4)),
  labels: Uint8Array.from({ length: 7 }, (_, i) => i % 3),
  classes: ["a", "b", "c"],
  channels: 1,
  height: 2,
  width: 2,
};
const seven = new ImageDataset(values);

describe("a batch of pictures", () => {
  test("is f32 pictures in 0 … 1, i32 labels, and where they stand", () => {
    const { images, labels, indices } = seven.batch([6, 0, 6]);
    expect([images.dtype, images.shape, labels.dtype, labels.toArray()]).toEqual([
      "f32",
      [3, 1, 2, 2],
      "i32",
      [0, 0, 0],
    ]);
    expect([...indices]).toEqual([6, 0, 6]);
    expect([...images.data()]).toEqual(
      [102, 0, 102].flatMap((byte) => new Array<number>(4).fill(Math.fround(byte / 255))),
    );
  });

  test("is normalised as torchvision does it", () => {
    const { images } = normalised(seven, { mean: 0.25, std: 0.5 }).batch(Int32Array.of(3, 1));
    const wanted = [51, 17].flatMap((byte) => new Array<number>(4).fill((byte / 255 - 0.25) / 0.5));
    images.data().forEach((pixel, at) => expect(pixel).toBeCloseTo(wanted[at] ?? Number.NaN, 6));
  });

  test("leaves nothing behind but its two tensors", () => {
    const before = memory();
    const { images, labels } = normalised(seven, { mean: 0.25, std: 0.5 }).batch([1, 2]);
    expect(memory().tensors).toBe(before.tensors + 2);
    images.dispose();
    labels.dispose();
    expect([memory().tensors, memory().bytes]).toEqual([before.tensors, before.bytes]);
  });

  test("refuses pictures that are not there", () => {
    for (const index of [7, -1, 0.5, Number.NaN]) expect(() => seven.batch([index])).toThrow(ValueError);
    expect(() => seven.batch([0, 7])).toThrow(/^batch: [^]*index +7\n +position +1/);
  });
});

test("a data set of other sizes than it says, or without a deviation, is refused", () => {
  expect(() => new ImageDataset({ ...values, width: 3 })).toThrow(ShapeError);
  expect(() => new ImageDataset({ ...values, labels: Uint8Array.of(0) })).toThrow(/values +28\n +labels +1/);
  for (const std of [0, -1, Infinity, Number.NaN])
    expect(() => normalised(seven, { mean: 0, std })).toThrow(ValueError);
  expect(() => normalised(seven, { mean: Number.NaN, std: 1 })).toThrow(ValueError);
});
