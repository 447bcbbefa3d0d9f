import { linearActivatedOps } from "./activated.ts";
import { addProductOps } from "./add-product.ts";
import { linearGradientOps } from "./linear-gradient.ts";
import { linearOps } from "./linear.ts";
import { matmulOps } from "./matmul.ts";

export const linearFamily: typeof addProductOps &
  typeof linearActivatedOps &
  typeof linearGradientOps &
  typeof linearOps &
  typeof matmulOps = {
  ...addProductOps,
  ...linearActivatedOps,
  ...linearGradientOps,
  ...linearOps,
  ...matmulOps,
};
