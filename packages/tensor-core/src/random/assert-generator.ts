import { wrongArgument } from "../arguments/wrong.ts";
import { type Generator, isGenerator } from "./generator.ts";

/** @throws ValueError unless it is a `Generator`, of this or of another copy of the package */
export function assertGenerator(op: string, name: string, value: unknown): asserts value is Generator {
  if (isGenerator(value)) return;
  throw wrongArgument(op, name, value, "a Generator", typeof value === "number" ? "new Generator(seed)" : undefined);
}
