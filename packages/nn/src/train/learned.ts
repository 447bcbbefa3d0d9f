import { type Evidence, ValueError, describe } from "@unfoldjs/tensor-core";
import { isModule } from "../module/any-module.ts";
import type { Module } from "../module/module.ts";
import { isParameter, type Parameter } from "../module/parameter.ts";

/** What a loss teaches: a module, a bare parameter, or several of these. */
export type Learned = Module | Parameter | Iterable<Module | Parameter>;

/** What is to learn, taken apart. */
export interface Learning {
  /** Each once, frozen ones too. */
  readonly parameters: ReadonlySet<Parameter>;
  /** The modules that were named, without those below them. */
  readonly modules: readonly Module[];
}

/**
 * The parameters of what is to learn.
 * @throws ValueError if something else came, nothing, or a module that holds no parameter
 */
export function learningOf(op: string, learned: Learned): Learning {
  const found: Found = { parameters: new Set(), modules: [] };
  if (isModule(learned) || isParameter(learned)) collect(op, learned, "", found);
  else {
    const given: unknown = learned;
    if (typeof given !== "object" || given === null || !(Symbol.iterator in given)) throw unfit(op, given, "");
    let position = 0;
    for (const each of learned) collect(op, each, ` at ${position++}`, found);
    if (position === 0) throw nothing(op, { came: "an empty list" });
  }
  return found;
}

interface Found {
  readonly parameters: Set<Parameter>;
  readonly modules: Module[];
}

function collect(op: string, each: unknown, place: string, { parameters: found, modules }: Found): void {
  if (isParameter(each)) found.add(each);
  else if (isModule(each)) {
    const parameters = each.parameters();
    if (parameters.length === 0) throw nothing(op, { came: `${each.constructor.name}${place}, without parameters` });
    for (const parameter of parameters) found.add(parameter);
    modules.push(each);
  } else throw unfit(op, each, place);
}

function nothing(op: string, evidence: Record<string, Evidence>): ValueError {
  return new ValueError(
    op,
    evidence,
    "there is nothing here that could learn",
    "hold layers in fields, or in arrays, plain records or Maps in fields: in a #private field, a Set or an object of " +
      "a class of its own they are not found; leave out what is meant to hold none",
  );
}

function unfit(op: string, came: unknown, place: string): ValueError {
  return new ValueError(
    op,
    { learned: `${describe(came)}${place}` },
    "takes a module, a parameter, or a list of modules and parameters",
    isPromise(came)
      ? "await it before the call"
      : typeof came === "function"
        ? "pass what is to learn first, then the loss: backward(model, () => loss)"
        : "pass model, [encoder, decoder] or [parameter, …]; new Parameter(values) makes one of a tensor",
  );
}

function isPromise(came: unknown): boolean {
  return typeof came === "object" && came !== null && "then" in came;
}
