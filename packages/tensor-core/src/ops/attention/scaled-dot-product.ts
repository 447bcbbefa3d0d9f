import { anyNumber, checkOptions, truthValue } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { FOR_GRADIENT, ON_REQUEST, PUBLIC } from "../../dispatch/results.ts";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { sizeOf } from "../../shape/layout.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertProbability, assertSource, drawStream } from "../random/stream.ts";
import type { RandomSource } from "../random/draw.ts";
import { attentionGradientOps } from "./gradient.ts";
import { inGroups } from "./groups.ts";
import { type AttentionAttributes, runAttention } from "./run.ts";
import { assertKeyLengths, productsOf, sizesOf } from "./sizes.ts";

type AttentionInputs = ["query", "key", "value", "attnMask?", "keyLengths?", "dropoutStream?"];
type AttentionResults = {
  readonly output: typeof PUBLIC;
  /** What each value was multiplied by, (…, queries, keys), after dropout. */
  readonly weights: typeof ON_REQUEST;
  /** The largest score of each query, and 1 over the sum of exponentials less by it. */
  readonly rows: typeof FOR_GRADIENT;
};

const NAME = "scaledDotProductAttention";

const attentionOp: KernelOp<typeof NAME, AttentionInputs, AttentionAttributes, AttentionResults> = defineOp(
  NAME,
  ["query", "key", "value", "attnMask?", "keyLengths?", "dropoutStream?"],
  {
    results: { output: PUBLIC, weights: ON_REQUEST, rows: FOR_GRADIENT },
    shape: (inputs) => {
      const { lead, queries, keys, valueSize } = sizesOf(NAME, inputs);
      return { output: [...lead, queries, valueSize], weights: [...lead, queries, keys], rows: [...lead, queries, 2] };
    },
    dtype: () => ({ output: "f32", weights: "f32", rows: "f32" }),
    check: ({ key, keyLengths }) => assertKeyLengths(NAME, keyLengths, key.shape.at(-2) ?? 0),
    multiplyAdds: (inputs) => productsOf(NAME, inputs, [1, 1]),
    run: (inputs, out, attributes) => runAttention(NAME, inputs, sizesOf(NAME, inputs), attributes, out),
  },
);

/** How queries attend to keys; names are PyTorch's. */
export interface AttentionOptions {
  /**
   * Broadcasts to (…, queries, keys): bool, of which true takes part, or f32, which is added to the scores. It may be there
   * beside `isCausal` and `keyLengths`.
   */
  readonly attnMask?: Tensor<Shape, "bool"> | Tensor<Shape> | undefined;
  /** (batch), i32, by the first axis of the query: keys from there on do not take part, whatever they hold. */
  readonly keyLengths?: Tensor<Shape, "i32"> | undefined;
  /** Query i attends to the keys up to i alone. False unless said. */
  readonly isCausal?: boolean;
  /** What q · k is multiplied by; 1 / √features unless said. */
  readonly scale?: number | undefined;
  /** The probability of a weight to be left out, the others being divided by what is left of 1. 0 unless said. */
  readonly dropoutP?: number;
  /** Where what is left out comes from; needed if `dropoutP` is more than 0. */
  readonly generator?: RandomSource | undefined;
  /** Several heads of queries, (…, heads, length, features), may share one of keys and values. False unless said. */
  readonly enableGqa?: boolean;
  /** Gives the weights too. False unless said. */
  readonly needWeights?: boolean;
}

/** What attention gives with `needWeights`. */
type Weighed = {
  /** (…, queries, valueSize) */
  readonly output: Tensor<Shape>;
  /** (…, queries, keys), after dropout. */
  readonly weights: Tensor<Shape>;
};

/**
 * Attention: softmax(q kᵀ · scale + mask) v, as PyTorch's function of this name (Vaswani et al. 2017, eq. 1), without ever
 * holding all scores (Dao et al. 2022). A query that no key takes part for gets zeros.
 *
 * @param query (…, queries, features) @param key (…, keys, features) @param value (…, keys, valueSize), f32; leading axes
 * broadcast
 * @returns (…, queries, valueSize); with `needWeights` a record of it and the weights
 * @throws ShapeError if sizes differ, IndexError on a length that is not in 0…keys, DTypeError, ValueError on options
 */
export function scaledDotProductAttention(
  query: Tensor<Shape>,
  key: Tensor<Shape>,
  value: Tensor<Shape>,
  options: AttentionOptions & { readonly needWeights: true },
): Weighed;
export function scaledDotProductAttention(
  query: Tensor<Shape>,
  key: Tensor<Shape>,
  value: Tensor<Shape>,
  options?: AttentionOptions,
): Tensor<Shape>;
export function scaledDotProductAttention(
  query: Tensor<Shape>,
  key: Tensor<Shape>,
  value: Tensor<Shape>,
  options: AttentionOptions = {},
): Tensor<Shape> | Weighed {
  assertTensor(NAME, "query", query);
  assertTensor(NAME, "key", key);
  assertTensor(NAME, "value", value);
  checkOptions<AttentionOptions>(NAME, options, {
    attnMask: assertTensor,
    keyLengths: assertTensor,
    isCausal: truthValue,
    scale: anyNumber,
    dropoutP: assertProbability,
    generator: assertSource,
    enableGqa: truthValue,
    needWeights: truthValue,
  });
  return scope(() => {
    const { enableGqa = false, needWeights = false } = options;
    const { attnMask } = options;
    const call = enableGqa ? inGroups(NAME, query, key, value, attnMask) : { query, key, value, attnMask };
    const { output, weights } = attend(call.query, call.key, call.value, { ...options, attnMask: call.attnMask });
    const flat = (x: Tensor): Tensor => (enableGqa ? x.flatten(-4, -3) : x);
    return needWeights ? { output: flat(output), weights: flat(weights as Tensor) } : flat(output);
  });
}

function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions,
): Pick<Weighed, "output"> & Partial<Weighed> {
  const { attnMask, isCausal = false, dropoutP = 0, generator, needWeights } = options;
  const features = query.shape.at(-1) ?? 0;
  // Of no features all scores are 0, whatever they are multiplied by.
  const { scale = features === 0 ? 1 : 1 / Math.sqrt(features) } = options;
  const keyLengths = options.keyLengths && alongFirstAxis(options.keyLengths, query);
  const inputs = { query, key, value, attnMask, keyLengths };
  const dropoutStream = dropoutP === 0 ? undefined : streamFor(inputs, generator, dropoutP);
  const attributes: AttentionAttributes = { scale, isCausal, dropoutP };
  const asked = needWeights === true ? (["weights"] as const) : [];
  return apply(attentionOp, { ...inputs, dropoutStream }, attributes, asked) as ReturnType<typeof attend>;
}

/** Where weights that are left out come from: a row of them begins with a block. */
function streamFor(
  inputs: Parameters<typeof sizesOf>[1],
  generator: RandomSource | undefined,
  dropoutP: number,
): Tensor<Shape, "i32"> {
  if (generator === undefined) {
    throw new ValueError(NAME, { dropoutP }, "dropout needs a generator", "generator: new Generator(seed)");
  }
  const { lead, queries, keys } = sizesOf(NAME, inputs);
  return drawStream(generator, sizeOf(lead) * queries * Math.ceil(keys / 4));
}

function alongFirstAxis(keyLengths: Tensor<Shape, "i32">, { shape, rank }: Tensor): Tensor<Shape, "i32"> {
  if (rank > 2 && keyLengths.rank === 1 && keyLengths.shape[0] === shape[0]) {
    return keyLengths.reshape([keyLengths.size, ...new Array<number>(rank - 3).fill(1)]);
  }
  throw new ShapeError(
    NAME,
    { keyLengths: keyLengths.shape, query: shape },
    "needs one of keyLengths for each item of the query's first axis, and that is none of the last two",
  );
}

export const scaledDotProductOps: { [NAME]: typeof attentionOp } & typeof attentionGradientOps = {
  [NAME]: attentionOp,
  ...attentionGradientOps,
};
