import type { DifferentiableOps } from "@unfoldjs/tensor-core";
import { GradientError } from "@unfoldjs/tensor-core";
import { activationRules } from "./activation.ts";
import { arithmeticRules } from "./arithmetic.ts";
import { convolutionRules } from "./convolution.ts";
import { concatRules } from "./concat.ts";
import { copyRules } from "./copy.ts";
import { matmulRules } from "./matmul.ts";
import { crossEntropyRules } from "./cross-entropy.ts";
import { cumulativeRules } from "./cumulative.ts";
import { gatherRules } from "./gather.ts";
import { indexSelectRules } from "./index-select.ts";
import { mathsRules } from "./maths.ts";
import { poolingRules } from "./pooling.ts";
import { reduceRules } from "./reduce.ts";
import { selectionRules } from "./selection.ts";
import { sliceGradientRules } from "./slice-gradient.ts";
import { softmaxRules } from "./softmax.ts";
import { viewRules } from "./view.ts";
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
