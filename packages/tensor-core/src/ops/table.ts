import { convolutionOps } from "./convolution/convolution.ts";
import { castOps } from "./copy/cast.ts";
import { concatOps } from "./copy/concat.ts";
import { copyOps } from "./copy/copy.ts";
import { sliceGradientOps } from "./copy/slice-gradient.ts";
import { activationOps } from "./elementwise/activation.ts";
import { arithmeticOps } from "./elementwise/arithmetic.ts";
import { comparisonOps } from "./elementwise/comparison.ts";
import { mathsOps } from "./elementwise/maths.ts";
import { roundingOps } from "./elementwise/rounding.ts";
import { selectOps } from "./elementwise/select.ts";
import { gatherOps } from "./gather/gather.ts";
import { indexSelectOps } from "./gather/index-select.ts";
import { oneHotOps } from "./gather/one-hot.ts";
import { linearOps } from "./linear/linear.ts";
import { matmulOps } from "./linear/matmul.ts";
import { poolingOps } from "./pooling/pooling.ts";
import { argumentOps } from "./reduce/argument.ts";
import { cumulativeOps } from "./reduce/cumulative.ts";
import { boolReduceOps, reduceOps } from "./reduce/reduce.ts";
import { crossEntropyOps } from "./softmax/cross-entropy.ts";
import { softmaxOps } from "./softmax/softmax.ts";
import { sortOps } from "./sort/sort.ts";
import { viewOps } from "./view/view.ts";

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
  typeof linearOps &
  typeof matmulOps &
  typeof poolingOps &
  typeof reduceOps &
  typeof selectOps &
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
  ...linearOps,
  ...matmulOps,
  ...poolingOps,
  ...reduceOps,
  ...selectOps,
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
