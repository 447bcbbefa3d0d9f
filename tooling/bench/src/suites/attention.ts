import { defineCase, type Suite } from "../case.ts";
import type { AttentionProblem } from "../layer-problems.ts";
import { randomArray, uniform } from "../random.ts";
import * as reference from "../reference/attention.ts";

const SIZES = { batch: 4, heads: 8, length: 256, size: 64 };
/** Of one product of queries and keys, or of weights and values. */
const FLOPS = 2 * SIZES.batch * SIZES.heads * SIZES.length ** 2 * SIZES.size;
const NAME = "4 × 8 heads × 256 × 64";

export const attention: Suite = {
  name: "attention",
  title: "softmax(q · kᵀ / √64) · v of 8 heads of 64 features, 256 queries and keys, a batch of 4",
  cases: [
    defineCase({
      name: NAME,
      work: "attention",
      problem,
      expected: reference.attention,
      tolerance: 1e-5,
      unit: "ms",
      flops: 2 * FLOPS,
      bars: [{ ratio: 1.2 }],
    }),
  ],
};

export const attentionGradient: Suite = {
  name: "attention-gradient",
  title: "the same, forward and backward: the gradients of q, k and v of a weighted sum",
  cases: [
    defineCase({
      name: NAME,
      work: "attentionGradient",
      problem: () => ({ ...problem(), upstream: randomArray(uniform(2), count()) }),
      expected: reference.attentionGradient,
      tolerance: 1e-5,
      unit: "ms",
      // Scores and outputs; then, without the scores again, gradients of weights, values, queries and keys.
      flops: 6 * FLOPS,
      bars: [{ ratio: 5 }],
    }),
  ],
};

function count(): number {
  return SIZES.batch * SIZES.heads * SIZES.length * SIZES.size;
}

function problem(): AttentionProblem {
  const next = uniform(1);
  return {
    ...SIZES,
    query: randomArray(next, count(), 2),
    key: randomArray(next, count(), 2),
    value: randomArray(next, count()),
  };
}
