import { assertRecord, type Tensor } from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";

/** Keys as a layer compares with them, and their values: what stays the same from query to query. */
export interface KeyValues {
  readonly key: Tensor;
  readonly value: Tensor;
}

/** @throws ValueError, ShapeError unless they are (batch, keys, features) and (batch, keys, valueSize) */
export function assertMemory(op: string, memory: KeyValues): void {
  assertRecord(op, "memory", memory, "what remember gives");
  assertAxes(op, "memory.key", memory.key, { batch: undefined, keys: undefined, features: undefined });
  const [batch, keys] = memory.key.shape;
  assertAxes(op, "memory.value", memory.value, { batch, keys, valueSize: undefined });
}

/** Sizes of keys and values by head, as far as they are known. */
interface ByHead {
  readonly batch?: number;
  readonly heads: number;
  readonly keys?: number;
  readonly headSize: number;
}

/** @throws ValueError, ShapeError unless both are (batch, heads, keys, headSize) */
export function assertMemoryByHead(
  op: string,
  name: string,
  memory: KeyValues,
  { batch, heads, keys, headSize }: ByHead,
): void {
  assertRecord(op, name, memory, "what remember or step gives");
  assertAxes(op, `${name}.key`, memory.key, { batch, heads, keys, headSize });
  const [size, , count] = memory.key.shape;
  assertAxes(op, `${name}.value`, memory.value, { batch: size, heads, keys: count, headSize });
}
