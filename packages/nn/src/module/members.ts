import { ValueError } from "@unfoldjs/tensor-core";
import { type AnyModule, isModule, type Member, type NamedMember } from "./any-module.ts";
import { isBuffer } from "./buffer.ts";
import { valuesWithin } from "./fields.ts";
import { assertForwardIsMethod } from "./forward-method.ts";
import { assertNoneReplaced } from "./replaced.ts";
import { isParameter } from "./parameter.ts";
import { stateKey } from "./state-key.ts";

function isMember(value: unknown): value is Member {
  return isParameter(value) || isBuffer(value) || isModule(value);
}

/**
 * The members among a module's own fields, in the order of their definition. Arrays, plain records and Maps, at any
 * depth, give `name.0`, `name.left`, … Their keys are data, and stay as they are in a state dict, as ModuleDict's do.
 * @throws ValueError if such a value contains itself, a member has a key that is no name or has made way for something
 * that is none, or `stateKeys` names no field
 */
export function membersAmong(module: AnyModule): NamedMember[] {
  const keys = module.stateKeys();
  const unknown = Object.keys(keys).find((name) => !(name in module));
  if (unknown !== undefined) {
    throw new ValueError(
      "stateKeys",
      { class: module.constructor.name, name: unknown },
      "there is no field of this name",
      "the keys of stateKeys() are names of fields, its values what a state dict calls them",
    );
  }
  const found = valuesWithin(module, isMember).map(([field, way, member]): NamedMember => {
    const key = Object.hasOwn(keys, field) ? keys[field] : undefined;
    return way === "" && key === undefined ? [field, member] : [field + way, member, (key ?? stateKey(field)) + way];
  });
  assertNoneReplaced(module, found);
  return found;
}

/**
 * Every member below `module` with its path. A module's own parameters and buffers come before those of its children,
 * as in PyTorch. One that is used in two places comes twice, under two paths.
 * @param naming what each module calls what it holds: names as in the program, or as in a state dict
 * @throws ValueError if a module contains itself, or has its `forward` in a field
 */
export function walk(
  module: AnyModule,
  naming: (named: NamedMember) => string = asWritten,
): [path: string, member: Member][] {
  const found: [string, Member][] = [];
  walkBelow(module, "", naming, [], found);
  return found;
}

function asWritten([path]: NamedMember): string {
  return path;
}

function walkBelow(
  module: AnyModule,
  path: string,
  naming: (named: NamedMember) => string,
  above: AnyModule[],
  found: [path: string, member: Member][],
): void {
  if (above.includes(module)) {
    throw new ValueError(
      "module",
      { class: module.constructor.name, path },
      "a module contains itself",
      "keep the reference to the outer module in a #private field",
    );
  }
  assertForwardIsMethod(module, path);
  const children: [path: string, child: AnyModule][] = [];
  for (const named of module.members()) {
    const [, member] = named;
    const whole = joined(path, naming(named));
    if (isModule(member)) children.push([whole, member]);
    else if (isMember(member)) found.push([whole, member]);
    else throw noMember(module, whole);
  }
  above.push(module);
  for (const [childPath, child] of children) {
    found.push([childPath, child]);
    walkBelow(child, childPath, naming, above, found);
  }
  above.pop();
}

function joined(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}

function noMember(module: AnyModule, path: string): ValueError {
  return new ValueError(
    "module",
    { class: module.constructor.name, path },
    "what members() gives must be parameters, buffers and modules",
    "a layer is an instance of a class that extends Module; new Parameter(values) makes one of a tensor",
  );
}

/** The entries whose value was not there before. */
export function withoutRepeats<T extends object>(entries: Iterable<[path: string, value: T]>): [string, T][] {
  const seen = new Set<T>();
  const first: [string, T][] = [];
  for (const [path, value] of entries) {
    if (seen.has(value)) continue;
    seen.add(value);
    first.push([path, value]);
  }
  return first;
}
