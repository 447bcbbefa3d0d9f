import { additiveAttentionScoresGradient, type additiveOps, type Tensor } from "@unfoldjs/tensor-core";
import { fused, type Named, refused, type RowsOf, type Some, together } from "../../row/row.ts";

const INPUTS = ["query", "key", "weight"] as const;

export const additiveRules: RowsOf<typeof additiveOps> = {
  additiveAttentionScores: fused(
    together({ query: INPUTS, key: INPUTS, weight: INPUTS }, (dy: Tensor, saved, _, wanted) => {
      const { query, key, weight } = saved as Named<(typeof INPUTS)[number]>;
      const asked = INPUTS.filter((name) => wanted[name] !== undefined);
      return additiveAttentionScoresGradient(asked, dy, query, key, weight);
    }),
    composition,
  ),
  additiveAttentionScoresGradient: refused("derive from additiveAttentionScores: its composition has every order"),
};

/** Σ weight ⊙ tanh(query + key), by an array of all queries, keys and features. */
function composition(inputs: Some): Tensor {
  const { query, key, weight } = inputs as Named<(typeof INPUTS)[number]>;
  return query.unsqueeze(-2).add(key.unsqueeze(-3)).tanh().mul(weight).sum(-1);
}
