import { assertString, nearest, ValueError } from "@unfoldjs/tensor-core";
import { type AnyModule, isModule } from "./any-module.ts";
import { assertModule } from "./assert-module.ts";
import { putAt, valuesWithin } from "./fields.ts";
import { walk } from "./members.ts";

/** Modules that stand where a constructor had put others. */
const putInPlace = /* @__PURE__ */ new WeakSet<AnyModule>();

/** Whether `replaceModule` put the module where it is: what its model's `config` says may be true no more. */
export function wasPutInPlace(module: AnyModule): boolean {
  return putInPlace.has(module);
}

/**
 * Puts another module where one is, such as a head of other classes; what the place is called stays. The modes of the new one become
 * those of the model. A file of the model says how to build it only if its `config` knows of what was put there, as those of the
 * models of @unfoldjs/vision-layers know of a head of other classes; else it has the weights alone.
 * @param path as in `namedModules()`: "fc", "classifier.1"
 * @returns the module that was there, which the caller owns from then on
 * @throws ValueError if there is none, or its place is none of a module's fields
 * @example replaceModule(model, "fc", new Linear(512, 5)).dispose()
 */
export function replaceModule(model: AnyModule, path: string, module: AnyModule): AnyModule {
  assertModule("replaceModule", "model", model);
  assertString("replaceModule", "path", path);
  assertModule("replaceModule", "module", module);
  const modules = new Map<string, AnyModule>([["", model]]);
  for (const [way, member] of walk(model)) if (isModule(member)) modules.set(way, member);
  const old = path === "" ? undefined : modules.get(path);
  if (old === undefined) throw noSuchModule(model, path, [...modules.keys()].slice(1));
  if (walk(module).some(([, member]) => member === model) || module === model) {
    throw new ValueError("replaceModule", { path }, "the new module is or holds the model that it would be a part of");
  }
  const [holder, places] = placesOf(modules, path, old);
  if (places.length === 0 || !places.every((place) => putAt(holder, place, module))) {
    throw new ValueError(
      "replaceModule",
      { path, class: old.constructor.name },
      "the module is not in a field that could be written to",
      "hold it in a field, or in an array, a plain record or a Map in a field",
    );
  }
  putInPlace.add(module);
  for (const [, inner] of module.namedModules()) inner.training = model.training;
  return old;
}

/** The innermost module above `path` that has `old` in a field, and where in it: a layer of a graph may stand in several places. */
function placesOf(
  modules: ReadonlyMap<string, AnyModule>,
  path: string,
  old: AnyModule,
): [holder: AnyModule, places: readonly string[]] {
  for (let above = path; above !== "";) {
    above = above.slice(0, Math.max(0, above.lastIndexOf(".")));
    const holder = modules.get(above);
    if (holder === undefined) continue;
    const found = valuesWithin(holder, (value): value is AnyModule => value === old);
    // One that holds it in a #private field cannot be written to; names may have dots, so what is further out may hold it.
    if (found.length > 0) return [holder, found.map(([field, way]) => field + way)];
  }
  return [old, []];
}

function noSuchModule(model: AnyModule, path: string, known: readonly string[]): ValueError {
  const near = nearest(path, known);
  return new ValueError(
    "replaceModule",
    {
      model: model.constructor.name,
      path: JSON.stringify(path),
      children: model
        .namedChildren()
        .map(([name]) => name)
        .join(", "),
    },
    "there is no module of this path in the model",
    near === undefined ? "paths are those of model.namedModules()" : `did you mean ${near}?`,
  );
}
