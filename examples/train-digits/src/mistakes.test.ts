import { ImageDataset } from "@unfoldjs/datasets";
import { ConfusionMatrix } from "@unfoldjs/nn";
import { tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { drawConfusionMatrix } from "./confusion-matrix.ts";
import { mistakesIn } from "./mistakes.ts";
import { drawMistakes } from "./pictures.ts";

/** Four pictures of 4 × 4, bright in the third column, of the classes cat, dog, dog, cat. */
const four = new ImageDataset({
  images: Uint8Array.from({ length: 64 }, (_, at) => (at % 4 === 2 ? 255 : 0)),
  labels: Uint8Array.of(0, 1, 1, 0),
  classes: ["cat", "dog"],
  channels: 1,
  height: 4,
  width: 4,
});
const mistakes = [
  { index: 3, truth: 0, answer: 1, confidence: 0.75 },
  { index: 2, truth: 1, answer: 0, confidence: 0.625 },
];

describe("mistakesIn", () => {
  const labels = tensor([0, 1, 0], "i32");
  const indices = Int32Array.of(7, 8, 9);

  test("finds where the most probable class is another", () => {
    const probabilities = tensor([
      [0.75, 0.25],
      [0.75, 0.25],
      [0.375, 0.625],
    ]);
    expect(mistakesIn(probabilities, { labels, indices })).toEqual([
      { index: 8, truth: 1, answer: 0, confidence: 0.75 },
      { index: 9, truth: 0, answer: 1, confidence: 0.625 },
    ]);
  });

  test("takes the first of equally probable classes", () => {
    const probabilities = tensor([
      [0.5, 0.5],
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    expect(mistakesIn(probabilities, { labels, indices }).map(({ index }) => index)).toEqual([8]);
  });
});

describe("terminal pictures", () => {
  const confusion = new ConfusionMatrix(["cat", "dog"]);
  confusion.counts[0]?.set([9, 1]);

  test("of the confusion matrix name classes, counts and shares", () => {
    expect(drawConfusionMatrix(confusion, { columns: 80, colour: false }).split("\n")).toEqual([
      "      answer",
      "truth    cat   dog",
      "cat        9     1   90.0 %",
      "dog        .     .         ",
    ]);
    const coloured = drawConfusionMatrix(confusion, { columns: 80, colour: true });
    expect(coloured).toContain("\x1b[48;5;255;38;5;16m     9\x1b[0m"); // black on white
  });

  test("of mistakes show just the ink, side by side, in characters", () => {
    expect(drawMistakes(four, mistakes, { columns: 80, colour: false }).split("\n")).toEqual([
      `@${" ".repeat(21)}@${" ".repeat(21)}`,
      `@${" ".repeat(21)}@${" ".repeat(21)}`,
      "is cat                is dog                ",
      "seen as dog, 75 %     seen as cat, 63 %     ",
      "",
    ]);
  });

  test("of mistakes go below each other in a narrow terminal, and use half blocks with colour", () => {
    const lines = drawMistakes(four, mistakes, { columns: 20, colour: true }).split("\n");
    expect(lines.length).toBe(10);
    expect(lines[0]).toContain("\x1b[38;5;255;48;5;255m▀");
  });

  test("of no mistakes are nothing", () => {
    expect(drawMistakes(four, [], { columns: 80, colour: false })).toBe("");
  });
});
