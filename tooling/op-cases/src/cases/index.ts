import { type DifferentiableOps, differentiableOps, type DiscreteOps, discreteOps } from "@unfoldjs/tensor-core";
import type { CasesOf, OpCase } from "../op-case.ts";
import { activationCases } from "./elementwise/activation.ts";
import { arithmeticCases } from "./elementwise/arithmetic.ts";
import { comparisonCases } from "./elementwise/comparison.ts";
import { compositionCases } from "./composition/composition.ts";
import { concatCases } from "./copy/concat.ts";
import { convolutionCases } from "./convolution/convolution.ts";
import { castCases, copyCases } from "./copy/copy.ts";
import { crossEntropyCases } from "./softmax/cross-entropy.ts";
import { cumulativeCases, gatherCases, indexSelectCases, oneHotCases } from "./gather/gather.ts";
import { linearCases } from "./linear/linear.ts";
import { matmulCases } from "./linear/matmul.ts";
import { mathsCases } from "./elementwise/maths.ts";
import { poolingCases } from "./pooling/pooling.ts";
import { argumentCases, boolReduceCases, reduceCases } from "./reduce/reduce.ts";
import { roundingCases } from "./elementwise/rounding.ts";
import { selectionCases } from "./elementwise/select.ts";
import { softmaxCases } from "./softmax/softmax.ts";
import { sortCases } from "./sort/sort.ts";
import { sliceGradientCases, viewCases } from "./view/view.ts";

/** The cases of every op, exhaustive over the core's tables: an op without one does not compile. */
const cases: CasesOf<DifferentiableOps & DiscreteOps> = {
  ...activationCases,
  ...argumentCases,
  ...arithmeticCases,
  ...boolReduceCases,
  ...castCases,
  ...comparisonCases,
  ...concatCases,
  ...convolutionCases,
  ...copyCases,
  ...crossEntropyCases,
  ...cumulativeCases,
  ...gatherCases,
  ...indexSelectCases,
  ...linearCases,
  ...matmulCases,
  ...mathsCases,
  ...oneHotCases,
  ...poolingCases,
  ...reduceCases,
  ...roundingCases,
  ...selectionCases,
  ...sliceGradientCases,
  ...softmaxCases,
  ...sortCases,
  ...viewCases,
};

/** One case with its op, or the function that is made of ops. */
export interface TableEntry {
  readonly op: string;
  /** The op, and what sets this case apart: "add i32". */
  readonly name: string;
  readonly opCase: OpCase;
}

/** Every case of every op, and of functions that are made of ops. */
export const table: readonly TableEntry[] = Object.entries<OpCase | readonly OpCase[]>({
  ...cases,
  ...compositionCases,
}).flatMap(([op, written]) =>
  (Array.isArray(written) ? (written as readonly OpCase[]) : [written as OpCase]).map((opCase) => ({
    op,
    name: opCase.variant === "" ? op : `${op} ${opCase.variant}`,
    opCase,
  })),
);

/** Every op of the core, by name: true if it has a gradient. */
export const ops: ReadonlyMap<string, boolean> = new Map([
  ...Object.keys(differentiableOps).map((name) => [name, true] as const),
  ...Object.keys(discreteOps).map((name) => [name, false] as const),
]);
