import { plusMinus } from "@unfoldjs/example-kit";
import { type AmountSummary, type Method, nameOf, type Summary } from "./summary.ts";

/** A table in Markdown: amounts down, methods across; the best of each row in bold. */
export function tableOf({ amounts }: Summary, methods: readonly Method[], stages: number): string {
  const heads = [
    "pictures of a class",
    ...methods.map((method) => nameOf(method, stages)),
    "best",
    "as good",
    "over scratch",
  ];
  const rows = amounts.map((row) => [
    String(row.amount),
    ...methods.map((method) => cell(row, method)),
    ...verdict(row),
  ]);
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(heads), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function cell({ estimates, best }: AmountSummary, method: Method): string {
  const found = estimates.get(method);
  if (found === undefined) return "–";
  return method === best ? `**${plusMinus(found)}**` : plusMinus(found);
}

function verdict({ best, asGood, gain }: AmountSummary): string[] {
  const others = asGood.filter((depth) => depth !== best);
  return [
    String(best),
    others.length === 0 ? "–" : others.join(", "),
    `${gain.mean < 0 ? "−" : "+"}${plusMinus({ ...gain, mean: Math.abs(gain.mean) })}`,
  ];
}

/** What the numbers say of the rule, in words. */
export function ruleOf({ amounts, rule }: Summary, seeds: number): string {
  const depths = amounts.map(({ amount, best }) => `${amount} → ${best}`).join(", ");
  const said = {
    held: "held: the best number of learning stages never shrinks as pictures become more, and grows in all",
    undecided:
      "is neither shown nor refuted: the best number of learning stages does not grow from row to row, but numbers that are not shown to be worse do",
    "did not hold": "did not hold: the best number of learning stages does not grow with the pictures",
  }[rule];
  return `The rule "the more data, the fewer layers to freeze" ${said}.
Best number of learning stages, by pictures of a class: ${depths} (${seeds} repetitions).`;
}
