import { fromArray, scope } from "@unfoldjs/tensor-core";
import type { RowStore } from "./row-store.ts";
import type { SearchOptions } from "./word-search.ts";

/** How `analogy` finds its word. */
export interface AnalogyOptions extends SearchOptions {
  /**
   * `"3CosAdd"` (Mikolov et al. 2013), the default, `"3CosMul"` (Levy & Goldberg 2014), or `"pairDirection"`, which looks at
   * directions alone (Mikolov, Yih & Zweig 2013).
   */
  readonly method?: "3CosAdd" | "3CosMul" | "pairDirection";
}

/** Keeps the quotient of `threeCosMul` finite; as gensim has it (Levy & Goldberg 2014 take 0.001). */
const SMALL = 1e-6;

/**
 * 3CosMul (Levy & Goldberg 2014, eq. 4): ∏ cos(w, positive) / (∏ cos(w, negative) + ε), cosines moved to 0 … 1. No one large
 * similarity outweighs the others, as in a sum.
 * @param positive a list of cosines with all words for each, from −1 to 1
 */
export function threeCosMul(positive: readonly Float32Array[], negative: readonly Float32Array[]): Float32Array {
  const length = positive[0]?.length ?? 0;
  const product = (lists: readonly Float32Array[], at: number): number =>
    lists.reduce((all, list) => (all * (1 + (list[at] ?? 0))) / 2, 1);
  return Float32Array.from({ length }, (_, at) => product(positive, at) / (product(negative, at) + SMALL));
}

/**
 * PairDirection (Mikolov, Yih & Zweig 2013; Levy & Goldberg 2014, eq. 2): cos(w − c, b − a) for each word w, all vectors of
 * length 1. Of w = c itself 0.
 */
export function pairDirection(store: RowStore, a: Float32Array, b: Float32Array, c: Float32Array): Float32Array {
  const direction = Float64Array.from(b, (each, at) => each - (a[at] ?? 0));
  const length = Math.sqrt(direction.reduce((sum, each) => sum + each * each, 0)) || 1;
  const unit = Float32Array.from(direction, (each) => each / length);
  const queries = new Float32Array(2 * c.length);
  queries.set(unit);
  queries.set(c, c.length);
  const [along = new Float32Array(0), withC = along] = scope(() => store.cosines(fromArray(queries, [2, c.length])));
  const ofC = c.reduce((sum, each, at) => sum + each * (unit[at] ?? 0), 0);
  return along.map((cosine, at) => {
    const squared = 2 - 2 * (withC[at] ?? 0); // ‖w − c‖²
    return squared < 1e-9 ? 0 : (cosine - ofC) / Math.sqrt(squared);
  });
}
