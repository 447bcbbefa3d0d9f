import {
  assertBytes,
  assertGenerator,
  assertNumber,
  assertString,
  assertWhole,
  type Check,
  checkOptions,
  type Generator,
  IndexError,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { textOf } from "./corpus.ts";
import { exp } from "./exactly.ts";
import { idsOf } from "./ids.ts";
import { Lattice, type Path } from "./lattice.ts";
import { decodeModel, encodeModel, type ModelFile, PieceType } from "./model-file.ts";
import { type Normalised, Normaliser, SPACE } from "./normalise.ts";
import { type Found, Pieces } from "./pieces.ts";
import type { SentencePieceOptions } from "./sentence-piece-options.ts";
import type { PlacingTokenizer, TokenSpans } from "./tokenizer.ts";
import { type Texts, trainModel } from "./train.ts";

/** How a way to take a text apart is drawn. */
export interface SampleOptions {
  /** Of the random numbers. */
  readonly generator: Generator;
  /**
   * For unigram models the power of the probabilities: 1 draws by the model, near 0 every way alike. For BPE the share of
   * merges that are left out (BPE dropout). Default 0.1, as the papers'.
   */
  readonly alpha?: number;
  /** For unigram models: among how many of the likeliest ways. Among all if absent. */
  readonly nBestSize?: number;
}

/** Ids of tokens and how likely they are together: the sum of the pieces' scores. */
export interface ScoredIds {
  readonly ids: Int32Array;
  readonly score: number;
}

/**
 * Pieces of words, by byte pair encoding or a unigram language model: what sentencepiece's `.model` files hold, read, learnt,
 * applied and written. The same model gives the same ids as sentencepiece (Kudo & Richardson 2018).
 */
export class SentencePiece implements PlacingTokenizer {
  static readonly name: string = "SentencePiece";
  private readonly file: ModelFile;
  private readonly pieces: Pieces;
  private readonly normaliser: Normaliser;

  /**
   * @param bytes of a `.model` file
   * @throws FormatError naming the byte or the piece, on what is none or is cut off
   */
  constructor(bytes: Uint8Array) {
    assertBytes("SentencePiece", "bytes", bytes);
    // Node's Buffer is a Uint8Array whose `slice` is a view.
    this.file = decodeModel("SentencePiece", new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.pieces = new Pieces("SentencePiece", this.file);
    this.normaliser = new Normaliser(
      "SentencePiece",
      this.file.normalizer,
      this.pieces.symbols,
      this.file.whitespaceAsSuffix,
    );
  }

  /**
   * Learns pieces from texts, lines or sentences, which are gone through once: `lines(path)` of a file.
   * @throws ValueError if there are too few different letters or too little text for the size; what the signal says
   */
  static async train(texts: Texts, options: SentencePieceOptions = {}): Promise<SentencePiece> {
    return new SentencePiece(await trainModel("SentencePiece.train", texts, options));
  }

  /** The bytes of a `.model` file, which sentencepiece reads. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return encodeModel(this.file);
  }

  get size(): number {
    return this.file.pieces.length;
  }

  /** `"unigram"` or `"bpe"`, of others' files also `"word"` and `"char"`. */
  get modelType(): ModelFile["kind"] {
    return this.file.kind;
  }

  /** The id of what is unknown. */
  get unkId(): number {
    return this.pieces.unknown;
  }

  encode(text: string): Int32Array {
    assertString("SentencePiece.encode", "text", text);
    const normal = this.normaliser.normalise(text);
    return this.numbers(normal, this.chosen(normal));
  }

  spans(text: string): TokenSpans {
    assertString("SentencePiece.spans", "text", text);
    const normal = this.normaliser.normalise(text);
    const found = this.tokens(normal, this.chosen(normal));
    const place = (point: number): number => normal.from[point] ?? text.length;
    return {
      ids: Int32Array.from(found, ({ id }) => id),
      starts: Int32Array.from(found, ({ start }) => place(start)),
      ends: Int32Array.from(found, ({ end }) => place(end)),
    };
  }

  /**
   * The likeliest ways of a unigram model to take a text apart, from the likeliest on.
   * @param count how many, up to 1024 @throws ValueError on a model of another kind
   */
  nBest(text: string, count: number): ScoredIds[] {
    assertString("SentencePiece.nBest", "text", text);
    assertWhole("SentencePiece.nBest", "count", count, 1);
    this.assertUnigram("SentencePiece.nBest");
    const normal = this.normaliser.normalise(text);
    const lattice = new Lattice(normal.points, this.pieces.lattice);
    return lattice.nBest(Math.min(count, 1024)).map((path) => ({
      ids: this.numbers(normal, foundOf(lattice, path)),
      score: path.score,
    }));
  }

  /**
   * One of the ways to take a text apart, drawn by chance: subword regularization (Kudo 2018) of a unigram model, BPE dropout
   * (Provilkov et al. 2020) of a BPE model. The same generator draws the same.
   */
  sample(text: string, options: SampleOptions): Int32Array {
    const op = "SentencePiece.sample";
    assertString(op, "text", text);
    checkOptions<SampleOptions>(op, options, { generator: assertGenerator, alpha: assertShare, nBestSize: fromOne });
    const { generator, alpha = 0.1, nBestSize } = options;
    assertGenerator(op, "generator", generator);
    const normal = this.normaliser.normalise(text);
    const draw = drawer(generator);
    if (this.modelType === "bpe")
      return this.numbers(
        normal,
        this.chosen(normal, () => draw() < alpha),
      );
    this.assertUnigram(op);
    const lattice = new Lattice(normal.points, this.pieces.lattice);
    const path =
      nBestSize === undefined
        ? lattice.sample(alpha, draw)
        : drawn(lattice.nBest(Math.min(nBestSize, 1024)), alpha, draw());
    return this.numbers(normal, foundOf(lattice, path));
  }

  decode(ids: ArrayLike<number>): string {
    const { addDummyPrefix, removeExtraWhitespaces } = this.file.normalizer;
    let text = "";
    let isStart = addDummyPrefix || removeExtraWhitespaces;
    let bytes: number[] = [];
    const flush = (): void => {
      if (bytes.length > 0) text += decodedBytes(Uint8Array.from(bytes));
      bytes = [];
    };
    for (const id of idsOf("SentencePiece.decode", ids)) {
      const { piece, type } = this.pieceOf("SentencePiece.decode", id);
      if (type === PieceType.Byte) {
        bytes.push(Number.parseInt(piece.slice(3, 5), 16));
        continue;
      }
      flush();
      if (text !== "") isStart = false;
      if (type === PieceType.Control) continue;
      if (type === PieceType.Unknown) text += this.file.unkSurface;
      else {
        const opens = isStart && piece.startsWith(SPACE);
        text += (opens ? piece.slice(1) : piece).replaceAll(SPACE, " ");
        if (opens && !removeExtraWhitespaces) isStart = false;
      }
    }
    flush();
    return text;
  }

  token(id: number): string {
    assertNumber("SentencePiece.token", "id", id);
    return this.pieceOf("SentencePiece.token", id).piece;
  }

  id(token: string): number | undefined {
    assertString("SentencePiece.id", "token", token);
    return this.pieces.ids.get(token);
  }

  /** How likely a piece is, or when it was merged: what the file says. @throws IndexError */
  score(id: number): number {
    assertNumber("SentencePiece.score", "id", id);
    return this.pieceOf("SentencePiece.score", id).score;
  }

  private chosen(normal: Normalised, skips?: () => boolean): Found[] {
    return this.pieces.choose(normal.points, () => textOf(normal.points), skips);
  }

  private numbers(normal: Normalised, found: readonly Found[]): Int32Array {
    return Int32Array.from(this.tokens(normal, found), ({ id }) => id);
  }

  /** Pieces as they are given: what is unknown as its bytes if the model has them, and else as one token for neighbours. */
  private tokens({ points }: Normalised, found: readonly Found[]): Found[] {
    const { unknown, bytes } = this.pieces;
    const given: Found[] = [];
    for (const one of found) {
      const last = given.at(-1);
      if (one.id !== unknown) given.push(one);
      else if (bytes !== undefined) {
        const own = new TextEncoder().encode(textOf(points.subarray(one.start, one.end)));
        // The last byte stands for the letter, those before for nothing.
        for (const [i, byte] of own.entries()) {
          given.push({ id: bytes[byte] ?? unknown, start: one.start, end: i === own.length - 1 ? one.end : one.start });
        }
      } else if (last?.id === unknown) given[given.length - 1] = { id: unknown, start: last.start, end: one.end };
      else given.push(one);
    }
    return given;
  }

  private pieceOf(op: string, id: number): ModelFile["pieces"][number] {
    const piece = this.file.pieces[id];
    if (piece !== undefined) return piece;
    throw new IndexError(op, { id, size: this.size }, `ids are whole numbers 0…${this.size - 1}`);
  }

  private assertUnigram(op: string): void {
    if (this.modelType === "unigram") return;
    throw new ValueError(op, { modelType: this.modelType }, "only unigram models know how likely a way is");
  }
}

const fromOne: Check = (op, name, value) => assertWhole(op, name, value, 1);
const assertShare: Check = (op, name, value) => {
  if (typeof value !== "number" || !(value >= 0 && value < Infinity)) {
    throw wrongArgument(op, name, value, "a finite number from 0 up");
  }
};

function foundOf(lattice: Lattice, { nodes }: Path): Found[] {
  return nodes.map((node) => {
    const start = lattice.starts[node] ?? 0;
    return { id: lattice.ids[node] ?? 0, start, end: start + (lattice.lengths[node] ?? 0) };
  });
}

/** Numbers from 0 up to 1, drawn some at a time. */
function drawer(generator: Generator): () => number {
  let held: Float32Array = new Float32Array(0);
  let next = 0;
  return () => {
    if (next === held.length) {
      const more = generator.uniform([64]);
      held = more.data();
      more.dispose();
      next = 0;
    }
    return held[next++] ?? 0;
  };
}

/** One of the ways, by its probability among them to the power of `alpha`. */
function drawn(paths: readonly Path[], alpha: number, chance: number): Path {
  const most = Math.max(...paths.map(({ score }) => score));
  const weights = paths.map(({ score }) => exp(alpha * (score - most)));
  let left = chance * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => (left -= weight) < 0);
  return paths[at] ?? paths[paths.length - 1] ?? { nodes: [], score: 0 };
}

/** Bytes as text, where each that is of no letter is U+FFFD. */
function decodedBytes(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const letter = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(i, i + length));
    const isSign = first === 0xef && bytes[i + 1] === 0xbf && bytes[i + 2] === 0xbd; // U+FFFD itself
    const isWhole = isSign || !letter.includes("\ufffd");
    text += isWhole ? letter : "\ufffd";
    i += isWhole ? length : 1;
  }
  return text;
}
