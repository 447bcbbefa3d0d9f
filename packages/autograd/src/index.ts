export { gradcheck, type GradcheckOptions, type GradcheckResult } from "./check/gradcheck.ts";
export type { Comparison } from "./check/report.ts";
export { type Claim, claimOf } from "./rules/claim.ts";
export { customGrad, type WithPullback } from "./transforms/custom-grad.ts";
export { differentiate, type Differentiated } from "./transforms/differentiate.ts";
export { grad, valueAndGrad } from "./transforms/grad.ts";
export { noGrad } from "./transforms/no-grad.ts";
export type { TensorTree } from "./transforms/tree.ts";
