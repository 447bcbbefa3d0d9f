import type { DifferentiableOps } from "@unfoldjs/tensor-core";
import { GradientError } from "@unfoldjs/tensor-core";
import { activationRules } from "./elementwise/activation.ts";
import { arithmeticRules } from "./elementwise/arithmetic.ts";
import { convolutionRules } from "./convolution/convolution.ts";
import { concatRules } from "./copy/concat.ts";
import { copyRules } from "./copy/copy.ts";
import { linearRules } from "./linear/linear.ts";
import { matmulRules } from "./linear/matmul.ts";
import { crossEntropyRules } from "./softmax/cross-entropy.ts";
import { cumulativeRules } from "./reduce/cumulative.ts";
import { gatherRules } from "./gather/gather.ts";
import { indexSelectRules } from "./gather/index-select.ts";
import { mathsRules } from "./elementwise/maths.ts";
import { poolingRules } from "./pooling/pooling.ts";
import { reduceRules } from "./reduce/reduce.ts";
import { selectionRules } from "./elementwise/select.ts";
import { sliceGradientRules } from "./copy/slice-gradient.ts";
import { softmaxRules } from "./softmax/softmax.ts";
import { viewRules } from "./view/view.ts";
import type { AnyRow, RowsOf } from "./rule.ts";

/** The gradient of every op, exhaustive over the core's table: an op without a row does not compile. */
export const rules: RowsOf<DifferentiableOps> = {
  ...activationRules,
  ...arithmeticRules,
  ...convolutionRules,
  ...concatRules,
  ...copyRules,
  ...crossEntropyRules,
  ...cumulativeRules,
  ...gatherRules,
  ...indexSelectRules,
  ...mathsRules,
  ...linearRules,
  ...matmulRules,
  ...poolingRules,
  ...reduceRules,
  ...selectionRules,
  ...sliceGradientRules,
  ...softmaxRules,
  ...viewRules,
};

const byName: ReadonlyMap<string, unknown> = new Map(Object.entries(rules));

/** The row of an op by its name. @throws GradientError if it has none: an op of a newer core, or one defined outside */
export function rowFor(op: string): AnyRow {
  const row = byName.get(op);
  if (row === undefined) {
    throw new GradientError(
      op,
      {},
      "autograd has no gradient for this op",
      "compute it inside noGrad(), or wrap it in customGrad()",
    );
  }
  return row as AnyRow;
}
