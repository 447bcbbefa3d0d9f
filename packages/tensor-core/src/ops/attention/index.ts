import { scaledDotProductOps } from "./scaled-dot-product.ts";

export const attentionFamily: typeof scaledDotProductOps = { ...scaledDotProductOps };
