import { ValueError } from "@unfoldjs/tensor-core";
import type { BatchSource } from "../data/batch-source.ts";
import type { Module } from "../module/module.ts";
import type { FitResult } from "./callback.ts";
import type { FitOptions } from "./fit-options.ts";
import { Run } from "./run.ts";

/**
 * Trains a model: for each batch a forward, the loss, its gradients and a step of the optimiser.
 *
 * Pauses for the host's other work at least every 50 ms (or each step, if one takes longer), so that a page stays alive
 * and Ctrl-C works. Nothing is left behind in memory but the optimiser's own.
 *
 * A run that is resumed from a checkpoint gives the same bits as one that was never stopped.
 *
 * @throws ValueError if the loss is NaN or infinite, or the data has no batches; FormatError on a checkpoint of another run
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
  const { epochs, resume } = options;
  if (!Number.isInteger(epochs) || epochs < 0)
    throw new ValueError("fit", { epochs }, "epochs is a whole number from 0 up");
  const run = new Run(model, data, options);
  if (resume !== undefined) run.resume(resume);
  return run.toEnd();
}
