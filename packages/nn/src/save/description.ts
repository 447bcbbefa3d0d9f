import { FormatError, Generator, ValueError } from "@unfoldjs/tensor-core";
import { withGenerator } from "../initialise/default-generator.ts";
import { isList } from "../module/config.ts";
import { type Argument, isModule } from "../module/any-module.ts";
import type { Module } from "../module/module.ts";
import type { Json } from "../state/state.ts";
import { knownLayers, type Layers, type ModuleClass } from "./layers.ts";

/** The field that tells a described module from a record of options. */
const MODULE = "$module";

/**
 * A module's class and constructor arguments as JSON; undefined if it, or one in its arguments, does not tell them.
 * @throws ValueError if it tells them, but no record has its class
 */
export function describe(op: string, module: Module, layers: Layers): Json | undefined {
  const names = new Map(Array.from(knownLayers(op, layers), ([name, layer]) => [layer, name] as const).toReversed());
  return new Describer(op, names).describe(module);
}

class Describer {
  private readonly op: string;
  /** The first of a class's names, if it has several. */
  private readonly names: ReadonlyMap<unknown, string>;

  constructor(op: string, names: ReadonlyMap<unknown, string>) {
    this.op = op;
    this.names = names;
  }

  describe(module: Module): Json | undefined {
    const given = module.config()?.map((argument) => this.encode(argument));
    if (given === undefined || given.includes(undefined)) return undefined;
    const name = this.names.get(module.constructor);
    if (name !== undefined) return { [MODULE]: name, arguments: given as Json[] };
    const { name: written } = module.constructor; // for people; a bundler may have made it "t"
    throw new ValueError(
      this.op,
      { class: written },
      "no record of layers has this class, so a file could not name it",
      `pass { layers: { ${written} } } here and to load; a package's classes are in the record that it exports as layers`,
    );
  }

  private encode(argument: Argument): Json | undefined {
    if (isModule(argument)) return this.describe(argument);
    if (isList(argument)) {
      const list = argument.map((element) => this.encode(element));
      return list.includes(undefined) ? undefined : (list as Json[]);
    }
    if (typeof argument !== "object" || argument === null) return argument ?? null;
    const entries = Object.entries(argument).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, this.encode(value)] as const],
    );
    return entries.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(entries) as Json);
  }
}

/**
 * Builds the module that `description` describes. First values are drawn from a generator of its own: the default one
 * stays where it is.
 * @throws FormatError on a class that no record has, and on a description that is none
 */
export function build(description: Json, layers: Layers): Module {
  const known = knownLayers("load", layers);
  return withGenerator(new Generator(0), () => buildModule(description, known));
}

function buildModule(description: Json, known: ReadonlyMap<string, ModuleClass>): Module {
  const { [MODULE]: name, arguments: given } = recordOf(description);
  if (typeof name !== "string" || !Array.isArray(given)) {
    throw new FormatError(
      "load",
      { description: JSON.stringify(description).slice(0, 80) },
      "the file does not describe a model as Unfold does",
    );
  }
  const found = known.get(name);
  if (found === undefined) {
    throw new FormatError(
      "load",
      { class: name },
      "the file has a layer of a class that is not known here",
      `pass the class: load(file, { layers: { ${name} } }); a package's classes are in the record that it exports as layers`,
    );
  }
  return Reflect.construct(
    found,
    given.map((argument) => decode(argument, known)),
  ) as Module;
}

function decode(json: Json, known: ReadonlyMap<string, ModuleClass>): unknown {
  if (Array.isArray(json)) return json.map((element: Json) => decode(element, known));
  if (typeof json !== "object" || json === null) return json;
  if (MODULE in json) return buildModule(json, known);
  return Object.fromEntries(Object.entries(json).map(([name, value]: [string, Json]) => [name, decode(value, known)]));
}

function recordOf(json: Json): { readonly [name: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json)
    ? (json as { readonly [name: string]: Json })
    : {};
}
