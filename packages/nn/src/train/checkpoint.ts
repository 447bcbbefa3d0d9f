import {
  type DType,
  decodeSafetensors,
  FormatError,
  scope,
  type Shape,
  type StoredTensor,
  type Tensor,
  assertFunction,
  checkOptions,
  assertWhole,
  assertPlain,
  inCall,
} from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";
import { assertLoadable, tensorsOf } from "../module/state-dict.ts";
import type { Optimizer } from "../optimise/optimizer.ts";
import { describe } from "../save/description.ts";
import type { Layers } from "../save/layers.ts";
import { APART, encodeWith, modelTensors, parseJson } from "../save/model-file.ts";
import { writeFile } from "../save/write-file.ts";
import type { Callback } from "./callback.ts";
import { checkedTraining, type TrainingValues } from "./training-values.ts";
import type { Generators } from "../state/generator-states.ts";
import { marked, unmarked } from "../state/json.ts";
import type { Json, State } from "../state/state.ts";

/** In the file's metadata: all of a training but its tensors. */
const TRAINING = "unfold.training";

type Parts = Readonly<Record<string, State>>;

/**
 * The whole state of a training as one file. It is a model file too: `load` takes the model out of it.
 * @throws ValueError if no record has one of the model's classes
 */
export function encodeCheckpoint(
  model: Module,
  optimizer: Optimizer,
  callbacks: readonly Callback[],
  training: TrainingValues,
  layers: Layers,
): Uint8Array {
  const parts = partsOf(optimizer, callbacks);
  const values = Object.fromEntries(Object.entries(parts).map(([part, state]) => [part, state.values]));
  const tensors = Object.entries(parts).flatMap(([part, state]) =>
    Object.entries(state.tensors).map(([name, tensor]) => [`${APART}${part}/${name}`, tensor] as const),
  );
  return encodeWith(
    "checkpoint",
    model,
    layers,
    { [TRAINING]: JSON.stringify(marked("checkpoint", { ...training, parts: values })) },
    Object.fromEntries(tensors),
  );
}

function partsOf(optimizer: Optimizer, callbacks: readonly Callback[]): Parts {
  const states = callbacks.flatMap((callback, i): [string, State][] =>
    callback.state === undefined ? [] : [[`callbacks.${i}`, callback.state()]],
  );
  return { optimizer: optimizer.state(), ...Object.fromEntries(states) };
}

/** What a checkpoint is to be read into. */
export interface ResumedParts {
  readonly model: Module;
  readonly optimizer: Optimizer;
  readonly callbacks: readonly Callback[];
  readonly generators: Generators;
  readonly metricNames: readonly string[];
}

/**
 * Fills model, optimiser and callbacks from a checkpoint, and gives the rest. One that is refused leaves model and optimiser as
 * they were.
 * @throws FormatError if it is damaged, no checkpoint, or one of another optimiser; ValueError if the model differs
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  { model, optimizer, callbacks, generators, metricNames }: ResumedParts,
): TrainingValues {
  const { tensors, metadata } = inCall("resume", () => decodeSafetensors(bytes, { storage: "keep" })); // buffers come back as they went
  const text = metadata[TRAINING];
  if (text === undefined)
    throw new FormatError("resume", { tensors: tensors.size }, "the file is a model, not a checkpoint of a training");
  const { parts, ...training } = checkedTraining(unmarked("resume", parseJson(text, TRAINING)) as Json, metricNames);
  for (const states of [training.generators, training.epochGenerators]) generators.assertFitting(states);
  scope(() => {
    const weights = tensorsOf(modelTensors(tensors));
    assertLoadable(model, weights);
    // The optimiser looks at all of its state before it takes it, and the model's is looked at: callbacks may refuse theirs.
    for (const [i, callback] of callbacks.entries()) callback.loadState?.(stateOf(`callbacks.${i}`, parts, tensors));
    optimizer.loadState(stateOf("optimizer", parts, tensors));
    model.loadStateDict(weights);
  });
  return training;
}

/** One part's state; its tensors are new ones. */
function stateOf(
  part: string,
  parts: Readonly<Record<string, State["values"]>>,
  stored: ReadonlyMap<string, StoredTensor>,
): State {
  const values = parts[part];
  if (values === undefined) {
    throw new FormatError(
      "resume",
      { wanted: part, saved: Object.keys(parts).join(", ") },
      "the checkpoint has no such part",
      "give fit the callbacks that it had, in the same order",
    );
  }
  const prefix = `${APART}${part}/`;
  const tensors: Record<string, Tensor<Shape, DType>> = {};
  for (const [name, tensor] of stored)
    if (name.startsWith(prefix)) tensors[name.slice(prefix.length)] = tensor.tensor();
  return { values, tensors };
}

export interface CheckpointingOptions {
  /** Epochs between two checkpoints. Default 1, unless `everySteps` is given. */
  readonly everyEpochs?: number;
  /** Steps between two checkpoints. */
  readonly everySteps?: number;
  /** The model's classes that are not of this package, by name, as for `save`. */
  readonly layers?: Layers;
}

/**
 * Keeps a checkpoint of the training up to date, to go on from with `fit`'s `resume`.
 * @param target a file's path, or what to do with the bytes
 * @throws ValueError when the training starts, if no record has one of the model's classes
 * @example callbacks: [checkpointing("out/training.safetensors", { everySteps: 500 })]
 */
export function checkpointing(
  target: string | ((checkpoint: Uint8Array) => void | Promise<void>),
  options: CheckpointingOptions = {},
): Callback {
  if (typeof target !== "string") assertFunction("checkpointing", "target", target);
  checkOptions("checkpointing", options, { everyEpochs: fromOne, everySteps: fromOne, layers: aRecord });
  const { everySteps, everyEpochs = everySteps === undefined ? 1 : undefined, layers = {} } = options;
  const write = typeof target === "string" ? (bytes: Uint8Array) => writeFile(target, bytes, "save") : target;
  return {
    onStart: ({ model }) => void describe("checkpointing", model, layers), // now, and not after an hour's work
    async onStep(run) {
      if (everySteps !== undefined && run.steps % everySteps === 0) await write(run.checkpoint({ layers }));
    },
    async onEpochEnd(run) {
      if (everyEpochs !== undefined && run.epoch % everyEpochs === 0) await write(run.checkpoint({ layers }));
    },
  };
}

function fromOne(op: string, name: string, value: unknown): void {
  assertWhole(op, name, value, 1);
}

function aRecord(op: string, name: string, value: unknown): void {
  assertPlain(op, name, value, "an object of classes by name");
}
