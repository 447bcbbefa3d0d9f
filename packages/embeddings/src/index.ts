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

// Text, and vectors learnt from it
export type { Sentence, Sentences } from "./text/sentences.ts";
export { Vocabulary, type VocabularyOptions, WordCounter } from "./text/vocabulary.ts";
export type { Word2VecOptions } from "./learn/options.ts";
export type { TrainingProgress, TrainOptions } from "./learn/run.ts";
export { Word2Vec } from "./learn/word2vec.ts";
export { FastText, type FastTextOptions } from "./learn/fast-text.ts";
export { GloVe, type GloveOptions } from "./learn/glove.ts";
export { countCooccurrences, type CooccurrenceOptions, type Cooccurrences } from "./learn/cooccurrences.ts";
export { lines, type LinesOptions, type LinesProgress } from "./text/lines.ts";
export { Phrases, type PhrasesOptions } from "./text/phrases.ts";
export { words, type WordsOptions } from "./text/words.ts";
