import {
  assertList,
  assertString,
  assertTensor,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { guesses, type LabelOptions } from "./labels.ts";

/** A table of so many rows and columns takes 64 MB. */
const MOST_CLASSES = 4096;

/** How often each class was taken for which: filled batch by batch. */
export class ConfusionMatrix {
  readonly classes: readonly string[];
  /** Row: what it was. Column: what it was taken for. */
  readonly counts: readonly Uint32Array[];

  /** @param classes their names, or how many there are @throws ValueError if that is no whole number from 1 up */
  constructor(classes: readonly string[] | number) {
    if (typeof classes !== "number") {
      assertList("ConfusionMatrix", "classes", classes, "an array of names, or how many there are");
      for (const name of classes) assertString("ConfusionMatrix", "classes", name);
    }
    const count = typeof classes === "number" ? classes : classes.length;
    if (!Number.isInteger(count) || count < 1 || count > MOST_CLASSES) {
      const rule = `the number of classes must be a whole number from 1 to ${MOST_CLASSES}`;
      throw new ValueError("ConfusionMatrix", { classes: count }, rule);
    }
    this.classes = typeof classes === "number" ? Array.from({ length: classes }, (_, i) => String(i)) : classes;
    this.counts = this.classes.map(() => new Uint32Array(this.classes.length));
  }

  /**
   * Counts a batch; all of it or, if something is refused, nothing.
   * @param logits (batch, classes)   @param labels (batch), i32 classes
   * @param options `ignoreIndex`: a label of examples that do not count
   * @throws ShapeError unless there are as many logits as classes, and one label for each row; IndexError for a label that is
   * no class; DTypeError
   */
  add(logits: Tensor, labels: Tensor<Shape, "i32">, options: LabelOptions = {}): this {
    assertTensor("ConfusionMatrix.add", "logits", logits);
    const count = this.classes.length;
    if (logits.shape.at(-1) !== count) {
      throw new ShapeError(
        "ConfusionMatrix.add",
        { logits: logits.shape, classes: count },
        "needs a logit for each class",
      );
    }
    for (const { label, guess } of guesses("ConfusionMatrix.add", logits, labels, options)) {
      const row = this.counts[label] as Uint32Array;
      row[guess] = (row[guess] as number) + 1;
    }
    return this;
  }

  get total(): number {
    return this.counts.reduce((sum, row) => sum + sumOf(row), 0);
  }

  /** Share of examples that were recognised. */
  get accuracy(): number {
    return this.counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0) / this.total;
  }

  /** For each class, the share of its examples that were recognised. */
  recall(): number[] {
    return this.counts.map((row, i) => (row[i] ?? 0) / sumOf(row));
  }

  /** For each class, the share of what was taken for it that it was. */
  precision(): number[] {
    return this.counts.map((row, i) => (row[i] ?? 0) / this.counts.reduce((sum, other) => sum + (other[i] ?? 0), 0));
  }

  /** A table to read: rows are what it was, columns what it was taken for; "·" is none. */
  toString(): string {
    const cells = [
      ["", ...this.classes],
      ...this.counts.map((row, i) => [this.classes[i] ?? "", ...Array.from(row, (n) => (n === 0 ? "·" : String(n)))]),
    ];
    const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
    return cells
      .map((row) =>
        row
          .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
          .join("  ")
          .trimEnd(),
      )
      .join("\n");
  }
}

function sumOf(row: Uint32Array): number {
  return row.reduce((sum, count) => sum + count, 0);
}
