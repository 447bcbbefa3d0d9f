import { type DType, type Shape, ValueError } from "@unfoldjs/tensor-core";
import { type Buffer, isBuffer } from "./buffer.ts";
import { assertForwardIsMethod } from "./forward-method.ts";
import type { Module } from "./module.ts";
import { isParameter, type Parameter } from "./parameter.ts";
import { stateKey } from "./state-key.ts";

/** What a module is made of, as far as training and saving are concerned. */
export type Member = Parameter | Buffer<Shape, DType> | Module;

/** Known by this mark and not by `instanceof`, so that two copies of the package understand each other. */
export const MODULE_BRAND = "@unfoldjs/nn/module";

export function isModule(value: unknown): value is Module {
  return typeof value === "object" && value !== null && "brand" in value && value.brand === MODULE_BRAND;
}

function isMember(value: unknown): value is Member {
  return isParameter(value) || isBuffer(value) || isModule(value);
}

/** The way to a member (`heads.left`), the member, and its name in a state dict; if absent, that is `stateKey(path)`. */
export type NamedMember = [path: string, member: Member, key?: string];

/**
 * The members among a module's own fields, in the order of their definition. Arrays, plain records and Maps, at any
 * depth, give `name.0`, `name.left`, … Their keys are data, and stay as they are in a state dict, as ModuleDict's do.
 * @throws ValueError if such a value contains itself, or a member has a key that is no name
 */
export function membersAmong(fields: object): NamedMember[] {
  const found: NamedMember[] = [];
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (typeof value !== "object" || value === null) continue;
    if (isMember(value)) found.push([name, value]);
    else for (const [way, member] of membersIn(value, name, [])) found.push([name + way, member, stateKey(name) + way]);
  }
  return found;
}

/** The members in an array, a plain record or a Map, with the way to them: `.left.0`. None in any other value. */
function membersIn(value: object, path: string, above: readonly object[]): [way: string, member: Member][] {
  const entries = entriesIn(value);
  if (entries === undefined) return [];
  if (above.includes(value)) {
    throw new ValueError(
      "module",
      { path },
      "an array, a record or a Map in a module's field contains itself",
      "keep what has nothing to do with layers in a #private field, or in an object of a class of its own",
    );
  }
  const found: [string, Member][] = [];
  for (const [key, inner] of entries) {
    if (typeof inner !== "object" || inner === null) continue; // the field may be a table of many numbers or words
    const way = `.${typeof key === "string" || typeof key === "number" ? key : "?"}`;
    const below: [string, Member][] = isMember(inner) ? [["", inner]] : membersIn(inner, path + way, [...above, value]);
    if (below.length > 0) assertName(path, key, Array.isArray(value));
    for (const [rest, member] of below) found.push([way + rest, member]);
  }
  return found;
}

/** What an array, a plain record or a Map holds; undefined for any other value. */
function entriesIn(value: object): Iterable<[key: unknown, inner: unknown]> | undefined {
  if (Array.isArray(value)) return value.entries();
  if (value instanceof Map) return value.entries();
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : undefined;
}

/** @throws ValueError unless the key of a record or a Map can be a part of a name; an array's key is a number */
function assertName(path: string, key: unknown, isArray: boolean): void {
  if (isArray || (typeof key === "string" && key !== "" && !key.includes("."))) return;
  throw new ValueError(
    "module",
    { path, key: typeof key === "string" ? JSON.stringify(key) : typeof key },
    "keys of records and Maps that hold layers are parts of names: not empty strings, without a dot",
    "rename it; nest one record in another where a name has several parts",
  );
}

/**
 * Every member below `module` with its path. A module's own parameters and buffers come before those of its children,
 * as in PyTorch. One that is used in two places comes twice, under two paths.
 * @param naming what each module calls what it holds: names as in the program, or as in a state dict
 * @throws ValueError if a module contains itself, or has its `forward` in a field
 */
export function walk(
  module: Module,
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
  module: Module,
  path: string,
  naming: (named: NamedMember) => string,
  above: readonly Module[],
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
  const children: [path: string, child: Module][] = [];
  for (const named of module.members()) {
    const [, member] = named;
    const whole = joined(path, naming(named));
    if (isModule(member)) children.push([whole, member]);
    else found.push([whole, member]);
  }
  for (const [childPath, child] of children) {
    found.push([childPath, child]);
    walkBelow(child, childPath, naming, [...above, module], found);
  }
}

function joined(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
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
