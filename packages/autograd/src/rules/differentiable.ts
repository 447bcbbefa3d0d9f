import { type AnyTensor, type Call, GradientError, type Results } from "@unfoldjs/tensor-core";
import { type AnyRow, savesOf } from "../row/row.ts";
import { rowFor } from "./index.ts";

/** Names of a call's results that the caller will see and that have a gradient. */
export function differentiableResults({ op: { results }, requested }: Call): string[] {
  const names: string[] = [];
  for (const name in results) {
    const kind = results[name];
    if (kind?.differentiable === true && (kind.given === "always" || requested.includes(name))) names.push(name);
  }
  return names;
}

/** False for whole numbers and truth values, which lead nowhere, whatever their op says. */
export function isFloat({ dtype }: AnyTensor): boolean {
  return dtype === "f32" || dtype === "f16" || dtype === "bf16";
}

/**
 * The row of a call.
 * @throws GradientError if it has no gradient; what the call itself throws, if it would have been refused anyhow
 */
export function rowOf({ op }: Call, next: () => Results): AnyRow {
  try {
    return rowFor(op.name);
  } catch (error) {
    assertCallable(next);
    throw error;
  }
}

/**
 * What the gradient with respect to one of a call's inputs takes.
 * @throws GradientError if there is none, such as of a loss with respect to its class weights; what the call itself throws,
 * if it would have been refused anyhow: floats in the place of indices are no gradient's matter
 */
export function savesFor({ op, inputs }: Call, row: AnyRow, name: string, next: () => Results): readonly string[] {
  const saves = savesOf(row, name);
  if (saves !== undefined) return saves;
  assertCallable(next);
  throw new GradientError(
    op.name,
    { input: name, shape: inputs[name]?.shape },
    `there is no gradient of ${op.name} with respect to "${name}"`,
    `pass a constant: stopGradient(${name})`,
  );
}

/** Runs a call whose derivative is refused, for what it throws. */
function assertCallable(next: () => Results): void {
  const results = next();
  for (const name in results) results[name]?.dispose();
}

/** Asks for those of an op's results that a rule uses. */
export function request({ op, inputs, requested }: Call, names: readonly string[]): void {
  for (const name of names) {
    if (!(name in inputs) && name in op.results && !requested.includes(name)) requested.push(name);
  }
}
