import type { ConfusionMatrix } from "@unfoldjs/nn";
import { onGrey, type Terminal } from "@unfoldjs/example-kit";

const CELL = 6;

/**
 * The confusion matrix as text: a row for each true class, a column for each answer. With colour, the lighter a cell, the
 * larger its share of the row.
 */
export function drawConfusionMatrix({ counts, classes }: ConfusionMatrix, { colour }: Terminal): string {
  const labelWidth = Math.max("truth".length, ...classes.map((name) => name.length)) + 1;
  const columns = classes.map((name) => name.slice(0, CELL - 1).padStart(CELL)).join("");
  const rows = counts.map((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const cells = Array.from(row, (count, answer) => {
      const text = (count === 0 ? "." : String(count)).padStart(CELL);
      // The root makes rare mistakes visible beside a diagonal of nearly 1.
      return colour ? onGrey(text, answer === truth ? 1 : Math.sqrt(count / total)) : text;
    });
    const right = total === 0 ? "" : `${((100 * (row[truth] ?? 0)) / total).toFixed(1)} %`;
    return `${(classes[truth] ?? "").padEnd(labelWidth)}${cells.join("")}  ${right.padStart(7)}`;
  });
  return [
    `${"".padEnd(labelWidth)}${"answer".padStart((CELL * classes.length) / 2)}`,
    `${"truth".padEnd(labelWidth)}${columns}`,
    ...rows,
  ].join("\n");
}
