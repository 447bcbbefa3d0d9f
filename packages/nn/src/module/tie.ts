import type { AnyModule, Member } from "./any-module.ts";
import { putAt, valueAt } from "./fields.ts";

/**
 * Puts one parameter or buffer wherever `model` has another, whose memory is given back: from then on the two are one.
 * @returns false if a place of it is none of a module's fields, such as where `members` is a class's own
 */
export function tie(model: AnyModule, other: Exclude<Member, AnyModule>, one: Exclude<Member, AnyModule>): boolean {
  for (const [, module] of model.namedModules()) {
    for (const [path, member] of module.members()) {
      if (member !== other) continue;
      if (valueAt(module, path) !== other || !putAt(module, path, one)) return false;
    }
  }
  other.dispose();
  return true;
}
