import { expect, test } from "vitest";
import { avgPool2d, full, Generator, maxPool2d, scope } from "../../index.node.ts";

/** Window by window, in f64; what lies outside of the image counts as 0 in means, and for nothing in maxima. */
function pooled(
  x: Float32Array,
  [height, width]: readonly [number, number],
  kernel: number,
  stride: number,
  padding: number,
  join: (values: readonly number[]) => number,
): number[] {
  const along = (size: number): number[] =>
    Array.from({ length: Math.floor((size + 2 * padding - kernel) / stride) + 1 }, (_, i) => i * stride - padding);
  return along(height).flatMap((top) =>
    along(width).map((left) => {
      const values = Array.from({ length: kernel ** 2 }, (_, k) => [top + Math.floor(k / kernel), left + (k % kernel)])
        .filter(([y = 0, z = 0]) => y >= 0 && y < height && z >= 0 && z < width)
        .map(([y = 0, z = 0]) => x[y * width + z] ?? 0);
      return join(values);
    }),
  );
}

test.each(
  [2, 3, 4, 5, 6, 7, 9].flatMap((kernel) =>
    [1, 2, 3].flatMap((stride) => [0, 1].map((padding) => [kernel, stride, padding] as const)),
  ),
)("windows of %i each %i, with %i around, are the same from row to row as one by one", (kernel, stride, padding) => {
  for (const width of [9, 12, 14, 23]) {
    scope(() => {
      const x = new Generator(kernel).normal([1, 1, 11, width]);
      const options = { kernel, stride, padding };
      const of = (join: (values: readonly number[]) => number): number[] =>
        pooled(x.data(), [11, width], kernel, stride, padding, join);
      const means = of((values) => values.reduce((sum, each) => sum + each, 0) / kernel ** 2);
      const found = avgPool2d(x, { ...options, countIncludePad: true }).data();
      expect(found).toHaveLength(means.length);
      for (const [i, mean] of means.entries()) expect(found[i]).toBeCloseTo(mean, 5);
      expect([...maxPool2d(x, options).data()]).toEqual(of((values) => Math.max(...values)));
    });
  }
});

test("the mean of a long row is not lost in its sum", () => {
  scope(() => {
    expect(avgPool2d(full([1, 1, 1, 200_000], 0.1), { kernel: [1, 200_000] }).item()).toBeCloseTo(Math.fround(0.1), 8);
  });
});
