import { assertBoolean, assertFunction, assertRecord, assertString, checkOptions } from "@unfoldjs/tensor-core";
import type { Callback, EpochReport, TrainingRun } from "./callback.ts";

/** Where a progress line goes. */
export interface ProgressOutput {
  write(text: string): void;
  /** True for a terminal, whose last line can be written over. */
  readonly live: boolean;
}

export interface ProgressOptions {
  /** Default: standard error, where there is one, else the console. */
  readonly output?: ProgressOutput;
  /** What the examples are, for the rate. Default "examples". */
  readonly unit?: string;
}

function anOutput(op: string, name: string, value: unknown): void {
  assertRecord(op, name, value, "{ write, live }");
  const { write, live } = value as Partial<ProgressOutput>;
  assertFunction(op, `${name}.write`, write);
  assertBoolean(op, `${name}.live`, live);
}

/** Milliseconds between two lines, on a terminal and elsewhere, where they stay: short epochs have no line each there. */
const LIVE_INTERVAL = 100;
const PLAIN_INTERVAL = 10_000;
/** Back to the line's start, and clear to its end (ECMA-48: EL). */
const REWRITE = "\r\u001B[K";

/**
 * Reports how training goes: on a terminal one line that is written over, and a line an epoch. Elsewhere (a file, a pipe) a
 * line each ten seconds: the latest epoch that has ended, or where training is; and always the first epoch and the last.
 * @example callbacks: [progress({ unit: "images" })] // epoch 1/3  step 412/938  loss 0.1834  accuracy 94.61 %  9,812 images/s  18 s left
 */
export function progress(options: ProgressOptions = {}): Callback {
  checkOptions("progress", options, { output: anOutput, unit: assertString });
  const { output = standardOutput(), unit = "examples" } = options;
  let last = -Infinity;
  /** The line of an epoch that came too soon after another. */
  let unsaid: string | undefined;
  const sayRest = (): void => {
    if (unsaid !== undefined) output.write(unsaid);
    unsaid = undefined;
  };
  return {
    onStart() {
      last = performance.now();
      unsaid = undefined;
    },
    onStep(run) {
      const now = performance.now();
      if (now - last < (output.live ? LIVE_INTERVAL : PLAIN_INTERVAL)) return;
      last = now;
      unsaid = undefined; // this one says more
      output.write(output.live ? `${REWRITE}${progressLine(run, unit)}` : `${progressLine(run, unit)}\n`);
    },
    onEpochEnd({ epochs }, report) {
      const line = `${output.live ? REWRITE : ""}${epochLine(report, epochs, unit)}\n`;
      const now = performance.now();
      const isDue = now - last >= PLAIN_INTERVAL || report.epoch === 1 || report.epoch === epochs;
      if (output.live || isDue) {
        unsaid = undefined;
        last = now;
        output.write(line);
      } else {
        unsaid = line;
      }
    },
    onEnd(run, { stopped }) {
      sayRest();
      if (stopped !== undefined)
        output.write(`${output.live ? REWRITE : ""}stopped in epoch ${run.epoch}: ${stopped}\n`);
    },
    onError(run) {
      sayRest();
      // The error's own text comes after it, and not on the line that was being written over.
      const place = run.epoch === 0 ? "before the first epoch" : `in epoch ${run.epoch} after ${run.epochSteps} steps`;
      output.write(`${output.live ? REWRITE : ""}failed ${place}\n`);
    },
  };
}

/** The state of a training in one line. */
export function progressLine(run: TrainingRun, unit = "examples"): string {
  assertRecord("progressLine", "run", run, "a training that is running");
  assertRecord("progressLine", "run.metrics", run.metrics, "an object of numbers by name");
  assertString("progressLine", "unit", unit);
  const steps =
    run.stepsPerEpoch === undefined
      ? `${run.epochSteps}`
      : `${String(run.epochSteps).padStart(String(run.stepsPerEpoch).length)}/${run.stepsPerEpoch}`;
  return [
    `epoch ${run.epoch}/${run.epochs}`,
    `step ${steps}`,
    ...numbers(run.loss, run.metrics),
    `${Math.round(run.examplesPerSecond).toLocaleString("en-US")} ${unit}/s`,
    ...(run.secondsLeft === undefined ? [] : [`${duration(run.secondsLeft)} left`]),
  ].join("  ");
}

function epochLine(
  { epoch, loss, metrics, validation, seconds, examplesPerSecond }: EpochReport,
  epochs: number,
  unit: string,
): string {
  return [
    `epoch ${epoch}/${epochs}`,
    ...numbers(loss, metrics),
    ...(validation === undefined ? [] : ["validation:", ...numbers(validation.loss, validation.metrics)]),
    `${Math.round(examplesPerSecond).toLocaleString("en-US")} ${unit}/s`,
    duration(seconds),
  ].join("  ");
}

function numbers(loss: number, metrics: Readonly<Record<string, number>>): string[] {
  return [
    `loss ${loss.toPrecision(4)}`,
    ...Object.entries(metrics).map(([name, value]) => `${name} ${formatMetric(name, value)}`),
  ];
}

/** Accuracies are shares, and read as such. */
function formatMetric(name: string, value: number): string {
  return name.toLowerCase().endsWith("accuracy") ? `${(100 * value).toFixed(2)} %` : value.toPrecision(4);
}

/** Seconds as people say them: "42 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 10 ? seconds.toFixed(1) : whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function standardOutput(): ProgressOutput {
  const host: { process?: { stderr?: { write(text: string): unknown; isTTY?: boolean } } } = globalThis;
  const stream = host.process?.stderr;
  if (stream === undefined) return { write: (text) => console.log(text.trimEnd()), live: false };
  return { write: (text) => void stream.write(text), live: stream.isTTY === true };
}
