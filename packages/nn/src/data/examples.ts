import { wrongArgument } from "@unfoldjs/tensor-core";

/** Examples that are fetched one by one. */
export interface ExampleSource<Example> {
  readonly length: number;
  /** The example at a place from 0 to length − 1. Tensors that it makes are freed once the batch is made. */
  get(index: number): Example;
}

/** Examples of which several make a batch at once, where that is faster than one by one: pictures as bytes, a table. */
export interface BatchingSource<Batch> {
  readonly length: number;
  /** A new batch of the examples at these places. Its tensors are freed when the next is asked for. */
  batch(indices: Int32Array): Batch;
}

/** Examples by number: an array, or what fetches them. */
export type Examples<Example> = readonly Example[] | ExampleSource<Example>;

export function isBatching<Example, Batch>(
  source: Examples<Example> | BatchingSource<Batch>,
): source is BatchingSource<Batch> {
  return "batch" in source && typeof source.batch === "function";
}

export function exampleAt<Example>(examples: Examples<Example>, index: number): Example {
  return "get" in examples ? examples.get(index) : (examples[index] as Example);
}

/** Number of examples. @throws ValueError on what are no examples */
export function countOf(op: string, source: Examples<unknown> | BatchingSource<unknown>): number {
  const given: unknown = source;
  const isSource =
    typeof given === "object" && given !== null && (Array.isArray(given) || "get" in given || "batch" in given);
  const length: unknown = isSource && "length" in given ? given.length : undefined;
  if (typeof length === "number" && Number.isInteger(length) && length >= 0) return length;
  throw wrongArgument(
    op,
    "examples",
    given,
    "an array, or have a length and get(index) or batch(indices)",
    "pass an array of examples, tabular({ x, y }), a data set, or an object with length and get",
  );
}
