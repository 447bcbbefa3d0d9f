import { Linear, Module, type Parameter } from "@unfoldjs/nn";
import { additiveAttentionScores, type Generator, inCall, scope, type Tensor } from "@unfoldjs/tensor-core";
import { assertSizes, assertWeights } from "../arguments/sizes.ts";
import { energyWeight } from "./energy.ts";
import { assertMemory, type KeyValues } from "./key-values.ts";
import { attendByScores, assertKeyMasks, type KeyMasks } from "./masks.ts";
import { assertAxes } from "../arguments/axes.ts";

/** What attention gives that knows where it has been. */
export interface AttendedWithHistory {
  /** (batch, valueSize) */
  readonly output: Tensor;
  /** (batch, keys): each row adds up to 1, or is 0 if no key takes part. */
  readonly weights: Tensor;
  /** (batch, keys), for the next step. */
  readonly history: Tensor;
}

/**
 * The base of additive attention that also looks at where it attended to before, one query after the other:
 * score(q, k) = vᵀ tanh(W q + U k + trace + b).
 */
export abstract class HistoryAttention extends Module {
  readonly queryProj: Linear;
  readonly keyProj: Linear;
  readonly weight: Parameter;
  protected readonly querySize: number;
  protected readonly keySize: number;

  constructor(querySize: number, keySize: number, hiddenSize: number, options: { readonly generator?: Generator }) {
    super();
    const { name } = new.target;
    assertSizes(name, { querySize, keySize, hiddenSize });
    assertWeights(name, [hiddenSize, querySize], [hiddenSize, keySize]);
    this.querySize = querySize;
    this.keySize = keySize;
    this.queryProj = inCall(name, () => new Linear(querySize, hiddenSize, options));
    this.keyProj = inCall(name, () => new Linear(keySize, hiddenSize, { bias: false, ...options }));
    this.weight = energyWeight(name, hiddenSize, options.generator);
  }

  /** @param history (batch, keys) @returns (batch, keys, hiddenSize), what is added within the tanh */
  protected abstract trace(history: Tensor): Tensor;

  /** The history of the next step. @param history undefined before the first step */
  protected abstract continued(history: Tensor | undefined, weights: Tensor): Tensor;

  /**
   * One step.
   * @param query (batch, querySize)
   * @param key (batch, keys, keySize)
   * @param value (batch, keys, valueSize), the keys unless given
   * @param history (batch, keys), of the step before; undefined in the first one, which is as zeros
   * @throws ShapeError if sizes differ, IndexError on a length that is not in 0…keys, DTypeError
   */
  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor = key,
    history?: Tensor,
    masks: KeyMasks = {},
  ): AttendedWithHistory {
    return this.attend(query, this.remember(key, value), history, masks);
  }

  /** What stays the same for further queries, for `attend`: a decoder makes it once for a sentence. */
  remember(key: Tensor, value: Tensor = key): KeyValues {
    const { name } = this.constructor;
    assertAxes(name, "key", key, { batch: undefined, keys: undefined, keySize: this.keySize });
    const [batch, keys] = key.shape;
    assertAxes(name, "value", value, { batch, keys, valueSize: undefined });
    return inCall(name, () => scope(() => ({ key: this.keyProj.forward(key), value })));
  }

  /** As `forward`, of keys that `remember` has prepared. */
  attend(query: Tensor, memory: KeyValues, history?: Tensor, masks: KeyMasks = {}): AttendedWithHistory {
    const { name } = this.constructor;
    assertMemory(name, memory);
    const [batch = 0, keys = 0] = memory.key.shape;
    assertAxes(name, "query", query, { batch, querySize: this.querySize });
    if (history !== undefined) assertAxes(name, "history", history, { batch, keys });
    assertKeyMasks(name, masks, batch, keys);
    return inCall(name, () =>
      scope(() => {
        const compared = history === undefined ? memory.key : memory.key.add(this.trace(history));
        const scores = additiveAttentionScores(this.queryProj.forward(query.unsqueeze(1)), compared, this.weight);
        const { output, weights } = attendByScores(scores, memory.value, masks);
        const single = weights.squeeze(1);
        return { output: output.squeeze(1), weights: single, history: this.continued(history, single) };
      }),
    );
  }
}
