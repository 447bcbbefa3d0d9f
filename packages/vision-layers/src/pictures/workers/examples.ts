import { assertFunction, assertRecord, assertWhole, Generator, refusePromise, scope } from "@unfoldjs/tensor-core";
import { stacked } from "@unfoldjs/nn";

/** Examples that draw: each is asked for with a generator of its own. `imageFolder` gives such. */
export interface DrawnExamples<Example> {
  readonly length: number;
  /** The example at a place, now. */
  get(index: number, generator: Generator): Example;
  /** The same in its time: what workers ask for, where there is one. */
  load?(index: number, generator: Generator): Promise<Example>;
}

/** A batch to be made: places of its examples, and the seed of each. */
export interface Job {
  readonly places: readonly number[];
  readonly seeds: readonly number[];
}

/** @throws ValueError unless there are a length and a `get` */
export function assertExamples(op: string, value: unknown): asserts value is DrawnExamples<unknown> {
  assertRecord(op, "examples", value, "examples: { length, get(index, generator) }, as imageFolder gives");
  assertFunction(op, "examples.get", "get" in value ? value.get : undefined);
  assertWhole(op, "examples.length", "length" in value ? value.length : undefined);
}

/** A batch, now. */
export function batchNow(op: string, examples: DrawnExamples<unknown>, { places, seeds }: Job): unknown {
  return scope(() => {
    const made = places.map((place, i) => {
      const example = examples.get(place, new Generator(seeds[i]));
      refusePromise(op, example);
      return example;
    });
    return stacked()(made);
  });
}

/** A batch in its time: examples that can be loaded at once are. */
export async function batchInTime(op: string, examples: DrawnExamples<unknown>, job: Job): Promise<unknown> {
  if (examples.load === undefined) return batchNow(op, examples, job);
  const load = examples.load.bind(examples);
  const made = await Promise.all(job.places.map(async (place, i) => await load(place, new Generator(job.seeds[i]))));
  return stacked()(made);
}
