import { accuracyLines, type Estimate } from "@unfoldjs/example-kit";
import { type Method, nameOf, type Summary } from "./summary.ts";

/** Accuracy over pictures of a class, a line for each method with its intervals, as an SVG picture. */
export function accuracyChart(title: string, { amounts }: Summary, methods: readonly Method[], stages: number): string {
  const lines = methods.map((method) => ({
    name: nameOf(method, stages),
    dashed: method === "scratch",
    points: new Map(
      amounts.flatMap(({ amount, estimates }): [number, Estimate][] => {
        const found = estimates.get(method);
        return found === undefined ? [] : [[amount, found]];
      }),
    ),
  }));
  return accuracyLines(title, "pictures of each class to learn from", lines);
}
