import { addProductOps } from "./add-product.ts";
import { linearOps } from "./linear.ts";
import { matmulOps } from "./matmul.ts";

export const linearFamily: typeof addProductOps & typeof linearOps & typeof matmulOps = {
  ...addProductOps,
  ...linearOps,
  ...matmulOps,
};
