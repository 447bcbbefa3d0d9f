import { type Estimate, estimate, plusMinus } from "@unfoldjs/example-kit";
import { type Accuracy, accuracyOf, type Method, type Point } from "./points.ts";

/** A line of the figure and a column of the table. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly isOurs: boolean;
  at(amount: number): Accuracy | undefined;
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
          series("setfit: head only", "head", "#0072b2", false),
          series("setfit: tuned, then head", "tuned", "#d55e00", false),
        ]),
  ];
}

const told = ({ mean, interval }: Estimate): string =>
  Number.isFinite(interval) ? plusMinus({ mean, interval }) : (100 * mean).toFixed(1);

/** Of fewer repetitions than all it says how many, and of a single one nobody knows how far it may be off. */
function percent({ repetitions, ...found }: Accuracy, all: number): string {
  return `${told(found)}${repetitions < all ? ` (${repetitions} of ${all})` : ""}`;
}

/** Markdown: amounts down, methods across. */
export function tableOf(series: readonly Series[], amounts: readonly number[], repetitions: number): string {
  const heads = ["examples a class", ...series.map(({ name }) => name)];
  const rows = amounts.map((amount) => [
    String(amount),
    ...series.map((each) => {
      const found = each.at(amount);
      return found === undefined ? "–" : percent(found, repetitions);
    }),
  ]);
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(heads), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** What the numbers say, in words: where tuning pays, and whether setfit's are the same within the repetitions' spread. */
export function verdictOf(points: readonly Point[], python: readonly Point[], amounts: readonly number[]): string {
  const of = (from: readonly Point[], method: Method): Point[] => from.filter((point) => point.method === method);
  const gain = differences(of(points, "tuned"), of(points, "head"), amounts);
  const lines = [`Tuning brings, in points over the head alone in the same repetitions: ${gain}.`];
  if (python.length > 0) {
    const [head, tuned] = (["head", "tuned"] as const).map((method) =>
      differences(of(points, method), of(python, method), amounts),
    );
    lines.push(`Ours less setfit's, in points in the same repetitions: head only ${head}; tuned ${tuned}.`);
  }
  return lines.join("\n\n");
}

/** Mean differences of the accuracies of two ways, over repetitions that both have, by amount. */
function differences(ones: readonly Point[], others: readonly Point[], amounts: readonly number[]): string {
  const found = amounts.flatMap((amount) => {
    const apart = ones.flatMap((one) => {
      const other = others.find(({ seed, amount: own }) => seed === one.seed && own === one.amount);
      return one.amount !== amount || other === undefined ? [] : [one.accuracy - other.accuracy];
    });
    return apart.length === 0 ? [] : [{ amount, apart }];
  });
  const points = (value: number): string => (100 * value).toFixed(1);
  const same = found.filter(({ apart }) => apart.every((value) => Math.abs(value) < 5e-4));
  const said = found
    .filter((each) => !same.includes(each))
    .map(({ amount, apart }) => {
      const { mean, interval } = estimate(apart);
      const each = apart.map((value) => points(value).replace("-", "−")).join(", ");
      return `${mean < 0 ? "−" : "+"}${told({ mean: Math.abs(mean), interval })} at ${amount} (${each})`;
    });
  if (same.length > 0) said.push(`none at ${same.map(({ amount }) => amount).join(", ")}`);
  return said.join("; ") || "nothing measured yet";
}
