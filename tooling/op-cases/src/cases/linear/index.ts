import { addProductCases } from "./add-product.ts";
import { linearCases as linears } from "./linear.ts";
import { linearActivatedCases } from "./activated.ts";
import { linearGradientCases } from "./linear-gradient.ts";
import { matmulCases } from "./matmul.ts";

export const linearCases: typeof addProductCases &
  typeof linears &
  typeof linearActivatedCases &
  typeof linearGradientCases &
  typeof matmulCases = {
  ...addProductCases,
  ...linears,
  ...linearActivatedCases,
  ...linearGradientCases,
  ...matmulCases,
};
