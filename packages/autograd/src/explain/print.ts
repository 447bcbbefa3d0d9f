import type { Shape } from "@unfoldjs/tensor-core";
import type { Comparison } from "../check/report.ts";
import type { ExplainedGradient, ExplainedStep, ExplainedTensor, Explanation } from "./explanation.ts";
import { gradientSign, numberText } from "./notation.ts";

/** More elements than this are summed up in a sentence. */
const READABLE = 24;

export function printed({ inputs, result, steps }: Explanation): string {
  const names = inputs.map(({ name }) => name).join(", ");
  return [
    `${named(result)} = f(${names})   ${inputs.map(named).join("   ")}`,
    `${gradientOf(inputs[0] ?? result)} is ∂L/∂${(inputs[0] ?? result).name}, and ${gradientOf(result)} = ${elements(result.gradient, result.shape)}`,
    "",
    ...steps.filter(({ isRenaming }) => !isRenaming).flatMap((step, i) => [...lines(step, i + 1), ""]),
    "In all",
    ...inputs.map((input) => `  ${gradientOf(input)} = ${elements(input.gradient, input.shape)}`),
  ].join("\n");
}

function lines({ rule, where, isView, gradients }: ExplainedStep, at: number): string[] {
  const head = `${String(at).padStart(2)}  ${rule.text}`;
  if (isView) return [head, ...gradients.map((gradient) => `      ${gradient.rule.text}`)];
  return [
    head,
    ...(where === undefined ? [] : [`    where ${where.text}`]),
    ...gradients.flatMap((gradient) => gradientLines(gradient)),
  ];
}

function gradientLines({ rule, values, shape, comparisons, shorthand }: ExplainedGradient): string[] {
  const isWhole = comparisons.length === values.length && values.length <= READABLE;
  const numeric = isWhole
    ? elements(
        Float32Array.from(comparisons, (each) => each.numeric),
        shape,
      )
    : tried(comparisons);
  const wrong = comparisons.filter(({ ok }) => !ok);
  return [
    `      ${rule.text}`,
    `        autograd   ${elements(values, shape)}`,
    `        numeric    ${comparisons.length === 0 ? "no difference can be taken of it" : numeric}`,
    ...(wrong.length === 0
      ? []
      : [`        WRONG      ${wrong.length} of ${comparisons.length} differ: ${tried(wrong)}`]),
    ...(shorthand === undefined
      ? []
      : [
          `        notes      ${shorthand.text}`,
          ...shorthand.remark.split("\n").map((line) => `                   ${line}`),
          ...(shorthand.values === undefined
            ? []
            : [`                   ${elements(shorthand.values, shorthand.shape)}`]),
        ]),
  ];
}

/** How far the elements that were tried are from their differences. */
function tried(comparisons: readonly Comparison[]): string {
  const largest = Math.max(...comparisons.map(({ error }) => error));
  return `within ${largest.toExponential(1)} at ${comparisons.length} elements`;
}

function gradientOf({ name, shape }: ExplainedTensor): string {
  return gradientSign(name, shape).text;
}

function named({ name, shape }: ExplainedTensor): string {
  return shape.length === 0 ? name : `${name}[${shape.join(", ")}]`;
}

function elements(values: Float32Array, shape: Shape): string {
  if (values.length > READABLE)
    return `${shape.join(" × ")} elements from ${numberText(lowest(values))} to ${numberText(-lowest(values.map((value) => -value)))}`;
  return nested([...values], shape);
}

function lowest(values: Float32Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function nested(values: readonly number[], shape: Shape): string {
  const [first, ...rest] = shape;
  if (first === undefined) return numberText(values[0] ?? 0);
  const each = values.length / Math.max(1, first);
  return `[${Array.from({ length: first }, (_, i) => nested(values.slice(i * each, (i + 1) * each), rest)).join(", ")}]`;
}
