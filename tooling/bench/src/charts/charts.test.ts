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

/** Every element that is opened is closed, in order; no stray < or &. */
function assertWellFormed(picture: string): void {
  const open: string[] = [];
  const rest = picture.replaceAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z0-9-]+="[^"<]*")*)(\/?)>/g,
    (_, close, name, _attributes, empty) => {
      if (close === "/") expect(open.pop()).toBe(name);
      else if (empty === "") open.push(name);
      return "";
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/<|&(?!amp;|lt;|gt;|quot;)/);
}

test("a report becomes a well-formed picture with its numbers", () => {
  const charts = chartsOf(report);
  expect([...charts.keys()]).toEqual(["matmul.svg"]);
  const picture = charts.get("matmul.svg") ?? "";
  assertWellFormed(picture);
  for (const shown of ["512 × 512", "4.80 ms", "7.90 ms, 1.65 ×", "A &amp; B &lt;&quot;C&quot;&gt;", "2026-01-02"]) {
    expect(picture).toContain(`${shown}`);
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
  assertWellFormed(picture);
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
