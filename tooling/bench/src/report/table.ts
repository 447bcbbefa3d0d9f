import type { Verdict } from "../bar.ts";
import type { Report } from "./file.ts";
import type { LeftOut } from "../measure/measure-case.ts";
import { type Figures, type LibraryFigures, PER_MILLISECOND, type Row } from "./row.ts";

/** All libraries at one case in one place, ours first. */
export function caseTable(row: Figures): string {
  const lines = row.libraries.map((figures) => [
    `  ${figures.name}${figures.threads === 1 ? "" : `, ${figures.threads} threads`}`,
    showTime(figures.best, row.unit),
    showTime(figures.median, row.unit),
    `±${percent(figures.spread)}`,
    figures.gflops === undefined ? "" : `${significant(figures.gflops)} GFLOP/s`,
    aheadOf(row, figures),
  ]);
  const floor = row.floor && [
    `  (${row.floor.name})`,
    showTime(row.floor.best, row.unit),
    showTime(row.floor.median, row.unit),
    `±${percent(row.floor.spread)}`,
    "",
    "",
  ];
  const head = ["", "best", "median", "spread", "", ""];
  const left = row.leftOut.map((each) => `  ${each.name} is left out: ${each.reason}${boundOf(row, each)}`);
  return [titleOf(row), columns([head, ...lines, ...(floor ? [floor] : [])]), ...left, ""].join("\n");
}

/** One line for each case: what a reader wants to know. */
export function summaryTable(rows: readonly Row[]): string {
  const hasNative = rows.some(({ native }) => native !== null);
  const head = ["", "ours", "best peer", "", "ahead", "by medians", "of the ceiling", "of memory"];
  const lines = rows.map((row) => [
    titleOf(row),
    row.ours === null ? "–" : showTime(row.ours, row.unit),
    row.best === null ? "–" : showTime(row.best, row.unit),
    row.bestPeer ?? "",
    typeof row.ratioAtLeast === "number" ? `> ${times(row.ratioAtLeast)}` : times(row.ratio),
    times(row.ratioOfMedians),
    shareText(row.ceilingShare),
    shareText(row.memory?.share ?? null),
    ...(hasNative ? nativeCells(row) : []),
    row.bars.map((verdict) => barText(verdict, row.unit)).join("; "),
  ]);
  return columns([[...head, ...(hasNative ? ["native", "", "ahead of it"] : []), "bars"], ...lines], true);
}

function nativeCells({ native, unit }: Row): readonly string[] {
  return native === null ? ["", "", ""] : [showTime(native.best, unit), native.name, times(native.ratio)];
}

/** What a reader must know to read the figures. */
export function conditions({ machine, threads, ceilings, effort }: Omit<Report, "rows">): string {
  const peaks = ceilings.map(
    ({ where, gflops, instruction }) =>
      `; ceiling${where === "node" ? "" : " in Chromium"} ${gflops.toFixed(1)} GFLOP/s (${instruction})`,
  );
  const among = threads === 1 ? "one thread" : `${threads} threads for those that can share`;
  const caution = effort === "quick" ? "\nMeasured with --quick: not for showing." : "";
  return `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, ${among}${peaks.join("")}${caution}`;
}

function titleOf({ suite, case: name, where }: Figures): string {
  return `${suite} ${name}${where === "node" ? "" : ", in Chromium"}`;
}

function aheadOf(row: Figures, figures: LibraryFigures): string {
  if (row.ours === null || figures.best === row.ours) return "";
  return times(figures.best / row.ours);
}

/** `, so at least 300 ×` of one that was ended, in milliseconds. */
function boundOf({ ours, unit }: Figures, { endedAfter }: LeftOut): string {
  if (endedAfter === undefined || ours === null) return "";
  return `, so at least ${times((endedAfter * PER_MILLISECOND[unit]) / ours)}`;
}

/** `≥ 60 × convnetjs ✓`; a question mark where it could not be judged. A figure that stands nowhere else is added. */
function barText({ bar, reached, met }: Verdict, unit: Row["unit"]): string {
  const sign = met === null ? "?" : met ? "✓" : "✗";
  if ("atMost" in bar) return `≤ ${bar.atMost} ${unit} ${sign}`;
  if ("ratio" in bar) {
    return bar.over === undefined
      ? `≥ ${bar.ratio} × ${sign}`
      : `≥ ${bar.ratio} × ${bar.over} ${sign} ${times(reached)}`.trimEnd();
  }
  if ("of" in bar) {
    const shown = met === false && reached !== null ? finely(reached) : "";
    return `≥ ${percent(bar.share)} of ${bar.of === "memory" ? "memory" : "the ceiling"} ${sign} ${shown}`.trimEnd();
  }
  return `≥ ${percent(bar.share)} of the rate of ${bar.ofCase.case} ${sign} ${reached === null ? "" : finely(reached)}`.trimEnd();
}

function shareText(share: number | null): string {
  return share === null ? "" : percent(share);
}

function times(ratio: number | null): string {
  return ratio === null ? "" : `${significant(ratio)} ×`;
}

/** Three digits and the unit. */
export function showTime(value: number, unit: Row["unit"]): string {
  return `${significant(value)} ${unit}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** With a digit more, and never rounded up: what is just missed must not look reached. */
function finely(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** Three digits, without an exponent. */
export function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Text in columns, the first flush left, the others flush right; the last one left too if it is prose. */
export function columns(lines: readonly (readonly string[])[], endsInProse = false): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          const isLeft = column === 0 || (endsInProse && column === widths.length - 1);
          return isLeft ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}
