import type { ImageDataset } from "@unfoldjs/datasets";
import type { Mistake } from "./mistakes.ts";
import { pixelPair, type Terminal, tinted } from "@unfoldjs/example-kit";

/** Characters from dark to light, for terminals without colour. */
const RAMP = " .:-=+*#%@";
const GAP = 2;

/** A part of every picture, in pixels. */
interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Pictures that were mistaken, side by side as far as the terminal is wide, with what they are and what they were taken for. */
export function drawMistakes(dataset: ImageDataset, mistakes: readonly Mistake[], terminal: Terminal): string {
  const box = inkBox(
    dataset,
    mistakes.map(({ index }) => index),
  );
  const width = Math.max(box.right - box.left, 20) + GAP;
  const perLine = Math.max(1, Math.floor(terminal.columns / width));
  const lines: string[] = [];
  for (let first = 0; first < mistakes.length; first += perLine) {
    const group = mistakes.slice(first, first + perLine);
    const pictures = group.map(({ index }) => drawPicture(dataset, index, box, terminal));
    const pad = " ".repeat(width - (box.right - box.left));
    for (let line = 0; line < (pictures[0]?.length ?? 0); line++)
      lines.push(pictures.map((picture) => `${picture[line]}${pad}`).join(""));
    const name = (label: number): string => dataset.classes[label] ?? "";
    const caption = (text: string, colour: "green" | "red"): string => {
      const padded = text.slice(0, width - 1).padEnd(width);
      return terminal.colour ? tinted(padded, colour) : padded;
    };
    lines.push(group.map(({ truth }) => caption(`is ${name(truth)}`, "green")).join(""));
    lines.push(
      group
        .map(({ answer, confidence }) => caption(`seen as ${name(answer)}, ${(100 * confidence).toFixed(0)} %`, "red"))
        .join(""),
    );
    lines.push("");
  }
  return lines.join("\n");
}

/** One picture, a line of text for two rows of pixels. */
function drawPicture(
  dataset: ImageDataset,
  index: number,
  { top, bottom, left, right }: Box,
  { colour }: Terminal,
): string[] {
  const lines: string[] = [];
  for (let row = top; row < bottom; row += 2) {
    let line = "";
    for (let column = left; column < right; column++) {
      const [upper, lower] = [pixelAt(dataset, index, row, column), pixelAt(dataset, index, row + 1, column)];
      line += colour ? pixelPair(upper, lower) : (RAMP[Math.round(((upper + lower) / 2) * (RAMP.length - 1))] ?? " ");
    }
    lines.push(line);
  }
  return lines;
}

/** The smallest box that holds what is drawn in these pictures; its height is even. */
function inkBox(dataset: ImageDataset, indices: readonly number[]): Box {
  const { height, width } = dataset;
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (const index of indices) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        if (pixelAt(dataset, index, row, column) === 0) continue;
        [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
        [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
      }
    }
  }
  return { top: top - (top % 2), bottom: bottom + (bottom % 2), left, right };
}

/** The first channel's value, 0 … 1; 0 outside of the picture. */
function pixelAt(
  { images, channels, height, width }: ImageDataset,
  index: number,
  row: number,
  column: number,
): number {
  return row < height ? (images[index * channels * height * width + row * width + column] ?? 0) / 255 : 0;
}
