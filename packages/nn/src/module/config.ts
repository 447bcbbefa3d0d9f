import { type Generator, isGenerator, assertPlain } from "@unfoldjs/tensor-core";
import { type Argument, isModule } from "./any-module.ts";

/** An argument as one writes it in a program: `5`, `[2, 2]`, `{ bias: false }`. */
export function showArgument(argument: Argument): string {
  if (typeof argument === "string") return JSON.stringify(argument);
  if (isModule(argument)) return argument.constructor.name;
  if (isList(argument)) return `[${argument.map(showArgument).join(", ")}]`;
  if (typeof argument !== "object" || argument === null) return Object.is(argument, -0) ? "-0" : String(argument);
  return `{ ${Object.entries(argument)
    .map(([name, value]) => `${name}: ${showArgument(value)}`)
    .join(", ")} }`;
}

function isList(argument: Argument): argument is readonly Argument[] {
  return Array.isArray(argument);
}

/**
 * The options that `config` returns as the last argument: those that were given, without what only the first values
 * depend on. Nothing if that leaves none.
 */
export function givenOptions<Options extends { readonly [Name in keyof Options]: Argument | Generator }>(
  options: Options,
): Readonly<Record<string, Argument>>[] {
  assertPlain("givenOptions", "options", options, "an object of options");
  const entries: [string, Argument | Generator][] = Object.entries(options);
  const given = entries.filter(
    (entry): entry is [string, Argument] => entry[1] !== undefined && !isGenerator(entry[1]),
  );
  return given.length === 0 ? [] : [Object.fromEntries(given)];
}
