import { fromArray } from "@unfoldjs/tensor-core";
import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import { filtersToPng } from "./filters-png.ts";
import { lossCurveToSvg } from "./loss-curve.ts";

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

describe("lossCurveToSvg", () => {
  const pointsOf = (svg: string): number[][] =>
    (/points="([^"]*)"/.exec(svg)?.[1] ?? "").split(" ").map((point) => point.split(",").map(Number));

  test("draws means of steps on a logarithmic axis", () => {
    const losses = Array.from({ length: 1000 }, (_, i) => (i < 500 ? 1 : 0.1));
    const points = pointsOf(lossCurveToSvg(losses, 2, "Loss"));
    expect(points.length).toBe(120);
    expect(points.every(([x = 0, y = 0]) => x > 56 && x < 700 && y >= 40 && y <= 316)).toBe(true);
    expect(points[0]?.[1]).toBe(40);
    expect(points.at(-1)?.[1]).toBe(316);
  });

  test("copes with a single step, zeros, divergence and a great many epochs", () => {
    for (const losses of [[2.3], [0], [0, 1], [1, Infinity, NaN], [NaN]]) {
      expect(
        pointsOf(lossCurveToSvg(losses, 1, "Loss"))
          .flat()
          .every(Number.isFinite),
      ).toBe(true);
    }
    expect(lossCurveToSvg([1, 2], 1000, "Loss").match(/text-anchor="middle">\d/g)?.length).toBe(11);
  });

  test("escapes its title", () => {
    expect(lossCurveToSvg([1], 1, "a < b & c")).toContain("<title>a &lt; b &amp; c</title>");
  });
});
