import { assertFunction, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import { Pace } from "../learn/pause.ts";
import { charsmapOf } from "./charsmap-rules.ts";
import { readCorpus } from "./corpus.ts";
import { encodeModel, type NormalizerFile, type Piece, PieceType, UNK_SURFACE } from "./model-file.ts";
import { Normaliser } from "./normalise.ts";
import { MessageWriter } from "./protobuf.ts";
import { checkTraining, type Normalization, type SentencePieceOptions } from "./sentence-piece-options.ts";
import { trainBpe } from "./train-bpe.ts";
import { trainUnigram } from "./train-unigram.ts";

/** Sums over words are added in so many parts, one for each of sentencepiece's threads where nothing else is said. */
const PARTS = 16;

/** Texts one after the other, or a function that gives them. */
export type Texts = Iterable<string> | AsyncIterable<string> | (() => Iterable<string> | AsyncIterable<string>);

/** Learns pieces. @returns the bytes of a `.model` file */
export async function trainModel(op: string, texts: Texts, options: SentencePieceOptions): Promise<Uint8Array> {
  checkTraining(op, options);
  if (typeof texts === "function") assertFunction(op, "texts", texts);
  const given: unknown = typeof texts === "function" ? texts() : texts;
  if (typeof given !== "object" || given === null || !(Symbol.iterator in given || Symbol.asyncIterator in given)) {
    throw wrongArgument(op, "texts", given, "texts one after the other", 'texts = ["a sentence", …]');
  }
  const { modelType = "unigram", vocabSize = 8000, byteFallback = false } = options;
  const specials = specialPieces(op, options);
  const symbols = (options.userDefinedSymbols ?? []).slice();
  const normalizer: NormalizerFile = {
    name: options.normalization ?? "nmt_nfkc",
    charsmap: rulesOf(options.normalization ?? "nmt_nfkc"),
    addDummyPrefix: options.addDummyPrefix ?? true,
    removeExtraWhitespaces: options.removeExtraWhitespaces ?? true,
    escapeWhitespaces: true,
  };
  const rules = {
    maxPieceLength: options.maxSentencepieceLength ?? 16,
    maxSentenceLength: options.maxSentenceLength ?? 4192,
    characterCoverage: options.characterCoverage ?? 0.9995,
    splitByUnicodeScript: options.splitByUnicodeScript ?? true,
    splitByNumber: options.splitByNumber ?? true,
    splitByWhitespace: options.splitByWhitespace ?? true,
    splitDigits: options.splitDigits ?? false,
  };
  const corpus = await readCorpus(
    op,
    given as Iterable<string>,
    new Normaliser(op, normalizer),
    [...specials.values()],
    rules,
  );
  const room = vocabSize - specials.size;
  if (corpus.letters.length > room) {
    throw new ValueError(
      op,
      { vocabSize, letters: corpus.letters.length, specials: specials.size },
      "letters and specials must find room in the vocabulary",
      "a larger vocabSize, or a smaller characterCoverage",
    );
  }
  const pace = new Pace();
  const turn = async (pieces: number): Promise<void> => {
    options.signal?.throwIfAborted();
    options.onProgress?.({ pieces, vocabSize });
    await pace.turn();
  };
  const learnt: (readonly [string, number])[] = [];
  if (modelType === "bpe") {
    const merged = await trainBpe(corpus, room - corpus.letters.length, rules, turn);
    for (const piece of merged) learnt.push([piece, -learnt.length]);
    for (const [point] of corpus.letters) learnt.push([String.fromCodePoint(point), -learnt.length]);
  } else {
    learnt.push(
      ...(await trainUnigram(
        corpus,
        room,
        {
          ...rules,
          vocabularySize: vocabSize,
          seedSize: options.seedSentencepieceSize ?? 1_000_000,
          shrinkingFactor: options.shrinkingFactor ?? 0.75,
          subIterations: options.numSubIterations ?? 2,
          parts: PARTS,
        },
        turn,
      )),
    );
  }
  if (learnt.length < room) {
    throw new ValueError(
      op,
      { vocabSize, found: learnt.length + specials.size },
      "the text does not have as many different pieces",
      `vocabSize: ${learnt.length + specials.size}, or more text`,
    );
  }
  const pieces: Piece[] = [];
  let next = 0;
  for (let id = 0; id < vocabSize; id++) {
    const special = specials.get(id);
    const [piece = "", score = 0] = special === undefined ? (learnt[next++] ?? []) : [];
    pieces.push(special ?? { piece, score, type: PieceType.Normal });
  }
  return encodeModel({
    pieces,
    kind: modelType,
    byteFallback,
    whitespaceAsSuffix: false,
    unkSurface: UNK_SURFACE,
    normalizer,
    trainer: trainerOf(options, vocabSize, modelType, symbols),
    others: [],
  });
}

/** Compiling them takes some tenths of a second, once. */
const compiledRules = /* @__PURE__ */ new Map<Normalization, Uint8Array>();

function rulesOf(normalization: Normalization): Uint8Array {
  if (normalization === "identity") return new Uint8Array(0);
  const known = compiledRules.get(normalization) ?? charsmapOf(normalization);
  compiledRules.set(normalization, known);
  return known;
}

/** Pieces whose ids are fixed: unknown, begin, end and padding where they were put, then symbols and bytes where there is room. */
function specialPieces(op: string, options: SentencePieceOptions): Map<number, Piece> {
  const { unkId = 0, bosId = 1, eosId = 2, padId = -1, vocabSize = 8000 } = options;
  const specials = new Map<number, Piece>();
  const places = new Map<string, number>();
  for (const [piece, id] of [
    ["<unk>", unkId],
    ["<s>", bosId],
    ["</s>", eosId],
    ["<pad>", padId],
  ] as const) {
    if (id < 0) continue;
    if (id >= vocabSize || specials.has(id)) {
      throw new ValueError(op, { piece, id, vocabSize }, "special pieces have different ids within the vocabulary");
    }
    specials.set(id, { piece, score: 0, type: piece === "<unk>" ? PieceType.Unknown : PieceType.Control });
    places.set(piece, id);
  }
  let next = 0;
  const own = new Set<string>();
  const add = (piece: string, type: number): void => {
    if (piece === "<unk>" || own.has(piece)) {
      throw new ValueError(
        op,
        { symbol: piece },
        piece === "<unk>" ? "<unk> is there already" : "each symbol is there once",
      );
    }
    own.add(piece);
    let id = places.get(piece);
    if (id === undefined) {
      while (specials.has(next)) next++;
      id = next;
    }
    specials.set(id, { piece, score: 0, type });
  };
  for (const symbol of options.controlSymbols ?? []) add(symbol, PieceType.Control);
  for (const symbol of options.userDefinedSymbols ?? []) add(symbol, PieceType.UserDefined);
  if (options.byteFallback === true) {
    for (let byte = 0; byte < 256; byte++) {
      add(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`, PieceType.Byte);
    }
  }
  const last = Math.max(...specials.keys());
  if (last >= vocabSize) {
    throw new ValueError(op, { vocabSize, specials: specials.size }, "the vocabulary has no room for the symbols");
  }
  return specials;
}

/** What sentencepiece writes about how a model was trained, as far as it reads it again. */
function trainerOf(
  options: SentencePieceOptions,
  vocabSize: number,
  modelType: "unigram" | "bpe",
  symbols: readonly string[],
): Uint8Array {
  const spec = new MessageWriter()
    .whole(3, modelType === "bpe" ? 2 : 1)
    .whole(4, vocabSize)
    .float(10, options.characterCoverage ?? 0.9995)
    .whole(14, options.seedSentencepieceSize ?? 1_000_000)
    .float(15, options.shrinkingFactor ?? 0.75)
    .whole(17, options.numSubIterations ?? 2)
    .whole(18, options.maxSentenceLength ?? 4192)
    .whole(20, options.maxSentencepieceLength ?? 16)
    .whole(21, options.splitByUnicodeScript ?? true)
    .whole(22, options.splitByWhitespace ?? true)
    .whole(23, options.splitByNumber ?? true)
    .whole(25, options.splitDigits ?? false);
  for (const symbol of options.controlSymbols ?? []) spec.text(30, symbol);
  for (const symbol of symbols) spec.text(31, symbol);
  return spec
    .whole(35, options.byteFallback ?? false)
    .whole(40, options.unkId ?? 0)
    .whole(41, options.bosId ?? 1)
    .whole(42, options.eosId ?? 2)
    .whole(43, options.padId ?? -1)
    .finish();
}
