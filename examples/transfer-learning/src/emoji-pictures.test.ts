import { ImageDataset } from "@unfoldjs/datasets";
import { Generator } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { baseOf, splitEmoji } from "./emoji-pictures.ts";

test.each([
  ["1F44B-1F3FD", "1F44B"], // a hand, with a skin tone
  ["0033-FE0F-20E3", "0033-20E3"],
  ["1F468-200D-1F692", "1F468"], // a man who fights fires
  ["1F468-1F3FE-200D-1F692", "1F468"],
  ["1F1E6-1F1E8", "1F1E6-1F1E8"], // a flag
])("the base of %s is %s", (unified, base) => {
  expect(baseOf(unified)).toBe(base);
});

test("no base is both learned and tested, and each class has as many as were asked for", () => {
  const bases = Array.from({ length: 120 }, (_, at) => `${at % 2}-${Math.floor(at / 6)}`); // three variants of each
  const values = { labels: Uint8Array.from(bases, (base) => Number(base[0])), classes: ["a", "b"] };
  const images = Uint8Array.from({ length: 120 }, (_, at) => at);
  const dataset = new ImageDataset({ ...values, images, channels: 1, height: 1, width: 1 });
  for (const seed of [1, 2, 3]) {
    const { few, test: unseen } = splitEmoji({ dataset, bases }, 7, 10, new Generator(seed));
    const basesOf = ({ images: own }: ImageDataset): Set<string> => new Set([...own].map((at) => bases[at] ?? ""));
    expect([...basesOf(few)].filter((base) => basesOf(unseen).has(base))).toEqual([]);
    expect([few, unseen].map(({ labels }) => [...labels].filter((label) => label === 0).length)).toEqual([7, 12]);
  }
});
