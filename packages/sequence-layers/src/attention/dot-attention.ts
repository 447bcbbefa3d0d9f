import type { Argument } from "@unfoldjs/nn";
import { scaledDotProductAttention, type Tensor } from "@unfoldjs/tensor-core";
import type { KeyValues } from "./key-values.ts";
import { type Attended, type AttentionMasks, oneMask } from "./masks.ts";
import { ScoreAttention } from "./score-attention.ts";

/** score(q, k) = q · k (Luong, Pham & Manning 2015, eq. 8, "dot"): queries and keys have as many features. */
export class DotAttention extends ScoreAttention {
  static override readonly name: string = "DotAttention";
  protected readonly features: { readonly query: undefined; readonly key: undefined } = ANY;

  protected override prepare(key: Tensor): Tensor {
    return key;
  }

  protected override weigh(query: Tensor, memory: KeyValues, masks: AttentionMasks): Attended {
    return attendByProducts(query, memory, masks, 1);
  }

  override config(): readonly Argument[] {
    return [];
  }
}

/** score(q, k) = q · k / √features (Vaswani et al. 2017, eq. 1): queries and keys have as many features. */
export class ScaledDotAttention extends ScoreAttention {
  static override readonly name: string = "ScaledDotAttention";
  protected readonly features: { readonly query: undefined; readonly key: undefined } = ANY;

  protected override prepare(key: Tensor): Tensor {
    return key;
  }

  protected override weigh(query: Tensor, memory: KeyValues, masks: AttentionMasks): Attended {
    return attendByProducts(query, memory, masks);
  }

  override config(): readonly Argument[] {
    return [];
  }
}

const ANY = { query: undefined, key: undefined } as const;

/** @param scale 1 / √features unless said */
export function attendByProducts(query: Tensor, memory: KeyValues, masks: AttentionMasks, scale?: number): Attended {
  const { keyLengths, isCausal = false } = masks;
  const how = { attnMask: oneMask(masks), keyLengths, isCausal, scale, needWeights: true } as const;
  return scaledDotProductAttention(query, memory.key, memory.value, how);
}
