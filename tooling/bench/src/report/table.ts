import type { Bar } from "../case.ts";
import type { LibraryFigures, Row } from "./row.ts";

/** All libraries at one case, ours first. */
export function caseTable(row: Row): string {
  const lines = row.libraries.map((figures) => [
    `  ${figures.name}`,
    time(figures.best, row.unit),
    time(figures.median, row.unit),
    `±${percent(figures.spread)}`,
    figures.gflops === undefined ? "" : `${significant(figures.gflops)} GFLOP/s`,
    aheadOf(row, figures),
  ]);
  const head = ["", "best", "median", "spread", "", ""];
  const left = row.leftOut.map(({ name, reason }) => `  ${name} is left out: ${reason}`);
  return [`${row.suite} ${row.case}`, columns([head, ...lines]), ...left, ""].join("\n");
}

/** One line for each case: what a reader wants to know. */
export function summaryTable(rows: readonly Row[]): string {
  const head = ["", "ours", "best peer", "", "ahead", "by medians", "of the ceiling", "bar"];
  const lines = rows.map((row) => [
    `${row.suite} ${row.case}`,
    row.ours === null ? "–" : time(row.ours, row.unit),
    row.best === null ? "–" : time(row.best, row.unit),
    row.bestPeer ?? "",
    times(row.ratio),
    times(row.ratioOfMedians),
    row.ceilingShare === null ? "" : percent(row.ceilingShare),
    barText(row.bar, row.unit, row.barMet),
  ]);
  return columns([head, ...lines]);
}

function aheadOf(row: Row, figures: LibraryFigures): string {
  if (row.ours === null || figures.best === row.ours) return "";
  return times(figures.best / row.ours);
}

function barText(bar: Bar | null, unit: Row["unit"], met: boolean | null): string {
  if (bar === null) return "";
  const sign = met === null ? "?" : met ? "✓" : "✗";
  return `${"ratio" in bar ? `≥ ${bar.ratio} ×` : `≤ ${bar.atMost} ${unit}`} ${sign}`;
}

function times(ratio: number | null): string {
  return ratio === null ? "" : `${significant(ratio)} ×`;
}

function time(value: number, unit: Row["unit"]): string {
  return `${significant(value)} ${unit}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Three digits, without an exponent. */
function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Text in columns, the first flush left, the others flush right. */
function columns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}
