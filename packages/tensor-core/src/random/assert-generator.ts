import { wrongArgument } from "../arguments/wrong.ts";
import type { Check } from "../arguments/options.ts";
import type { Generator } from "./generator.ts";

/** @throws ValueError unless it draws random numbers as a `Generator` does */
export function assertGenerator(op: string, name: string, value: unknown): asserts value is Generator {
  const { uniform, reserve } = (value ?? {}) as { readonly uniform?: unknown; readonly reserve?: unknown };
  if (typeof uniform === "function" && typeof reserve === "function") return;
  throw wrongArgument(op, name, value, "a Generator", typeof value === "number" ? "new Generator(seed)" : undefined);
}

/** As an option. */
export const aGenerator: Check = assertGenerator;
