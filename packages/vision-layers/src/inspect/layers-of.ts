import { type AnyModule, isModule } from "@unfoldjs/nn";
import { aliasOf, isTensor, keep, nearest, type Tensor, ValueError, wrongArgument } from "@unfoldjs/tensor-core";

/** A layer of a model: its path, as `summary` and `namedModules` have it, or itself. */
export type LayerName = string | AnyModule;

/** @throws ValueError, with the path that was most likely meant, unless the model has the layer */
export function layerOf(op: string, model: AnyModule, layer: LayerName, name = "layer"): AnyModule {
  const modules = model.namedModules();
  if (isModule(layer)) {
    if (modules.some(([, module]) => module === layer)) return layer;
    throw new ValueError(op, { [name]: layer.constructor.name }, "it is no layer of the model");
  }
  if (typeof layer !== "string") throw wrongArgument(op, name, layer, "a layer, or its path");
  const found = modules.find(([path]) => path === layer);
  if (found !== undefined) return found[1];
  const paths = modules.flatMap(([path]) => (path === "" ? [] : [path]));
  const near = nearest(layer, paths);
  const fix = near === undefined ? `there are ${shown(paths)}` : `did you mean ${near}?`;
  throw new ValueError(op, { [name]: layer }, "the model has no layer of this path", fix);
}

function shown(paths: readonly string[]): string {
  return paths.length <= 8 ? paths.join(", ") : `${paths.slice(0, 7).join(", ")}, … ${paths.at(-1)}`;
}

/**
 * What layers give while `run` runs: nothing is changed by being looked at.
 * @returns the results in the order of the layers
 * @throws ValueError on a layer that does not run just once, or whose result is not one tensor of f32
 */
export function resultsOf(op: string, layers: readonly AnyModule[], run: () => unknown): readonly Tensor[] {
  const seen = new Map<AnyModule, Tensor[]>();
  const removers = [...new Set(layers)].map((layer) => {
    const results: Tensor[] = [];
    seen.set(layer, results);
    return layer.onForward(({ output }) => {
      if (!isTensor(output) || output.dtype !== "f32") throw notOne(op, layer);
      results.push(keep(aliasOf(output as Tensor)));
    });
  });
  try {
    run();
    return layers.map((layer) => {
      const results = seen.get(layer) ?? [];
      if (results.length !== 1) throw runs(op, layer, results.length);
      return aliasOf(results[0] as Tensor);
    });
  } finally {
    for (const remove of removers) remove();
    for (const each of [...seen.values()].flat()) each.dispose();
  }
}

/** Runs `f` with a layer giving `result` instead of what it computes. */
export function withResult<R>(layer: AnyModule, result: Tensor, f: () => R): R {
  const remove = layer.onForward(({ replace }) => replace(aliasOf(result)));
  try {
    return f();
  } finally {
    remove();
  }
}

function runs(op: string, layer: AnyModule, times: number): ValueError {
  return new ValueError(
    op,
    { layer: layer.constructor.name, runs: times },
    times === 0 ? "the layer did not run" : "the layer runs several times, and it is not said which is meant",
    times === 0
      ? "choose one that the model's forward goes through"
      : "choose a layer that runs once, such as the one around it",
  );
}

function notOne(op: string, layer: AnyModule): ValueError {
  return new ValueError(
    op,
    { layer: layer.constructor.name },
    "what a layer gives must be one tensor of f32",
    "choose a layer within it",
  );
}
