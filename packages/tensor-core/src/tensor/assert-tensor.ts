import { assertPlain } from "../arguments/checks.ts";
import { wrongArgument } from "../arguments/wrong.ts";
import { BRAND } from "../errors/describe.ts";
import type { ValueError } from "../errors/index.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import type { Tensor } from "./tensor.ts";

/** @throws ValueError that says what came, unless it is a tensor; DisposedError */
export function assertTensor(op: string, name: string, value: unknown): asserts value is Tensor<Shape, DType> {
  if ((value as Tensor | null | undefined)?.brand !== BRAND) throw notTensor(op, name, value);
  (value as Tensor).assertLive(op);
}

/** @throws ValueError unless it is an array of tensors; DisposedError */
export function assertTensors(op: string, name: string, value: unknown): void {
  if (!Array.isArray(value)) throw wrongArgument(op, name, value, "an array of tensors", "[x] for one");
  for (let at = 0; at < value.length; at++) assertTensor(op, `${name}[${at}]`, value[at]);
}

/** The error for something that stands in a tensor's place. */
export function notTensor(op: string, name: string, value: unknown, expected = "a tensor"): ValueError {
  return wrongArgument(op, name, value, expected, tensorFix(value));
}

function tensorFix(value: unknown): string | undefined {
  if (value === undefined) return "look for a name that is misspelt, or a function that does not return its result";
  if (typeof value === "number" || typeof value === "boolean" || Array.isArray(value))
    return "make a tensor of it: tensor(values)";
  if (typeof value === "function") return "call it, and pass what it returns";
  if (!ArrayBuffer.isView(value)) return undefined;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array)
    return "fromArray(Int32Array.from(values, Number), shape)";
  return "make a tensor of it: fromArray(values, shape)";
}

/** @throws ValueError unless it is a record of tensors by name */
export function assertNamedTensors(op: string, tensors: unknown): void {
  assertPlain(op, "tensors", tensors, "an object of tensors by name");
  for (const [name, tensor] of Object.entries(tensors)) assertTensor(op, `tensors.${name}`, tensor);
}
