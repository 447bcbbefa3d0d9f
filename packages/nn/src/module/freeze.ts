import { ValueError, assertFunction, wrongArgument } from "@unfoldjs/tensor-core";
import { type AnyModule, isModule, type Selector } from "./any-module.ts";
import { walk } from "./members.ts";
import { isParameter, type Parameter } from "./parameter.ts";
import { assertEachMatches, pathGlobs } from "./path-glob.ts";

/**
 * Freezes or thaws the chosen parameters of a module.
 * @throws ValueError on more children than there are, or a pattern that names nothing
 */
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
  const patterns = typeof chosen === "string" ? [chosen] : chosen;
  if (isListOfTexts(patterns)) return matching(op, module, patterns);
  if (typeof chosen !== "number")
    throw wrongArgument(op, "which", chosen, "a number of children, patterns of paths, or a function of paths");
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

function isListOfTexts(patterns: unknown): patterns is readonly string[] {
  if (!Array.isArray(patterns) || patterns.length === 0) return false;
  return Array.from(patterns, (pattern: unknown) => typeof pattern).every((type) => type === "string"); // holes too
}

/** The parameters of which one of the paths is as one of the patterns says. */
function matching(op: string, module: AnyModule, patterns: readonly string[]): Parameter[] {
  const globs = pathGlobs(op, patterns);
  const named = walk(module).flatMap(([path, member]): [string, Parameter][] =>
    isParameter(member) ? [[path, member]] : [],
  );
  assertEachMatches(
    op,
    globs,
    named.map(([path]) => path),
  );
  const found = named.filter(([path]) => globs.some((glob) => glob.matches(path)));
  return [...new Set(found.map(([, parameter]) => parameter))];
}
