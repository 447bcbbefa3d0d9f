import { imagesFromIdx, type ImageDataset } from "@unfoldjs/datasets";
import { describe, expect, test } from "vitest";
import { drawConfusionMatrix } from "./confusion-matrix.ts";
import { judge } from "./judgement.ts";
import { drawMistakes } from "./pictures.ts";

/** Four pictures of 4 × 4 with one bright column each, of the classes cat, dog, dog, cat. */
const four: ImageDataset = imagesFromIdx(
  Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, ...Array.from({ length: 64 }, (_, at) => (at % 4 === 2 ? 255 : 0))),
  Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 1, 0),
  ["cat", "dog"],
);
const judgement = judge(four, [0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7]);

describe("judge", () => {
  test("counts answers by class, and sorts mistakes by confidence", () => {
    expect(judgement.accuracy).toBe(0.5);
    expect(judgement.confusion).toEqual([[1, 1], [1, 1]]);
    expect(judgement.mistakes).toEqual([
      { index: 3, truth: 0, answer: 1, confidence: 0.7 },
      { index: 2, truth: 1, answer: 0, confidence: 0.6 },
    ]);
  });

  test("takes the first of equal probabilities", () => {
    expect(judge(four, new Float32Array(8)).confusion).toEqual([[2, 0], [2, 0]]);
  });
});

describe("terminal pictures", () => {
  test("of the confusion matrix name classes, counts and shares", () => {
    const text = drawConfusionMatrix([[9, 1], [0, 0]], ["cat", "dog"], { columns: 80, colour: false });
    expect(text.split("\n")).toEqual([
      "      answer",
      "truth    cat   dog",
      "cat        9     1   90.0 %",
      "dog        .     .         ",
    ]);
    expect(drawConfusionMatrix([[9, 1], [0, 0]], ["cat", "dog"], { columns: 80, colour: true })).toContain("\x1b[48;5;255;38;5;16m     9\x1b[0m");
  });

  test("of mistakes show just the ink, side by side, in characters", () => {
    const lines = drawMistakes(four, judgement.mistakes, { columns: 80, colour: false }).split("\n");
    expect(lines).toEqual([
      `@${" ".repeat(21)}@${" ".repeat(21)}`,
      `@${" ".repeat(21)}@${" ".repeat(21)}`,
      "is cat                is dog                ",
      "seen as dog, 70 %     seen as cat, 60 %     ",
      "",
    ]);
  });

  test("of mistakes go below each other in a narrow terminal, and use half blocks with colour", () => {
    const lines = drawMistakes(four, judgement.mistakes, { columns: 20, colour: true }).split("\n");
    expect(lines.length).toBe(10);
    expect(lines[0]).toContain("\x1b[38;5;255;48;5;255m▀");
  });

  test("of no mistakes are nothing", () => {
    expect(drawMistakes(four, [], { columns: 80, colour: false })).toBe("");
  });
});
