import {
  assertBoolean,
  assertFunction,
  assertWhole,
  type Check,
  checkOptions,
  oneOf,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { aSignal } from "../arguments/signal.ts";
import { assertWords } from "../arguments/words.ts";

/** Rules of what is replaced by what before a text is taken apart. */
export type Normalization = "nmt_nfkc" | "nfkc" | "identity";

/** How far learning pieces has come. */
export interface PiecesProgress {
  /** Pieces there are at this time: with BPE ever more, with unigram ever fewer. */
  readonly pieces: number;
  readonly vocabSize: number;
}

/** How pieces are learnt: sentencepiece's options, with its defaults. */
export interface SentencePieceOptions {
  /** `"unigram"` (Kudo 2018), the default, or `"bpe"` (Sennrich et al. 2016). */
  readonly modelType?: "unigram" | "bpe";
  /** How many pieces, with letters and symbols. Default 8000. */
  readonly vocabSize?: number;
  /** Share of the text's letters that must be letters of the vocabulary, the most frequent. Default 0.9995. */
  readonly characterCoverage?: number;
  /** What is replaced before: `"identity"` nothing. Default `"nmt_nfkc"`: Unicode's NFKC, and kinds of spaces as spaces. */
  readonly normalization?: Normalization;
  /** A space before the first word. Default true. */
  readonly addDummyPrefix?: boolean;
  /** Spaces at the ends, and more than one between words, are left out. Default true. */
  readonly removeExtraWhitespaces?: boolean;
  /** Unknown letters are told as their bytes, which takes 256 pieces. Default false. */
  readonly byteFallback?: boolean;
  /** Symbols that are always one piece. */
  readonly userDefinedSymbols?: readonly string[];
  /** Symbols that stand for no text, and are never found in one. */
  readonly controlSymbols?: readonly string[];
  /** In letters. Default 16. */
  readonly maxSentencepieceLength?: number;
  /** In bytes; longer texts are left out. Default 4192. */
  readonly maxSentenceLength?: number;
  /** Letters of different scripts are not of one piece. Default true. */
  readonly splitByUnicodeScript?: boolean;
  /** Digits and letters are not of one piece. Default true. */
  readonly splitByNumber?: boolean;
  /** No piece goes from one word to the next. Default true. */
  readonly splitByWhitespace?: boolean;
  /** Each digit is a piece. Default false. */
  readonly splitDigits?: boolean;
  /** Unigram: strings that are tried. Default 1,000,000. */
  readonly seedSentencepieceSize?: number;
  /** Unigram: the share that is kept each time. Default 0.75. */
  readonly shrinkingFactor?: number;
  /** Unigram: steps of expectation and maximisation in between. Default 2. */
  readonly numSubIterations?: number;
  /** Ids of the special pieces `<unk>`, `<s>`, `</s>` and `<pad>`; −1: none. Default 0, 1, 2 and −1. */
  readonly unkId?: number;
  readonly bosId?: number;
  readonly eosId?: number;
  readonly padId?: number;
  /** Called after each step. */
  readonly onProgress?: (progress: PiecesProgress) => void;
  readonly signal?: AbortSignal;
}

const between =
  (least: number, most: number): Check =>
  (op, name, value) => {
    if (typeof value !== "number" || !(value >= least && value <= most)) {
      throw wrongArgument(op, name, value, `a number ${least}…${most}`);
    }
  };
const whole =
  (least: number): Check =>
  (op, name, value) =>
    assertWhole(op, name, value, least);
const symbols: Check = (op, name, value) => {
  assertWords(op, name, value);
  for (const [i, symbol] of value.entries()) {
    if (symbol === "") throw wrongArgument(op, `${name}[${i}]`, symbol, "a symbol of letters");
    if (value.indexOf(symbol) !== i) throw new ValueError(op, { [name]: symbol }, "each symbol is there once");
  }
};

/** @throws ValueError */
export function checkTraining(op: string, options: SentencePieceOptions): void {
  checkOptions<SentencePieceOptions>(op, options, {
    modelType: oneOf("unigram", "bpe"),
    vocabSize: whole(1),
    characterCoverage: between(0.98, 1),
    normalization: oneOf("nmt_nfkc", "nfkc", "identity"),
    addDummyPrefix: assertBoolean,
    removeExtraWhitespaces: assertBoolean,
    byteFallback: assertBoolean,
    userDefinedSymbols: symbols,
    controlSymbols: symbols,
    maxSentencepieceLength: whole(1),
    maxSentenceLength: whole(10),
    splitByUnicodeScript: assertBoolean,
    splitByNumber: assertBoolean,
    splitByWhitespace: assertBoolean,
    splitDigits: assertBoolean,
    seedSentencepieceSize: whole(1),
    shrinkingFactor: between(0.5, 0.95),
    numSubIterations: whole(1),
    unkId: whole(0),
    bosId: whole(-1),
    eosId: whole(-1),
    padId: whole(-1),
    onProgress: assertFunction,
    signal: aSignal,
  });
}
