import {
  assertGenerator,
  assertWhole,
  capture,
  checkOptions,
  Generator,
  isGenerator,
  type OptionChecks,
  scope,
  tensorsIn,
  truthValue,
} from "@unfoldjs/tensor-core";
import { batches, type Batches, type Stacked } from "@unfoldjs/nn";
import { assertExamples, batchNow, type DrawnExamples, type Job } from "./examples.ts";
import { ExampleWorkers } from "./example-workers.ts";
import { unpacked } from "./packed.ts";

/** How examples that draw are cut into batches. */
export interface AugmentedOptions {
  /** Draws a new order for each pass, and what examples draw from: a generator, or a seed. In order if absent. */
  readonly shuffle?: Generator | number;
  /** What examples draw from where there is no `shuffle`. Default 0. */
  readonly seed?: number;
  /** Leaves out a last batch that would be smaller than the others. */
  readonly dropLast?: boolean;
  /** How many batches workers make in advance. Default two for each. */
  readonly ahead?: number;
}

/** Batches for a `for` loop or `fit`; of workers also for `for await`, which lets this thread do something else meanwhile. */
export interface AugmentedBatches<Batch> extends Batches<Batch> {
  readonly generator: Generator;
  [Symbol.asyncIterator](): AsyncIterator<Batch, void, void>;
}

const op = "augmentedBatches";

const OPTIONS: OptionChecks<AugmentedOptions> = {
  shuffle: (_, name, value) =>
    typeof value === "number" ? assertWhole(op, name, value) : assertGenerator(op, name, value),
  seed: (_, name, value) => assertWhole(op, name, value),
  dropLast: truthValue,
  ahead: (_, name, value) => assertWhole(op, name, value, 1),
};

/** Places of a seed within a pass: seeds are whole numbers up to 2⁵³. */
const PLACES = 2 ** 22;

/**
 * Batches of examples that draw, each from a generator of its own, whose seed follows from the pass and the example's place in it: so
 * they have the same bits whether they are made here or by workers, and by however many. Stacked as by `batches` of @unfoldjs/nn, and
 * freed as these are: when the next one is asked for.
 *
 * @param from examples, as `imageFolder` gives; or workers that have them, from `exampleWorkers`
 * @param size of a batch @throws ValueError on sizes and options, FormatError if a worker cannot make a batch
 * @example for (const { x, y } of augmentedBatches(imageFolder("flowers", { transform }), 32, { shuffle: 1 })) { … }
 */
export function augmentedBatches<Example>(
  from: DrawnExamples<Example>,
  size: number,
  options?: AugmentedOptions,
): AugmentedBatches<Stacked<Example>>;
export function augmentedBatches<Batch>(
  from: ExampleWorkers,
  size: number,
  options?: AugmentedOptions,
): AugmentedBatches<Batch>;
export function augmentedBatches(
  from: DrawnExamples<unknown> | ExampleWorkers,
  size: number,
  options: AugmentedOptions = {},
): AugmentedBatches<unknown> {
  const workers = from instanceof ExampleWorkers ? from : undefined;
  if (workers === undefined) assertExamples(op, from);
  assertWhole(op, "size", size, 1);
  checkOptions(op, options, OPTIONS);
  const { shuffle, seed = 0, dropLast = false } = options;
  const generator = isGenerator(shuffle) ? shuffle : new Generator(shuffle ?? seed);
  const ahead = options.ahead ?? 2 * (workers?.count ?? 1);
  const places = { length: from.length, batch: (indices: Int32Array): number[] => Array.from(indices) };
  const order = batches(places, size, { dropLast, ...(shuffle !== undefined && { shuffle: generator }) });
  /** What is to be made in a pass: drawn as it begins. */
  const jobsOfPass = (): readonly Job[] => {
    const pass = scope(() => generator.integers([1], 0, 2 ** 31 - 1).item()) * PLACES;
    let place = 0;
    return Array.from(order, (chosen) => ({ places: chosen, seeds: chosen.map(() => pass + (place++ % PLACES)) }));
  };
  const local = workers === undefined ? (from as DrawnExamples<unknown>) : undefined;
  return {
    length: order.length,
    generator,
    *[Symbol.iterator]() {
      const jobs = jobsOfPass();
      const queue = workers === undefined ? undefined : new Queue(workers, jobs, ahead);
      const make = (at: number): unknown => {
        if (queue !== undefined) return unpacked(queue.workers.now(op, queue.take(at)));
        const job = jobs[at];
        return local === undefined || job === undefined ? undefined : batchNow(op, local, job);
      };
      try {
        // One batch is one example of these, so that it is freed as a batch is.
        yield* batches({ length: jobs.length, batch: ([at = 0]) => make(at) }, 1);
      } finally {
        queue?.end();
      }
    },
    async *[Symbol.asyncIterator]() {
      const jobs = jobsOfPass();
      const queue = workers === undefined ? undefined : new Queue(workers, jobs, ahead);
      try {
        for (const [at, job] of jobs.entries()) {
          const answer = queue === undefined ? undefined : await queue.workers.later(op, queue.take(at));
          const { result, made } = capture(() => (local === undefined ? unpacked(answer) : batchNow(op, local, job)));
          const inBatch = tensorsIn(result);
          for (const tensor of made) if (!inBatch.has(tensor)) tensor.dispose();
          try {
            yield result;
          } finally {
            for (const tensor of inBatch) if (!tensor.isDisposed) tensor.dispose();
          }
        }
      } finally {
        queue?.end();
      }
    },
  };
}

/** Batches that workers have been asked for, some ahead of the one that is wanted. */
class Queue {
  readonly workers: ExampleWorkers;
  private readonly jobs: readonly Job[];
  private readonly ahead: number;
  private readonly asked: number[] = [];
  private given = 0;

  constructor(workers: ExampleWorkers, jobs: readonly Job[], ahead: number) {
    this.workers = workers;
    this.jobs = jobs;
    this.ahead = ahead;
  }

  /** The number of the batch at a place, after those that follow it have been asked for. */
  take(at: number): number {
    for (const job of this.jobs.slice(this.asked.length, at + 1 + this.ahead)) this.asked.push(this.workers.order(job));
    this.given = at + 1;
    return this.asked[at] ?? -1;
  }

  /** What was asked for and will not be taken is forgotten. */
  end(): void {
    for (const job of this.asked.slice(this.given)) this.workers.forget(job);
  }
}
