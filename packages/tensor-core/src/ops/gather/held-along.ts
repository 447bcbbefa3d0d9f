import type { Operand } from "../../../wasm/frames.js";
import type { AnyTensor } from "../../dispatch/results.ts";

/** An operand that a walk does not move along one axis, because the kernel goes there by an index. */
export function heldAlong(axis: number, { shape, strides, rank }: AnyTensor): Operand {
  return { shape, strides: strides.with(axis, 0), rank };
}
