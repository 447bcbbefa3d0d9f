import { scaledDotProductRules } from "./scaled-dot-product.ts";

export const attentionFamily: typeof scaledDotProductRules = { ...scaledDotProductRules };
