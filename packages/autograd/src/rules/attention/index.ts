import { additiveRules } from "./additive.ts";
import { scaledDotProductRules } from "./scaled-dot-product.ts";

export const attentionFamily: typeof scaledDotProductRules & typeof additiveRules = {
  ...scaledDotProductRules,
  ...additiveRules,
};
