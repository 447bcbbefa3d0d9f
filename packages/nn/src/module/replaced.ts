import { isTensor, ValueError } from "@unfoldjs/tensor-core";
import type { AnyModule, NamedMember } from "./any-module.ts";
import { isEmptyContainer, valueAt } from "./fields.ts";

/** Where each module's members were when they were last asked for. */
const places = new WeakMap<AnyModule, readonly string[]>();

/**
 * Notes where a module's members are, and looks at what has come to where one was before. A place may be empty, or a list
 * of further members; a tensor or something else there would be used by `forward` and never be learned or saved.
 * @throws ValueError, as PyTorch refuses the assignment itself
 */
export function assertNoneReplaced(module: AnyModule, found: readonly NamedMember[]): void {
  const before = places.get(module);
  if (before !== undefined && before.length === found.length && before.every((path, i) => path === found[i]?.[0]))
    return;
  const now = found.map(([path]) => path);
  for (const path of before ?? []) {
    if (now.some((name) => name === path || name.startsWith(`${path}.`))) continue;
    const value = valueAt(module, path);
    if (value === undefined || value === null || (typeof value === "object" && isEmptyContainer(value))) continue;
    throw new ValueError(
      "module",
      { class: module.constructor.name, path, came: kindOf(value) },
      "where a parameter, a buffer or a layer was, something else was put: it would not be learned or saved any more",
      isTensor(value)
        ? `write into it: this.${path}.assign(values); for another parameter, new Parameter(values)`
        : "put another member there, or undefined to take it out",
    );
  }
  places.set(module, now);
}

function kindOf(value: {}): string {
  if (isTensor(value)) return `a plain tensor [${value.shape.join(", ")}]`;
  return typeof value === "object" ? `a value of class ${value.constructor?.name ?? "none"}` : `a ${typeof value}`;
}
