import type { DifferentiableName } from "@unfoldjs/tensor-core";
import type { None } from "../op-case.ts";
import { elementwisePoints } from "./elementwise.ts";
import { ITSELF, LINEAR, type SpecialPoints } from "./points.ts";
import { recurrentPoints } from "./recurrent.ts";
import { compositionPoints, familyPoints } from "./reduce.ts";

/** Special points of every op that has a gradient: an op without a row does not compile. */
const points: Readonly<Record<DifferentiableName, SpecialPoints | readonly SpecialPoints[] | None>> = {
  ...elementwisePoints,
  ...familyPoints,
  ...recurrentPoints,
  scaledDotProductAttention: { none: "products and a softmax, whose points are those of theirs" },
  scaledDotProductAttentionGradient: ITSELF,
  additiveAttentionScores: { none: "a sum of hyperbolic tangents, whose points are those of tanh" },
  additiveAttentionScoresGradient: ITSELF,
  conv1d: LINEAR,
  conv1dInputGradient: LINEAR,
  conv1dFilterGradient: LINEAR,
  conv2d: LINEAR,
  conv2dInputGradient: LINEAR,
  conv2dFilterGradient: LINEAR,
  cast: LINEAR,
  concat: LINEAR,
  copy: LINEAR,
  gather: LINEAR,
  scatterAdd: LINEAR,
  indexSelect: LINEAR,
  indexAdd: LINEAR,
  resample: LINEAR,
  svd: { none: "what is not finite is refused, and vectors of equal values have no gradient" },
  eigh: { none: "what is not finite is refused, and vectors of equal values have no gradient" },
  linear: LINEAR,
  linearActivated: { none: "its parts, linear and the activation, have theirs" },
  linearGradient: ITSELF,
  matmul: LINEAR,
  maxPool1dGradient: LINEAR,
  maxPool1dGather: LINEAR,
  maxPool2dGradient: LINEAR,
  maxPool2dGather: LINEAR,
  avgPool1d: LINEAR,
  avgPool1dGradient: LINEAR,
  avgPool2d: LINEAR,
  avgPool2dGradient: LINEAR,
  sliceGradient: LINEAR,
  viewAs: LINEAR,
  resqueeze: LINEAR,
  permute: LINEAR,
  expand: LINEAR,
  slice: LINEAR,
  flip: LINEAR,
};

/** One function at its special points: "torch.clamp(x, 0, 1)" of "clamp". */
export interface SpecialEntry {
  readonly op: string;
  readonly points: SpecialPoints;
}

/** Every function that has special points. */
export const specialTable: readonly SpecialEntry[] = Object.entries<SpecialPoints | readonly SpecialPoints[] | None>({
  ...points,
  ...compositionPoints,
}).flatMap(([op, written]) => {
  if ("none" in written) return [];
  return (Array.isArray(written) ? (written as readonly SpecialPoints[]) : [written as SpecialPoints]).map((each) => ({
    op,
    points: each,
  }));
});
