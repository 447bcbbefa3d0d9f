import { ValueError } from "@unfoldjs/tensor-core";

/** What a value is, in a word or two: "undefined", "number 3", "Map". */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "object") return value.constructor?.name ?? "object";
  if (typeof value === "number" || typeof value === "boolean") return `${typeof value} ${value}`;
  return typeof value;
}

/** @throws ValueError unless `f` is a function */
export function assertFunction(op: string, f: unknown): void {
  if (typeof f === "function") return;
  throw new ValueError(
    op,
    { came: kindOf(f) },
    "the first argument must be a function of tensors",
    "(x) => x.square().sum()",
  );
}
