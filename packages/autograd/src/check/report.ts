import type { Shape } from "@unfoldjs/tensor-core";

/** One element of one input: the gradient that autograd gave, and the finite difference. */
export interface Comparison {
  /** Which input, counted from 0 in the order of its fields. */
  readonly input: number;
  readonly shape: Shape;
  /** Position of the element in row-major order. */
  readonly at: number;
  readonly analytic: number;
  readonly numeric: number;
  readonly error: number;
  readonly ok: boolean;
  /** True where the function has a kink, and so no slope: `ok` then says that the gradient is among those of both sides. */
  readonly kink: boolean;
}

const ROWS = 8;

/** The comparisons as a table, worst first. */
export function report(comparisons: readonly Comparison[]): string {
  const wrong = comparisons.filter(({ ok }) => !ok);
  const kinks = comparisons.filter(({ ok, kink }) => ok && kink);
  const agreement =
    wrong.length === 0
      ? `gradcheck: all ${comparisons.length} elements agree`
      : `gradcheck: ${wrong.length} of ${comparisons.length} elements differ`;
  const head = kinks.length === 0 ? agreement : `${agreement}; at ${kinks.length} of them is a kink`;
  const worst = comparisons.toSorted((a, b) => Number(a.ok) - Number(b.ok) || badness(b) - badness(a)).slice(0, ROWS);
  const rows = [
    ["", "input", "element", "autograd", "difference", "error"],
    ...worst.map(({ ok, kink, input, shape, at, analytic, numeric, error }) => [
      ok ? (kink ? "kink" : "ok") : "WRONG",
      String(input),
      `[${indexOf(at, shape).join(", ")}]`,
      analytic.toPrecision(5),
      numeric.toPrecision(5),
      error.toExponential(1),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return [
    head,
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()),
  ].join("\n");
}

/** NaN is worse than any error. */
function badness({ error }: Comparison): number {
  return Number.isNaN(error) ? Number.MAX_VALUE : error;
}

function indexOf(at: number, shape: Shape): number[] {
  const index: number[] = [];
  let rest = at;
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}
