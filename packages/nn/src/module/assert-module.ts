import { wrongArgument } from "@unfoldjs/tensor-core";
import { isModule } from "./any-module.ts";

/** @throws ValueError unless it is a module, of this or of another copy of the package */
export function assertModule(op: string, name: string, value: unknown): void {
  if (isModule(value)) return;
  const fix = typeof value === "function" ? "make an instance: new Net()" : undefined;
  throw wrongArgument(op, name, value, "a module", fix);
}
