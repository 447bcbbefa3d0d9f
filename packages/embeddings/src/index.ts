// Similarity of two vectors
export { cosineSimilarity, euclideanDistance, type Vector } from "./similarity/cosine.ts";

// Words and their vectors
export {
  type AnalogyOptions,
  type Neighbour,
  type SearchOptions,
  type WordOrVector,
  WordVectors,
  type WordVectorsOptions,
} from "./vectors/word-vectors.ts";
export type { Rows, Storage } from "./vectors/row-store.ts";
export { Subwords } from "./subwords/subwords.ts";
export type { SubwordOptions } from "./subwords/hash.ts";
