import { expect, test } from "vitest";
import { exampleRow } from "../report/example-row.ts";
import type { Report } from "../report/file.ts";
import { chartsOf } from "./report-charts.ts";

const report: Report = {
  machine: { processor: 'A & B <"C">', cores: 2, platform: "", node: "24.1.0", v8: "" },
  date: "2026-01-02T03:04:05Z",
  threads: 1,
  ceilings: [],
  effort: "thorough",
  rows: [exampleRow],
};

/** What keeps a picture from being well-formed: elements left open or closed out of order, a stray < or &. */
function faultsOf(picture: string): readonly string[] {
  const open: string[] = [];
  const faults: string[] = [];
  const tag = /<(?<close>\/?)(?<name>[a-z]+)(?: [a-zA-Z0-9-]+="[^"<]*")*(?<empty>\/?)>/g;
  for (const { groups } of picture.matchAll(tag)) {
    const { close, name = "", empty } = groups ?? {};
    if (close === "/" && open.pop() !== name) faults.push(`</${name}>`);
    if (close === "" && empty === "") open.push(name);
  }
  const rest = picture.replaceAll(tag, "");
  return [...faults, ...open, ...(rest.match(/<|&(?!amp;|lt;|gt;|quot;)/g) ?? [])];
}

test("a report becomes a well-formed picture with its numbers", () => {
  const charts = chartsOf(report);
  expect([...charts.keys()]).toEqual(["matmul.svg"]);
  const picture = charts.get("matmul.svg") ?? "";
  expect(faultsOf(picture)).toEqual([]);
  for (const shown of ["512 × 512", "4.80 ms", "7.90 ms, 1.65 ×", "A &amp; B &lt;&quot;C&quot;&gt;", "2026-01-02"]) {
    expect(picture).toContain(shown);
  }
  expect(picture).toContain("512 × 512: unfold 4.80 ms, quick 7.90 ms.");
  expect(picture).not.toContain("logarithmic");
});

test("bars are as long as the times are", () => {
  const widths = [...(chartsOf(report).get("matmul.svg") ?? "").matchAll(/width="([\d.]+)" height="13"/g)];
  const [ours, quick] = widths.map(([, width]) => Number(width));
  expect((quick ?? NaN) / (ours ?? NaN)).toBeCloseTo(7.9 / 4.8, 2);
});

test("a library of a page is compared with ours there, and a long way off asks for a logarithmic scale", () => {
  const [ours, quick] = exampleRow.libraries;
  if (ours === undefined || quick === undefined) throw new Error("two libraries");
  const libraries = [
    { ...ours, best: 2 },
    { ...quick, name: "paged", best: 200 },
  ];
  const inPage = { ...exampleRow, where: "chromium", ours: 2, libraries } as const;
  const picture = chartsOf({ ...report, rows: [exampleRow, inPage] }).get("matmul.svg") ?? "";
  expect(faultsOf(picture)).toEqual([]);
  expect(picture).toContain("paged*");
  expect(picture).toContain("200 ms, 100 ×");
  expect(picture).toContain("* in Chromium, against ours there");
  expect(picture).toContain("logarithmic scale");
  expect(picture.match(/>unfold</g)).toHaveLength(1);
});

test("without figures there is no picture", () => {
  expect(chartsOf({ ...report, rows: [] }).size).toBe(0);
  expect(chartsOf({ ...report, rows: [{ ...exampleRow, ours: null }] }).size).toBe(0);
});
