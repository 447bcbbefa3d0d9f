import { WordVectors } from "@unfoldjs/embeddings";
import { expect, test } from "vitest";
import { alongAxes, AXES, axesTable, WORDS } from "./axes.ts";

test("words lie along the difference of an axis' two words", () => {
  const ends = [...new Set(AXES.flatMap(({ from, to }) => [from, to]))];
  const rows: [string, number[]][] = [...WORDS, ...ends].map((word) => [word, [word === "she" ? 2 : 0, 0, 0.5]]);
  const own: Readonly<Record<string, number[]>> = {
    woman: [3, 0, 0],
    man: [-1, 0, 0],
    apple: [0, 5, 0],
    fruit: [0, 1, 0.5],
  };
  using vectors = WordVectors.from(rows.map(([word, row]) => [word, own[word] ?? row]));
  const along = alongAxes(vectors);
  expect(along["woman"]?.["gender"]).toBeCloseTo(1, 6);
  expect(along["man"]?.["gender"]).toBeCloseTo(-1, 6);
  expect(along["apple"]).toMatchObject({ gender: 0, food: 1 });
  expect(axesTable(along)).toMatch(/\| gender \(she − he\) \| −1.00 \| 1.00 \|/);
});
