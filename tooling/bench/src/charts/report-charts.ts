import { unfold } from "../peers/unfold.ts";
import type { Report } from "../report/file.ts";
import type { Row } from "../report/row.ts";
import { showTime } from "../report/table.ts";
import { type Bar, type Chart, drawChart, type Group } from "./chart.ts";

/** Which cases of a report make a picture, and what stands above them. */
interface Selection {
  readonly file: string;
  readonly title: string;
  readonly cases: readonly { readonly suite: string; readonly case?: string; readonly title?: string }[];
}

const SELECTIONS: readonly Selection[] = [
  {
    file: "matmul.svg",
    title: "Products of f32 matrices",
    cases: [
      ...["64", "256", "512", "1024"].map((name) => ({ suite: "matmul", case: name, title: `${name} × ${name}` })),
      { suite: "matmul", case: "512, left transposed" },
      { suite: "matmul", case: "16 × (128 × 64 · 64 × 128)" },
      { suite: "matmul", case: "1 × 512", title: "one row with 512 × 512" },
      { suite: "matmul-gradient", title: "512 × 512, forward and backward" },
    ],
  },
  {
    file: "convolution.svg",
    title: "Convolutions of f32 images",
    cases: [
      { suite: "convolution" },
      { suite: "convolution-gradient", title: "3×3, 64 → 64, 56×56, forward and backward" },
    ],
  },
  {
    file: "training.svg",
    title: "A training step: forward, backward, update",
    cases: [{ suite: "training", title: "LeNet-5, 64 pictures" }],
  },
  { file: "elementwise.svg", title: "Functions of a million f32 numbers", cases: [{ suite: "elementwise" }] },
  {
    file: "cold-start.svg",
    title: "From the start of Node to the first product",
    cases: [{ suite: "cold-start", title: "a whole process" }],
  },
];

/** The pictures that a report has figures for, by file name. */
export function chartsOf(report: Report): ReadonlyMap<string, string> {
  const charts = new Map<string, string>();
  for (const { file, title, cases } of SELECTIONS) {
    const groups = cases.flatMap((each) => groupsOf(report.rows, each));
    if (groups.length > 0) charts.set(file, drawChart({ title, conditions: conditionsOf(report, groups), groups }));
  }
  return charts;
}

function groupsOf(rows: readonly Row[], wanted: Selection["cases"][number]): readonly Group[] {
  const isWanted = (row: Row): boolean => row.suite === wanted.suite && row.case === (wanted.case ?? row.case);
  return rows.filter(isWanted).flatMap((row) => {
    if (row.where !== "node" || row.ours === null) return [];
    const inPage = rows.find((other) => isWanted(other) && other.case === row.case && other.where === "chromium");
    const bars = [...barsOf(row), ...(inPage ? barsOf(inPage).filter(({ isOurs }) => !isOurs) : [])];
    const ordered = bars.toSorted((a, b) => Number(b.isOurs) - Number(a.isOurs) || a.ratio - b.ratio);
    return [{ title: wanted.title ?? row.case, bars: ordered }];
  });
}

/** A library of a page is compared with ours in that page. */
function barsOf({ ours, where, unit, libraries }: Row): readonly Bar[] {
  if (ours === null) return [];
  return libraries.map(({ name, best }) => ({
    name: where === "chromium" ? `${name}*` : name,
    isOurs: name === unfold.name,
    time: showTime(best, unit),
    ratio: best / ours,
  }));
}

function conditionsOf({ machine, threads, effort, date }: Report, groups: Chart["groups"]): readonly string[] {
  const among = threads === 1 ? "one thread" : `${threads} threads for those that can share`;
  const notes = [
    ...(groups.some(({ bars }) => bars.some(({ name }) => name.endsWith("*")))
      ? ["* in Chromium, against ours there"]
      : []),
    ...(effort === "quick" ? ["measured with --quick: not for showing"] : []),
  ];
  return [
    `${machine.processor}, Node ${machine.node}, ${among}; best of many runs, ${date.slice(0, 10)}`,
    ...(notes.length > 0 ? [notes.join("; ")] : []),
  ];
}
