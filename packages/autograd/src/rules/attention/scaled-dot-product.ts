import {
  arange,
  type AttentionAttributes,
  bernoulliOf,
  scaledDotProductAttentionGradient,
  type scaledDotProductOps,
  type Shape,
  type Tensor,
  where,
  zeros,
} from "@unfoldjs/tensor-core";
import {
  type CallFacts,
  fused,
  type Named,
  refused,
  type RowsOf,
  savedAs,
  type Some,
  together,
} from "../../row/row.ts";

const INPUTS = ["query", "key", "value", "attnMask"] as const;
const SAVED = ["query", "key", "value", "attnMask", "keyLengths", "dropoutStream", "output", "rows"] as const;

export const scaledDotProductRules: RowsOf<typeof scaledDotProductOps> = {
  scaledDotProductAttention: fused(
    together(
      { query: SAVED, key: SAVED, value: SAVED, attnMask: SAVED },
      ({ output: dOutput }: Some<"output">, saved, { attributes }: CallFacts<AttentionAttributes>, wanted) => {
        const asked = INPUTS.filter((name) => wanted[name] !== undefined);
        const forward = saved as Parameters<typeof scaledDotProductAttentionGradient>[1];
        return scaledDotProductAttentionGradient(asked, forward, dOutput as Tensor, attributes);
      },
    ),
    composition,
    ["output"],
  ),
  scaledDotProductAttentionGradient: refused("derive from scaledDotProductAttention: its composition has every order"),
};

/** softmax(q kᵀ · scale + mask) v, of queries that see no key zeros. */
function composition(inputs: Some, { scale, isCausal, dropoutP }: AttentionAttributes): Named<"output" | "weights"> {
  const { query, key, value } = inputs as Named<"query" | "key" | "value">;
  const scores = masked(query.matmul(key.transpose(-2, -1)).mul(scale), inputs, isCausal);
  // ∞ less itself is no number: a line of -∞ becomes one of zeros before the softmax, and after.
  const isSeen = scores.notEqual<Shape>(-Infinity).any(-1, true);
  const nothing = zeros([]);
  const whole = where(isSeen, where(isSeen, scores, nothing).softmax(), nothing);
  const { dropoutStream } = inputs;
  const weights = dropoutStream === undefined ? whole : whole.mul(kept(dropoutStream, whole.shape, dropoutP));
  return { output: weights.matmul(value), weights };
}

function masked(scores: Tensor, { attnMask, keyLengths }: Some, isCausal: boolean): Tensor {
  const never = zeros([]).sub(Infinity);
  const [queries, keys] = [scores.shape.at(-2) ?? 0, scores.shape.at(-1) ?? 0];
  const places = arange(0, keys, 1, "i32");
  let sum = scores;
  if (attnMask !== undefined) {
    const isBool = (attnMask.dtype as string) === "bool";
    sum = isBool ? where(savedAs(attnMask, "bool"), sum, never) : sum.add<Shape, Shape>(attnMask);
  }
  if (isCausal) sum = where(places.lessEqual<Shape, Shape>(arange(0, queries, 1, "i32").unsqueeze(1)), sum, never);
  if (keyLengths === undefined) return sum;
  const ends = savedAs(keyLengths, "i32").unsqueeze(-1).unsqueeze(-1);
  return where(places.less<Shape, Shape>(ends), sum, never);
}

/** 0 for each weight that is left out; a row of them begins with a block of four words. */
function kept(stream: Tensor, shape: Shape, dropoutP: number): Tensor {
  const keys = shape.at(-1) ?? 0;
  const words = [...shape.slice(0, -1), 4 * Math.ceil(keys / 4)];
  const value = dropoutP === 1 ? 0 : 1 / (1 - dropoutP);
  return bernoulliOf<Shape>(savedAs(stream, "i32"), words, 1 - dropoutP, value).slice(-1, 0, keys);
}
