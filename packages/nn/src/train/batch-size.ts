import { isTensor, ValueError } from "@unfoldjs/tensor-core";
import { isPlainRecord, kindOf } from "../data/kinds.ts";

/** How many examples are in a batch, said by whoever made it. */
export type ExamplesIn<Batch> = (batch: Batch) => number;

/**
 * Number of examples in a batch, which averages are weighted by: what `examples` says, else the first size of what is in it,
 * if all tensors, typed arrays and arrays of values agree. What is no object, such as a file's name, is one example.
 * @throws ValueError where they differ, where there is no tensor to go by, or on an answer that is no count
 */
export function examplesIn<Batch>(op: string, batch: Batch, examples?: ExamplesIn<Batch>): number {
  if (examples !== undefined) return asCount(op, examples(batch));
  if (typeof batch !== "object" || batch === null) return 1;
  const parts = [...partsOf(batch, "", [])];
  const [first] = parts;
  if (first === undefined || !parts.some(({ isTensor: is }) => is)) {
    throw new ValueError(
      op,
      { batch: kindOf(batch), tensors: 0 },
      `the batch does not show how many examples it has, ${WHY}`,
      FIX,
    );
  }
  if (parts.every(({ size }) => size === first.size)) return first.size;
  throw new ValueError(
    op,
    Object.fromEntries(parts.map(({ path, size }) => [path, size])),
    `parts of the batch differ in their first size, so that nobody knows how many examples it has, ${WHY}`,
    FIX,
  );
}

const WHY = "and averages over a pass are weighted by that";
const FIX = "say it beside the loss: examples: ({ x }) => x.shape[0]";

function asCount(op: string, count: unknown): number {
  if (typeof count === "number" && Number.isInteger(count) && count >= 0) return count;
  throw new ValueError(
    op,
    { examples: typeof count === "number" ? count : kindOf(count) },
    "examples must give the number of examples in the batch, a whole one from 0 up",
  );
}

interface Part {
  readonly path: string;
  readonly size: number;
  readonly isTensor: boolean;
}

/** What has a first size, at whatever depth of arrays and plain records. A scalar counts as one. */
function* partsOf(value: unknown, path: string, above: readonly object[]): Iterable<Part> {
  if (typeof value !== "object" || value === null || above.includes(value)) return;
  const name = path === "" ? "batch" : path;
  if (isTensor(value)) yield { path: name, size: value.shape[0] ?? 1, isTensor: true };
  else if (isTypedArray(value)) yield { path: name, size: value.length, isTensor: false };
  else if (Array.isArray(value)) {
    const parts = value.flatMap((inner, i) => [...partsOf(inner, `${path}[${i}]`, [...above, value])]);
    // An array with tensors in it is a list of parts; without, its elements are values, one for each example.
    if (parts.some((part) => part.isTensor)) yield* parts;
    else yield { path: name, size: value.length, isTensor: false };
  } else if (isPlainRecord(value)) {
    for (const key of Object.keys(value)) {
      yield* partsOf(value[key], path === "" ? key : `${path}.${key}`, [...above, value]);
    }
  }
}

function isTypedArray(value: object): value is ArrayBufferView & { readonly length: number } {
  return ArrayBuffer.isView(value) && "length" in value;
}
