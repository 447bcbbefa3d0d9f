import type { Layers } from "@unfoldjs/nn";
import { Activated } from "../graph/activated.ts";
import { ELU, KerasActivation, KerasReLU, PReLU } from "../graph/activations.ts";
import { ChannelsLast, ReshapeFeatures } from "../graph/channels-last.ts";
import { GlobalPool, Rescaling, ZeroPad } from "../graph/edges.ts";
import { LayerGraph } from "../graph/layer-graph.ts";
import { Concatenate, Merge } from "../graph/merge.ts";
import { Conv1dSame, Conv2dSame } from "../graph/same-padding.ts";

/**
 * The classes that models read by `loadTfjs` and `pretrained` have beside the package's own, by the names that files have for
 * them: for `save` and `load`.
 * @example await save(model, "features.safetensors", { layers: { ...layers, ...graphLayers } });
 */
export const graphLayers: Layers = {
  Activated,
  ChannelsLast,
  Concatenate,
  Conv1dSame,
  Conv2dSame,
  ELU,
  GlobalPool,
  KerasActivation,
  KerasReLU,
  LayerGraph,
  Merge,
  PReLU,
  Rescaling,
  ReshapeFeatures,
  ZeroPad,
};
