import {
  assertFunction,
  assertString,
  assertWhole,
  type Check,
  checkOptions,
  DisposedError,
  FormatError,
  fromArray,
  inCall,
  isUnfoldError,
  scope,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { aSignal } from "../arguments/signal.ts";
import { assertWords } from "../arguments/words.ts";
import { type HeadTensor, readHead, wordsFrom } from "./unfold.ts";
import { type PageCache, Pages } from "../sources/pages.ts";
import { openRanges, type RangeSource } from "../sources/ranges.ts";
import { missingWord } from "../vectors/missing-word.ts";
import { WordIndex } from "../vectors/word-index.ts";
import { WordVectors } from "../vectors/word-vectors.ts";

/** What `openVectors` takes. */
export interface OpenOptions {
  /** Bytes that are read at once. Default 64 KiB. */
  readonly pageBytes?: number;
  /** Pages that stay in memory. Default 256, 16 MiB. */
  readonly pages?: number;
  /**
   * Where pages are kept for the next time, such as `await caches.open("vectors")`: those of files, blob addresses and servers that
   * tell one version of a file from another (ETag or Last-Modified).
   */
  readonly cache?: PageCache;
  /** Ends what a server is asked for, now and later, with its reason. */
  readonly signal?: AbortSignal;
  /** Told how many bytes were read so far, beside those that were kept. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly of: number }) => void;
}

const atLeastOne: Check = (op, name, value) => assertWhole(op, name, value, 1);
const aCache: Check = (op, name, value) => {
  if (typeof value !== "object" || value === null || !("match" in value && "put" in value))
    throw wrongArgument(op, name, value, "a Cache, as caches.open gives it");
};

/**
 * Opens one of our own files without reading its vectors: words are read, and then of each word that is asked for the page in
 * which its vector lies. From a path in Node, from a server by requests for ranges, or from a `Blob`.
 * @throws NotFoundError, FileError; FormatError if it is no file of vectors
 */
export async function openVectors(source: RangeSource, options: OpenOptions = {}): Promise<VectorFile> {
  const op = "openVectors";
  checkOptions<OpenOptions>(op, options, {
    pageBytes: atLeastOne,
    pages: atLeastOne,
    cache: aCache,
    onProgress: assertFunction,
    signal: aSignal,
  });
  const { pageBytes = 1 << 16, pages = 256, cache, onProgress, signal } = options;
  signal?.throwIfAborted();
  const ranges = await openRanges(op, source, signal);
  let bytes = 0;
  const onRead = (count: number): void => {
    bytes += count;
    onProgress?.({ bytes, of: ranges.size });
  };
  const paged = new Pages(ranges, { pageBytes, pages, cache, onRead });
  try {
    const { vectors, words, scales } = await readHead(op, ranges.name, ranges.size, (start, end) =>
      paged.read(start, end),
    );
    const text = await paged.read(words.start, words.end);
    return new VectorFile(wordsFrom(text, vectors.rows, op), vectors, scales, paged, () => ranges.close());
  } catch (error) {
    await ranges.close();
    throw error;
  }
}

/** Words whose vectors stay in their file until they are asked for. `openVectors` makes it; `close()` lets go of the file. */
export class VectorFile {
  static readonly name: string = "VectorFile";
  readonly words: readonly string[];
  private readonly places: WordIndex;
  private readonly vectors: HeadTensor;
  private readonly scales: HeadTensor | undefined;
  private readonly pages: Pages;
  private readonly closeSource: () => Promise<void>;
  private isClosed = false;

  /** For `openVectors`. */
  constructor(
    words: readonly string[],
    vectors: HeadTensor,
    scales: HeadTensor | undefined,
    pages: Pages,
    closeSource: () => Promise<void>,
  ) {
    this.words = words;
    this.places = new WordIndex(words, (first, again) => {
      throw new FormatError("openVectors", { word: words[first], first, again }, "a word comes twice");
    });
    this.vectors = vectors;
    this.scales = scales;
    this.pages = pages;
    this.closeSource = closeSource;
  }

  /** How many words there are. */
  get length(): number {
    return this.words.length;
  }

  /** How many numbers a vector has. */
  get size(): number {
    return this.vectors.columns;
  }

  /** True for a word with a vector. */
  has(word: string): boolean {
    assertString("VectorFile.has", "word", word);
    return this.places.has(word);
  }

  /** A word's vector. @throws NotFoundError if it has none; FileError if the page cannot be read; DisposedError after `close` */
  async vector(word: string): Promise<Float32Array> {
    return this.read("VectorFile.vector", word);
  }

  /** Some words and their vectors, in memory. @throws NotFoundError, FileError, DisposedError */
  async pick(words: readonly string[]): Promise<WordVectors> {
    const op = "VectorFile.pick";
    assertWords(op, "words", words);
    const values = new Float32Array(words.length * this.size);
    for (const [row, word] of words.entries()) values.set(await this.read(op, word), row * this.size);
    return inCall(op, () => scope(() => new WordVectors(words, fromArray(values, [words.length, this.size]))));
  }

  /** Lets go of the file: no more can be read. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.closeSource();
  }

  private async read(op: string, word: string): Promise<Float32Array> {
    assertString(op, "word", word);
    if (this.isClosed) throw new DisposedError(op, { word }, "the file was closed", "open it again with openVectors");
    const place = this.places.get(word);
    if (place === undefined) throw missingWord(op, word, this.words, this.places);
    try {
      const { start, itemSize, columns, dtype } = this.vectors;
      const length = itemSize * columns;
      const bytes = await this.pages.read(start + place * length, start + (place + 1) * length);
      if (dtype === "f32") return new Float32Array(bytes.buffer);
      if (dtype === "f16") return scope(() => fromArray(new Uint16Array(bytes.buffer), [columns], "f16").data());
      const from = (this.scales?.start ?? 0) + 4 * place;
      const scale = new DataView((await this.pages.read(from, from + 4)).buffer).getFloat32(0, true);
      return Float32Array.from(new Int8Array(bytes.buffer), (each) => each * scale);
    } catch (error) {
      throw isUnfoldError(error) ? error.calledAs(op) : error;
    }
  }
}
