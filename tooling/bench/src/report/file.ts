import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Where } from "../bar.ts";
import type { Arithmetic } from "../measure/arithmetic.ts";
import type { Row } from "./row.ts";

/** The JSON file of a run. */
export interface Report {
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly platform: string;
    readonly node: string;
    readonly v8: string;
  };
  readonly date: string;
  /** that libraries could share their work among; a library's figures say how many it used */
  readonly threads: number;
  /** the best of the multiply-add loop in each place where a case counts floating-point operations */
  readonly ceilings: readonly {
    readonly where: Where;
    readonly gflops: number;
    readonly instruction: Arithmetic["instruction"];
  }[];
  readonly effort: "thorough" | "quick";
  readonly rows: readonly Row[];
}

export function thisMachine(): Report["machine"] {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

/** @throws Error if a report cannot be written there: said before minutes of measuring, not after */
export function assertWritable(file: string): void {
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new Error(`--json ${file}: the folder ${folder} does not exist; make it first`);
  const trial = temporaryName(file);
  writeFileSync(trial, "");
  rmSync(trial);
}

/** Writes the whole report or nothing. */
export function writeReport(file: string, report: Report): void {
  const partial = temporaryName(file);
  try {
    writeFileSync(partial, `${JSON.stringify(report, null, 2)}\n`);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** A report that `writeReport` wrote. @throws Error if the file is none */
export function readReport(file: string): Report {
  const report: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (isReport(report)) return report;
  throw new Error(`--from ${file}: this is no report of the bench (it has no rows); give a file that --json wrote`);
}

function isReport(value: unknown): value is Report {
  return typeof value === "object" && value !== null && "rows" in value && Array.isArray(value.rows);
}

/** @param pictures SVG by file name */
export function writeCharts(folder: string, pictures: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, picture] of pictures) writeFileSync(join(folder, name), picture);
}

function temporaryName(file: string): string {
  return `${file}.${process.pid}.partial`;
}
