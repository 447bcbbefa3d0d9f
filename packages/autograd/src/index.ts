export { gradcheck, type GradcheckOptions, type GradcheckResult } from "./check/gradcheck.ts";
export type { Comparison } from "./check/report.ts";
export { explainGradient, type ExplainOptions } from "./explain/explain-gradient.ts";
export type { ExplainedGradient, ExplainedStep, ExplainedTensor } from "./explain/explained.ts";
export type { Explanation } from "./explain/explanation.ts";
export type { Notation } from "./explain/notation.ts";
export type { Shorthand } from "./explain/shorthand.ts";
export { checkpoint } from "./transforms/checkpoint.ts";
export { type Claim, claimOf } from "./rules/claim.ts";
export { customGrad, type WithPullback } from "./transforms/custom-grad.ts";
export { RowGradient } from "./gradient/row-gradient.ts";
export {
  differentiate,
  type Differentiated,
  type DifferentiatedBy,
  differentiateRows,
} from "./transforms/differentiate.ts";
export { grad, valueAndGrad } from "./transforms/grad.ts";
export { hessian } from "./transforms/hessian.ts";
export { hvp } from "./transforms/hvp.ts";
export { jacobian, type JacobianOf, type JacobianOptions } from "./transforms/jacobian.ts";
export { jvp, type WithTangent } from "./transforms/jvp.ts";
export { noGrad } from "./transforms/no-grad.ts";
export { hasGradient } from "./rules/index.ts";
export { stopGradient } from "./transforms/stop-gradient.ts";
export type { GradientOf, HasParameters, TensorTree } from "./transforms/tree.ts";
export type { DirectionOf, FitsDirection, OtherShape } from "./transforms/direction.ts";
export { type IsOneNumber, vjp, type WithGradient } from "./transforms/vjp.ts";
