import { ValueError } from "@unfoldjs/tensor-core";
import { shared } from "../shared/shared.ts";
import { type AnyModule, isModule } from "./any-module.ts";
import { walk } from "./members.ts";
import type { Parameter } from "./parameter.ts";

/** A model whose forward is running, with what it holds. */
export interface Home {
  readonly model: AnyModule;
  /** As they were found when one was last looked for in vain. */
  members: WeakSet<AnyModule>;
  /** The model around it, of which it is no member. */
  readonly outer: Home | undefined;
}

/** Who called, as far as it matters here. */
interface Caller {
  readonly module: AnyModule;
  readonly home: Home;
}

/** A module that a model ran without holding it, and where. */
interface Stranger {
  readonly module: AnyModule;
  readonly place: string;
}

/** Models that have run by themselves. */
const homes: WeakMap<AnyModule, Home> = shared("models", () => new WeakMap<AnyModule, Home>()).value;
/** What each model ran without holding it, and where. */
const noted: WeakMap<AnyModule, Map<AnyModule, string>> = shared("strangers", () => new WeakMap()).value;
/** Those that are remembered of each model: a layer made anew by every forward must not fill the memory. */
const MOST = 8;

/**
 * The model that `module` belongs to when `caller` runs it: one of those that are running and hold it, or itself. One
 * that has something to learn and is held by none of them is noted.
 */
export function homeOf(module: AnyModule, caller: Caller | undefined): Home {
  if (caller === undefined) {
    const before = homes.get(module);
    if (before !== undefined) return before;
    const own = newHome(module, undefined);
    homes.set(module, own);
    return own;
  }
  const found = holderAmong(module, caller.home);
  if (found !== undefined) return found;
  if (freeParameters(module).length > 0) {
    for (let home: Home | undefined = caller.home; home !== undefined; home = home.outer) {
      home.members = membersOf(home.model);
    }
    const since = holderAmong(module, caller.home);
    if (since !== undefined) return since;
    note(module, caller);
  }
  return newHome(module, caller.home);
}

function newHome(model: AnyModule, outer: Home | undefined): Home {
  return { model, members: membersOf(model), outer };
}

function holderAmong(module: AnyModule, innermost: Home): Home | undefined {
  for (let home: Home | undefined = innermost; home !== undefined; home = home.outer) {
    if (home.model === module || home.members.has(module)) return home;
  }
  return undefined;
}

function membersOf(model: AnyModule): WeakSet<AnyModule> {
  return new WeakSet(modulesBelow(model).map(([, module]) => module));
}

function modulesBelow(model: AnyModule): [path: string, module: AnyModule][] {
  return walk(model).flatMap(([path, member]): [string, AnyModule][] => (isModule(member) ? [[path, member]] : []));
}

function freeParameters(module: AnyModule): Parameter[] {
  return module.parameters().filter(({ frozen }) => !frozen);
}

function note(module: AnyModule, caller: Caller): void {
  for (let home: Home | undefined = caller.home; home !== undefined; home = home.outer) {
    const strangers = noted.get(home.model) ?? new Map<AnyModule, string>();
    if (strangers.size < MOST) strangers.set(module, placeOf(module, caller.module, home.model));
    noted.set(home.model, strangers);
  }
}

/** Where `stranger` was run: the holder's path in `model`, and the field in which it is out of sight. */
function placeOf(stranger: AnyModule, holder: AnyModule, model: AnyModule): string {
  const path = modulesBelow(model).find(([, module]) => module === holder)?.[0];
  const start = path === undefined ? "" : `${path}.`;
  for (const [field, value] of Object.entries(holder) as [string, unknown][]) {
    if (value instanceof Set && value.has(stranger)) return `${start}${field}, a Set`;
    if (typeof value !== "object" || value === null || isModule(value)) continue;
    const inner = Object.entries(value).find(([, held]) => held === stranger)?.[0];
    if (inner !== undefined)
      return `${start}${field}.${inner}, in an object of class ${value.constructor?.name ?? "none"}`;
  }
  const where = path ?? (holder === model ? "the model itself" : holder.constructor.name);
  return `run by ${where}, which has it in a #private field or a variable`;
}

/**
 * What `model` has run without holding it, and what has parameters that are neither frozen nor among `taught`.
 */
function strangersOf(model: AnyModule, taught: ReadonlySet<Parameter>): Stranger[] {
  const strangers = noted.get(model);
  if (strangers === undefined) return [];
  const members = new Set(modulesBelow(model).map(([, module]) => module));
  return Array.from(strangers, ([module, place]): Stranger => ({ module, place })).filter(
    ({ module }) => !members.has(module) && freeParameters(module).some((parameter) => !taught.has(parameter)),
  );
}

/**
 * @param taught parameters that need no place in `model`
 * @throws ValueError if `model` ran a layer that it does not hold: it would be neither learned nor saved
 */
export function assertHoldsAll(op: string, model: AnyModule, taught: ReadonlySet<Parameter>): void {
  const strangers = strangersOf(model, taught);
  if (strangers.length === 0) return;
  throw new ValueError(
    op,
    {
      model: model.constructor.name,
      ...Object.fromEntries(
        strangers.map(({ module, place }, i) => [`layer ${i}`, `${module.constructor.name}: ${place}`]),
      ),
    },
    "the model's forward ran layers that are no members of it: they are neither learned nor saved",
    "hold them in fields, or in arrays, plain records or Maps in fields; freeze() what is meant to stay as it is" +
      (op === "backward" ? ", or name it beside the model: backward([model, layer], …)" : ""),
  );
}
