import { showArgument } from "./config.ts";
import type { AnyModule } from "./any-module.ts";

/** A module as PyTorch prints it: its class, and its children indented; a leaf with its constructor's arguments. */
export function print(module: AnyModule): string {
  const name = module.constructor.name;
  const children = module.namedChildren();
  if (children.length === 0) return `${name}(${(module.config() ?? []).map(showArgument).join(", ")})`;
  const lines = children.map(([child, inner]) => `  (${child}): ${print(inner).replaceAll("\n", "\n  ")}`);
  return [`${name}(`, ...lines, ")"].join("\n");
}
