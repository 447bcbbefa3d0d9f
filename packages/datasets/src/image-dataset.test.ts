import { FormatError, Generator, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import type { Idx } from "./idx.ts";
import type { ImageDataset } from "./image-dataset.ts";
import { normalised, pick, split, subset } from "./image-parts.ts";
import { imagesFromIdx } from "./images-from-idx.ts";

const idx = (shape: readonly number[], bytes: readonly number[]): Idx => ({ shape, data: Uint8Array.from(bytes) });

/** Five pictures of 1 × 2, the i-th with pixels 10 i and 10 i + 1 and label i. */
const five: ImageDataset = imagesFromIdx(
  idx([5, 1, 2], [0, 1, 10, 11, 20, 21, 30, 31, 40, 41]),
  idx([5], [0, 1, 2, 3, 4]),
  ["a", "b", "c", "d", "e"],
);

describe("imagesFromIdx", () => {
  test("views the bytes of both files", () => {
    expect([five.length, five.channels, five.height, five.width]).toEqual([5, 1, 1, 2]);
    expect(five.images).toEqual(Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31, 40, 41));
    expect(five.labels).toEqual(Uint8Array.of(0, 1, 2, 3, 4));
  });

  const wrong: [what: string, images: Idx, labels: Idx, rule: RegExp][] = [
    ["swapped files", idx([1], [0]), idx([1, 1, 1], [0]), /pictures must be bytes of shape/],
    ["words for pixels", { shape: [1, 1, 1], data: Int16Array.of(0) }, idx([1], [0]), /pictures must be bytes/],
    ["another number of labels", idx([2, 1, 1], [0, 0]), idx([1], [0]), /labels must be 2 bytes/],
    ["an unknown label", idx([1, 1, 1], [0]), idx([1], [2]), /index into the classes/],
  ];
  test.for(wrong)("refuses %s", ([, images, labels, rule]) => {
    expect(() => imagesFromIdx(images, labels, ["a", "b"])).toThrow(FormatError);
    expect(() => imagesFromIdx(images, labels, ["a", "b"])).toThrow(rule);
  });
});

describe("parts of a data set", () => {
  test("subset shares memory", () => {
    const middle = subset(five, 1, 3);
    expect([middle.length, middle.labels, middle.images]).toEqual([
      2,
      Uint8Array.of(1, 2),
      Uint8Array.of(10, 11, 20, 21),
    ]);
    expect(middle.images.buffer).toBe(five.images.buffer);
    expect(subset(five, 5).length).toBe(0);
  });

  test("pick takes any order, and pictures more than once", () => {
    const chosen = pick(five, [4, 0, 4]);
    expect([chosen.length, chosen.labels, chosen.images]).toEqual([
      3,
      Uint8Array.of(4, 0, 4),
      Uint8Array.of(40, 41, 0, 1, 40, 41),
    ]);
  });

  test("split gives every picture to one part", () => {
    expect(split(five, 2).map(({ labels }) => Array.from(labels))).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
    const [train, held] = split(five, 3, { shuffle: new Generator(1) });
    expect([...train.labels, ...held.labels].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(train.images).toEqual(pick(five, train.labels).images);
    expect(split(five, 3, { shuffle: new Generator(1) })[0].labels).toEqual(train.labels);
  });

  test("refuse what is not there", () => {
    expect(() => subset(five, 2, 6)).toThrow(ValueError);
    expect(() => subset(five, -1)).toThrow(ValueError);
    expect(() => subset(five, 0.5)).toThrow(ValueError);
    expect(() => pick(five, [5])).toThrow(ValueError);
    expect(() => pick(five, [Number.NaN])).toThrow(ValueError);
    expect(() => split(five, 6)).toThrow(ValueError);
  });

  test("keep how pixels are normalised", () => {
    const normalisation = { mean: 0.5, std: 0.25 };
    const whole = normalised(five, normalisation);
    expect(whole.images).toBe(five.images);
    const parts = [subset(whole, 1), pick(whole, [0]), ...split(whole, 2, { shuffle: new Generator(1) })];
    expect(parts.map((part) => part.normalisation)).toEqual(Array.from({ length: 4 }, () => normalisation));
    expect(five.normalisation).toBeUndefined();
  });
});
