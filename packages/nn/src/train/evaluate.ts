import { noGrad } from "@unfoldjs/autograd";
import { scope } from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";
import { Averages, examplesIn } from "./average.ts";
import { Pace } from "./macrotask.ts";
import { measure, type Task } from "./task.ts";

/** Means over a pass. */
export interface Evaluation {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly examples: number;
}

/**
 * Runs a pass over `data` without learning: eval mode, no gradient, nothing changed. Pauses for the host's other work at
 * least every 50 ms.
 * @param signal stops it between two batches; the means are then those of what was done
 */
export async function evaluate<Batch, Output>(
  model: Module,
  data: Iterable<Batch>,
  task: Task<Batch, Output>,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Evaluation> {
  const modes = model.namedModules().map(([, module]): [Module, boolean] => [module, module.training]);
  const averages = new Averages();
  const pace = new Pace();
  model.eval();
  try {
    for (const batch of data) {
      averages.add(
        noGrad(() => scope(() => judge(task, batch))),
        examplesIn(batch),
      );
      await pace.turn();
      if (signal?.aborted === true) break;
    }
  } finally {
    for (const [module, training] of modes) module.training = training;
  }
  const names = Object.keys(task.metrics ?? {});
  return { loss: averages.mean(LOSS), metrics: averages.means(names), examples: averages.examples };
}

/** Under this name the loss is averaged; no metric has it. */
export const LOSS = "(loss)";

function judge<Batch, Output>(task: Task<Batch, Output>, batch: Batch): Record<string, number> {
  const output = task.forward(batch);
  return { ...measure(task, output, batch), [LOSS]: task.loss(output, batch).item() };
}
