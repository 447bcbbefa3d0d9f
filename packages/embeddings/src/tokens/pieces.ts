import { FormatError } from "@unfoldjs/tensor-core";
import { mergePieces, type Stretch } from "./bpe.ts";
import type { PieceScores } from "./lattice.ts";
import { type ModelFile, PieceType } from "./model-file.ts";
import { anyOf, bytesOf, SPACE } from "./normalise.ts";
import { UNKNOWN_PENALTY } from "./train-unigram.ts";
import { Trie } from "./trie.ts";

/** A piece of a normalised text: which, and from which to which of its code points. */
export interface Found extends Stretch {
  readonly id: number;
}

/** Beyond this sums begin anew, so that they stay exact (sentencepiece). */
const FAR = 100_000;
const f32 = Math.fround;
/** Words with the mark of the space before them. */
const WORDS = /^[^\u2581]+|\u2581[^\u2581]*/gu;
/** Words whose pieces are kept. */
const MOST_KNOWN = 50_000;

/** The pieces of a model, and how a normalised text is taken apart into them. */
export class Pieces {
  readonly ids: Map<string, number> = new Map();
  readonly unknown: number;
  /** The id of each byte, where the model has them. */
  readonly bytes: Int32Array | undefined;
  /** Symbols that are always one piece. */
  readonly symbols: readonly string[];
  readonly lattice: PieceScores;
  private readonly file: ModelFile;
  /** Pieces that stand for text. */
  private readonly ofText = new Map<string, number>();
  private readonly scores: Float32Array;
  private readonly types: Uint8Array;
  private readonly frozen: RegExp | undefined;
  private readonly isByWord: boolean;
  private readonly known = new Map<string, readonly Found[]>();

  /** @throws FormatError on pieces that no model has */
  constructor(op: string, file: ModelFile) {
    const { pieces } = file;
    this.file = file;
    this.scores = Float32Array.from(pieces, ({ score }) => score);
    this.types = Uint8Array.from(pieces, ({ type }) => type);
    this.symbols = pieces.filter(({ type }) => type === PieceType.UserDefined).map(({ piece }) => piece);
    this.frozen = anyOf(this.symbols);
    this.isByWord = pieces.every(({ piece }, id) => !this.isText(id) || !piece.includes(SPACE, 1));
    const unknowns: number[] = [];
    const bytes = new Int32Array(256).fill(-1);
    for (const [id, { piece, type }] of pieces.entries()) {
      if (this.ids.has(piece)) throw new FormatError(op, { piece, id }, "each piece is there once");
      this.ids.set(piece, id);
      if (this.isText(id)) this.ofText.set(piece, id);
      if (type === PieceType.Unknown) unknowns.push(id);
      const byte = type === PieceType.Byte ? /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1] : undefined;
      if (byte !== undefined) bytes[Number.parseInt(byte, 16)] = id;
      else if (type === PieceType.Byte) throw new FormatError(op, { piece, id }, "bytes are called <0x00> … <0xFF>");
    }
    const [unknown, other] = unknowns;
    if (unknown === undefined || other !== undefined) {
      throw new FormatError(op, { unknown: unknowns.length }, "one piece stands for what is unknown");
    }
    this.unknown = unknown;
    if (file.byteFallback && bytes.includes(-1)) {
      throw new FormatError(op, { missing: bytes.indexOf(-1) }, "with byte fallback there is a piece for each byte");
    }
    this.bytes = file.byteFallback ? bytes : undefined;
    let least = Infinity;
    for (const { type, score } of pieces) if (type === PieceType.Normal) least = Math.min(least, score);
    const scores = this.scores.map((score, id) =>
      this.types[id] === PieceType.UserDefined ? symbolScore(Array.from(pieces[id]?.piece ?? "").length) : score,
    );
    this.lattice = {
      trie: new Trie(
        pieces.map(({ piece }) => piece),
        (id) => this.isText(id) && this.types[id] !== PieceType.Unused,
      ),
      scores,
      unknown: { id: unknown, score: f32(least - UNKNOWN_PENALTY) },
    };
  }

  /** The pieces of a normalised text, as a model of this kind chooses them. @param skips of merges, for dropout */
  choose(points: Int32Array, text: () => string, skips?: () => boolean): Found[] {
    const { kind } = this.file;
    if (kind === "unigram") return this.likeliest(points);
    if (kind === "bpe")
      return skips === undefined && this.isByWord ? this.mergedByWord(text()) : this.merged(text(), skips);
    const cuts = kind === "word" ? WORDS : undefined;
    const all = text();
    if (cuts === undefined) return this.named(all, this.letters(all));
    return this.named(
      all,
      Array.from(all.matchAll(cuts), ({ index, 0: { length } }) => ({ start: index, end: index + length })),
    );
  }

  /** The likeliest way, with sums in f32 as sentencepiece has them. */
  private likeliest(points: Int32Array): Found[] {
    const { trie, unknown } = this.lattice;
    const size = points.length;
    const reached = new Float32Array(size + 1);
    const from = new Int32Array(size + 1).fill(-1);
    const ids = new Int32Array(size + 1);
    let reachable = 0;
    const reach = (start: number, end: number, id: number, score: number): void => {
      reachable = Math.max(reachable, end);
      if (from[end] !== -1 && score <= (reached[end] ?? 0)) return;
      reached[end] = score;
      from[end] = start;
      ids[end] = id;
    };
    for (let start = 0; start < size; start++) {
      if (Math.abs(reached[start] ?? 0) > FAR) {
        const far = reached[start] ?? 0;
        for (let i = start; i <= reachable; i++)
          if (i === start || from[i] !== -1) reached[i] = (reached[i] ?? 0) - far;
      }
      const before = reached[start] ?? 0;
      let [node, hasSingle, bytes] = [0, false, 0];
      for (let i = start; i < size; i++) {
        const point = points[i] ?? 0;
        node = trie.step(node, point);
        if (node === -1) break;
        bytes += bytesOf(point);
        const id = trie.id(node);
        if (id === -1) continue;
        const isSymbol = this.types[id] === PieceType.UserDefined;
        const score = isSymbol ? symbolScore(bytes) : (this.scores[id] ?? 0);
        reach(start, i + 1, id, f32(score + before));
        if (i === start) hasSingle = true;
      }
      if (!hasSingle) reach(start, start + 1, unknown.id, f32(unknown.score + before));
    }
    const found: Found[] = [];
    for (let end = size; end > 0; end = from[end] ?? 0) found.push({ id: ids[end] ?? 0, start: from[end] ?? 0, end });
    return found.toReversed();
  }

  /** The same, where no piece goes on from one word to the next: words that came before are known. */
  private mergedByWord(text: string): Found[] {
    const found: Found[] = [];
    let start = 0;
    for (const [word] of text.matchAll(WORDS)) {
      let pieces = this.known.get(word);
      if (pieces === undefined) {
        pieces = this.merged(word, undefined);
        if (this.known.size >= MOST_KNOWN) this.known.clear();
        this.known.set(word, pieces);
      }
      for (const piece of pieces) found.push({ id: piece.id, start: start + piece.start, end: start + piece.end });
      start += pieces.at(-1)?.end ?? 0;
    }
    return found;
  }

  private merged(text: string, skips: (() => boolean) | undefined): Found[] {
    const table = {
      ids: this.ofText,
      scores: this.scores,
      isUnused: (id: number): boolean => this.types[id] === PieceType.Unused,
    };
    return this.named(text, mergePieces(text, this.letters(text), table, skips));
  }

  /** The letters of a text, and the symbols that are one. */
  private letters(text: string): (Stretch & { readonly frozen: boolean })[] {
    const { frozen } = this;
    const found = [];
    for (let start = 0; start < text.length;) {
      let symbol: string | undefined;
      if (frozen !== undefined) {
        frozen.lastIndex = start;
        symbol = frozen.exec(text)?.[0];
      }
      const end = start + (symbol?.length ?? ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1));
      found.push({ start, end, frozen: symbol !== undefined });
      start = end;
    }
    return found;
  }

  /** Stretches of UTF-16 units as pieces of code points. */
  private named(text: string, stretches: readonly Stretch[]): Found[] {
    let points = 0;
    return stretches.map(({ start, end }) => {
      const piece = text.slice(start, end);
      const first = points;
      for (let i = start; i < end; i++, points++) if ((text.codePointAt(i) ?? 0) > 0xffff) i++;
      // Symbols that stand for no text are not found in one, even if they are called like a letter.
      return { id: this.ofText.get(piece) ?? this.unknown, start: first, end: points };
    });
  }

  private isText(id: number): boolean {
    const type = this.types[id];
    return type === PieceType.Normal || type === PieceType.UserDefined || type === PieceType.Unused;
  }
}

/** How good a symbol of a user is: better than anything, and the better the longer. @param length in bytes, or in letters in lattices */
function symbolScore(length: number): number {
  return f32(0.1 * (length - 1));
}
