import { memory, ones, scope, ShapeError, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { decoded } from "../testing/pictures.ts";
import { canny, type CannyOptions } from "./canny.ts";
import fixtures from "./filter-fixtures.json" with { type: "json" };

/** Names of scikit-image's options here. */
const NAMES = {
  sigma: "sigma",
  low_threshold: "lowThreshold",
  high_threshold: "highThreshold",
  use_quantiles: "useQuantiles",
} as const;

const drawn = (edges: readonly number[], width: number): string[] =>
  Array.from({ length: edges.length / width }, (_, row) =>
    edges
      .slice(row * width, (row + 1) * width)
      .map((edge) => (edge === 1 ? "#" : "."))
      .join(""),
  );

const disc = fixtures.canny[0];

describe("canny", () => {
  // No pixel may differ: the tolerance is 0.
  test.each(fixtures.canny)("gives scikit-image's edges, pixel by pixel: $options", ({ picture, options, edges }) => {
    const ours = Object.fromEntries(
      Object.entries(options).map(([name, value]) => [NAMES[name as keyof typeof NAMES], value]),
    ) as CannyOptions;
    const image = decoded(picture);
    expect(edges.join("").includes("#")).toBe(true);
    expect(drawn([...canny(image, ours).data()], image.shape[1])).toEqual(edges);
  });

  test("without smoothing an edge is one line, where the gradient is largest", () => {
    const step = zeros([5, 8]);
    step.slice(1, 4).assign(ones([5, 4]));
    step.slice(1, 3, 4).assign(ones([5, 1]).mul(0.3));
    const edges = canny(step, { sigma: 0, lowThreshold: 0.5, highThreshold: 1 });
    const line = "...#....";
    expect(drawn([...edges.data()], 8)).toEqual(["........", line, line, line, "........"]);
  });

  test("a wide Gaussian has no end in a small picture, and an even one no edges", () => {
    for (const sigma of [0, 1e-9, 1, 2 ** 40]) {
      expect(
        canny(ones([4, 6]), { sigma })
          .any()
          .item(),
      ).toBe(false);
    }
    expect(canny(ones([1, 1]), { lowThreshold: 0, highThreshold: 0 }).toArray()).toEqual([[false]]);
  });

  test("refuses colours, and thresholds the wrong way round", () => {
    expect(() => canny(zeros([3, 4, 4]))).toThrow(ShapeError);
    expect(() => canny(zeros([4, 4]), { lowThreshold: 0.3 })).toThrow(/must not be above/);
    expect(() => canny(zeros([4, 4]), { highThreshold: 2, useQuantiles: true })).toThrow(/at most 1/);
    expect(() => canny(zeros([4, 4]), { sigma: -1 })).toThrow(/canny: sigma/);
  });

  test("keeps nothing but its result", () => {
    scope(() => {
      const image = decoded(disc?.picture ?? []);
      const before = memory().tensors;
      canny(image);
      expect(memory().tensors).toBe(before + 1);
    });
  });
});
