import { noGrad } from "@unfoldjs/autograd";
import { scope, ValueError, checkOptions } from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";
import { partsOf } from "../module/parts.ts";
import { Averages } from "./average.ts";
import { examplesIn } from "./batch-size.ts";
import { Pace } from "./macrotask.ts";
import { inUse } from "./modes.ts";
import { Pass } from "./pass.ts";
import { perform, type Task } from "./task.ts";
import { assertModule } from "../module/assert-module.ts";
import { aSignal, assertTask } from "./assert-task.ts";

/** Means over a pass. */
export interface Evaluation {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** How many examples the means are of. */
  readonly examples: number;
  /** False if its signal ended it before the data did: the means are those of what was done, NaN if that was nothing. */
  readonly complete: boolean;
}

/** How a pass without learning is run. */
export interface EvaluateOptions {
  /** Ends it between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a pass over `data` without learning: eval mode, no gradient, nothing changed. Pauses for the host's other work at
 * least every 50 ms. The mode is set for each batch and given back after it, so that a training may go on in between. What
 * the data makes to give a batch is freed after it, if it was not given to `keep`.
 * @throws ValueError if the data gave no batches, or it is not clear how many examples one has: see `Task.examples`
 */
export async function evaluate<Batch, Output>(
  model: Module,
  data: Iterable<Batch>,
  task: Task<Batch, Output>,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  assertModule("evaluate", "model", model);
  assertTask("evaluate", "task", task);
  checkOptions<EvaluateOptions>("evaluate", options, { signal: aSignal });
  return evaluateAs("evaluate", "data", model, data, task, options);
}

/** The same as a part of something else. @param name what the data is called there */
export async function evaluateAs<Batch, Output>(
  op: string,
  name: string,
  model: Module,
  data: Iterable<Batch>,
  task: Task<Batch, Output>,
  { signal }: EvaluateOptions,
): Promise<Evaluation> {
  const averages = new Averages();
  const pace = new Pace();
  const pass = new Pass<Batch>(op, data);
  let batches = 0;
  let complete = false;
  try {
    for (;;) {
      if (signal?.aborted === true) break;
      const next = pass.next();
      complete = next === undefined;
      if (next === undefined) break;
      averages.add(judge(op, model, task, next.batch), examplesIn(op, next.batch, task.examples));
      batches++;
      pass.release();
      await pace.turn();
    }
  } finally {
    pass.end();
  }
  if (complete && batches === 0) {
    throw new ValueError(
      op,
      { [name]: "no batches" },
      "there is nothing to take means of",
      "each for loop over the data must be a pass: give an array or batches(…), not an iterator that was read before",
    );
  }
  const names = Object.keys(task.metrics ?? {});
  return { loss: averages.mean(LOSS), metrics: averages.means(names), examples: averages.examples, complete };
}

/** Under this name the loss is averaged; no metric has it. */
export const LOSS = "(loss)";

function judge<Batch, Output>(
  op: string,
  model: Module,
  task: Task<Batch, Output>,
  batch: Batch,
): Record<string, number> {
  return noGrad(() =>
    scope(() =>
      inUse(partsOf(model).modules, () => {
        const { loss, metrics } = perform(op, task, batch);
        return { ...metrics, [LOSS]: loss.item() };
      }),
    ),
  );
}
