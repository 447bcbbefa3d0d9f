import type { Tensor } from "@unfoldjs/tensor-core";

/** A number that tells how good an output is, such as `accuracy`; it is averaged over the examples. */
export type Metric<Batch, Output> = (output: Output, batch: Batch) => number;

/** What a model does with a batch, and how good that is. */
export interface Task<Batch, Output> {
  /** Runs the model. @example forward: ({ images }) => model.forward(images) */
  readonly forward: (batch: Batch) => Output;
  /** A number to make small, the mean over the batch. @example loss: (logits, { labels }) => crossEntropy(logits, labels) */
  readonly loss: (output: Output, batch: Batch) => Tensor;
  /** Further numbers to report. @example metrics: { accuracy: (logits, { labels }) => accuracy(logits, labels) } */
  readonly metrics?: Readonly<Record<string, Metric<Batch, Output>>>;
}

/** The task's metrics of one output. */
export function measure<Batch, Output>(
  task: Task<Batch, Output>,
  output: Output,
  batch: Batch,
): Record<string, number> {
  return Object.fromEntries(Object.entries(task.metrics ?? {}).map(([name, metric]) => [name, metric(output, batch)]));
}
