import { gloveOps } from "./glove.ts";
import { learnOps } from "./learn.ts";

/** Ops that learn word vectors: they write, and have no result and no gradient. */
export const wordVectorsFamily: typeof gloveOps & typeof learnOps = { ...gloveOps, ...learnOps };
