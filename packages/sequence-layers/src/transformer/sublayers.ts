import type { Dropout, LayerNorm } from "@unfoldjs/nn";
import type { Shape, Tensor } from "@unfoldjs/tensor-core";

/** What a layer does beside passing x on: attention, or the feed-forward part; with its norm, and what drops out of it. */
export type Sublayer = readonly [norm: LayerNorm, dropout: Dropout, part: (x: Tensor) => Tensor];

/**
 * Each sublayer's result is added to what came in, and the sum normalised (Vaswani et al. 2017, section 3.1); with `normFirst`
 * what goes in is normalised, and the sum is not (Xiong et al. 2020).
 */
export function throughSublayers(x: Tensor, normFirst: boolean, sublayers: readonly Sublayer[]): Tensor {
  return sublayers.reduce((sum, [norm, dropout, part]) => {
    if (normFirst) return sum.add<Shape, Shape>(dropout.forward(part(norm.forward(sum))));
    return norm.forward(sum.add<Shape, Shape>(dropout.forward(part(sum))));
  }, x);
}
