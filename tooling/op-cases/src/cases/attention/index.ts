import { additiveCases } from "./additive.ts";
import { scaledDotProductCases } from "./scaled-dot-product.ts";

export const attentionCases: typeof scaledDotProductCases & typeof additiveCases = {
  ...scaledDotProductCases,
  ...additiveCases,
};
