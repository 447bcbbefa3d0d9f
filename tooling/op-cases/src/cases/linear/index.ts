import { addProductCases } from "./add-product.ts";
import { linearCases as linears } from "./linear.ts";
import { matmulCases } from "./matmul.ts";

export const linearCases: typeof addProductCases & typeof linears & typeof matmulCases = {
  ...addProductCases,
  ...linears,
  ...matmulCases,
};
