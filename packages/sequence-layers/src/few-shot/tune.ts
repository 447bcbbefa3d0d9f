import {
  AdamW,
  type BatchSource,
  type Callback,
  fit,
  linearDecay,
  mse,
  type Parameter,
  type Schedule,
  warmUp,
  withGenerator,
} from "@unfoldjs/nn";
import { type Generator, scope, type Shape, type Tensor, tensor } from "@unfoldjs/tensor-core";
import type { SentenceEncoder } from "../bert/sentence-encoder.ts";
import { byLength, type TextGroups, vectorsOf } from "./groups.ts";
import type { TuningProgress } from "./options.ts";
import type { Pair } from "./pairs.ts";

/** Pairs for one step. */
export interface PairBatch {
  /** The firsts of all pairs, and then the seconds. */
  readonly texts: TextGroups;
  /** (pairs): 1 for texts of one class, 0 for those of two. */
  readonly same: Tensor;
}

export interface TuningPlan {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly warmUp: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  readonly generator: Generator;
  readonly onProgress?: ((progress: TuningProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Moves the vectors of each pair towards a cosine of 1, or of 0 (Reimers & Gurevych 2019, section 3; as CosineSimilarityLoss of
 * sentence-transformers): mean squared error, AdamW, in one pass over the pairs.
 * @throws the signal's reason, or what ended the training: steps that were taken are not taken back here
 */
export async function tune(
  encoder: SentenceEncoder,
  tokens: readonly (readonly number[])[],
  pairs: readonly Pair[],
  plan: TuningPlan,
): Promise<void> {
  const { batchSize, clipNorm, generator, onProgress, signal } = plan;
  const steps = Math.ceil(pairs.length / batchSize);
  const optimizer = optimizerOf(encoder, plan);
  const report: Callback = {
    onStep: ({ steps: step, lastLoss, secondsLeft = 0 }) => onProgress?.({ step, steps, loss: lastLoss, secondsLeft }),
  };
  try {
    await fit(encoder, pairBatches(tokens, pairs, batchSize), {
      epochs: 1,
      forward: (batch) => withGenerator(generator, () => cosinesOf(encoder, batch)),
      loss: (cosines, { same }) => mse(cosines, same),
      examples: ({ same }) => same.size,
      optimizer,
      schedule: scheduleOf(steps, plan.warmUp),
      clipNorm,
      callbacks: [report],
      ...(signal === undefined ? {} : { signal }),
    });
    signal?.throwIfAborted();
  } finally {
    optimizer.dispose();
  }
}

/** (pairs): of vectors of length 1 the product is the cosine. */
export function cosinesOf(encoder: SentenceEncoder, { texts, same }: PairBatch): Tensor {
  return scope(() => {
    const vectors = vectorsOf(encoder, texts);
    const pairs = same.size;
    return vectors
      .slice(0, 0, pairs)
      .mul<Shape, Shape>(vectors.slice(0, pairs, 2 * pairs))
      .sum(1);
  });
}

/** Biases and norms are not pulled towards 0, as with transformers' Trainer. */
function optimizerOf(
  encoder: SentenceEncoder,
  { learningRate, weightDecay }: Pick<TuningPlan, "learningRate" | "weightDecay">,
): AdamW {
  const [pulled, free]: [Parameter[], Parameter[]] = [[], []];
  for (const [path, parameter] of encoder.namedParameters()) {
    (path.endsWith("bias") || path.includes("LayerNorm") ? free : pulled).push(parameter);
  }
  return new AdamW(
    [
      { parameters: pulled, weightDecay },
      { parameters: free, weightDecay: 0 },
    ],
    { learningRate },
  );
}

/** Up to 1 along a straight line, and from there down to 0. */
export function scheduleOf(steps: number, share: number): Schedule {
  const rising = Math.ceil(steps * share);
  const falling = linearDecay({ steps: Math.max(1, steps - rising) });
  return rising === 0 ? falling : warmUp({ steps: rising, next: falling });
}

function pairBatches(
  tokens: readonly (readonly number[])[],
  pairs: readonly Pair[],
  batchSize: number,
): BatchSource<PairBatch> {
  return {
    length: Math.ceil(pairs.length / batchSize),
    *[Symbol.iterator]() {
      for (let at = 0; at < pairs.length; at += batchSize) yield pairBatch(tokens, pairs.slice(at, at + batchSize));
    },
  };
}

export function pairBatch(tokens: readonly (readonly number[])[], pairs: readonly Pair[]): PairBatch {
  const of = (place: number): readonly number[] => tokens[place] ?? [];
  return {
    texts: byLength([...pairs.map(({ first }) => of(first)), ...pairs.map(({ second }) => of(second))]),
    same: tensor(pairs.map(({ isSame }) => (isSame ? 1 : 0))),
  };
}
