import { additiveOps } from "./additive.ts";
import { scaledDotProductOps } from "./scaled-dot-product.ts";

export const attentionFamily: typeof scaledDotProductOps & typeof additiveOps = {
  ...scaledDotProductOps,
  ...additiveOps,
};
