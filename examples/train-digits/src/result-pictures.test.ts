import { fromArray } from "@unfoldjs/tensor-core";
import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import { filtersToPng } from "./filters-png.ts";

describe("filtersToPng", () => {
  test("paints each weight on a scale of its filter", () => {
    const filters = fromArray([0, 1, -1, 0.5, 8, 0, 0, 0], [2, 1, 2, 2]);
    const png = PNG.sync.read(Buffer.from(filtersToPng(filters)));
    expect([png.width, png.height]).toEqual([2 * (2 * 24 + 8) + 8, 2 * 24 + 2 * 8]);
    const at = (x: number, y: number): number[] => [
      ...png.data.subarray(4 * (y * png.width + x), 4 * (y * png.width + x) + 3),
    ];
    expect(at(0, 0)).toEqual([255, 255, 255]);
    expect(at(8, 8)).toEqual([255, 255, 255]); // 0
    expect(at(8 + 24, 8)).toEqual([178, 24, 43]); // 1
    expect(at(8, 8 + 24)).toEqual([33, 102, 172]); // -1
    expect(at(8 + 24, 8 + 24)).toEqual([217, 140, 149]); // 0.5, half way to red
    expect(at(8 + 56, 8)).toEqual([178, 24, 43]); // 8, the largest of the second filter
  });

  test("paints filters of nothing white", () => {
    const png = PNG.sync.read(Buffer.from(filtersToPng(fromArray([0, 0], [1, 1, 1, 2]))));
    expect(new Set(png.data)).toEqual(new Set([255]));
  });
});
