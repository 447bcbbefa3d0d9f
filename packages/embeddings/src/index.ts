// Similarity of two vectors
export { cosineSimilarity, euclideanDistance, type Vector } from "./similarity/cosine.ts";

// Words and their vectors
export type { AnalogyOptions } from "./vectors/analogies.ts";
export type { Neighbour, SearchOptions } from "./vectors/word-search.ts";
export { type WordOrVector, WordVectors } from "./vectors/word-vectors.ts";
export type { WordVectorsOptions } from "./vectors/word-vectors-options.ts";
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
export {
  countCooccurrences,
  type CooccurrenceOptions,
  type Cooccurrences,
  type CooccurrenceStream,
} from "./learn/cooccurrences.ts";
export { lines, type LinesOptions, type LinesProgress } from "./text/lines.ts";
export { lineSentences, type LineSentencesOptions } from "./text/line-sentences.ts";
export { Phrases, type PhrasesOptions } from "./text/phrases.ts";
export { words, type WordsOptions } from "./text/words.ts";

// Files
export { loadVectors, type LoadOptions, type VectorFormat } from "./formats/load.ts";
export { saveVectors, type SaveFormat, type SaveOptions, vectorBytes } from "./formats/save.ts";
export { openVectors, type OpenOptions, VectorFile } from "./formats/vector-file.ts";
export type { PageCache } from "./sources/pages.ts";
export type { RangeSource } from "./sources/ranges.ts";
export { decodeVectors, encodeVectors } from "./formats/unfold.ts";
export type { ReadProgress, ReadingOptions, VectorSource } from "./sources/byte-source.ts";
export type { ReadingRules } from "./formats/row-builder.ts";
export type { TextRules } from "./formats/text.ts";

// Sentences
export {
  sentenceDistance,
  type SentenceDistanceOptions,
  sentenceVectors,
  type SentenceVectorsOptions,
} from "./sentences/sentences.ts";

// Judging them
export { evaluateSimilarity, type SimilarityOptions, type SimilarityScore } from "./evaluate/similarity.ts";
export { type AnalogyScore, type AnalogySection, evaluateAnalogies, type Quadruple } from "./evaluate/analogies.ts";
export type { EvaluationOptions } from "./evaluate/options.ts";
export { pearson, spearman } from "./evaluate/correlation.ts";

// Seeing them
export { type PrincipalComponents, principalComponents } from "./project/pca.ts";
export { type ProjectionProgress, tSne, type TSneOptions } from "./project/t-sne.ts";
export { type Clusters, kMeans, type KMeansOptions } from "./cluster/k-means.ts";

// Bias, and spaces that are turned into each other
export { biasDirection, debias, type DebiasOptions, directBias, neutralise, type WordPair } from "./bias/bias.ts";
export { alignVectors } from "./align/procrustes.ts";

// Moving them to a task
export { toEmbedding, type ToEmbeddingOptions } from "./transfer/to-embedding.ts";
