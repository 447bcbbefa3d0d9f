import { activationOps } from "./activation.ts";
import { arithmeticOps } from "./arithmetic.ts";
import { argumentOps } from "./argument.ts";
import { comparisonOps, selectionOps } from "./comparison.ts";
import { concatOps } from "./concat.ts";
import { convolutionOps } from "./convolution.ts";
import { castOps, copyOps } from "./copy.ts";
import { matmulOps } from "./matmul.ts";
import { crossEntropyOps } from "./cross-entropy.ts";
import { cumulativeOps } from "./cumulative.ts";
import { gatherOps } from "./gather.ts";
import { indexSelectOps, oneHotOps } from "./index-select.ts";
import { mathsOps } from "./maths.ts";
import { poolingOps } from "./pooling.ts";
import { boolReduceOps, reduceOps } from "./reduce.ts";
import { roundingOps } from "./rounding.ts";
import { sliceGradientOps } from "./slice-gradient.ts";
import { softmaxOps } from "./softmax.ts";
import { sortOps } from "./sort.ts";
import { viewOps } from "./view.ts";

/** Every op that has a gradient, by name. autograd's table has one row for each. */
export type DifferentiableOps = typeof activationOps &
  typeof arithmeticOps &
  typeof concatOps &
  typeof convolutionOps &
  typeof copyOps &
  typeof crossEntropyOps &
  typeof cumulativeOps &
  typeof gatherOps &
  typeof indexSelectOps &
  typeof mathsOps &
  typeof matmulOps &
  typeof poolingOps &
  typeof reduceOps &
  typeof selectionOps &
  typeof sliceGradientOps &
  typeof softmaxOps &
  typeof viewOps;

export const differentiableOps: DifferentiableOps = {
  ...activationOps,
  ...arithmeticOps,
  ...concatOps,
  ...convolutionOps,
  ...copyOps,
  ...crossEntropyOps,
  ...cumulativeOps,
  ...gatherOps,
  ...indexSelectOps,
  ...mathsOps,
  ...matmulOps,
  ...poolingOps,
  ...reduceOps,
  ...selectionOps,
  ...sliceGradientOps,
  ...softmaxOps,
  ...viewOps,
};

/** Every op whose results are indices, truth values or whole numbers: a tape lets it pass. */
export type DiscreteOps = typeof argumentOps &
  typeof boolReduceOps &
  typeof castOps &
  typeof comparisonOps &
  typeof oneHotOps &
  typeof roundingOps &
  typeof sortOps;

export const discreteOps: DiscreteOps = {
  ...argumentOps,
  ...boolReduceOps,
  ...castOps,
  ...comparisonOps,
  ...oneHotOps,
  ...roundingOps,
  ...sortOps,
};
