import type { Shape } from "@unfoldjs/tensor-core";
import type { Comparison } from "../check/report.ts";
import type { Derivation, ExplainedGradient, ExplainedStep, ExplainedTensor } from "./explained.ts";
import { gradientSign, numberText } from "./notation.ts";
import type { Shorthand } from "./shorthand.ts";

/** More elements than this are summed up in a sentence. */
const READABLE = 24;
/** As many digits of a difference in f32 mean something. */
const DIFFERENCE_DIGITS = 4;

export function printed({ inputs, result, steps }: Derivation): string {
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
  const wrong = comparisons.filter(({ ok }) => !ok);
  const kinks = comparisons.filter(({ ok, kink }) => ok && kink);
  return [
    `      ${rule.text}`,
    `        autograd   ${elements(values, shape)}`,
    `        numeric    ${numeric(comparisons, values.length, shape)}`,
    ...(wrong.length === 0
      ? []
      : [`        WRONG      ${wrong.length} of ${comparisons.length} differ: ${tried(wrong)}`]),
    ...(kinks.length === 0
      ? []
      : [
          `        kink       at ${kinks.length} of ${comparisons.length}: no slope, the gradient lies between those of both sides`,
        ]),
    ...(shorthand === undefined ? [] : notes(shorthand)),
  ];
}

function numeric(comparisons: readonly Comparison[], size: number, shape: Shape): string {
  if (comparisons.length === 0) return "no difference can be taken of it";
  if (comparisons.length < size || size > READABLE) return tried(comparisons);
  const values = comparisons.map((each) => each.numeric);
  return nested(values, shape, DIFFERENCE_DIGITS);
}

function notes({ text, remark, shape, values }: Shorthand): string[] {
  const whole = values === undefined ? [] : [elements(values, shape)];
  const [first, ...rest] = [text, ...remark.split("\n"), ...whole];
  return [`        notes      ${first}`, ...rest.map((line) => `                   ${line}`)];
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
  if (values.length <= READABLE) return nested([...values], shape);
  const [lowest, highest] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return `${shape.join(" × ")} elements from ${numberText(lowest)} to ${numberText(highest)}`;
}

function nested(values: readonly number[], shape: Shape, digits?: number): string {
  const [first, ...rest] = shape;
  if (first === undefined) return numberText(values[0] ?? 0, digits);
  const each = values.length / Math.max(1, first);
  const parts = Array.from({ length: first }, (_, i) => nested(values.slice(i * each, (i + 1) * each), rest, digits));
  return `[${parts.join(", ")}]`;
}
