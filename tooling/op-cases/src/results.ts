import { type AnyTensor, data } from "@unfoldjs/tensor-core";
import type { ByName } from "./op-case.ts";
import type { Exact } from "./reference/exact.ts";

/** Largest error of an f32 unless a row says otherwise, as a share of 1 + |value|. */
const TOLERANCE = 2e-6;

/** Compares tensors with what they should hold, name by name. @returns what is wrong, in words */
export function compareAll(found: ByName<AnyTensor>, wanted: ByName<Exact>, tolerance?: number): string[] {
  const [came, due] = [Object.keys(found).sort().join(), Object.keys(wanted).sort().join()];
  if (came !== due) return [`results ${came}, wanted ${due}`];
  return Object.entries(found).flatMap(([name, tensor]) =>
    compare(tensor, wanted[name] as Exact, tolerance).map((wrong) => (name === "y" ? wrong : `${name}: ${wrong}`)),
  );
}

/** Compares a tensor with what it should hold: whole numbers must be equal. @returns what is wrong, in words */
function compare(found: AnyTensor, wanted: Exact, tolerance: number = TOLERANCE): string[] {
  if (found.shape.join() !== wanted.shape.join())
    return [`shape [${found.shape.join(", ")}], wanted [${wanted.shape.join(", ")}]`];
  const isFloat = found.dtype === "f32";
  const values = data(found);
  return wanted.values.flatMap((exact, at) => {
    const value = isFloat ? Math.fround(exact) : exact;
    const got = values[at] as number;
    const agrees = isSame(got, value) || (isFloat && Math.abs(got - value) <= tolerance * (1 + Math.abs(value)));
    return agrees ? [] : [`element ${at} is ${got}, wanted ${value}`];
  });
}

/** Zeros of either sign count as equal, and so do NaNs. */
function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** Lets go of what a call gave. */
export function disposeAll(results: ByName<AnyTensor>): void {
  for (const result of Object.values(results)) result.dispose();
}
