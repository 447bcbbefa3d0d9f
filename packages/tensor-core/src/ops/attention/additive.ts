import { assertList, assertOneOf } from "../../arguments/checks.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, ON_REQUEST } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { sameShape, sizeOf } from "../../shape/layout.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";

const NAME = "additiveAttentionScores";
const GRADIENT = "additiveAttentionScoresGradient";

interface Operands {
  readonly query: AnyTensor;
  readonly key: AnyTensor;
  readonly weight: AnyTensor;
}

interface Sizes {
  readonly lead: Shape;
  readonly queries: number;
  readonly keys: number;
  readonly size: number;
}

/** @throws ShapeError, DTypeError unless everything fits together */
function sizesOf(op: string, { query, key, weight }: Operands): Sizes {
  assertFloat(op, { query, key, weight });
  const came = { query: query.shape, key: key.shape, weight: weight.shape };
  const [queries = 0, size = 0] = query.shape.slice(-2);
  const [keys = 0, keySize = 0] = key.shape.slice(-2);
  const lead = query.shape.slice(0, -2);
  if (query.rank < 2 || key.rank < 2 || !sameShape(lead, key.shape.slice(0, -2))) {
    throw new ShapeError(
      op,
      came,
      "query and key must be (…, queries, features) and (…, keys, features), leading axes alike",
    );
  }
  if (keySize !== size)
    throw new ShapeError(op, came, `queries and keys must have as many features: ${size} and ${keySize}`);
  if (weight.rank !== 1 || weight.shape[0] !== size) {
    throw new ShapeError(op, came, `weight must be [${size}]: one for each feature`);
  }
  return { lead, queries, keys, size };
}

/** Items, queries, keys and features, as kernels take them. */
function counts({ lead, queries, keys, size }: Sizes): [items: number, queries: number, keys: number, size: number] {
  return [sizeOf(lead), queries, keys, size];
}

const additiveOp: KernelOp<typeof NAME, ["query", "key", "weight"]> = defineOp(NAME, ["query", "key", "weight"], {
  shape: (inputs) => {
    const { lead, queries, keys } = sizesOf(NAME, inputs);
    return [...lead, queries, keys];
  },
  multiplyAdds: ({ weight }, out) => out.size * weight.size,
  run: (inputs, out) => {
    scope(() => {
      const [q, k, v] = addressesOf(inputs);
      core().additive_scores(...counts(sizesOf(NAME, inputs)), q, k, v, out.address);
    });
  },
});

function addressesOf({ query, key, weight }: Operands): [q: number, k: number, v: number] {
  return [query.contiguous().address, key.contiguous().address, weight.contiguous().address];
}

/**
 * The scores of additive attention: Σ weight ⊙ tanh(query + key) for each query and key (Bahdanau et al. 2015, section A.1.2,
 * with query W s and key U h), without an array of all queries, keys and features. `softmax` makes weights of them.
 *
 * @param query (…, queries, features) @param key (…, keys, features), leading axes alike @param weight (features), f32
 * @returns (…, queries, keys)
 * @throws ShapeError if sizes differ, DTypeError unless all are f32
 */
export function additiveAttentionScores(
  query: Tensor<Shape>,
  key: Tensor<Shape>,
  weight: Tensor<Shape>,
): Tensor<Shape> {
  return apply(additiveOp, { query, key, weight }, undefined) as Tensor<Shape>;
}

type GradientResults = {
  readonly query: typeof ON_REQUEST;
  readonly key: typeof ON_REQUEST;
  readonly weight: typeof ON_REQUEST;
};

const gradientOp: KernelOp<typeof GRADIENT, ["dy", "query", "key", "weight"], void, GradientResults> = defineOp(
  GRADIENT,
  ["dy", "query", "key", "weight"],
  {
    results: { query: ON_REQUEST, key: ON_REQUEST, weight: ON_REQUEST },
    shape: (inputs) => {
      const { dy, query, key, weight } = inputs;
      const { lead, queries, keys } = sizesOf(GRADIENT, inputs);
      assertFloat(GRADIENT, { dy });
      if (!sameShape(dy.shape, [...lead, queries, keys])) {
        throw new ShapeError(GRADIENT, { dy: dy.shape }, `dy must be [${[...lead, queries, keys].join(", ")}]`);
      }
      return { query: query.shape, key: key.shape, weight: weight.shape };
    },
    multiplyAdds: ({ dy, weight }) => 2 * dy.size * weight.size,
    run: (inputs, { query, key, weight }) => {
      scope(() => {
        const [[q, k, v], dy] = [addressesOf(inputs), inputs.dy.contiguous().address];
        const [dq, dk, dv] = [query?.address ?? 0, key?.address ?? 0, weight?.address ?? 0];
        const sizes = counts(sizesOf(GRADIENT, inputs));
        check(GRADIENT, core().additive_scores_gradient(...sizes, q, k, v, dy, dq, dk, dv));
      });
    },
  },
);

/**
 * The gradients of `additiveAttentionScores` in one call, as far as they are asked for.
 * @param dy (…, queries, keys), the gradient of the scores
 * @throws ShapeError if shapes do not fit, DTypeError unless all are f32
 */
export function additiveAttentionScoresGradient<const Asked extends "query" | "key" | "weight">(
  asked: readonly Asked[],
  dy: Tensor<Shape>,
  query: Tensor<Shape>,
  key: Tensor<Shape>,
  weight: Tensor<Shape>,
): { readonly [Name in Asked]: Tensor<Shape> } {
  assertList(GRADIENT, "asked", asked, "an array of names of gradients");
  for (const name of asked) assertOneOf(GRADIENT, "asked", name, ["query", "key", "weight"]);
  return apply(gradientOp, { dy, query, key, weight }, undefined, asked) as { readonly [Name in Asked]: Tensor<Shape> };
}

export const additiveOps: { [NAME]: typeof additiveOp; [GRADIENT]: typeof gradientOp } = {
  [NAME]: additiveOp,
  [GRADIENT]: gradientOp,
};
