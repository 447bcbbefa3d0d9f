import { accuracyLines } from "@unfoldjs/example-kit";
import type { Series } from "./report.ts";

/** Accuracy over examples a class, as an SVG picture: a line for each of our methods, and one of its colour for setfit's. */
export function accuracyChart(title: string, series: readonly Series[], amounts: readonly number[]): string {
  const lines = series.map(({ name, colour, isOurs, at }) => ({
    name,
    colour,
    dashed: !isOurs,
    points: new Map(
      amounts.flatMap((amount) => {
        const found = at(amount);
        return found === undefined ? [] : [[amount, found] as const];
      }),
    ),
  }));
  return accuracyLines(title, "examples of each class to learn from", lines);
}
