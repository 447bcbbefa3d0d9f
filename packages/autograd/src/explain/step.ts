import { type AnyTensor, data, isTensor, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { RowGradient } from "../gradient/row-gradient.ts";
import type { Form, Formula } from "../row/formula.ts";
import { formulaFor } from "../rules/formulas.ts";
import { sharedOf, type Some } from "../row/row.ts";
import type { TapeNode } from "../tape/tape.ts";
import type { ExplainedGradient, ExplainedStep } from "./explained.ts";
import { gradientForm } from "./gradient-form.ts";
import { LocalOp, type Tolerance } from "./local.ts";
import type { Names } from "./names.ts";
import { equation, gradientSign, phrase, type Sign, type Signs, signOf } from "./notation.ts";
import { shorthandOf } from "./shorthand.ts";
import type { Passed, Trail } from "./trail.ts";

/** One op of a derivation, if a gradient came back to it. */
export function stepOf(
  node: TapeNode,
  trail: Trail,
  names: Names,
  gradients: ReadonlyMap<number, Tensor>,
  tolerance: Tolerance,
): ExplainedStep | undefined {
  const dys: Record<string, Tensor> = {};
  for (const { name, id } of node.outputs) {
    const dy = gradients.get(id);
    if (dy !== undefined) dys[name] = dy;
  }
  const output = node.outputs.find(({ name }) => name in dys);
  if (output === undefined) return undefined;
  const left = signOf(names.of(output.id), (dys[output.name] as Tensor).shape);
  const passed = trail.callOf(output.id);
  return passed === undefined ? opaque(node, left, names, dys) : open(node, passed, left, names, dys, tolerance);
}

/** An op of the table: its row says how its gradient goes. */
function open(
  node: TapeNode,
  { call, inputs }: Passed,
  left: Sign,
  names: Names,
  dys: Some,
  tolerance: Tolerance,
): ExplainedStep {
  const formula: Formula = formulaFor(node.op) ?? { value: [node.op, node.op] };
  const given: Record<string, AnyTensor> = {};
  for (const [name, saved] of inputs) given[name] = saved.open(node.op, name);
  const signs = signsOf(node, given, names, dys);
  const op = new LocalOp(
    call,
    given,
    node.sources.map(({ name }) => name),
  );
  const local = op.gradients(dys, tolerance);
  // What each result that a gradient came back to says.
  const parts = Object.keys(dys).map((name) => formula.results?.[name] ?? formula);
  const gradients = node.sources.map(({ name: place, id }): ExplainedGradient => {
    const { shape } = given[place] as Tensor;
    const input = names.of(id);
    const forms = parts.flatMap((part) => {
      const form = gradientForm(part, place, shape, left.shape ?? []);
      return form === undefined ? [] : [form];
    });
    const form = sumOf(forms) ?? (formula.results === undefined ? ["…", "\\dots"] : ["0", "0"]);
    return {
      input,
      place,
      shape,
      ...(local.get(place) ?? { values: new Float32Array(0), comparisons: [] }),
      rule: equation(gradientSign(input, shape), form, signs),
      shorthand: shorthandOf(node.op, place, left.text, signs, op, [given["a"], given["b"]]),
    };
  });
  return {
    op: node.op,
    isView: call.op.kind === "view",
    isRenaming: node.op === "resqueeze",
    rule: equation(left, parts[0]?.value ?? formula.value, signs),
    where: formula.where && parts.includes(formula) ? phrase(formula.where, signs) : undefined,
    gradients,
  };
}

/** Forms with a plus between them; undefined if there are none. */
function sumOf(forms: readonly Form[]): Form | undefined {
  if (forms.length === 0) return undefined;
  return [forms.map(([text]) => text).join(" + "), forms.map(([, latex]) => latex).join(" + ")];
}

/** What every sign of an op's formulas stands for in this call. */
function signsOf(
  { outputs, isSingle, sources, facts }: TapeNode,
  given: Readonly<Record<string, AnyTensor>>,
  names: Names,
  dys: Some,
): Signs {
  const values: Record<string, Sign> = {};
  const gradients: Record<string, Sign> = {};
  for (const { name, id } of outputs) {
    const shape = dys[name]?.shape;
    if (shape === undefined) continue;
    values[name] = signOf(names.of(id), shape);
    gradients[isSingle ? "" : name] = gradientSign(names.of(id), shape);
  }
  // An op with an input called "y" means that one.
  for (const [place, input] of Object.entries(given)) {
    values[place] = names.sign(
      input,
      place,
      sources.some(({ name }) => name === place),
    );
  }
  return { values, gradients, attributes: facts.attributes };
}

/** A step whose gradient somebody wrote himself, or whose ops are run again: it says what it gives, not why. */
function opaque(node: TapeNode, left: Sign, names: Names, dys: Some): ExplainedStep {
  const shapeOf = (place: string): Shape => node.facts.shapes[place] ?? [];
  const wanted = Object.fromEntries(node.sources.map(({ name }) => [name, { into: undefined }]));
  const answers = sharedOf(node.row)?.pull((node.isSingle ? dys["y"] : dys) as never, {}, node.facts as never, wanted);
  const inputs = node.sources.map(({ name, id }, i) => [`in${i}`, signOf(names.of(id), shapeOf(name))] as const);
  const signs: Signs = { values: Object.fromEntries(inputs), gradients: {}, attributes: undefined };
  const listed = inputs.map(([name]) => `$${name}`).join(", ");
  return {
    op: node.op,
    isView: false,
    isRenaming: false,
    rule: equation(left, [`${node.op}(${listed})`, `\\operatorname{${node.op}}(${listed})`], signs),
    where: undefined,
    gradients: node.sources.map(({ name: place, id }): ExplainedGradient => {
      const answer = answers?.[place];
      return {
        input: names.of(id),
        place,
        shape: shapeOf(place),
        values: answer === undefined ? new Float32Array(0) : data(whole(answer)),
        rule: equation(gradientSign(names.of(id), shapeOf(place)), ["as it says itself", "\\dots"], signs),
        comparisons: [],
        shorthand: undefined,
      };
    }),
  };
}

/** The gradient of a table, whether it came as rows or not. */
function whole(gradient: Tensor | RowGradient): Tensor {
  if (isTensor(gradient)) return gradient;
  const dense = gradient.toDense();
  dense.enterScope();
  return dense;
}
