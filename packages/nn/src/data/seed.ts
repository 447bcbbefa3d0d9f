import { assertGenerator, isGenerator, wrongArgument } from "@unfoldjs/tensor-core";

/** @throws ValueError unless it is a seed, or a generator to draw from */
export function assertSeed(op: string, name: string, value: unknown): void {
  if (isGenerator(value)) return;
  if (typeof value !== "number") throw wrongArgument(op, name, value, "a seed, or a Generator");
  if (!Number.isSafeInteger(value) || value < 0) assertGenerator(op, name, value);
}
