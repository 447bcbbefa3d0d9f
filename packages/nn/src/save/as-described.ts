import { isUnfoldError } from "@unfoldjs/tensor-core";
import { type AnyModule, isModule } from "../module/any-module.ts";
import type { Module } from "../module/module.ts";
import { wasPutInPlace } from "../module/replace-module.ts";
import { marked } from "../state/json.ts";
import type { Json } from "../state/state.ts";

/** What was found out before, since a model is built for it: by what it was looked at with. */
interface Found {
  readonly description: string;
  readonly put: readonly AnyModule[];
  readonly isSo: boolean;
}

const found = /* @__PURE__ */ new WeakMap<Module, Found>();

/**
 * Whether a description makes what stands in those places of a model that `replaceModule` filled. The model's `config` may know of
 * it, as of a head of other classes; where it does not, the file would be another model's.
 * @param build makes a model of a description
 */
export function isAsDescribed(model: Module, description: Json, build: (description: Json) => Module): boolean {
  const put = model.namedModules().filter(([, module]) => wasPutInPlace(module));
  if (put.length === 0) return true;
  const modules = put.map(([, module]) => module);
  const text = JSON.stringify(description);
  const before = found.get(model);
  if (before?.description === text && before.put.every((module, at) => module === modules[at])) return before.isSo;
  const isSo = madeAlike(put, description, build);
  found.set(model, { description: text, put: modules, isSo });
  return isSo;
}

function madeAlike(
  put: readonly (readonly [path: string, module: AnyModule])[],
  description: Json,
  build: (description: Json) => Module,
): boolean {
  let made: Module | undefined;
  try {
    made = build(description);
    const there = new Map(made.namedModules());
    return put.every(([path, module]) => isAlike(module, there.get(path)));
  } catch (error) {
    if (isUnfoldError(error)) return false; // no constructor takes what stands there now
    throw error;
  } finally {
    made?.dispose();
  }
}

/** Of the same class, constructed alike, with the same below it. One that does not say how it was constructed is like no other. */
function isAlike(one: AnyModule, other: AnyModule | undefined): boolean {
  if (other === undefined || one.constructor !== other.constructor) return false;
  const [given, othersGiven] = [argumentsOf(one), argumentsOf(other)];
  if (given === undefined || given !== othersGiven) return false;
  const children = one.namedChildren();
  const others = new Map(other.namedChildren());
  return children.length === others.size && children.every(([name, child]) => isAlike(child, others.get(name)));
}

function argumentsOf(module: AnyModule): string | undefined {
  const given = module.config();
  // What is a module is compared where it is a child.
  return (
    given &&
    JSON.stringify(given.map((each) => marked("save", each, (value) => (isModule(value) ? "a module" : undefined))))
  );
}
