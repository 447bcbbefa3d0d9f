import { ValueError } from "@unfoldjs/tensor-core";
import { assertModule } from "../module/assert-module.ts";
import { type AnyModule, isModule, type Member } from "../module/any-module.ts";
import { isBuffer } from "../module/buffer.ts";
import { walk } from "../module/members.ts";
import { isParameter, type Parameter } from "../module/parameter.ts";
import { Sequential } from "../layers/sequential.ts";

/** A part of a model that is frozen, thawed and given a learning rate as one. */
export interface Stage {
  readonly name: string;
  /** Paths of the members that it is made of. */
  readonly paths: readonly string[];
  /** All of its modules, those below others too. */
  readonly modules: readonly AnyModule[];
  /** Each once; one that an earlier stage has too is that one's. */
  readonly parameters: readonly Parameter[];
}

/** A model that says what its stages are: the paths of their members by name, from the input to the head. */
export interface Staged {
  stagePaths(): Readonly<Record<string, readonly string[]>>;
}

/**
 * The stages of a model, from the input to the head. A class may say its own by a method `stagePaths`. Else they are its
 * children in their order, where those of a `Sequential`, and of a child that says its own, stand for it, and what has no
 * weights of two axes, such as a norm, belongs to the stage before it.
 * @example stagesOf(new ResNet(18)).map(({ name }) => name) // [ "stem", "layer1", "layer2", "layer3", "layer4", "head" ]
 * @throws ValueError if it is no module, or `stagePaths` names what is not there, or leaves out what learns
 */
export function stagesOf(model: AnyModule): Stage[] {
  assertModule("stagesOf", "model", model);
  const members = walk(model);
  const groups = isStaged(model) ? said(model, "", new Set(members.map(([path]) => path))) : derived(model, "");
  const taken = new Set<Member>();
  const stages = groups.map(([name, paths]): Stage => {
    const own = members.filter(([path]) => paths.some((start) => path === start || path.startsWith(`${start}.`)));
    const fresh = [...new Set(own.map(([, member]) => member))].filter((member) => !taken.has(member));
    for (const member of fresh) taken.add(member);
    return { name, paths, modules: fresh.filter(isModule), parameters: fresh.filter(isParameter) };
  });
  const left = members.find(([, member]) => !isModule(member) && !taken.has(member));
  if (left === undefined) return stages;
  throw new ValueError(
    "stagesOf",
    { class: model.constructor.name, path: left[0] },
    "stagePaths() leaves out a parameter or a buffer, which would be in no stage",
    "name it, or the module that holds it, in one of the stages",
  );
}

type Group = [name: string, paths: string[]];

function isStaged(module: AnyModule): module is AnyModule & Staged {
  return "stagePaths" in module && typeof module.stagePaths === "function";
}

function said(module: AnyModule & Staged, prefix: string, known: ReadonlySet<string>): Group[] {
  return Object.entries(module.stagePaths()).map(([name, given]): Group => {
    const paths = given.map((path) => prefix + path);
    const unknown = paths.find((path) => !known.has(path));
    if (unknown === undefined) return [prefix + name, paths];
    throw new ValueError(
      "stagesOf",
      { class: module.constructor.name, stage: name, path: unknown },
      "stagePaths() names a member that is not there",
    );
  });
}

/** The members of a module in groups, each of which begins with a weight of two or more axes. */
function derived(module: AnyModule, prefix: string): Group[] {
  const groups: Group[] = [];
  let waiting: string[] = []; // without weights, and nothing before it that it could belong to
  for (const [name, member] of module.members()) {
    const path = prefix + name;
    const below = isModule(member) ? withinChild(member, path) : undefined;
    if (below !== undefined && below.length > 0) {
      below[0]?.[1].unshift(...waiting);
      groups.push(...below);
      waiting = [];
    } else if (below === undefined && hasWeights(member)) {
      groups.push([path, [...waiting, path]]);
      waiting = [];
    } else if (groups.length > 0) groups.at(-1)?.[1].push(path);
    else waiting.push(path);
  }
  if (waiting.length > 0 && waiting[0] !== undefined) groups.push([waiting[0], waiting]);
  return groups;
}

/** The stages of a child that is a list of layers or says its stages; undefined of any other. */
function withinChild(child: AnyModule, path: string): Group[] | undefined {
  if (isStaged(child)) {
    const known = walk(child).map(([inner]) => `${path}.${inner}`);
    return said(child, `${path}.`, new Set(known));
  }
  return child instanceof Sequential && hasWeights(child) ? derived(child, `${path}.`) : undefined;
}

function hasWeights(member: Member): boolean {
  if (isBuffer(member)) return false;
  const parameters = isModule(member) ? member.parameters() : [member];
  return parameters.some(({ rank }) => rank >= 2);
}
