import { FormatError } from "@unfoldjs/tensor-core";
import type { GeneratorStates } from "../state/generator-states.ts";
import { isRecord, type Json, type State } from "../state/state.ts";
import type { AverageState } from "./average.ts";
import type { EpochReport } from "./callback.ts";

/** Where a training was. */
export interface TrainingValues {
  readonly progress: {
    readonly epoch: number;
    readonly epochSteps: number;
    readonly steps: number;
    /** Milliseconds of work in the epoch. */
    readonly busy: number;
    /** Milliseconds of work in all. */
    readonly total: number;
  };
  readonly averages: AverageState;
  readonly history: readonly EpochReport[];
  readonly generators: GeneratorStates;
  readonly epochGenerators: GeneratorStates;
}

/** The same with what each stateful thing says of itself. */
export interface StoredTraining extends TrainingValues {
  readonly parts: Readonly<Record<string, State["values"]>>;
}

type Fields = Readonly<Record<string, Json>>;

/**
 * What a checkpoint's metadata say, looked at.
 * @param metricNames of the training that goes on: means of others cannot be continued
 * @throws FormatError
 */
export function checkedTraining(json: Json, metricNames: readonly string[]): StoredTraining {
  const { progress, averages, history, generators, epochGenerators, parts } = fieldsOf(json);
  const isSound =
    isProgress(fieldsOf(progress)) &&
    isAverage(fieldsOf(averages)) &&
    Array.isArray(history) &&
    history.every((report) => isReport(fieldsOf(report as Json))) &&
    [generators, epochGenerators, parts].every(isRecord);
  if (!isSound) {
    throw new FormatError(
      "resume",
      { fields: Object.keys(fieldsOf(json)).join(", ") },
      "the checkpoint's metadata is damaged",
      "use an earlier checkpoint",
    );
  }
  const training = json as object as StoredTraining;
  assertMetrics(training, metricNames);
  return training;
}

function fieldsOf(value: Json | undefined): Fields {
  return isRecord(value) ? value : {};
}

function isProgress({ epoch, epochSteps, steps, busy, total }: Fields): boolean {
  return [epoch, epochSteps, steps].every(isCount) && [busy, total].every((time) => Number.isFinite(time));
}

function isAverage({ sums, examples }: Fields): boolean {
  return isCount(examples) && isRecord(sums) && Object.values(sums).every((sum) => typeof sum === "number");
}

function isReport({ epoch, loss, metrics }: Fields): boolean {
  return isCount(epoch) && typeof loss === "number" && isRecord(metrics);
}

function isCount(value: Json | undefined): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A metric that comes or goes in the middle of an epoch would get the mean of a part of it. */
function assertMetrics({ averages, progress, history }: TrainingValues, own: readonly string[]): void {
  const isMidway = progress.epochSteps > 0 && history.at(-1)?.epoch !== progress.epoch;
  const saved = Object.keys(averages.sums).filter((name) => !name.startsWith("("));
  if (!isMidway || saved.toSorted().join() === own.toSorted().join()) return;
  throw new FormatError(
    "resume",
    { saved: saved.join(", "), own: own.join(", ") },
    "the checkpoint was made in the middle of an epoch with other metrics",
    "give fit the metrics that it had",
  );
}
