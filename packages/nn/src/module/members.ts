import { type DType, type Shape, ValueError } from "@unfoldjs/tensor-core";
import { type Buffer, isBuffer } from "./buffer.ts";
import type { Module } from "./module.ts";
import { isParameter, type Parameter } from "./parameter.ts";

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

/** The members among a module's own fields, in the order of their definition; arrays give `name.0`, `name.1`, … */
export function* membersAmong(fields: object): Generator<[name: string, member: Member]> {
  for (const [name, value] of Object.entries(fields)) {
    if (isMember(value)) yield [name, value];
    else if (Array.isArray(value)) {
      for (const [i, element] of value.entries()) if (isMember(element)) yield [`${name}.${i}`, element];
    }
  }
}

/**
 * Every member below `module` with its path. A module's own parameters and buffers come before those of its children,
 * as in PyTorch. One that is used in two places comes twice, under two paths.
 * @throws ValueError if a module contains itself
 */
export function* walk(
  module: Module,
  prefix = "",
  above: readonly Module[] = [],
): Generator<[path: string, member: Member]> {
  if (above.includes(module)) {
    throw new ValueError(
      "module",
      { class: module.constructor.name, path: prefix },
      "a module contains itself",
      "keep the reference to the outer module in a #private field",
    );
  }
  const children: [string, Module][] = [];
  for (const [name, member] of module.members()) {
    if (isModule(member)) children.push([name, member]);
    else yield [joined(prefix, name), member];
  }
  for (const [name, child] of children) {
    const path = joined(prefix, name);
    yield [path, child];
    yield* walk(child, path, [...above, module]);
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
