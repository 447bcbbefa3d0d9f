import { expect, test } from "vitest";
import { type AccuracyLine, accuracyLines } from "./accuracy-lines.ts";

const line = (name: string, ...means: readonly number[]): AccuracyLine => ({
  name,
  points: new Map(means.map((mean, at) => [10 ** (at + 1), { mean, interval: 0.02 }])),
});
/** Where each name stands. */
const namesIn = (svg: string): { name: string; y: number }[] =>
  Array.from(svg.matchAll(/<text x="632" y="([\d.]+)" dy="4">([^<]+)/g), ([, y, name]) => ({
    name: name ?? "",
    y: Number(y),
  }));

test("names stand in the order of the lines' ends, and none over another", () => {
  const lines = [line("a", 0.5, 0.6), line("b", 0.6, 0.601), line("c", 0.7, 0.602), line("d", 0.7, 0.9)];
  const names = namesIn(accuracyLines("title", "axis", lines)).toSorted((a, b) => a.y - b.y);
  expect(names.map(({ name }) => name)).toEqual(["d", "c", "b", "a"]);
  const gaps = names.slice(1).map(({ y }, at) => y - (names[at]?.y ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(17.9);
  for (const { y } of names) expect(y).toBeLessThanOrEqual(420 - 52);
});

test("numbers of thousands have a comma, and all is in the picture", () => {
  const svg = accuracyLines("title", "axis", [line("a", 0.5, 0.6, 0.7)]);
  expect(svg).toMatch(/>10<[^]*>100<[^]*>1,000</);
  expect(svg.match(/<circle/g)).toHaveLength(3);
  expect(svg.match(/opacity="0.45"/g)).toHaveLength(3);
  expect(svg).toContain("prefers-color-scheme:dark");
});

test("of a single repetition there is no interval, and of a single amount a point", () => {
  const points = new Map([[5, { mean: 0.5, interval: Infinity }]]);
  const svg = accuracyLines("title", "axis", [{ name: "a", points }]);
  expect(svg).not.toMatch(/NaN|Infinity|opacity/);
  expect(svg.match(/<circle/g)).toHaveLength(1);
  expect(accuracyLines("title", "axis", [{ name: "none", points: new Map() }])).not.toMatch(/NaN/);
});
