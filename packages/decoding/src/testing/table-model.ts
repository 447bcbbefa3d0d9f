import type { Model } from "../model/model.ts";

/** A model whose log-probabilities are a table by "sentence:prefix", as the fixtures of other libraries hold them. */
export function tableModel(table: Readonly<Record<string, readonly number[]>>): Model {
  return {
    step: (tokens, state, { sentences, prefix }) => ({
      logProbabilities: Float32Array.from(
        Array.from(tokens, (_, row) => {
          const key = `${sentences[row]}:${prefix(row).join(",")}`;
          const values = table[key];
          if (values === undefined) throw new Error(`the table has no row ${key}`);
          return values;
        }).flat(),
      ),
      state,
    }),
  };
}
