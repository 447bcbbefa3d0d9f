import { grad } from "@unfoldjs/autograd";
import { Generator, memory, scope, ShapeError, stack, tensor, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { distance } from "../testing/drawn.ts";
import { decoded } from "../testing/pictures.ts";
import { detectEdges, imageGradient } from "./detect-edges.ts";
import { edgeKernels } from "./edge-kernels.ts";
import fixtures from "./filter-fixtures.json" with { type: "json" };

const { picture, strengths, sobelDown, sobelRight } = fixtures.edges;
const image = decoded(picture);
/** Bright on the left, dark on the right: the notes' example. */
const step = tensor(Array.from({ length: 6 }, () => [10, 10, 10, 0, 0, 0]));

const times = (x: Tensor, factor: number): number[] => Array.from(x.data(), (value) => value * factor);

describe("detectEdges", () => {
  // scikit-image divides each kernel by the sum of its positive weights, and the magnitude by √2.
  test.each([
    ["prewitt", 3],
    ["sobel", 4],
    ["scharr", 16],
  ] as const)("is scikit-image's %s, border and all", (filter, weights) => {
    expect(distance(times(detectEdges(image, { filter }), Math.SQRT1_2 / weights), strengths[filter])).toBeLessThan(
      1e-6,
    );
  });

  test("is scikit-image's Roberts, but for the border that it leaves out", () => {
    const ours = times(detectEdges(image, { filter: "roberts", padding: "valid" }), Math.SQRT1_2);
    const rows = Array.from({ length: 9 }, (_, row) => strengths.roberts.slice(12 * row, 12 * row + 11));
    const inside = (values: readonly number[]): number[] => values.filter((_, at) => at % 11 > 0 && at >= 11);
    expect(distance(inside(ours), inside(rows.flat()))).toBeLessThan(1e-6);
  });

  test("of the notes' example is 30 at the edge, of 4 × 4 where it is valid and of 6 × 6 where it is the same", () => {
    const valid = detectEdges(step, { filter: "prewitt", padding: "valid" });
    expect(valid.toArray()).toEqual(Array.from({ length: 4 }, () => [0, 30, 30, 0]));
    expect(detectEdges(step, { filter: "prewitt" }).toArray()).toEqual(
      Array.from({ length: 6 }, () => [0, 0, 30, 30, 0, 0]),
    );
    const framed = detectEdges(step, { filter: "prewitt", paddingMode: "zeros" });
    expect(framed.at(3, 0).item()).toBe(30); // zeros beside a bright border are an edge
  });

  test("takes kernels of one's own: two give a magnitude, one its response with its sign", () => {
    const { sobel, laplacian } = edgeKernels;
    expect(detectEdges(image, { filter: sobel }).toArray()).toEqual(detectEdges(image).toArray());
    const response = detectEdges(step, { filter: laplacian.fourNeighbours, padding: "valid" });
    expect(response.at(0).toArray()).toEqual([0, -10, 10, 0]);
    expect(
      detectEdges(step, { filter: tensor([[1, -1]]), padding: "valid" })
        .at(0)
        .toArray(),
    ).toEqual([0, 0, 10, 0, 0]);
    expect(detectEdges(step, { filter: "laplacian", padding: "valid" }).at(0).toArray()).toEqual([0, 10, 10, 0]);
  });

  test("looks at each plane of a batch by itself", () => {
    const both = stack([image, image.mul(2)]);
    const one = detectEdges(image).data();
    expect(detectEdges(both.unsqueeze(1)).shape).toEqual([2, 1, 10, 12]);
    expect(detectEdges(both).at(0).data()).toEqual(one);
    expect(distance(times(detectEdges(both).at(1), 0.5), [...one])).toBeLessThan(1e-6);
  });

  test("has a gradient, also where a picture is even", () => {
    const x = new Generator(1).uniform([5, 5]);
    expect(grad((of: Tensor) => detectEdges(of).sum())(x).shape).toEqual([5, 5]);
    expect(grad((of: Tensor) => detectEdges(of).sum())(x.mul(0)).toArray()).toEqual(x.mul(0).toArray());
  });

  test("refuses what is no image and no filter", () => {
    expect(() => detectEdges(tensor([1, 2]))).toThrow(ShapeError);
    expect(() => detectEdges(step, { filter: "sobl" as "sobel" })).toThrow(ValueError);
    const uneven = { vertical: [[1, -1]], horizontal: [[1], [-1]] };
    expect(() => detectEdges(step, { filter: uneven })).toThrow(/as many rows and columns/);
    expect(() => detectEdges(step, { filter: [[1, 2], [3]] })).toThrow(/filter must be/);
    expect(() => detectEdges(step, { padding: -1 })).toThrow(/detectEdges/);
    expect(() => detectEdges(tensor([[1, 2]]), { padding: "valid" })).toThrow(/detectEdges/);
  });

  test("keeps nothing but its result", () => {
    scope(() => {
      const before = memory().tensors;
      detectEdges(image);
      imageGradient(image);
      expect(memory().tensors).toBe(before + 1 + 4);
    });
  });
});

describe("imageGradient", () => {
  test("is scikit-image's Sobel in both ways, 4 times as large", () => {
    const { x, y, magnitude } = imageGradient(image, { padding: "valid" });
    const inside = (values: readonly number[]): number[] =>
      values.filter((_, at) => at % 12 > 0 && at % 12 < 11 && at >= 12 && at < 108);
    expect(distance(times(x, 1 / 4), inside(sobelRight))).toBeLessThan(1e-6);
    expect(distance(times(y, 1 / 4), inside(sobelDown))).toBeLessThan(1e-6);
    expect([...magnitude.data()]).toEqual([...detectEdges(image, { padding: "valid" }).data()]);
  });

  test.each([
    ["prewitt", 6],
    ["sobel", 8],
    ["scharr", 32],
  ] as const)("of a slope of 3 to the right and 4 down, %s: 5, and its direction", (filter, unit) => {
    const slope = tensor([0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => 3 * column + 4 * row)));
    const { x, y, magnitude, direction } = imageGradient(slope, { filter, padding: "valid" });
    expect([x, y, magnitude].map((each) => each.at(1, 0).item() / unit)).toEqual([3, 4, 5]);
    expect(direction.at(1, 1).item()).toBeCloseTo(Math.atan2(4, 3), 6);
  });
});
