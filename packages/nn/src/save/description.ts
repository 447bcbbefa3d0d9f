import { FormatError, Generator, ValueError } from "@unfoldjs/tensor-core";
import { withGenerator } from "../initialise/default-generator.ts";
import { isModule } from "../module/any-module.ts";
import type { Module } from "../module/module.ts";
import { marked, unmarked } from "../state/json.ts";
import type { Json } from "../state/state.ts";
import { isAsDescribed } from "./as-described.ts";
import { knownLayers, type Layers, type ModuleClass } from "./layers.ts";

/** The field that tells a described module from a record of options. */
const MODULE = "$module";
/** The field of a module that was described before: how many others were finished before it. */
const SAME = "$same";

/**
 * A module's class and constructor arguments as JSON; undefined if it, or one in its arguments, does not tell them. One that
 * is in two places is described once. Undefined too where it does not say what `replaceModule` put into the model.
 * @throws ValueError if it tells them, but no record has its class, or a file cannot hold an argument
 */
export function describe(op: string, module: Module, layers: Layers): Json | undefined {
  const names = new Map(Array.from(knownLayers(op, layers), ([name, layer]) => [layer, name] as const).toReversed());
  const description = new Describer(op, names).whole(module);
  if (description === undefined) return undefined;
  const isSo = isAsDescribed(module, description, (json) => build(json, layers, () => {}));
  return isSo ? description : undefined;
}

class Describer {
  private readonly op: string;
  /** The first of a class's names, if it has several. */
  private readonly names: ReadonlyMap<unknown, string>;
  private readonly done = new Map<Module, number>();
  private readonly open = new Set<Module>();
  private isSilent = false;

  constructor(op: string, names: ReadonlyMap<unknown, string>) {
    this.op = op;
    this.names = names;
  }

  whole(module: Module): Json | undefined {
    const description = this.describe(module);
    return this.isSilent ? undefined : description;
  }

  private describe(module: Module): Json {
    const before = this.done.get(module);
    if (before !== undefined) return { [SAME]: before };
    const given = module.config();
    if (given === undefined || this.isSilent) {
      this.isSilent = true;
      return null;
    }
    if (this.open.has(module)) {
      throw new ValueError(
        this.op,
        { class: module.constructor.name },
        "the config() of a module contains the module itself",
      );
    }
    this.open.add(module);
    const description = given.map((argument) =>
      marked(this.op, argument, (value) => (isModule(value) ? this.describe(value) : undefined)),
    );
    if (!this.isSilent) this.assertNamed(module);
    this.done.set(module, this.done.size);
    return { [MODULE]: this.names.get(module.constructor) ?? null, arguments: description };
  }

  private assertNamed(module: Module): void {
    if (this.names.has(module.constructor)) return;
    const { name: written } = module.constructor; // for people; a bundler may have made it "t"
    throw new ValueError(
      this.op,
      { class: written },
      "no record of layers has this class, so a file could not name it",
      `pass { layers: { ${written} } } here and to load; a package's classes are in the record that it exports as layers`,
    );
  }
}

/**
 * Builds the module that `description` describes. First values are drawn from a generator of its own: the default one
 * stays where it is.
 * @param fill what is done with it before it is given
 * @throws FormatError on a class that no record has, and on a description that is none; whatever is thrown, nothing is left
 * in memory
 */
export function build(description: Json, layers: Layers, fill: (model: Module) => void): Module {
  const builder = new Builder(knownLayers("load", layers));
  return withGenerator(new Generator(0), () => {
    try {
      const model = builder.build(recordOf(description));
      fill(model);
      return model;
    } catch (error) {
      for (const module of builder.built) giveBack(module);
      throw error;
    }
  });
}

/** Disposes a module that may have been built with what is no argument for it. */
function giveBack(module: Module): void {
  try {
    module.dispose();
  } catch {
    // It names something that is no member. What it holds was built before it, and is given back by itself.
  }
}

class Builder {
  /** In the order in which they were finished, as they were described. */
  readonly built: Module[] = [];
  private readonly known: ReadonlyMap<string, ModuleClass>;

  constructor(known: ReadonlyMap<string, ModuleClass>) {
    this.known = known;
  }

  build(description: Readonly<Record<string, Json>>): Module {
    const { [MODULE]: name, arguments: given } = description;
    if (typeof name !== "string" || !Array.isArray(given)) {
      throw new FormatError(
        "load",
        { description: JSON.stringify(description).slice(0, 80) },
        "the file does not describe a model as Unfold does",
      );
    }
    const found = this.known.get(name);
    if (found === undefined) {
      throw new FormatError(
        "load",
        { class: name },
        "the file has a layer of a class that is not known here",
        `pass the class: load(file, { layers: { ${name} } }); a package's classes are in the record that it exports as layers`,
      );
    }
    const inputs = given.map((argument: Json) => unmarked("load", argument, (record) => this.read(record)));
    const built = constructed(found, name, inputs, description);
    if (!isModule(built)) {
      throw new ValueError("load", { name }, "what the record of layers has under this name is no class of modules");
    }
    this.built.push(built);
    return built;
  }

  private read(record: Readonly<Record<string, Json>>): { readonly value: Module } | undefined {
    if (Object.hasOwn(record, MODULE)) return { value: this.build(record) };
    if (!Object.hasOwn(record, SAME)) return undefined;
    const same = this.built[Number(record[SAME])];
    if (same !== undefined) return { value: same };
    throw new FormatError(
      "load",
      { module: JSON.stringify(record[SAME]), built: this.built.length },
      "the file says that a layer is one that was built before, and there is none",
    );
  }
}

/** @throws FormatError, with what the class said, where it refuses what the file gives it */
function constructed(layer: ModuleClass, name: string, inputs: readonly unknown[], description: Json): unknown {
  try {
    return Reflect.construct(layer, inputs);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new FormatError(
      "load",
      {
        class: name,
        arguments: JSON.stringify(recordOf(description)["arguments"]).slice(0, 80),
        refused: error.message,
      },
      "the file gives a layer arguments that its class does not take",
      undefined,
      { cause: error },
    );
  }
}

function recordOf(json: Json): { readonly [name: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json)
    ? (json as { readonly [name: string]: Json })
    : {};
}
