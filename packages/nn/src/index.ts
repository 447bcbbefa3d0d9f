// Modules
export { Module } from "./module/module.ts";
export { isParameter, Parameter } from "./module/parameter.ts";
export { Buffer, isBuffer } from "./module/buffer.ts";
export {
  type AnyModule,
  type Argument,
  type ForwardCall,
  type ForwardHook,
  isModule,
  type Member,
  type NamedMember,
  type Selector,
} from "./module/any-module.ts";
export { replaceModule } from "./module/replace-module.ts";
export { givenOptions } from "./module/config.ts";
export type { LoadReport, StateDict, StoredStateDict } from "./module/state.ts";
export { stateKey } from "./module/state-key.ts";
export type { Summary, SummaryOptions, SummaryRow } from "./module/summary-table.ts";

// Layers
export { GELU, leakyRelu, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh } from "./layers/activation.ts";
export { Dropout } from "./layers/dropout.ts";
export { Embedding, type EmbeddingOptions, type PretrainedOptions } from "./layers/embedding.ts";
export { EmbeddingBag, type EmbeddingBagOptions } from "./layers/embedding-bag.ts";
export { Flatten, Identity } from "./layers/flatten.ts";
export { LayerNorm, type LayerNormOptions } from "./layers/layer-norm.ts";
export type { NormalizedShape } from "./layers/normalized-shape.ts";
export { RMSNorm, type RMSNormOptions } from "./layers/rms-norm.ts";
export { Linear, type LinearOptions } from "./layers/linear.ts";
export { type Layer, Sequential } from "./layers/sequential.ts";
export { LogSoftmax, Softmax } from "./layers/softmax.ts";

// First values
export { defaultGenerator, manualSeed, withGenerator } from "./initialise/default-generator.ts";
export { calculateGain, type Nonlinearity } from "./initialise/gain.ts";
export { kaimingNormal, type KaimingOptions, kaimingUniform } from "./initialise/kaiming.ts";
export { layerDefault, parameter, type WeightAndBias } from "./initialise/layer-default.ts";
export { orthogonal, type OrthogonalOptions } from "./initialise/orthogonal.ts";
export { normal, type NormalOptions, uniform, type UniformOptions } from "./initialise/spread.ts";
export { xavierNormal, type XavierOptions, xavierUniform } from "./initialise/xavier.ts";

// Losses
export { crossEntropy, CrossEntropyLoss } from "./losses/cross-entropy.ts";
export { mse, MSELoss } from "./losses/mse.ts";

// Optimisers and schedules
export { type BaseSettings, Optimizer } from "./optimise/optimizer.ts";
export type { Group, GroupOptions } from "./optimise/groups.ts";
export { SGD, type SGDSettings } from "./optimise/sgd.ts";
export { Adam, type AdamSettings, AdamW } from "./optimise/adam.ts";
export { SparseAdam, type SparseAdamSettings } from "./optimise/sparse-adam.ts";
export { clipGradNorm, clipGradValue } from "./optimise/clip.ts";
export type { Schedule } from "./schedule/schedule.ts";
export { cosineAnnealing } from "./schedule/cosine.ts";
export { linearDecay, stepDecay } from "./schedule/decay.ts";
export { oneCycle, type OneCycleOptions } from "./schedule/one-cycle.ts";
export { warmUp } from "./schedule/warm-up.ts";

// Data
export { batches, type Batches, type BatchOptions } from "./data/batches.ts";
export type { BatchSource } from "./data/batch-source.ts";
export type { Collate, Collated, Columns } from "./data/collate.ts";
export type { BatchingSource, Examples, ExampleSource } from "./data/examples.ts";
export { padded, type Padded, type PaddedOptions, type Sequence } from "./data/padded.ts";
export { splitExamples, type SplitOptions } from "./data/split-examples.ts";
export { type Column, stacked, type Stacked } from "./data/stacked.ts";
export { tabular, type TableBatch, type TableField } from "./data/tabular.ts";

// Training
export { backward } from "./train/backward.ts";
export type { Learned } from "./train/learned.ts";
export { fit } from "./train/fit.ts";
export type { FitOptions } from "./train/fit-options.ts";
export { inUse } from "./train/in-use.ts";
export { evaluate, type Evaluation } from "./train/evaluate.ts";
export type { Metric, Task } from "./train/task.ts";
export type { Callback, EpochReport, FitResult, TrainingRun } from "./train/callback.ts";
export { earlyStopping, type EarlyStoppingOptions } from "./train/early-stopping.ts";
export { progress, progressLine, type ProgressOptions, type ProgressOutput } from "./train/progress.ts";
export { checkpointing, type CheckpointingOptions } from "./train/checkpoint.ts";
export { macrotask } from "./train/macrotask.ts";
export type { Json, State, Stateful } from "./state/state.ts";
export { accuracy } from "./metrics/accuracy.ts";
export { ConfusionMatrix } from "./metrics/confusion-matrix.ts";

// Transfer
export { discriminativeRates, type DiscriminativeOptions, type StageGroup } from "./transfer/discriminative-rates.ts";
export { fewShotHead, type FewShotHead, type FewShotOptions } from "./few-shot/few-shot-head.ts";
export { featuresBefore } from "./transfer/features-before.ts";
export { FeatureCache, type FeatureCacheOptions } from "./transfer/feature-cache.ts";
export { freezeStages, type FrozenPart } from "./transfer/freeze-stages.ts";
export {
  gradualUnfreezing,
  type GradualUnfreezing,
  type GradualUnfreezingOptions,
} from "./transfer/gradual-unfreezing.ts";
export { type Stage, type Staged, stagesOf } from "./transfer/stages.ts";

// Files
export { load, save } from "./save/save.ts";
export { writeFile, writeFiles } from "./save/write-file.ts";
export type { FileContent } from "./save/unfinished-file.ts";
export { loadPyTorch, type LoadPyTorchOptions } from "./save/load-pytorch.ts";
export { decodeModel, type DecodeOptions, encodeModel, type EncodeOptions } from "./save/model-file.ts";
export type { FileDType } from "./save/half-size.ts";
export type { Layers, ModuleClass } from "./save/layers.ts";
