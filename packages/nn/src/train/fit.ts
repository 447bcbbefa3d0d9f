import {
  ValueError,
  assertBytes,
  assertFunction,
  assertGenerator,
  assertList,
  assertPlain,
  assertRecord,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import type { BatchSource } from "../data/batch-source.ts";
import type { Module } from "../module/module.ts";
import { assertSetting } from "../optimise/groups.ts";
import type { FitResult } from "./callback.ts";
import { claim } from "./claims.ts";
import type { FitOptions } from "./fit-options.ts";
import { learningOf } from "./learned.ts";
import { assertSeveralPasses } from "./pass.ts";
import { Run } from "./run.ts";
import { assertModule } from "../module/assert-module.ts";
import { Optimizer } from "../optimise/optimizer.ts";
import { aSignal, assertTask } from "./assert-task.ts";

/**
 * Trains a model: for each batch a forward, the loss, its gradients and a step of the optimiser.
 *
 * Pauses for the host's other work at least every 50 ms (or each step, if one takes longer), so that a page stays alive
 * and Ctrl-C works. Nothing is left behind in memory but the optimiser's own: what the data makes to give a batch is freed
 * after the step, if it was not given to `keep`.
 *
 * Modules learn during a step and are otherwise as they were, so that callbacks and timers may set and use them. One that is
 * in eval mode while the whole model is not, such as a frozen batch norm, stays so. A model, an optimiser and a callback with
 * a state are in one training at a time. A schedule's factor is taken off the optimiser at the end.
 *
 * A run that is resumed from a checkpoint gives the same bits as one that was never stopped.
 *
 * @throws ValueError if the loss or a gradient is NaN or infinite (parameters and buffers are then as before the step, and have no
 * gradients), the data or `validation` has no batches, it is not clear how many examples one has, or the model is in another
 * training; FormatError on a checkpoint of another run
 * @example
 * const { history } = await fit(model, batches(digits, 64, { shuffle: 1 }), {
 *   epochs: 3,
 *   forward: ({ images }) => model.forward(images),
 *   loss: (logits, { labels }) => crossEntropy(logits, labels),
 *   metrics: { accuracy: (logits, { labels }) => accuracy(logits, labels) },
 *   optimizer: new Adam(model.parameters()),
 *   callbacks: [progress()],
 * });
 */
export async function fit<Batch, Output>(
  model: Module,
  data: BatchSource<Batch>,
  options: FitOptions<Batch, Output>,
): Promise<FitResult> {
  assertModule("fit", "model", model);
  assertTask("fit", "options", options);
  assertRest(options);
  const { epochs, optimizer, clipNorm, validation, resume, callbacks = [] } = options;
  if (!Number.isInteger(epochs) || epochs < 0)
    throw new ValueError("fit", { epochs }, "epochs is a whole number from 0 up");
  if (clipNorm !== undefined) assertSetting("fit", "clipNorm", clipNorm, 0);
  learningOf("fit", model);
  assertSeveralPasses("fit", "data", data, epochs);
  if (validation !== undefined) assertSeveralPasses("fit", "validation", validation, epochs);
  const endClaim = claim("fit", [
    ["model", model],
    ["optimizer", optimizer],
    ...callbacks.filter(({ state }) => state !== undefined).map((callback): [string, object] => ["callback", callback]),
  ]);
  const factor = optimizer.learningRateFactor;
  try {
    return await trained(new Run(model, data, options), resume);
  } finally {
    optimizer.learningRateFactor = factor;
    endClaim();
  }
}

type Rest = Pick<
  FitOptions<unknown, unknown>,
  "optimizer" | "schedule" | "callbacks" | "signal" | "resume" | "generators"
>;

/** @throws ValueError on what stands in an option's place */
function assertRest(options: Rest): void {
  const { optimizer, schedule, callbacks, signal, resume, generators } = options;
  if (!((optimizer as unknown) instanceof Optimizer)) {
    throw wrongArgument("fit", "optimizer", optimizer, "an optimiser", "new Adam(model.parameters())");
  }
  if (schedule !== undefined) assertFunction("fit", "schedule", schedule);
  if (callbacks !== undefined) {
    assertList("fit", "callbacks", callbacks, "an array of callbacks");
    for (const callback of callbacks) assertCallback(callback);
  }
  if (signal !== undefined) aSignal("fit", "signal", signal);
  if (resume !== undefined) assertBytes("fit", "resume", resume);
  if (generators === undefined) return;
  assertPlain("fit", "generators", generators, "an object of generators by name");
  for (const [name, generator] of Object.entries(generators)) assertGenerator("fit", `generators.${name}`, generator);
}

const OCCASIONS = ["onStart", "onEpochStart", "onStep", "onEpochEnd", "onEnd", "onError", "state"] as const;

/** @throws ValueError unless it has something of a callback, or is a record that has nothing of it yet */
function assertCallback(callback: unknown): void {
  assertRecord("fit", "callbacks", callback, "callbacks: objects with onEpochEnd, onStep, …");
  if (OCCASIONS.some((name) => name in callback)) return;
  assertPlain("fit", "callbacks", callback, "callbacks: objects with onEpochEnd, onStep, …");
}

async function trained<Batch, Output>(run: Run<Batch, Output>, resume: Uint8Array | undefined): Promise<FitResult> {
  try {
    if (resume !== undefined) run.resume(resume);
    return await run.toEnd();
  } catch (error) {
    await run.failed(error);
    throw error;
  }
}
