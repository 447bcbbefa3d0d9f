import { Generator } from "@unfoldjs/tensor-core";
import { isModule } from "./members.ts";
import type { Module } from "./module.ts";

/** One argument of a module's constructor, as far as it can be written to a file. */
export type Argument =
  | string
  | number
  | boolean
  | null
  | undefined
  | Module
  | readonly Argument[]
  | { readonly [name: string]: Argument };

/** An argument as one writes it in a program: `5`, `[2, 2]`, `{ bias: false }`. */
export function showArgument(argument: Argument): string {
  if (typeof argument === "string") return JSON.stringify(argument);
  if (isModule(argument)) return argument.constructor.name;
  if (isList(argument)) return `[${argument.map(showArgument).join(", ")}]`;
  if (typeof argument !== "object" || argument === null) return String(argument);
  return `{ ${Object.entries(argument)
    .map(([name, value]) => `${name}: ${showArgument(value)}`)
    .join(", ")} }`;
}

export function isList(argument: Argument): argument is readonly Argument[] {
  return Array.isArray(argument);
}

/**
 * The options that `config` returns as the last argument: those that were given, without what only the first values
 * depend on. Nothing if that leaves none.
 */
export function givenOptions<Options extends { readonly [Name in keyof Options]: Argument | Generator }>(
  options: Options,
): Readonly<Record<string, Argument>>[] {
  const entries: [string, Argument | Generator][] = Object.entries(options);
  const given = entries.filter(
    (entry): entry is [string, Argument] => entry[1] !== undefined && !(entry[1] instanceof Generator),
  );
  return given.length === 0 ? [] : [Object.fromEntries(given)];
}
