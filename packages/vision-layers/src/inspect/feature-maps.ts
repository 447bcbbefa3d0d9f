import { noGrad } from "@unfoldjs/autograd";
import { type AnyModule, inUse } from "@unfoldjs/nn";
import {
  assertList,
  assertWhole,
  checkOptions,
  concat,
  type OptionChecks,
  scope,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { assertExamples } from "./explain.ts";
import { type LayerName, layerOf, resultsOf } from "./layers-of.ts";

/**
 * What layers of a model give for some examples, seen on their way and not changed. The model is used as after `eval()`, and
 * afterwards as it was.
 *
 * @param x (batch, …), f32 @param layers by their paths, as `summary` has them
 * @returns a result for each path, such as (batch, channels, height, width) of a convolution; constants to gradients
 * @throws ValueError on a path that there is not, with the one that was most likely meant, and on a layer that does not run just once
 * @example const { conv1, layer4 } = featureMaps(resnet, pictures, ["conv1", "layer4"]);
 */
export function featureMaps<const Path extends string>(
  model: AnyModule,
  x: Tensor,
  layers: readonly Path[],
): Readonly<Record<Path, Tensor>>;
export function featureMaps(model: AnyModule, x: Tensor, layers: readonly string[]): Readonly<Record<string, Tensor>> {
  assertExamples("featureMaps", model, x);
  assertList("featureMaps", "layers", layers);
  const paths = [...new Set(layers)];
  const found = seen("featureMaps", model, x, paths, "layers");
  return Object.fromEntries(paths.map((path, at) => [path, found[at] as Tensor]));
}

/** Options of `features`. */
export interface FeaturesOptions {
  /** Examples that go through the model at once. Default 64. */
  readonly batchSize?: number;
}

const FEATURES: OptionChecks<FeaturesOptions> = {
  batchSize: (op, name, value) => assertWhole(op, name, value, 1),
};

/**
 * What a layer gives, as a row of numbers for each example: for t-SNE, PCA, neighbours, or a classifier of its own. Maps of several
 * axes are laid out in one row.
 *
 * @param x (examples, …), f32; goes through in batches @param layer by its path or itself, "" for the whole model
 * @returns (examples, features) @throws as `featureMaps`
 * @example const rows = features(resnet, pictures, "avgpool");
 */
export function features(
  model: AnyModule,
  x: Tensor,
  layer: LayerName,
  options: FeaturesOptions = {},
): Tensor<[number, number]> {
  assertExamples("features", model, x);
  checkOptions("features", options, FEATURES);
  const { batchSize = 64 } = options;
  return scope(() => {
    const rows = x.split(batchSize, 0).map((batch) =>
      scope((): Tensor<[number, number]> => {
        const [result] = seen("features", model, batch, [layer], "layer") as readonly [Tensor];
        return result.reshape([batch.shape[0] ?? 0, -1]);
      }),
    );
    return concat(rows, 0);
  });
}

/** Results of layers, in the scope around. */
function seen(op: string, model: AnyModule, x: Tensor, layers: readonly LayerName[], name: string): readonly Tensor[] {
  const forward = model.forward as (x: Tensor) => unknown;
  return inUse(model, () => {
    const modules = Array.from(layers, (layer) => layerOf(op, model, layer, name)); // holes are seen, too
    return noGrad(() => resultsOf(op, modules, () => scope(() => void forward.call(model, x))));
  });
}
