// Text as numbers
export type { PlacingTokenizer, Tokenizer, TokenSpans } from "./tokens/tokenizer.ts";
export { type WordNumbers, WordTokenizer } from "./tokens/word-tokenizer.ts";
export type { WordsOptions } from "./text/words.ts";
export { type SampleOptions, type ScoredIds, SentencePiece } from "./tokens/sentence-piece.ts";
export type { Normalization, PiecesProgress, SentencePieceOptions } from "./tokens/sentence-piece-options.ts";
export type { PieceKind } from "./tokens/model-file.ts";
export { type HuggingFaceLike, type HuggingFaceOptions, HuggingFaceTokenizer } from "./tokens/hugging-face.ts";
