import { noGrad } from "@unfoldjs/autograd";
import { isTensor, refusePromise, ShapeError, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { kindOf } from "../data/kinds.ts";
import type { ExamplesIn } from "./batch-size.ts";

/** A number that tells how good an output is, such as `accuracy`, or a tensor of one; it is averaged over the examples. */
export type Metric<Batch, Output> = (output: Output, batch: Batch) => number | Tensor;

/** What a model does with a batch, and how good that is. None of these functions is async. */
export interface Task<Batch, Output> {
  /** Runs the model. @example forward: ({ images }) => model.forward(images) */
  readonly forward: (batch: Batch) => Output;
  /** A number to make small, the mean over the batch. @example loss: (logits, { labels }) => crossEntropy(logits, labels) */
  readonly loss: (output: Output, batch: Batch) => Tensor;
  /** Further numbers to report. @example metrics: { accuracy: (logits, { labels }) => accuracy(logits, labels) } */
  readonly metrics?: Readonly<Record<string, Metric<Batch, Output>>>;
  /**
   * How many examples a batch has: averages are weighted by it, and reports say their sum. If absent it is the first size of
   * all tensors and arrays in the batch, where they agree. @example examples: ({ x }) => x.shape[0]
   */
  readonly examples?: ExamplesIn<Batch>;
}

/** What came out of a forward with a batch. */
export interface Outcome {
  readonly loss: Tensor;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Runs a task on a batch.
 * @throws ScopeError if one of its functions is async, ShapeError or ValueError if it gives no number
 */
export function perform<Batch, Output>(op: string, task: Task<Batch, Output>, batch: Batch): Outcome {
  const output = task.forward(batch);
  refusePromise(`${op}'s forward`, output);
  const metrics: Record<string, number> = {};
  if (task.metrics !== undefined) {
    for (const [name, metric] of Object.entries(task.metrics)) {
      metrics[name] = noGrad(() => numberFrom(`${op}'s metric ${name}`, metric(output, batch)));
    }
  }
  const loss = task.loss(output, batch);
  assertOne(`${op}'s loss`, loss);
  return { loss, metrics };
}

function numberFrom(name: string, value: unknown): number {
  if (typeof value === "number") return value;
  assertOne(name, value);
  return value.item();
}

/** @throws ScopeError on a promise, ShapeError on several numbers, ValueError on none */
function assertOne(name: string, value: unknown): asserts value is Tensor {
  refusePromise(name, value);
  if (!isTensor(value)) {
    throw new ValueError(name, { came: kindOf(value) }, "gives a tensor of one element, or as a metric a number");
  }
  if (value.size === 1) return;
  throw new ShapeError(
    name,
    { shape: value.shape },
    "gives one number for the batch",
    "reduce the result with mean() or sum()",
  );
}
