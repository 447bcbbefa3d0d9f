import { type Argument, givenOptions, Linear } from "@unfoldjs/nn";
import { assertGenerator, checkOptions, type Generator, inCall, type Tensor } from "@unfoldjs/tensor-core";
import { attendByProducts } from "./dot-attention.ts";
import { assertSizes } from "../arguments/sizes.ts";
import type { KeyValues } from "./key-values.ts";
import type { Attended, AttentionMasks } from "./masks.ts";
import { ScoreAttention } from "./score-attention.ts";

/**
 * score(q, k) = qᵀ W k (Luong, Pham & Manning 2015, eq. 8, "general").
 *
 * `keyProj.weight` W (querySize, keySize) starts uniform in ±1 / √keySize.
 */
export class GeneralAttention extends ScoreAttention {
  static override readonly name: string = "GeneralAttention";
  readonly keyProj: Linear;
  protected readonly features: { readonly query: number; readonly key: number };
  private readonly options: { readonly generator?: Generator };

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(querySize: number, keySize: number, options: { readonly generator?: Generator } = {}) {
    super();
    assertSizes("GeneralAttention", { querySize, keySize });
    checkOptions("GeneralAttention", options, { generator: assertGenerator });
    this.features = { query: querySize, key: keySize };
    this.options = options;
    this.keyProj = inCall("GeneralAttention", () => new Linear(keySize, querySize, { bias: false, ...options }));
  }

  protected override prepare(key: Tensor): Tensor {
    return this.keyProj.forward(key);
  }

  protected override weigh(query: Tensor, memory: KeyValues, masks: AttentionMasks): Attended {
    return attendByProducts(query, memory, masks, 1);
  }

  override config(): readonly Argument[] {
    return [this.features.query, this.features.key, ...givenOptions(this.options)];
  }
}
