import {
  assertTensor,
  checkOptions,
  DTypeError,
  logicalAnd,
  type OptionChecks,
  scaledDotProductAttention,
  type Shape,
  type Tensor,
  truthValue,
  where,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";

/** What attention gives. */
export interface Attended {
  /** (batch, queries, valueSize): for each query the mean of the values by its weights. */
  readonly output: Tensor;
  /** (batch, queries, keys): each row adds up to 1, or is 0 if no key takes part. */
  readonly weights: Tensor;
}

/** Which keys take part, whatever the query. Of several masks all must agree. */
export interface KeyMasks {
  /** (batch), i32: keys from there on do not take part, whatever they hold. */
  readonly keyLengths?: Tensor<Shape, "i32"> | undefined;
  /** (batch, keys), bool: true takes part, as `lengthsToMask` gives it. */
  readonly keyMask?: Tensor<Shape, "bool"> | undefined;
}

/** Which keys take part for which query. Of several masks all must agree. */
export interface AttentionMasks extends KeyMasks {
  /** Broadcasts to (batch, queries, keys): bool, of which true takes part, or f32, which is added to the scores. */
  readonly attnMask?: Tensor<Shape, "bool"> | Tensor | undefined;
  /** Query i attends to the keys up to i alone. False unless said. */
  readonly isCausal?: boolean;
}

const KEY_CHECKS: OptionChecks<KeyMasks> = { keyLengths: assertTensor, keyMask: assertTensor };
const CHECKS: OptionChecks<AttentionMasks> = {
  ...KEY_CHECKS,
  attnMask: assertTensor,
  isCausal: truthValue,
};

/** @throws ValueError, ShapeError, DTypeError unless the masks are some for such keys */
export function assertKeyMasks(op: string, masks: KeyMasks, batch: number, keys: number): void {
  checkOptions(op, masks, KEY_CHECKS);
  assertFit(op, masks, batch, keys);
}

/** As `assertKeyMasks`, of masks that may differ from query to query. */
export function assertMasks(op: string, masks: AttentionMasks, batch: number, keys: number): void {
  checkOptions(op, masks, CHECKS);
  assertFit(op, masks, batch, keys);
  const { attnMask } = masks;
  if (attnMask !== undefined && attnMask.dtype !== "bool" && attnMask.dtype !== "f32") {
    const came = { attnMask: (attnMask as Tensor).shape, dtype: (attnMask as Tensor).dtype };
    throw new DTypeError(op, came, "attnMask must be bool (true takes part) or f32 (added to scores)");
  }
}

function assertFit(op: string, { keyLengths, keyMask }: KeyMasks, batch: number, keys: number): void {
  if (keyLengths !== undefined) assertAxes(op, "keyLengths", keyLengths, { batch }, "i32");
  if (keyMask !== undefined) assertAxes(op, "keyMask", keyMask, { batch, keys }, "bool");
}

/** `keyMask` and `attnMask` as one, for scores (batch, queries, keys). */
export function oneMask({ keyMask, attnMask }: AttentionMasks): AttentionMasks["attnMask"] {
  if (keyMask === undefined) return attnMask;
  return both(keyMask.unsqueeze(1), attnMask);
}

/** A mask that lets through what both do. */
export function both(
  taking: Tensor<Shape, "bool">,
  other: Tensor<Shape, "bool"> | Tensor | undefined,
): Tensor<Shape, "bool"> | Tensor {
  if (other === undefined) return taking;
  return isBool(other) ? logicalAnd(taking, other) : where(taking, other, never());
}

/** True for a mask that says which take part, false for one that is added to scores. */
export function isBool(mask: Tensor<Shape, "bool"> | Tensor): mask is Tensor<Shape, "bool"> {
  return mask.dtype === "bool";
}

/**
 * Softmax of `scores` over the keys that take part, and the mean of the values by these weights. A query that no key takes
 * part for gets zeros. The kernel is that of dot products, of queries and keys without features: it adds the scores as a mask,
 * and leaves out what `keyLengths` and `isCausal` say without looking at it.
 * @param scores (batch, queries, keys) @param value (batch, keys, valueSize)
 */
export function attendByScores(scores: Tensor, value: Tensor, masks: AttentionMasks): Attended {
  const [batch = 0, queries = 0, keys = 0] = scores.shape;
  const mask = oneMask(masks);
  const masked =
    mask === undefined ? scores : isBool(mask) ? where(mask, scores, never()) : scores.add<Shape, Shape>(mask);
  const { keyLengths, isCausal = false } = masks;
  const [query, key]: [Tensor, Tensor] = [zeros([batch, queries, 0]), zeros([batch, keys, 0])];
  return scaledDotProductAttention(query, key, value, { attnMask: masked, keyLengths, isCausal, needWeights: true });
}

/** −∞, the score of what does not take part. */
function never(): Tensor {
  return zeros([]).sub(Infinity);
}
