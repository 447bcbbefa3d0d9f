import type * as embeddings from "@unfoldjs/embeddings";
import * as kind from "../kinds.ts";
import { call, type Rows } from "../row.ts";

/** A vector as plain numbers. */
const vector = kind.given(() => [1, 2], "an array of numbers", "a Float32Array", "an empty array");

export const embeddingRows: Rows<typeof embeddings> = {
  cosineSimilarity: call({ u: vector, v: vector }),
  euclideanDistance: call({ u: vector, v: vector }),
};
