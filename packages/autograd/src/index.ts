export { gradcheck, type GradcheckOptions, type GradcheckResult } from "./check/gradcheck.ts";
export type { Comparison } from "./check/report.ts";
export { customGrad, type WithPullback } from "./transforms/custom-grad.ts";
export { RowGradient } from "./gradient/row-gradient.ts";
export { differentiate, type Differentiated, differentiateRows } from "./transforms/differentiate.ts";
export { grad, valueAndGrad } from "./transforms/grad.ts";
export { noGrad } from "./transforms/no-grad.ts";
export { hasGradient } from "./rules/index.ts";
export type { TensorTree } from "./transforms/tree.ts";
