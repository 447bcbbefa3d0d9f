import { describe, expect, test } from "vitest";
import { lossCurveToSvg } from "./loss-curve.ts";

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
