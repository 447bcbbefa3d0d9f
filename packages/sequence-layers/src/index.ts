// Lengths
export { lengthsToMask } from "./lengths/lengths-to-mask.ts";
export { packByLength, type Packed, unpackByLength, type Unpacked } from "./lengths/pack-by-length.ts";
export { TimeDistributed } from "./lengths/time-distributed.ts";
export { lastValid, maxOverTime, meanOverTime, type WithoutTime } from "./pooling/pool-over-time.ts";

// Tokens
export { OneHot } from "./tokens/one-hot.ts";
export { TokenDropout, type TokenDropoutOptions } from "./tokens/token-dropout.ts";

// Translation
export {
  AttentionDecoder,
  type AttentionDecoderOptions,
  type ReadOptions,
  type Written,
} from "./seq2seq/attention-decoder.ts";
export { AttentionSeq2Seq, type AttentionSeq2SeqOptions } from "./seq2seq/attention-seq2seq.ts";
export type { Decodable, DecodableStep, DecoderState } from "./seq2seq/decodable.ts";
export { Decoder } from "./seq2seq/decoder.ts";
export type { DecoderOptions, TeachingOptions } from "./seq2seq/decoder-base.ts";
export { type Encoded, Encoder, type EncoderOptions } from "./seq2seq/encoder.ts";
export type { CellKind, RecurrentPartOptions, RecurrentState } from "./seq2seq/recurrent-part.ts";
export { Seq2Seq, type Seq2SeqOptions, type TranslationOptions } from "./seq2seq/seq2seq.ts";

// What recurrent layers are compared with
export { gradientByDistance, type GradientByDistanceOptions } from "./baselines/gradient-by-distance.ts";
export { WholeSentenceMLP } from "./baselines/whole-sentence-mlp.ts";
export { type BaselineOptions, WindowedMLP } from "./baselines/windowed-mlp.ts";

// Losses
export {
  perplexity,
  sequenceCrossEntropy,
  type SequenceCrossEntropyOptions,
  type SequenceLossOptions,
} from "./losses/sequence-cross-entropy.ts";

// Attention
export { AdditiveAttention, type AdditiveAttentionOptions } from "./attention/additive-attention.ts";
export { CoverageAttention, coverageLoss } from "./attention/coverage-attention.ts";
export { DotAttention, ScaledDotAttention } from "./attention/dot-attention.ts";
export { GeneralAttention } from "./attention/general-attention.ts";
export type { AttendedWithHistory, HistoryAttention } from "./attention/history-attention.ts";
export type { KeyValues } from "./attention/key-values.ts";
export { LocationAttention, type LocationAttentionOptions } from "./attention/location-attention.ts";
export type { Attended, AttentionMasks, KeyMasks } from "./attention/masks.ts";
export { type AttentionStep, MultiheadAttention } from "./attention/multihead-attention.ts";
export type { MultiheadAttentionCall, MultiheadAttentionOptions } from "./attention/multihead-options.ts";
export type { ScoreAttention } from "./attention/score-attention.ts";

// Positions
export { alibi, alibiSlopes } from "./positions/alibi.ts";
export { LearnedPositions } from "./positions/learned.ts";
export { rotary, type RotaryOptions } from "./positions/rotary.ts";
export { SinusoidalPositions, sinusoidalPositions } from "./positions/sinusoidal.ts";

// Transformers
export { type DecoderMasks, type MemoryMasks, TransformerDecoderLayer } from "./transformer/decoder-layer.ts";
export {
  EncoderDecoder,
  type EncoderDecoderOptions,
  type SourceLengths,
  type TranslationModel,
  type TranslationState,
} from "./transformer/encoder-decoder.ts";
export { type EncoderMasks, TransformerEncoderLayer } from "./transformer/encoder-layer.ts";
export { GPT, type GPTOptions } from "./transformer/gpt.ts";
export type { TransformerLayerOptions } from "./transformer/layer-options.ts";
export type { StepState } from "./transformer/rows.ts";
export { TransformerDecoder, TransformerEncoder } from "./transformer/stacks.ts";
export type { StepModel, StepResult } from "./transformer/step-model.ts";

// BERT
export { BertModel, type BertInputs } from "./bert/bert-model.ts";
export type { BertOptions } from "./bert/bert-options.ts";
export { type BertConfig, bertOptionsOf, loadBert } from "./bert/load-bert.ts";
export { SentenceEncoder } from "./bert/sentence-encoder.ts";

// A classifier of a few texts
export { encodeTexts } from "./few-shot/encode-texts.ts";
export type { EncodeTextsOptions, SetFitOptions, Tokenise, TuningProgress } from "./few-shot/options.ts";
export { setFit } from "./few-shot/set-fit.ts";
export { type TextAnswer, TextClassifier } from "./few-shot/text-classifier.ts";

// Tagging
export { bioConstraints, type TagConstraints } from "./tagging/constraints.ts";
export { CRF, type CRFOptions, type DecodeOptions, type LikelihoodOptions, type TagLengths } from "./tagging/crf.ts";
export { ctcGreedy, type CtcGreedyOptions, type CtcPath } from "./tagging/ctc-greedy.ts";
export { ctcLoss, type CtcLossOptions } from "./tagging/ctc-loss.ts";
export type { TagPath } from "./tagging/viterbi.ts";

// Recurrence
export { GRU, type GRUOptions } from "./recurrent/gru.ts";
export { LSTM, type LSTMInputs, type LSTMOptions, type LSTMState } from "./recurrent/lstm.ts";
export { RNN, type RNNOptions } from "./recurrent/rnn.ts";
export {
  type CellOptions,
  GRUCell,
  type GRUCellOptions,
  LSTMCell,
  RNNCell,
  type RNNCellOptions,
} from "./recurrent/cells.ts";
export { fromKerasWeights, type KerasPlace, type KerasWeights } from "./recurrent/keras-weights.ts";
export type {
  NoOptions,
  OutputSize,
  RecurrentInputs,
  RecurrentOptions,
  StateShape,
  StateSize,
  StepStateShape,
} from "./recurrent/options.ts";

// For files
export { layers } from "./layers.ts";
