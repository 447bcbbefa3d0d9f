import {
  argmax,
  scope,
  type Shape,
  type Tensor,
  ValueError,
  assertList,
  assertString,
  assertTensor,
  assertWhole,
  sizeOf,
} from "@unfoldjs/tensor-core";

/** How often each class was taken for which: filled batch by batch. */
export class ConfusionMatrix {
  readonly classes: readonly string[];
  /** Row: what it was. Column: what it was taken for. */
  readonly counts: readonly Uint32Array[];

  /** @param classes their names, or how many there are */
  constructor(classes: readonly string[] | number) {
    if (typeof classes === "number") {
      assertWhole("ConfusionMatrix", "classes", classes);
      sizeOf([classes, classes]); // refuses more than can be counted
    } else {
      assertList("ConfusionMatrix", "classes", classes, "an array of names, or how many there are");
      for (const name of classes) assertString("ConfusionMatrix", "classes", name);
    }
    this.classes = typeof classes === "number" ? Array.from({ length: classes }, (_, i) => String(i)) : classes;
    this.counts = this.classes.map(() => new Uint32Array(this.classes.length));
  }

  /**
   * Counts a batch.
   * @param logits (batch, classes)   @param labels (batch), i32 classes
   * @throws ValueError if a label, or a logit's place, is not one of the classes
   */
  add(logits: Tensor, labels: Tensor<Shape, "i32">): this {
    assertTensor("ConfusionMatrix.add", "logits", logits);
    assertTensor("ConfusionMatrix.add", "labels", labels);
    const found = scope(() => argmax(logits, -1).data());
    labels.data().forEach((label, i) => {
      const row = this.counts[label];
      const guess = found[i] ?? -1;
      if (row === undefined || guess >= row.length) {
        throw new ValueError(
          "ConfusionMatrix",
          { label, guess, classes: this.classes.length },
          "labels and logits must be of these classes",
        );
      }
      row[guess] = (row[guess] ?? 0) + 1;
    });
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
