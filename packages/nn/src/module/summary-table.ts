import type { DType, Shape } from "@unfoldjs/tensor-core";

/** What one layer makes of the input, and at what cost. */
export interface SummaryRow {
  readonly path: string;
  readonly class: string;
  /** Undefined for a layer that was not run, or whose result is not one tensor. */
  readonly outputShape: Shape | undefined;
  /** Elements of the parameters that it holds itself. */
  readonly parameters: number;
  /** Multiplications with an addition in the products and convolutions that it did itself. */
  readonly multiplyAdds: number;
  /** Bytes of the results of what it computed itself, views left out: what a gradient may have to keep. */
  readonly activationBytes: number;
}

export interface Summary {
  readonly rows: readonly SummaryRow[];
  /** Elements of all parameters, each counted once. */
  readonly parameters: number;
  /** Those that are not frozen. */
  readonly trainable: number;
  readonly multiplyAdds: number;
  readonly activationBytes: number;
  toString(): string;
}

export interface SummaryOptions {
  /** Dtype of the input. Default "f32". */
  readonly dtype?: DType;
}

/** The rows as a text of columns, with totals. */
export function table({ rows, parameters, trainable, multiplyAdds }: Omit<Summary, "toString">): string {
  const cells = [
    ["layer", "class", "output", "parameters", "multiply-adds"],
    ...rows.map((row) => [
      row.path === "" ? "(model)" : row.path,
      row.class,
      row.outputShape === undefined ? "–" : `[${row.outputShape.join(", ")}]`,
      amount(row.parameters),
      amount(row.multiplyAdds),
    ]),
    ["total", "", "", amount(parameters), amount(multiplyAdds)],
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  const rule = "─".repeat(lines[0]?.length ?? 0);
  const frozen = parameters === trainable ? [] : [`frozen parameters: ${amount(parameters - trainable)}`];
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1), ...frozen].join("\n");
}

function amount(value: number): string {
  return value === 0 ? "–" : value.toLocaleString("en-US");
}
