import { scaledDotProductCases } from "./scaled-dot-product.ts";

export const attentionCases: typeof scaledDotProductCases = { ...scaledDotProductCases };
