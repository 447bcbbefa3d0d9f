import type { Estimate } from "@unfoldjs/example-kit";
import { accuracyOf, type Method, type Point } from "./points.ts";

/** A line of the figure and a column of the table. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly isOurs: boolean;
  at(amount: number): Estimate | undefined;
}

/** Ours, and beside them setfit's where they are of the same study. */
export function seriesOf(points: readonly Point[], python: readonly Point[]): Series[] {
  const series = (name: string, method: Method, colour: string, isOurs: boolean): Series => ({
    name,
    colour,
    isOurs,
    at: (amount) => accuracyOf(isOurs ? points : python, amount, method),
  });
  return [
    series("head only", "head", "#0072b2", true),
    series("head, penalty chosen", "chosen", "#009e73", true),
    series("tuned, then head", "tuned", "#d55e00", true),
    ...(python.length === 0
      ? []
      : [
          series("setfit: head only", "head", "#56b4e9", false),
          series("setfit: tuned, then head", "tuned", "#e69f00", false),
        ]),
  ];
}

const percent = ({ mean, interval }: Estimate): string => `${(100 * mean).toFixed(1)} ± ${(100 * interval).toFixed(1)}`;

/** Markdown: amounts down, methods across. */
export function tableOf(series: readonly Series[], amounts: readonly number[]): string {
  const heads = ["examples a class", ...series.map(({ name }) => name)];
  const rows = amounts.map((amount) => [
    String(amount),
    ...series.map((each) => {
      const found = each.at(amount);
      return found === undefined ? "–" : percent(found);
    }),
  ]);
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(heads), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** What the numbers say, in words: where tuning pays, and whether setfit's are the same within the repetitions' spread. */
export function verdictOf(points: readonly Point[], python: readonly Point[], amounts: readonly number[]): string {
  const gain = (amount: number): { mean: number; isSure: boolean } | undefined => {
    const pairs = points.flatMap((point) => {
      if (point.amount !== amount || point.method !== "tuned") return [];
      const head = points.find(
        ({ seed, amount: same, method }) => seed === point.seed && same === amount && method === "head",
      );
      return head === undefined ? [] : [point.accuracy - head.accuracy];
    });
    if (pairs.length === 0) return undefined;
    const mean = pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
    return { mean, isSure: pairs.every((value) => Math.sign(value) === Math.sign(mean)) };
  };
  const gains = amounts.flatMap((amount) => {
    const found = gain(amount);
    if (found === undefined) return [];
    const sign = found.mean < 0 ? "−" : "+";
    return [
      `${sign}${Math.abs(100 * found.mean).toFixed(1)} at ${amount}${found.isSure ? "" : " (not in all repetitions)"}`,
    ];
  });
  const apart = (method: Method): string[] =>
    amounts.flatMap((amount) => {
      const [own, other] = [accuracyOf(points, amount, method), accuracyOf(python, amount, method)];
      return own === undefined || other === undefined
        ? []
        : [`${(100 * (own.mean - other.mean)).toFixed(1)} at ${amount}`];
    });
  const beside =
    python.length === 0
      ? ""
      : `\n\nOurs less setfit's, in points: head only ${apart("head").join(", ")}; tuned ${apart("tuned").join(", ")}.`;
  return `Tuning brings, in points over the head alone: ${gains.join(", ")}.${beside.replaceAll("-", "−")}`;
}
