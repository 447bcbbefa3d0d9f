import { inCall, scope, type Tensor } from "@unfoldjs/tensor-core";
import { Module } from "@unfoldjs/nn";
import { assertMemory, type KeyValues } from "./key-values.ts";
import { type Attended, type AttentionMasks, assertMasks } from "./masks.ts";
import { assertAxes } from "../arguments/axes.ts";

/**
 * The base of layers that compare queries with keys and give the mean of the values by the likenesses. What such a layer makes
 * of the keys alone it can make once for many queries: `remember` does, and `attend` takes it.
 */
export abstract class ScoreAttention extends Module {
  /** Sizes that features must have; undefined for any. */
  protected abstract readonly features: { readonly query: number | undefined; readonly key: number | undefined };

  /** The keys as scores are computed of them. */
  protected abstract prepare(key: Tensor): Tensor;

  /** @param query (batch, queries, querySize) @param memory of `prepare` @param masks checked */
  protected abstract weigh(query: Tensor, memory: KeyValues, masks: AttentionMasks): Attended;

  /**
   * @param query (batch, queries, querySize), or (batch, querySize) for one query each: then results have no axis of queries
   * @param key (batch, keys, keySize)
   * @param value (batch, keys, valueSize), the keys unless given
   * @throws ShapeError if sizes differ, IndexError on a length that is not in 0…keys, DTypeError
   */
  override forward(query: Tensor, key: Tensor, value: Tensor = key, masks: AttentionMasks = {}): Attended {
    return this.attend(query, this.remember(key, value), masks);
  }

  /** What stays the same for further queries, for `attend`: a decoder makes it once for a sentence. */
  remember(key: Tensor, value: Tensor = key): KeyValues {
    const { name } = this.constructor;
    assertAxes(name, "key", key, { batch: undefined, keys: undefined, keySize: this.features.key });
    const [batch, keys] = key.shape;
    assertAxes(name, "value", value, { batch, keys, valueSize: undefined });
    return inCall(name, () => scope(() => ({ key: this.prepare(key), value })));
  }

  /** As `forward`, of keys that `remember` has prepared. */
  attend(query: Tensor, memory: KeyValues, masks: AttentionMasks = {}): Attended {
    const { name } = this.constructor;
    assertMemory(name, memory);
    const [batch = 0, keys = 0] = memory.key.shape;
    const isSingle = (query as Tensor | undefined)?.shape?.length === 2;
    const queries = isSingle ? {} : { queries: undefined };
    assertAxes(name, "query", query, { batch, ...queries, querySize: this.features.query ?? memory.key.shape[2] });
    assertMasks(name, masks, batch, keys);
    return inCall(name, () =>
      scope(() => {
        if (!isSingle) return this.weigh(query, memory, masks);
        const { output, weights } = this.weigh(query.unsqueeze(1), memory, masks);
        return { output: output.squeeze(1), weights: weights.squeeze(1) };
      }),
    );
  }
}
