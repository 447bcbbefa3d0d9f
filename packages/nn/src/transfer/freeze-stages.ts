import { assertList, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import { type AnyModule, isModule } from "../module/any-module.ts";
import { assertModule } from "../module/assert-module.ts";
import { isBuffer } from "../module/buffer.ts";
import { walk } from "../module/members.ts";
import { isParameter, type Parameter } from "../module/parameter.ts";
import { assertEachMatches, pathGlobs } from "../module/path-glob.ts";
import { type Stage, stagesOf } from "./stages.ts";

/** The first so many stages, or stages by name and whatever paths are as a pattern says. */
export type FrozenPart = number | string | readonly string[];

/**
 * Freezes a part of a model as transfer learning wants it, and thaws all the rest: parameters become constant, and modules are
 * set to use, dropout too. A norm with running statistics (a module with a field `frozen`) uses them from then on and leaves
 * them as they are, also after `model.train()`: otherwise each forward of the new data would move what the frozen weights
 * were trained with, which `freeze()` alone, as PyTorch's `requires_grad`, lets happen. `freezeStages(model, 0)` thaws all of it again;
 * `unfreeze()` would thaw parameters alone.
 * @param which a number of stages from the input on, or names of stages and patterns of paths as `freeze` takes them
 * @returns the model's stages
 * @throws ValueError on more stages than there are, or a name that is of nothing
 * @example freezeStages(model, 3); freezeStages(model, ["stem", "layer1.*"])
 */
export function freezeStages(model: AnyModule, which: FrozenPart): readonly Stage[] {
  return freezeAs("freezeStages", model, which);
}

/** The same for a function of another name. */
export function freezeAs(op: string, model: AnyModule, which: FrozenPart): readonly Stage[] {
  assertModule(op, "model", model);
  const stages = stagesOf(model);
  const chosen = typeof which === "number" ? firstOf(op, stages, which) : named(op, model, stages, textsOf(op, which));
  for (const parameter of model.parameters()) parameter.frozen = chosen.parameters.has(parameter);
  for (const [, module] of model.namedModules()) {
    const isChosen = chosen.modules.has(module);
    if (module !== model) module.training = model.training && !isChosen;
    if (holdsStatistics(module)) module.frozen = isChosen || hasOnlyFrozen(module);
  }
  return stages;
}

interface Chosen {
  readonly modules: ReadonlySet<AnyModule>;
  readonly parameters: ReadonlySet<Parameter>;
}

function firstOf(op: string, stages: readonly Stage[], count: number): Chosen {
  if (!Number.isInteger(count) || count < 0 || count > stages.length) {
    throw new ValueError(
      op,
      { which: count, stages: stages.map(({ name }) => name).join(", ") },
      `the number of stages must be a whole number from 0 to ${stages.length}`,
    );
  }
  const first = stages.slice(0, count);
  return {
    modules: new Set(first.flatMap(({ modules }) => modules)),
    parameters: new Set(first.flatMap(({ parameters }) => parameters)),
  };
}

function named(op: string, model: AnyModule, stages: readonly Stage[], names: readonly string[]): Chosen {
  const whole = stages.filter(({ name }) => names.includes(name));
  const known = new Set(whole.map(({ name }) => name));
  const globs = pathGlobs(
    op,
    names.filter((name) => !known.has(name)),
  );
  const members = walk(model);
  const paths = [...stages.map(({ name }) => name), ...members.map(([path]) => path)];
  assertEachMatches(op, globs, paths);
  const found = members.flatMap(([path, member]) => (globs.some((glob) => glob.matches(path)) ? [member] : []));
  return {
    modules: new Set([...whole.flatMap(({ modules }) => modules), ...found.filter(isModule)]),
    parameters: new Set([...whole.flatMap(({ parameters }) => parameters), ...found.filter(isParameter)]),
  };
}

function textsOf(op: string, which: unknown): readonly string[] {
  const expected = "a number of stages, or names of stages and patterns of paths";
  if (typeof which === "string") return [which];
  assertList(op, "which", which, expected);
  for (const each of which) if (typeof each !== "string") throw wrongArgument(op, "which", which, expected);
  return which as readonly string[];
}

/** Whether it has parameters of its own, and all are frozen: by a pattern such as `**.bn1.*`. */
function hasOnlyFrozen(module: AnyModule): boolean {
  const own = [...module.members()].map(([, member]) => member).filter(isParameter);
  return own.length > 0 && own.every(({ frozen }) => frozen);
}

/** A module that can be told to use its running statistics while it learns, if it has any: batch norm. */
function holdsStatistics(module: AnyModule): module is AnyModule & { frozen: boolean } {
  if (!("frozen" in module) || typeof module.frozen !== "boolean") return false;
  return [...module.members()].some(([, member]) => isBuffer(member));
}
