import {
  capture,
  Generator,
  refusePromise,
  scope,
  tensorsIn,
  ValueError,
  assertFunction,
  assertRecord,
  checkOptions,
  truthValue,
  type OptionChecks,
} from "@unfoldjs/tensor-core";
import type { BatchSource } from "./batch-source.ts";
import { type Collate, collateBy, type Collated, type Columns } from "./collate.ts";
import { type BatchingSource, countOf, exampleAt, type Examples, isBatching } from "./examples.ts";
import { batchesOfPass, type OrderOf } from "./order.ts";
import { type Stacked, stacked } from "./stacked.ts";
import { assertSeed } from "./seed.ts";

/** How examples are cut into batches. */
export interface BatchOptions<Item> {
  /**
   * Draws a new order for each pass: from a generator, which then goes on from where it is, or from one with this seed,
   * so that the same call gives the same order. In order if absent.
   */
  readonly shuffle?: Generator | number;
  /** Leaves out a last batch that would be smaller than the others. */
  readonly dropLast?: boolean;
  /**
   * The length of an example (of its place, if the source makes its own batches): examples of similar lengths then come in
   * one batch, which needs little padding. Asked once for each example, when `batches` is called.
   */
  readonly bucketBy?: (item: Item) => number;
}

/** Examples cut into batches, for a `for` loop; each loop is a pass over all of them. */
export interface Batches<Batch> extends BatchSource<Batch> {
  /** Number of batches in a pass. */
  readonly length: number;
  /** What draws the order of each pass; undefined if the order is that of the examples. */
  readonly generator: Generator | undefined;
  [Symbol.iterator](): Iterator<Batch, void, void>;
}

/**
 * Batches of `size` examples as tensors, for a loop or for `fit`. The tensors of a batch are freed when the next one is
 * asked for and when the loop ends, in whatever way; clone or keep what must live longer.
 *
 * Examples are an array, anything that has a length and `get(index)`, or what makes its batches by itself, such as
 * `tabular` and the pictures of `@unfoldjs/datasets`. Those of the first two are stacked, field by field (see `stacked`),
 * unless `collate` says otherwise: columns for some of the fields, or a function of the examples and their places.
 *
 * @example
 * for (const { x, y } of batches(tabular({ x: rows, y: prices }), 32, { shuffle: 1 })) { … }
 * @example
 * const reviews = batches(examples, 32, {
 *   collate: { words: padded({ dtype: "i32" }), stars: stacked("i32") }, // words: { values, lengths }
 *   bucketBy: ({ words }: Review) => words.length,
 *   shuffle: generator,
 * });
 * @throws ValueError on a size that is not a whole number from 1 up, or on what are no examples
 */
export function batches<Batch>(
  examples: BatchingSource<Batch>,
  size: number,
  options?: BatchOptions<number>,
): Batches<Batch>;
export function batches<Example>(
  examples: Examples<Example>,
  size: number,
  options?: BatchOptions<Example> & { readonly collate?: undefined },
): Batches<Stacked<Example>>;
export function batches<Example, Batch>(
  examples: Examples<Example>,
  size: number,
  options: BatchOptions<Example> & { readonly collate: Collate<Example, Batch> },
): Batches<Batch>;
export function batches<Example, const C extends Columns<Example>>(
  examples: Examples<Example>,
  size: number,
  options: BatchOptions<Example> & { readonly collate: C },
): Batches<Collated<Example, C>>;
export function batches(
  examples: Examples<unknown> | BatchingSource<unknown>,
  size: number,
  options: BatchOptions<never> & { readonly collate?: Collate<never, unknown> | object | undefined } = {},
): Batches<unknown> {
  if (!Number.isInteger(size) || size < 1)
    throw new ValueError("batches", { size }, "a batch must have a whole number of examples from 1 up");
  const count = countOf("batches", examples);
  checkOptions("batches", options, OPTIONS);
  const { shuffle, dropLast = false, bucketBy, collate } = options;
  const generator = typeof shuffle === "number" ? new Generator(shuffle) : shuffle;
  const itemAt = isBatching(examples) ? (place: number) => place : (place: number) => exampleAt(examples, place);
  const lengths = bucketBy === undefined ? undefined : lengthsOf(count, itemAt, bucketBy as (item: unknown) => number);
  const make = isBatching(examples) ? selfMade(examples, collate) : collated(examples, collate);
  return {
    length: dropLast ? Math.floor(count / size) : Math.ceil(count / size),
    generator,
    [Symbol.iterator]: () => pass({ count, size, dropLast, generator, lengths }, make),
  };
}

const OPTIONS: OptionChecks<BatchOptions<never> & { readonly collate?: unknown }> = {
  shuffle: assertSeed,
  dropLast: truthValue,
  bucketBy: assertFunction,
  collate: (op, name, value) => assertCollate(op, name, value),
};

function assertCollate(op: string, name: string, value: unknown): void {
  if (typeof value === "function") assertFunction(op, name, value);
  else assertRecord(op, name, value, "a function, or an object of columns by field");
}

function selfMade(source: BatchingSource<unknown>, collate: unknown): (places: Int32Array) => unknown {
  if (collate === undefined) return (places) => source.batch(places);
  throw new ValueError(
    "batches",
    { collate: "given" },
    "this source makes its batches by itself",
    "change what it makes, or pass examples one by one",
  );
}

function collated(
  examples: Examples<unknown>,
  collate: Collate<never, unknown> | object = stacked(),
): (places: Int32Array) => unknown {
  const make = (typeof collate === "function" ? collate : collateBy(collate)) as Collate<unknown, unknown>;
  return (places) => {
    const chosen = Array.from(places, (place) => exampleAt(examples, place));
    return make(chosen, places);
  };
}

function lengthsOf(
  count: number,
  itemAt: (place: number) => unknown,
  bucketBy: (item: unknown) => number,
): Float64Array {
  const lengths = new Float64Array(count);
  for (let place = 0; place < count; place++) {
    const length = scope(() => {
      const found = bucketBy(itemAt(place));
      refusePromise("batches", found);
      return found;
    });
    if (!Number.isFinite(length))
      throw new ValueError("batches", { example: place, length: String(length) }, "bucketBy must give a finite number");
    lengths[place] = length;
  }
  return lengths;
}

/** The order is drawn when the first batch is asked for. */
function* pass(order: OrderOf, make: (places: Int32Array) => unknown): globalThis.Generator<unknown, void, void> {
  for (const places of batchesOfPass(order)) {
    const { batch, free } = owned(() => make(places));
    try {
      yield batch;
    } finally {
      free();
    }
  }
}

/** Makes a batch. What was made on the way is freed now, what is in the batch by `free`; what was there before stays. */
function owned(make: () => unknown): { readonly batch: unknown; free(): void } {
  const { result: batch, made } = capture(make);
  const inBatch = tensorsIn(batch);
  const tensors = made.filter((tensor) => tensor.endsWithScope); // not what was given to keep
  for (const tensor of tensors) if (!inBatch.has(tensor)) tensor.dispose();
  refusePromise("batches", batch);
  for (const tensor of tensors) tensor.enterScope();
  return { batch, free: () => tensors.forEach((tensor) => tensor.endsWithScope && tensor.dispose()) };
}
