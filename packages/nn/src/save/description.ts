import { FormatError, Generator } from "@unfoldjs/tensor-core";
import { withGenerator } from "../initialise/default-generator.ts";
import { type Argument, isList } from "../module/config.ts";
import { isModule } from "../module/members.ts";
import type { Module } from "../module/module.ts";
import type { Json } from "../state/state.ts";
import { classNamed, nameOf } from "./registry.ts";

/** The field that tells a described module from a record of options. */
const MODULE = "$module";

/** A module's class and constructor arguments as JSON; undefined if it, or one in its arguments, does not tell them. */
export function describe(module: Module): Json | undefined {
  const given = module.config()?.map(encode);
  return given === undefined || given.includes(undefined)
    ? undefined
    : { [MODULE]: nameOf(module), arguments: given as Json[] };
}

function encode(argument: Argument): Json | undefined {
  if (isModule(argument)) return describe(argument);
  if (isList(argument)) {
    const list = argument.map(encode);
    return list.includes(undefined) ? undefined : (list as Json[]);
  }
  if (typeof argument !== "object" || argument === null) return argument ?? null;
  const entries = Object.entries(argument).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, encode(value)] as const],
  );
  return entries.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(entries) as Json);
}

/**
 * Builds the module that `description` describes. First values are drawn from a generator of its own: the default one
 * stays where it is.
 * @throws FormatError on a class that is not registered, and on a description that is none
 */
export function build(description: Json): Module {
  return withGenerator(new Generator(0), () => buildModule(description));
}

function buildModule(description: Json): Module {
  const { [MODULE]: name, arguments: given } = recordOf(description);
  if (typeof name !== "string" || !Array.isArray(given)) {
    throw new FormatError(
      "load",
      { description: JSON.stringify(description).slice(0, 80) },
      "the file does not describe a model as Unfold does",
    );
  }
  const found = classNamed(name);
  if (found === undefined) {
    throw new FormatError(
      "load",
      { class: name },
      "no class of this name is registered",
      `import { ${name} } and call register({ ${name} }) before load`,
    );
  }
  return Reflect.construct(found, given.map(decode)) as Module;
}

function decode(json: Json): unknown {
  if (Array.isArray(json)) return json.map(decode);
  if (typeof json !== "object" || json === null) return json;
  if (MODULE in json) return buildModule(json);
  return Object.fromEntries(Object.entries(json).map(([name, value]: [string, Json]) => [name, decode(value)]));
}

function recordOf(json: Json): { readonly [name: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json)
    ? (json as { readonly [name: string]: Json })
    : {};
}
