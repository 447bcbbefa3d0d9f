import { assertFunction as assertCallable, wrongArgument } from "@unfoldjs/tensor-core";

/** What a value is, in a word or two: "undefined", "number 3", "Map". */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "object") return value.constructor?.name ?? "object";
  if (typeof value === "number" || typeof value === "boolean") return `${typeof value} ${value}`;
  return typeof value;
}

/** @throws ValueError unless `f` is a function that can be called: a class cannot */
export function assertFunction(op: string, f: unknown): void {
  if (typeof f !== "function") {
    throw wrongArgument(op, "the first argument", f, "a function of tensors", "(x) => x.square().sum()");
  }
  assertCallable(op, "the first argument", f);
}
