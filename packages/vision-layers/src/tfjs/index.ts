// The entry point "@unfoldjs/vision-layers/tfjs"
export { Activated } from "../graph/activated.ts";
export {
  type ActivationName,
  ELU,
  KerasActivation,
  KerasReLU,
  type KerasReLUOptions,
  PReLU,
} from "../graph/activations.ts";
export { ChannelsLast, ReshapeFeatures } from "../graph/channels-last.ts";
export { GlobalPool, Rescaling, ZeroPad } from "../graph/edges.ts";
export { type GraphEnds, type GraphLayer, type GraphNode, LayerGraph } from "../graph/layer-graph.ts";
export { Concatenate, Merge, type MergeKind } from "../graph/merge.ts";
export { Conv1dSame, Conv2dSame } from "../graph/same-padding.ts";
export { loadTfjs, type LoadTfjsOptions } from "./load-tfjs.ts";
export type { TfjsSource } from "./file-source.ts";
export {
  type NsfwjsModel,
  pretrained,
  type Pretrained,
  type PretrainedName,
  type PretrainedOptions,
} from "./pretrained.ts";
export { graphLayers } from "./graph-layers.ts";
