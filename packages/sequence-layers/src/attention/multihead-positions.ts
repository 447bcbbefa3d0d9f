import { type Shape, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { alibi } from "../positions/alibi.ts";
import { rotary } from "../positions/rotary.ts";
import { both, isBool } from "./masks.ts";
import type { MultiheadAttentionOptions } from "./multihead-options.ts";

type Mask = Tensor<Shape, "bool"> | Tensor;

/** Queries or keys by head, (batch, heads, time, headSize), turned by their positions if that is asked for. */
export function turned(x: Tensor, start: number, option: MultiheadAttentionOptions["rotary"]): Tensor {
  if (option === undefined || option === false) return x;
  return rotary(x, { ...(option === true ? {} : option), start });
}

/** The mask with what ALiBi adds to the scores, if that is asked for. */
export function withDistances(
  mask: Mask | undefined,
  isAsked: boolean | undefined,
  { heads, queries, keys }: { readonly heads: number; readonly queries: number; readonly keys: number },
): Mask | undefined {
  if (isAsked !== true || queries === 0 || keys === 0) return mask;
  const biases = alibi(heads, queries, keys);
  if (mask === undefined) return biases;
  return isBool(mask) ? both(mask, biases) : mask.add<Shape, Shape>(biases);
}

/** @param sizes features and heads, by the caller's names @throws ValueError unless heads have features to turn in pairs */
export function assertTurnable(
  op: string,
  sizes: Readonly<Record<string, number>>,
  option: MultiheadAttentionOptions["rotary"],
): void {
  const [features = 0, heads = 1] = Object.values(sizes);
  if (option === undefined || option === false || (features / heads) % 2 === 0) return;
  throw new ValueError(op, sizes, "rotary positions need heads of an even size");
}
