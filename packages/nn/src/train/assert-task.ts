import { assertFunction, assertPlain, assertRecord, wrongArgument } from "@unfoldjs/tensor-core";
import type { Task } from "./task.ts";

/** @throws ValueError unless it has the functions of a task, and nothing but functions for metrics */
export function assertTask(op: string, name: string, task: unknown): void {
  assertRecord(op, name, task, "an object of forward, loss and metrics");
  const { forward, loss, metrics, examples } = task as Partial<Task<unknown, unknown>>;
  assertFunction(op, "forward", forward);
  assertFunction(op, "loss", loss);
  if (examples !== undefined) assertFunction(op, "examples", examples);
  if (metrics === undefined) return;
  assertPlain(op, "metrics", metrics, "an object of functions by name");
  for (const [metric, measure] of Object.entries(metrics)) assertFunction(op, `metrics.${metric}`, measure);
}

/** @throws ValueError unless it is an `AbortSignal`, or is as one */
export function aSignal(op: string, name: string, value: unknown): void {
  if (typeof value === "object" && value !== null && "aborted" in value) return;
  throw wrongArgument(op, name, value, "an AbortSignal", "new AbortController().signal");
}
