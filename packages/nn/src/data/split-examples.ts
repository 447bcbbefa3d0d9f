import { Generator, ValueError, checkOptions } from "@unfoldjs/tensor-core";
import { type BatchingSource, countOf, exampleAt, type Examples, type ExampleSource, isBatching } from "./examples.ts";
import { shuffled } from "./order.ts";
import { assertSeed } from "./seed.ts";

/** How examples are split. */
export interface SplitOptions {
  /** Draws which examples go where, from a generator or one with this seed. In order if absent. */
  readonly shuffle?: Generator | number;
}

/**
 * Two parts: `count` examples and the others, such as for training and for validation. Examples are not copied; each part
 * is of the kind that came, for `batches`.
 * @example const [learned, unseen] = splitExamples(flowers, 120, { shuffle: 1 });
 * @throws ValueError unless 0 ≤ count ≤ number of examples
 */
export function splitExamples<Batch>(
  examples: BatchingSource<Batch>,
  count: number,
  options?: SplitOptions,
): [BatchingSource<Batch>, BatchingSource<Batch>];
export function splitExamples<Example>(
  examples: readonly Example[],
  count: number,
  options?: SplitOptions,
): [readonly Example[], readonly Example[]];
export function splitExamples<Example>(
  examples: ExampleSource<Example>,
  count: number,
  options?: SplitOptions,
): [ExampleSource<Example>, ExampleSource<Example>];
export function splitExamples(
  examples: Examples<unknown> | BatchingSource<unknown>,
  count: number,
  options: SplitOptions = {},
): (Examples<unknown> | BatchingSource<unknown>)[] {
  checkOptions("splitExamples", options, { shuffle: assertSeed });
  const { shuffle } = options;
  const all = countOf("splitExamples", examples);
  if (!Number.isInteger(count) || count < 0 || count > all) {
    throw new ValueError(
      "splitExamples",
      { count, examples: all },
      "the first part must have a whole number of examples, and no more than there are",
    );
  }
  const generator = typeof shuffle === "number" ? new Generator(shuffle) : shuffle;
  const order = generator === undefined ? Int32Array.from({ length: all }, (_, i) => i) : shuffled(all, generator);
  return [order.subarray(0, count), order.subarray(count)].map((places) => partOf(examples, places));
}

function partOf(
  examples: Examples<unknown> | BatchingSource<unknown>,
  places: Int32Array,
): Examples<unknown> | BatchingSource<unknown> {
  const { length } = places;
  if (isBatching(examples))
    return { length, batch: (indices) => examples.batch(indices.map((index) => places[index] ?? -1)) };
  if ("get" in examples) return { length, get: (index) => examples.get(places[index] ?? -1) };
  return Array.from(places, (place) => exampleAt(examples, place));
}
