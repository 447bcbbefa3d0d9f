import { DTypeError, logicalNot, type Shape, ShapeError, type Tensor } from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { both, isBool } from "./masks.ts";
import type { MultiheadAttentionCall } from "./multihead-options.ts";

type Mask = Tensor<Shape, "bool"> | Tensor;

/** Sizes of the weights. */
export interface WeightSizes {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/**
 * PyTorch's two masks of `MultiheadAttention`, of which true does not take part, as one that `scaledDotProductAttention`
 * takes, of which true does.
 * @param keyPaddingMask (batch, keys) @param attnMask (queries, keys) or (batch · heads, queries, keys), both checked
 */
export function maskOfBoth(
  keyPaddingMask: Mask | undefined,
  attnMask: Mask | undefined,
  { batch, heads, queries, keys }: WeightSizes,
): Mask | undefined {
  const padding = keyPaddingMask && shaped(taking(keyPaddingMask), [batch, 1, 1, keys]);
  const pairs = attnMask && taking(attnMask);
  const wide = pairs?.shape.length === 3 ? shaped(pairs, [batch, heads, queries, keys]) : pairs;
  if (padding === undefined || wide === undefined) return padding ?? wide;
  if (isBool(padding)) return both(padding, wide);
  return isBool(wide) ? both(wide, padding) : padding.add<Shape, Shape>(wide);
}

/** A mask that says who does not take part as one of who does; one of numbers stays as it is. */
function taking(mask: Mask): Mask {
  return isBool(mask) ? logicalNot(mask) : mask;
}

function shaped(mask: Mask, shape: Shape): Mask {
  return isBool(mask) ? mask.reshape<Shape, Shape>(shape) : mask.reshape<Shape, Shape>(shape);
}

/** What a layer calls the masks of its attention. */
export type MaskNames = Readonly<Record<keyof CallMasks, string>>;
type CallMasks = Pick<MultiheadAttentionCall, "keyPaddingMask" | "attnMask" | "keyLengths">;

/** @throws ShapeError, DTypeError, ValueError unless masks are some for such weights; a mask without a batch is of one item */
export function assertCallMasks(
  op: string,
  names: MaskNames,
  masks: CallMasks,
  sizes: WeightSizes,
  hasBatch = true,
): void {
  const { batch, heads, queries, keys } = sizes;
  assertMask(op, names.keyPaddingMask, masks.keyPaddingMask, [hasBatch ? [batch, keys] : [keys]]);
  const pairs = [queries, keys];
  assertMask(op, names.attnMask, masks.attnMask, [pairs, [batch * heads, ...pairs]]);
  if (masks.keyLengths !== undefined) assertAxes(op, names.keyLengths, masks.keyLengths, { batch }, "i32");
}

function assertMask(op: string, name: string, mask: Mask | undefined, shapes: readonly Shape[]): void {
  if (mask === undefined) return;
  const { shape, dtype } = mask;
  if ((dtype as string) !== "bool" && (dtype as string) !== "f32") {
    const rule = `${name} must be bool (true does not take part) or f32 (added to scores)`;
    throw new DTypeError(op, { [name]: shape, dtype }, rule);
  }
  const fits = (each: Shape): boolean =>
    each.length === shape.length && each.every((size, axis) => size === shape[axis]);
  if (shapes.some(fits)) return;
  const allowed = shapes.map((each) => `[${each.join(", ")}]`).join(" or ");
  throw new ShapeError(op, { [name]: shape }, `${name} must be ${allowed}`);
}
