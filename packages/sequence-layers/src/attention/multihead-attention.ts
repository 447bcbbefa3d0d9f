import { type Argument, defaultGenerator, givenOptions, type Linear, Module, type Parameter } from "@unfoldjs/nn";
import {
  assertWhole,
  checkOptions,
  concat,
  type Generator,
  inCall,
  isTensor,
  linear,
  scaledDotProductAttention,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { causalMask } from "./causal-mask.ts";
import { assertWeights } from "../arguments/sizes.ts";
import { assertMemoryByHead, type KeyValues } from "./key-values.ts";
import type { Attended } from "./masks.ts";
import { multiheadWeights } from "./multihead-weights.ts";
import { assertTurnable, turned, withDistances } from "./multihead-positions.ts";
import { assertCallMasks, type MaskNames, maskOfBoth } from "./multihead-masks.ts";
import {
  CALL_CHECKS,
  type MultiheadAttentionCall,
  type MultiheadAttentionOptions,
  OPTION_CHECKS,
} from "./multihead-options.ts";
import { assertAxes } from "../arguments/axes.ts";

/** What a step gives: the result for the new positions, and the keys and values of all so far. */
export interface AttentionStep {
  readonly output: Tensor;
  readonly memory: KeyValues;
}

type Role = "query" | "key" | "value";

/**
 * Multi-head attention (Vaswani et al. 2017, section 3.2.2) with PyTorch's names, weights and first values:
 * concat(head₁, …) Wᴼ + b, headᵢ = softmax(q Wᵢ^Q (k Wᵢ^K)ᵀ / √headSize) v Wᵢ^V. The scores are never all there at once unless
 * the weights are asked for.
 *
 * `inProjWeight` (3 · embedDim, embedDim) holds the projections of query, key and value, or `qProjWeight`, `kProjWeight` and
 * `vProjWeight` do where sizes differ: they start uniform as `xavierUniform` gives it, `inProjBias` (3 · embedDim) and
 * `outProj.bias` as zeros.
 *
 * A query that no key takes part for gets zeros for its heads, and so `outProj.bias`; PyTorch gives NaN.
 */
export class MultiheadAttention extends Module {
  static override readonly name: string = "MultiheadAttention";
  readonly embedDim: number;
  readonly numHeads: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly inProjWeight: Parameter | undefined;
  readonly qProjWeight: Parameter | undefined;
  readonly kProjWeight: Parameter | undefined;
  readonly vProjWeight: Parameter | undefined;
  readonly inProjBias: Parameter | undefined;
  readonly outProj: Linear;
  /** Of what dropout leaves out; undefined for the default one. */
  readonly generator: Generator | undefined;
  private readonly options: MultiheadAttentionOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up, the heads divide `embedDim`, and options make sense */
  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    assertWhole(NAME, "embedDim", embedDim, 1);
    assertWhole(NAME, "numHeads", numHeads, 1);
    if (embedDim % numHeads !== 0) throw new ValueError(NAME, { embedDim, numHeads }, "the heads must divide embedDim");
    checkOptions(NAME, options, OPTION_CHECKS);
    const {
      dropout = 0,
      bias = true,
      kdim = embedDim,
      vdim = embedDim,
      batchFirst = false,
      generator,
      rotary,
    } = options;
    assertTurnable(NAME, { embedDim, numHeads }, rotary);
    assertWeights(NAME, [3 * embedDim, embedDim], [embedDim, kdim], [embedDim, vdim]);
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.kdim = kdim;
    this.vdim = vdim;
    this.dropout = dropout;
    this.batchFirst = batchFirst;
    this.generator = generator;
    this.options = options;
    const weights = multiheadWeights(NAME, { embedDim, kdim, vdim }, bias, generator);
    ({ inProjWeight: this.inProjWeight, inProjBias: this.inProjBias, outProj: this.outProj } = weights);
    ({ qProjWeight: this.qProjWeight, kProjWeight: this.kProjWeight, vProjWeight: this.vProjWeight } = weights);
  }

  /**
   * @param query (queries, batch, embedDim), or (batch, queries, embedDim) with `batchFirst`; the batch's axis may be missing
   * @param key (keys, batch, kdim) or (batch, keys, kdim), the query unless given
   * @param value (keys, batch, vdim) or (batch, keys, vdim), the key unless given
   * @returns the query's shape; with `needWeights` a record of it and the weights, (batch, queries, keys) or, with
   * `averageAttnWeights: false`, (batch, heads, queries, keys), after dropout
   * @throws ShapeError if sizes differ, IndexError on a length that is not in 0…keys, DTypeError, ValueError on options
   */
  override forward(
    query: Tensor,
    key: Tensor | undefined,
    value: Tensor | undefined,
    options: MultiheadAttentionCall & { readonly needWeights: true },
  ): Attended;
  override forward(query: Tensor, key?: Tensor, value?: Tensor, options?: MultiheadAttentionCall): Tensor;
  override forward(
    query: Tensor,
    key: Tensor = query,
    value: Tensor = key,
    options: MultiheadAttentionCall = {},
  ): Tensor | Attended {
    checkOptions(NAME, options, CALL_CHECKS);
    if ((query as Tensor | undefined)?.rank === 2) return this.unbatched(query, key, value, options);
    return this.batched(query, key, value, options);
  }

  /**
   * Keys and values by head, (batch, heads, keys, headSize), for `attend`: a decoder makes them once for a sentence.
   * @param key as of `forward`, with a batch's axis @param value the key unless given
   */
  remember(key: Tensor, value: Tensor = key): KeyValues {
    this.assertFit("key", key, this.kdim);
    this.assertFit("value", value, this.vdim);
    if (this.batchAndTime(key).join() !== this.batchAndTime(value).join()) {
      throw new ShapeError(NAME, { key: key.shape, value: value.shape }, "needs one value for each key");
    }
    return inCall(NAME, () =>
      scope(() => {
        const [keys, values] = [this.heads(this.project("key", key)), this.heads(this.project("value", value))];
        return { key: this.placed(keys), value: values };
      }),
    );
  }

  /** As `forward`, of keys and values that `remember` or `step` gave. */
  attend(query: Tensor, memory: KeyValues, options: MultiheadAttentionCall = {}): Tensor {
    checkOptions(NAME, options, CALL_CHECKS);
    this.assertFit("query", query, this.embedDim);
    this.assertMemory(memory);
    return inCall(NAME, () =>
      scope(() => {
        const call = { ...options, needWeights: false };
        const heads = this.placed(this.heads(this.project("query", query)));
        return this.finished(this.weighed(heads, memory, call), call) as Tensor;
      }),
    );
  }

  /**
   * Causal self-attention of further positions: each attends to all before it and to itself.
   * @param x (time, batch, embedDim), or (batch, time, embedDim) with `batchFirst`: the new positions, often one
   * @param memory what the step before gave, which is left as it is; none before the first
   */
  step(x: Tensor, memory?: KeyValues): AttentionStep {
    this.assertFit("x", x, this.embedDim);
    if (memory !== undefined) this.assertMemory(memory, this.batchAndTime(x)[0]);
    return inCall(NAME, () =>
      scope(() => {
        const [query, added] = this.projected(x, x, x, memory?.key.shape[2]);
        const all = memory === undefined ? added : extended(memory, added);
        const [time = 0, keys = 0] = [query.shape[2], all.key.shape[2]];
        const taking = time === 1 ? undefined : causalMask(time, keys);
        const attnMask = withDistances(taking, this.options.alibi, { heads: this.numHeads, queries: time, keys });
        const heads = scaledDotProductAttention(query, all.key, all.value, { attnMask, ...this.left() });
        return { output: this.merged(heads), memory: all };
      }),
    );
  }

  override config(): readonly Argument[] {
    return [this.embedDim, this.numHeads, ...givenOptions(this.options)];
  }

  private batched(query: Tensor, key: Tensor, value: Tensor, options: MultiheadAttentionCall): Tensor | Attended {
    this.assertFit("query", query, this.embedDim);
    const [q, memory] = this.projected(query, key, value);
    return this.finished(this.weighed(q, memory, options), options);
  }

  private unbatched(query: Tensor, key: Tensor, value: Tensor, options: MultiheadAttentionCall): Tensor | Attended {
    for (const [name, each] of Object.entries({ key, value })) {
      assertAxes(NAME, name, each, { keys: undefined, features: name === "key" ? this.kdim : this.vdim });
    }
    const axis = this.batchFirst ? 0 : 1;
    const { keyPaddingMask } = options;
    const padding = keyPaddingMask?.dtype === "bool" ? keyPaddingMask.unsqueeze(0) : keyPaddingMask?.unsqueeze(0);
    const inputs = [query, key, value].map((each) => each.unsqueeze(axis)) as [Tensor, Tensor, Tensor];
    const call = { ...options, keyPaddingMask: padding } as MultiheadAttentionCall;
    const given = this.batched(...inputs, call);
    if (isTensor(given)) return given.squeeze(axis);
    return { output: given.output.squeeze(axis), weights: given.weights.squeeze(0) };
  }

  /** Queries, keys and values by head, from a position on: in one product if all are made of the same. */
  private projected(query: Tensor, key: Tensor, value: Tensor, start = 0): [query: Tensor, memory: KeyValues] {
    if (query !== key || key !== value || this.inProjWeight === undefined) {
      const memory = this.remember(key, value);
      return [this.placed(this.heads(this.project("query", query))), memory];
    }
    const all = linear(query, this.inProjWeight, this.inProjBias);
    const part = (at: number): Tensor => this.heads(all.slice(-1, at * this.embedDim, (at + 1) * this.embedDim));
    return [this.placed(part(0), start), { key: this.placed(part(1), start), value: part(2) }];
  }

  private placed(heads: Tensor, start = 0): Tensor {
    return turned(heads, start, this.options.rotary);
  }

  private project(role: Role, x: Tensor): Tensor {
    const at = ROLES.indexOf(role) * this.embedDim;
    const own = { query: this.qProjWeight, key: this.kProjWeight, value: this.vProjWeight }[role];
    const weight = own ?? this.inProjWeight?.slice(0, at, at + this.embedDim);
    return linear(x, weight as Tensor, this.inProjBias?.slice(0, at, at + this.embedDim));
  }

  /** By head: (batch, heads, time, headSize), a view. */
  private heads(x: Tensor): Tensor {
    const [first = 0, second = 0] = x.shape;
    const split = x.reshape<Shape, Shape>([first, second, this.numHeads, this.embedDim / this.numHeads]);
    return this.batchFirst ? split.permute(0, 2, 1, 3) : split.permute(1, 2, 0, 3);
  }

  /** Heads side by side, and their mixture. */
  private merged(heads: Tensor): Tensor {
    const inOrder = this.batchFirst ? heads.permute(0, 2, 1, 3) : heads.permute(2, 0, 1, 3);
    return this.outProj.forward(inOrder.flatten(2, 3));
  }

  private weighed(query: Tensor, { key, value }: KeyValues, options: MultiheadAttentionCall): Tensor | Attended {
    const { keyPaddingMask, keyLengths, attnMask, isCausal = false, needWeights = false } = options;
    const [batch = 0, queries = 0, keys = 0] = [query.shape[0], query.shape[2], key.shape[2]];
    if (key.shape[0] !== batch) {
      throw new ShapeError(NAME, { query: batch, key: key.shape[0] }, "query and key must have one batch size");
    }
    const sizes = { batch, heads: this.numHeads, queries, keys };
    assertCallMasks(NAME, MASK_NAMES, options, sizes);
    const mask = withDistances(maskOfBoth(keyPaddingMask, attnMask, sizes), this.options.alibi, sizes);
    const call = { attnMask: mask, keyLengths, isCausal, ...this.left() };
    if (!needWeights) return scaledDotProductAttention(query, key, value, call);
    return scaledDotProductAttention(query, key, value, { ...call, needWeights });
  }

  private finished(heads: Tensor | Attended, { averageAttnWeights = true }: MultiheadAttentionCall): Tensor | Attended {
    if (isTensor(heads)) return this.merged(heads);
    const weights = averageAttnWeights ? heads.weights.mean(1) : heads.weights;
    return { output: this.merged(heads.output), weights };
  }

  /** What dropout leaves out. */
  private left(): { readonly dropoutP?: number; readonly generator?: Generator } {
    if (!this.training || this.dropout === 0) return {};
    return { dropoutP: this.dropout, generator: this.generator ?? defaultGenerator() };
  }

  private assertFit(name: string, x: Tensor, features: number): void {
    const lead = this.batchFirst ? { batch: undefined, time: undefined } : { time: undefined, batch: undefined };
    assertAxes(NAME, name, x, { ...lead, features });
  }

  private batchAndTime({ shape }: Tensor): [batch: number, time: number] {
    const [first = 0, second = 0] = shape;
    return this.batchFirst ? [first, second] : [second, first];
  }

  private assertMemory(memory: KeyValues, batch?: number): void {
    const sizes = { heads: this.numHeads, headSize: this.embedDim / this.numHeads };
    assertMemoryByHead(NAME, "memory", memory, batch === undefined ? sizes : { ...sizes, batch });
  }
}

const NAME = "MultiheadAttention";
const MASK_NAMES: MaskNames = { keyPaddingMask: "keyPaddingMask", attnMask: "attnMask", keyLengths: "keyLengths" };
const ROLES: readonly Role[] = ["query", "key", "value"];

/** Keys and values of further positions after those that there are. */
function extended(memory: KeyValues, added: KeyValues): KeyValues {
  return { key: concat([memory.key, added.key], 2), value: concat([memory.value, added.value], 2) };
}
