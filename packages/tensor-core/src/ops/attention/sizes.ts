import { assertFloat } from "../../dispatch/dtypes.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { DTypeError, IndexError, ShapeError } from "../../errors/index.ts";
import { heapI32 } from "../../runtime/heap.ts";
import { broadcastShapes } from "../../shape/axes.ts";
import { sameShape, sizeOf } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertStream } from "../random/stream.ts";

/** What attention and its gradient take. */
export interface Operands {
  readonly query: AnyTensor;
  readonly key: AnyTensor;
  readonly value: AnyTensor;
  readonly attnMask?: AnyTensor | undefined;
  readonly keyLengths?: AnyTensor | undefined;
  readonly dropoutStream?: AnyTensor | undefined;
}

/** The sizes of a call. */
export interface Sizes {
  /** Axes before the last two, to which all operands broadcast. */
  readonly lead: Shape;
  readonly queries: number;
  readonly keys: number;
  /** Features of a query and a key. */
  readonly size: number;
  readonly valueSize: number;
}

/** @throws ShapeError, DTypeError unless everything fits together */
export function sizesOf(op: string, operands: Operands): Sizes {
  const { query, key, value, attnMask, keyLengths, dropoutStream } = operands;
  assertFloat(op, { query, key, value });
  for (const [name, { shape, rank }] of Object.entries({ query, key, value })) {
    if (rank < 2) throw new ShapeError(op, { [name]: shape }, `${name} needs at least two axes: (…, length, features)`);
  }
  const [queries = 0, size = 0] = query.shape.slice(-2);
  const [keys = 0, keySize = 0] = key.shape.slice(-2);
  const [values = 0, valueSize = 0] = value.shape.slice(-2);
  if (keySize !== size) {
    const came = { query: query.shape, key: key.shape };
    throw new ShapeError(op, came, `queries and keys must have as many features: ${size} and ${keySize}`);
  }
  if (values !== keys) {
    const came = { key: key.shape, value: value.shape };
    throw new ShapeError(op, came, `needs one value for each of ${keys} keys, and there are ${values}`);
  }
  const came = { query: query.shape, key: key.shape, value: value.shape };
  const leads = { query: leadOf(query), key: leadOf(key), value: leadOf(value) };
  const lead = broadcastShapes(op, leads, came);
  assertMask(op, attnMask, [...lead, queries, keys]);
  assertLengthsFit(op, keyLengths, lead);
  assertStream(op, "dropoutStream", dropoutStream);
  return { lead, queries, keys, size, valueSize };
}

/** Multiply-adds of so many products of queries with keys and of weights with values. */
export function productsOf(op: string, operands: Operands, [withKeys, withValues]: readonly [number, number]): number {
  const { lead, queries, keys, size, valueSize } = sizesOf(op, operands);
  return sizeOf(lead) * queries * keys * (withKeys * size + withValues * valueSize);
}

function leadOf({ shape }: AnyTensor): Shape {
  return shape.slice(0, -2);
}

function assertMask(op: string, mask: AnyTensor | undefined, weights: Shape): void {
  if (mask === undefined) return;
  const came = { attnMask: mask.shape, dtype: mask.dtype };
  if (mask.dtype !== "bool" && mask.dtype !== "f32") {
    throw new DTypeError(op, came, "attnMask must be bool (true takes part) or f32 (added to scores)");
  }
  assertBroadcasts(op, "attnMask", mask, weights, "(…, queries, keys)");
}

function assertLengthsFit(op: string, lengths: AnyTensor | undefined, lead: Shape): void {
  if (lengths === undefined) return;
  if (lengths.dtype !== "i32") {
    const came = { keyLengths: lengths.shape, dtype: lengths.dtype };
    throw new DTypeError(op, came, "keyLengths must be i32", 'keyLengths.to("i32")');
  }
  assertBroadcasts(op, "keyLengths", lengths, lead, "the axes before the last two");
}

function assertBroadcasts(op: string, name: string, tensor: AnyTensor, to: Shape, words: string): void {
  const came = { [name]: tensor.shape };
  if (tensor.rank <= to.length && sameShape(broadcastShapes(op, { [name]: tensor.shape, to }, came), to)) return;
  throw new ShapeError(op, came, `${name} must broadcast to [${to.join(", ")}]: ${words}`);
}

/** Looks at the lengths themselves. @throws IndexError unless each is in 0…keys */
export function assertKeyLengths(op: string, lengths: AnyTensor | undefined, keys: number): void {
  if (lengths === undefined) return;
  onContiguous(lengths, (dense) => {
    const heap = heapI32();
    for (let item = 0; item < dense.size; item++) {
      const length = heap[dense.address / 4 + item] as number;
      if (length >= 0 && length <= keys) continue;
      throw new IndexError(
        op,
        { keyLengths: lengths.shape, item, length },
        `keyLengths must be in 0…${keys}, the keys`,
      );
    }
  });
}
