import {
  type AnyTensor,
  type Call,
  expand,
  isTensor,
  reapply,
  type Results,
  type Shape,
  type Tensor,
  zeros,
  zerosLike,
} from "@unfoldjs/tensor-core";
import { type AnyPull, type AnyRow, type CallFacts, type Named, pullFor, savesOf, type Some } from "../row/row.ts";

/** Results and inputs by name that the tangent of a call takes. */
export function usedBy(row: AnyRow, tangents: Some): readonly string[] {
  if (row.kind === "elementwise") return Object.keys(tangents).flatMap((name) => savesOf(row, name) ?? []);
  return row.jvp?.uses ?? [];
}

/**
 * The tangents of a call's results by name, in tensor ops that whoever is below sees; one that is not there is zero.
 * @param tangents of its inputs
 * @param composed the tangents of a fused op, which are those of the ops it stands for
 */
export function push(call: Call, row: AnyRow, tangents: Some, results: Results, composed: () => Some): Some {
  return row.kind === "fused" ? composed() : WAYS[row.kind](call, row, tangents, results);
}

type Push = (call: Call, row: AnyRow, tangents: Some, results: Results) => Some;

const WAYS: Readonly<Record<Exclude<AnyRow["kind"], "fused">, Push>> = {
  elementwise: pushElementwise,
  linear: (call, row, tangents, results) =>
    row.jvp === undefined ? pushLinear(call, row, tangents) : pushCustom(call, row, tangents, results),
  multilinear: pushMultilinear,
  custom: pushCustom,
};

/** A diagonal matrix is its own transpose: each input's tangent goes the way of a gradient. */
function pushElementwise(call: Call, row: AnyRow, tangents: Some, results: Results): Some {
  const { shape } = results["y"] as AnyTensor;
  const values = valuesOf(call, results);
  const facts = factsOf(call);
  let sum: Tensor | undefined;
  for (const name in tangents) {
    const { pull, isFlat } = pullFor(row, name) as AnyPull;
    if (isFlat) continue;
    // The gradient of a table's rows is no elementwise op's.
    const part = pull(stretched(tangents[name] as Tensor, shape) as never, values, facts) as Tensor;
    sum = sum === undefined ? part : sum.add(part);
  }
  return sum === undefined ? {} : { y: sum };
}

function stretched(tangent: Tensor, shape: Shape): Tensor {
  const isWhole = tangent.rank === shape.length && tangent.shape.every((size, axis) => size === shape[axis]);
  return isWhole ? tangent : expand(tangent, shape);
}

/** f(x + t) − f(x) = f(t): the op itself, with zeros for inputs that have a gradient and no tangent. */
function pushLinear(call: Call, row: AnyRow, tangents: Some): Some {
  const inputs: Record<string, AnyTensor | undefined> = {};
  for (const name in call.inputs) {
    const input = call.inputs[name];
    const isHeld = input === undefined || savesOf(row, name) === undefined;
    // Tangents are f32, whatever the values are stored as.
    inputs[name] = isHeld ? input : (tangents[name] ?? zeros<Shape>(input.shape));
  }
  return reapply(call, inputs) as Some;
}

/**
 * The product rule: the op once for each input that has a tangent, with that in its place. What is only added goes along
 * with one of them, and is absent from the others.
 */
function pushMultilinear(call: Call, { additive = [] }: AnyRow, tangents: Some): Some {
  const absent = Object.fromEntries(additive.map((name) => [name, undefined]));
  const added = Object.fromEntries(additive.map((name) => [name, tangents[name]]));
  const factors = Object.keys(tangents).filter((name) => !additive.includes(name));
  if (factors.length === 0) {
    const nothing: Record<string, AnyTensor | undefined> = {};
    // All of them: zero times an infinity would not be zero.
    for (const name in call.inputs) nothing[name] = call.inputs[name] && zerosLike(call.inputs[name]);
    return reapply(call, { ...nothing, ...added }) as Some;
  }
  let sum: Some | undefined;
  for (const name of factors) {
    const inputs = { ...call.inputs, ...(sum === undefined ? added : absent), [name]: tangents[name] };
    const parts = reapply(call, inputs) as Some;
    sum = sum === undefined ? parts : plus(sum, parts);
  }
  return sum as Some;
}

function plus(sums: Some, parts: Some): Some {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum?.add(parts[name] as Tensor)]));
}

function pushCustom(call: Call, row: AnyRow, tangents: Some, results: Results): Some {
  const answer = row.jvp?.push(tangents, valuesOf(call, results), factsOf(call)) as Tensor | Some;
  return isTensor(answer) ? { y: answer } : answer;
}

/** Inputs and results by name, as a rule sees them. An op with an input called "y" means that one. */
function valuesOf({ inputs }: Call, results: Results): Named {
  return { ...results, ...inputs } as Named;
}

function factsOf({ attributes, inputs }: Call): CallFacts<never> {
  const shapes: Record<string, Shape> = {};
  for (const name in inputs) if (inputs[name] !== undefined) shapes[name] = inputs[name].shape;
  return { attributes: attributes as never, shapes };
}
