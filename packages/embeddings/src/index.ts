// Similarity of two vectors
export { cosineSimilarity, euclideanDistance, type Vector } from "./similarity/cosine.ts";
