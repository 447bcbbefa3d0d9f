import { Generator, memory, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { batches, type Batches } from "./batches.ts";
import type { ImageDataset } from "./image-dataset.ts";

/** Seven pictures of 1 × 2 × 2, all pixels of the i-th 17 i, with label i modulo 3. */
const seven: ImageDataset = {
  images: Uint8Array.from({ length: 28 }, (_, at) => 17 * Math.floor(at / 4)),
  labels: Uint8Array.from({ length: 7 }, (_, i) => i % 3),
  classes: ["a", "b", "c"],
  size: 7,
  channels: 1,
  height: 2,
  width: 2,
};

const orderOf = (pass: Batches): number[] => [...pass].flatMap(({ indices }) => Array.from(indices));

describe("batches", () => {
  test("are f32 pictures in 0 … 1 and i32 labels", () => {
    const seen: unknown[] = [];
    for (const { images, labels, indices } of batches(seven, 3)) {
      expect([images.dtype, labels.dtype]).toEqual(["f32", "i32"]);
      seen.push([images.shape, [...labels.data()], [...indices]]);
      const expected = Array.from(indices).flatMap((i) => new Array<number>(4).fill(Math.fround((17 * i) / 255)));
      expect([...images.data()]).toEqual(expected);
    }
    expect(seen).toEqual([
      [
        [3, 1, 2, 2],
        [0, 1, 2],
        [0, 1, 2],
      ],
      [
        [3, 1, 2, 2],
        [0, 1, 2],
        [3, 4, 5],
      ],
      [[1, 1, 2, 2], [0], [6]],
    ]);
  });

  test("are counted, with and without the last one", () => {
    for (const dropLast of [false, true]) {
      const pass = batches(seven, 3, { dropLast });
      expect([...pass].length).toBe(pass.length);
      expect(pass.length).toBe(dropLast ? 2 : 3);
    }
    expect(batches(seven, 100, { dropLast: true }).length).toBe(0);
  });

  test("are normalised as torchvision does it", () => {
    for (const { images } of batches(seven, 7, { normalise: { mean: 0.25, std: 0.5 } })) {
      images
        .data()
        .forEach((pixel, at) => expect(pixel).toBeCloseTo(((17 * Math.floor(at / 4)) / 255 - 0.25) / 0.5, 6));
    }
  });

  test("come in another order each pass, the same for the same seed", () => {
    const shuffle = new Generator(3);
    const [first, second] = [orderOf(batches(seven, 2, { shuffle })), orderOf(batches(seven, 2, { shuffle }))];
    expect(first).not.toEqual(second);
    expect(first.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(orderOf(batches(seven, 2, { shuffle: 3 }))).toEqual(first);
    const pass = batches(seven, 2, { shuffle: 3 });
    expect([orderOf(pass), orderOf(pass)]).toEqual([first, second]);
  });

  test("free a batch when the next is asked for, at the end, on break and on a throw", () => {
    const before = memory();
    const held: Tensor<readonly number[], "f32" | "i32">[] = [];
    for (const { images, labels } of batches(seven, 2)) {
      expect(held.every((tensor) => tensor.isDisposed)).toBe(true);
      held.push(images, labels);
      expect(memory().tensors).toBe(before.tensors + 2);
    }
    for (const { images } of batches(seven, 2)) {
      held.push(images);
      break;
    }
    const failing = (): void => {
      for (const { images } of batches(seven, 2)) {
        held.push(images);
        throw new Error("stop");
      }
    };
    expect(failing).toThrow("stop");
    expect(held.every((tensor) => tensor.isDisposed)).toBe(true);
    expect([memory().tensors, memory().bytes]).toEqual([before.tensors, before.bytes]);
  });

  test("refuse sizes and statistics that make no sense", () => {
    for (const size of [0, -1, 1.5, Number.NaN]) expect(() => batches(seven, size)).toThrow(ValueError);
    for (const std of [0, -1, Infinity])
      expect(() => batches(seven, 1, { normalise: { mean: 0, std } })).toThrow(ValueError);
  });
});
