import { FormatError } from "@unfoldjs/tensor-core";
import { fieldsOf, MessageWriter } from "./protobuf.ts";

/** What a piece is, by the numbers of sentencepiece's file. */
export const PieceType = { Normal: 1, Unknown: 2, Control: 3, UserDefined: 4, Unused: 5, Byte: 6 } as const;

/** A piece of text, how good it is, and what it is. */
export interface Piece {
  readonly piece: string;
  readonly score: number;
  /** Of `PieceType`. */
  readonly type: number;
}

/** How pieces are chosen. */
export type PieceKind = "unigram" | "bpe" | "word" | "char";

/** What is in a `.model` file of sentencepiece. */
export interface ModelFile {
  readonly pieces: readonly Piece[];
  readonly kind: PieceKind;
  readonly byteFallback: boolean;
  readonly whitespaceAsSuffix: boolean;
  readonly unkSurface: string;
  readonly normalizer: NormalizerFile;
  /** Messages that are kept as they came: what was trained how, and what this package does not use. */
  readonly trainer: Uint8Array;
  readonly others: readonly { readonly number: number; readonly bytes: Uint8Array }[];
}

/** What is done to a text before it is taken apart. */
export interface NormalizerFile {
  readonly name: string;
  /** Rules of what is replaced by what, as sentencepiece compiles them; empty if there are none. */
  readonly charsmap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly escapeWhitespaces: boolean;
}

const KINDS: readonly PieceKind[] = ["unigram", "bpe", "word", "char"];

/** How sentencepiece decodes what is unknown, if a file says nothing else. */
export const UNK_SURFACE = " \u2047 ";

/** @throws FormatError on bytes that are no model, or not whole */
export function decodeModel(op: string, bytes: Uint8Array): ModelFile {
  const pieces: Piece[] = [];
  const others: { number: number; bytes: Uint8Array }[] = [];
  let [trainer, normalizer]: (Uint8Array | undefined)[] = [];
  for (const { number, wire, bytes: value } of fieldsOf(op, bytes)) {
    if (wire !== 2)
      throw new FormatError(op, { field: number }, "a model's fields are messages", "is it a .model file?");
    if (number === 1) pieces.push(decodePiece(op, value, pieces.length));
    else if (number === 2) trainer = value;
    else if (number === 3) normalizer = value;
    else others.push({ number, bytes: value.slice() });
  }
  if (pieces.length === 0) {
    throw new FormatError(
      op,
      { bytes: bytes.length },
      "the file has no pieces",
      "is it a .model file of sentencepiece?",
    );
  }
  if (normalizer === undefined) {
    const came = { bytes: bytes.length, pieces: pieces.length };
    throw new FormatError(
      op,
      came,
      "the file ends before it says how texts are normalized: it is cut off",
      "fetch it again",
    );
  }
  return {
    pieces,
    ...decodeTrainer(op, trainer ?? new Uint8Array(0)),
    normalizer: decodeNormalizer(op, normalizer),
    others,
  };
}

/** The bytes of a model, which sentencepiece reads. */
export function encodeModel({ pieces, trainer, normalizer, others }: ModelFile): Uint8Array<ArrayBuffer> {
  const file = new MessageWriter();
  for (const { piece, score, type } of pieces) {
    const message = new MessageWriter().text(1, piece).float(2, score);
    if (type !== PieceType.Normal) message.whole(3, type);
    file.data(1, message.finish());
  }
  file.data(2, trainer);
  file.data(
    3,
    new MessageWriter()
      .text(1, normalizer.name)
      .data(2, normalizer.charsmap)
      .whole(3, normalizer.addDummyPrefix)
      .whole(4, normalizer.removeExtraWhitespaces)
      .whole(5, normalizer.escapeWhitespaces)
      .finish(),
  );
  for (const { number, bytes } of others) file.data(number, bytes);
  return file.finish();
}

function decodePiece(op: string, message: Uint8Array, index: number): Piece {
  let piece: string | undefined;
  let score = 0;
  let type: number = PieceType.Normal;
  for (const field of fieldsOf(op, message)) {
    if (field.number === 1 && field.wire === 2) piece = text(op, field.bytes);
    else if (field.number === 2 && field.wire === 5) score = field.value;
    else if (field.number === 3 && field.wire === 0) type = field.value;
  }
  if (piece === undefined || piece === "") throw new FormatError(op, { piece: index }, "a piece has no text");
  if (Number.isNaN(score)) throw new FormatError(op, { piece: index, score }, "a piece's score is a number");
  if (type < 1 || type > 6) throw new FormatError(op, { piece: index, type }, "types of pieces are 1…6");
  return { piece, score, type };
}

function decodeTrainer(
  op: string,
  message: Uint8Array,
): Pick<ModelFile, "trainer" | "kind" | "byteFallback" | "whitespaceAsSuffix" | "unkSurface"> {
  let [kind, byteFallback, whitespaceAsSuffix, unkSurface] = [1, false, false, UNK_SURFACE];
  for (const { number, wire, value, bytes } of fieldsOf(op, message)) {
    if (number === 3 && wire === 0) kind = value;
    else if (number === 24 && wire === 0) whitespaceAsSuffix = value !== 0;
    else if (number === 35 && wire === 0) byteFallback = value !== 0;
    else if (number === 44 && wire === 2) unkSurface = text(op, bytes);
  }
  const named = KINDS[kind - 1];
  if (named === undefined)
    throw new FormatError(op, { modelType: kind }, `types of models are 1…4: ${KINDS.join(", ")}`);
  return { trainer: message.slice(), kind: named, byteFallback, whitespaceAsSuffix, unkSurface };
}

function decodeNormalizer(op: string, message: Uint8Array): NormalizerFile {
  let name = "";
  let charsmap: Uint8Array = new Uint8Array(0);
  let [addDummyPrefix, removeExtraWhitespaces, escapeWhitespaces] = [true, true, true];
  for (const { number, wire, value, bytes } of fieldsOf(op, message)) {
    if (number === 1 && wire === 2) name = text(op, bytes);
    else if (number === 2 && wire === 2) charsmap = bytes.slice();
    else if (number === 3 && wire === 0) addDummyPrefix = value !== 0;
    else if (number === 4 && wire === 0) removeExtraWhitespaces = value !== 0;
    else if (number === 5 && wire === 0) escapeWhitespaces = value !== 0;
  }
  return { name, charsmap, addDummyPrefix, removeExtraWhitespaces, escapeWhitespaces };
}

function text(op: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError(op, { bytes: bytes.length }, "a text of the file is not UTF-8", undefined, { cause });
  }
}
