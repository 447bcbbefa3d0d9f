import { type DifferentiableOps, GradientError, assertString } from "@unfoldjs/tensor-core";
import { attentionFamily } from "./attention/index.ts";
import { convolutionFamily } from "./convolution/index.ts";
import { copyFamily } from "./copy/index.ts";
import { decomposeFamily } from "./decompose/index.ts";
import { elementwiseFamily } from "./elementwise/index.ts";
import { gatherFamily } from "./gather/index.ts";
import { linearFamily } from "./linear/index.ts";
import { normaliseFamily } from "./normalise/index.ts";
import { poolingFamily } from "./pooling/index.ts";
import { recurrentFamily } from "./recurrent/index.ts";
import { reduceFamily } from "./reduce/index.ts";
import { softmaxFamily } from "./softmax/index.ts";
import { sortFamily } from "./sort/index.ts";
import { viewFamily } from "./view/index.ts";
import type { AnyRow, RefusedRow, RowsOf } from "../row/row.ts";

/** The gradient of every op, exhaustive over the core's table: an op without a row does not compile. */
export const rules: RowsOf<DifferentiableOps> = {
  ...attentionFamily,
  ...convolutionFamily,
  ...copyFamily,
  ...decomposeFamily,
  ...elementwiseFamily,
  ...gatherFamily,
  ...linearFamily,
  ...normaliseFamily,
  ...poolingFamily,
  ...recurrentFamily,
  ...reduceFamily,
  ...softmaxFamily,
  ...sortFamily,
  ...viewFamily,
};

const byName: ReadonlyMap<string, unknown> = new Map(Object.entries(rules));

/** True for an op that has a gradient: a row that is not a refusal. */
export function hasGradient(op: string): boolean {
  assertString("hasGradient", "op", op);
  const row = byName.get(op);
  return row !== undefined && (row as RefusedRow).kind !== "refused";
}

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
  if ((row as RefusedRow).kind !== "refused") return row as AnyRow;
  throw new GradientError(
    op,
    {},
    "this is a gradient kernel, which has no gradient of its own",
    (row as RefusedRow).instead,
  );
}
