import { ValueError, assertFunction, wrongArgument } from "@unfoldjs/tensor-core";
import { type AnyModule, isModule, type Selector } from "./any-module.ts";
import type { Parameter } from "./parameter.ts";

/** Freezes or thaws the chosen parameters of a module. @throws ValueError on more children than there are */
export function setFrozen(module: AnyModule, chosen: Selector | undefined, frozen: boolean): void {
  const op = frozen ? "freeze" : "unfreeze";
  for (const parameter of select(op, module, chosen)) parameter.frozen = frozen;
}

function select(op: string, module: AnyModule, chosen: Selector | undefined): Parameter[] {
  if (chosen === undefined) return module.parameters();
  if (typeof chosen === "function") {
    assertFunction(op, "which", chosen);
    return module.namedParameters().flatMap(([name, parameter]) => (chosen(name, parameter) ? [parameter] : []));
  }
  if (typeof chosen !== "number")
    throw wrongArgument(op, "which", chosen, "a number of children, or a function of paths");
  const members = [...module.members()].map(([, member]) => member);
  const children = members.filter(isModule);
  if (!Number.isInteger(chosen) || chosen < 0 || chosen > children.length) {
    throw new ValueError(
      op,
      { module: module.constructor.name, children: children.length, first: chosen },
      `the number of children must be a whole number from 0 to ${children.length}`,
    );
  }
  return children.slice(0, chosen).flatMap((child) => child.parameters());
}
