import type { Layers } from "@unfoldjs/nn";
import { AdditiveAttention } from "./attention/additive-attention.ts";
import { CoverageAttention } from "./attention/coverage-attention.ts";
import { DotAttention, ScaledDotAttention } from "./attention/dot-attention.ts";
import { GeneralAttention } from "./attention/general-attention.ts";
import { LocationAttention } from "./attention/location-attention.ts";
import { MultiheadAttention } from "./attention/multihead-attention.ts";
import { BertModel } from "./bert/bert-model.ts";
import { SentenceEncoder } from "./bert/sentence-encoder.ts";
import { TextClassifier } from "./few-shot/text-classifier.ts";
import { LearnedPositions } from "./positions/learned.ts";
import { SinusoidalPositions } from "./positions/sinusoidal.ts";
import { CRF } from "./tagging/crf.ts";
import { TransformerDecoderLayer } from "./transformer/decoder-layer.ts";
import { EncoderDecoder } from "./transformer/encoder-decoder.ts";
import { TransformerEncoderLayer } from "./transformer/encoder-layer.ts";
import { GPT } from "./transformer/gpt.ts";
import { TransformerDecoder, TransformerEncoder } from "./transformer/stacks.ts";
import { GRUCell, LSTMCell, RNNCell } from "./recurrent/cells.ts";
import { GRU } from "./recurrent/gru.ts";
import { LSTM } from "./recurrent/lstm.ts";
import { RNN } from "./recurrent/rnn.ts";
import { TimeDistributed } from "./lengths/time-distributed.ts";
import { AttentionDecoder } from "./seq2seq/attention-decoder.ts";
import { AttentionSeq2Seq } from "./seq2seq/attention-seq2seq.ts";
import { Decoder } from "./seq2seq/decoder.ts";
import { Encoder } from "./seq2seq/encoder.ts";
import { Seq2Seq } from "./seq2seq/seq2seq.ts";
import { WholeSentenceMLP } from "./baselines/whole-sentence-mlp.ts";
import { WindowedMLP } from "./baselines/windowed-mlp.ts";
import { OneHot } from "./tokens/one-hot.ts";
import { TokenDropout } from "./tokens/token-dropout.ts";

/**
 * This package's classes by the names that model files have for them: for `save` and `load`, which know only those of
 * @unfoldjs/nn by themselves. Whoever imports it takes all of them into a bundle.
 * @example await save(model, "model.safetensors", { layers }); const same = await load("model.safetensors", { layers });
 */
export const layers: Layers = {
  // Attention
  AdditiveAttention,
  CoverageAttention,
  DotAttention,
  GeneralAttention,
  LocationAttention,
  MultiheadAttention,
  ScaledDotAttention,
  // Positions
  LearnedPositions,
  SinusoidalPositions,

  // BERT
  BertModel,
  SentenceEncoder,
  TextClassifier,

  // Tagging
  CRF,

  // Transformers
  EncoderDecoder,
  GPT,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,

  // Recurrence
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  RNN,
  RNNCell,

  // Steps and tokens
  OneHot,
  TimeDistributed,
  TokenDropout,

  // Translation
  AttentionDecoder,
  AttentionSeq2Seq,
  Decoder,
  Encoder,
  Seq2Seq,

  // Baselines
  WholeSentenceMLP,
  WindowedMLP,
};
