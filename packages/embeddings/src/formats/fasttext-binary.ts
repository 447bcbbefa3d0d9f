import { fromArray, scope, type Tensor } from "@unfoldjs/tensor-core";
import { Subwords } from "../subwords/subwords.ts";
import { subwordBuckets, type SubwordOptions } from "../subwords/hash.ts";
import type { WordVectors } from "../vectors/word-vectors.ts";
import type { ByteReader } from "./byte-reader.ts";
import { type ReadingRules, RowBuilder } from "./row-builder.ts";
import { copyFloats, decoded } from "./word2vec-binary.ts";

/** The first four bytes of fastText's models (`FastText::checkModel`). */
export const FASTTEXT_MAGIC = 793_712_314;
const VERSION = 12;
/** The arguments of training, twelve i32 and a f64, that stand behind the version (`Args::save`). */
const INTEGERS = [
  "dim",
  "ws",
  "epoch",
  "minCount",
  "neg",
  "wordNgrams",
  "loss",
  "model",
  "bucket",
  "minn",
  "maxn",
  "lrUpdateRate",
] as const;
const WORD = 0;
const ROWS_AT_ONCE = 4096;

type Arguments = Readonly<Record<(typeof INTEGERS)[number], number>>;

/**
 * fastText's model files (`.bin`): words, their counts, and vectors of words and n-grams. A word's vector is the mean of its
 * own and its n-grams', as `get_word_vector` gives it. Labels of classifiers are passed over.
 * @throws FormatError naming the byte; also on quantised models (`.ftz`), which hold no vectors
 */
export async function readFastText(
  reader: ByteReader,
  rules: ReadingRules & { readonly invalidUtf8?: "refuse" | "replace" },
): Promise<WordVectors> {
  const numbers = await integers(reader, 2 + INTEGERS.length, "the header");
  if (numbers[0] !== FASTTEXT_MAGIC) throw reader.wrong("this is no model of fastText: it does not begin as one");
  if (numbers[1] !== VERSION)
    throw reader.wrong(
      `models of version ${VERSION} can be read, and this is ${numbers[1]}`,
      "save it again with a later fastText",
    );
  const args = Object.fromEntries(INTEGERS.map((name, at) => [name, numbers[2 + at] ?? 0])) as Arguments;
  await reader.skip(8, "the header");
  const { dim, minn, maxn, bucket } = args;
  if (dim < 1 || bucket < 0 || minn < 0 || maxn < 0)
    throw reader.wrong("its sizes are none", undefined, { dim, bucket, minn, maxn });
  const entries = await readDictionary(reader, rules);
  const [quantised] = await reader.exactly(1, "the vectors");
  if (quantised !== 0) throw reader.wrong("the model is quantised", "use the .bin file that the .ftz was made of");
  const [rows, size] = [await long(reader, "the vectors"), await long(reader, "the vectors")];
  const words = entries.filter(({ isWord }) => isWord);
  if (size !== dim || (rows !== words.length + bucket && rows !== words.length))
    throw reader.wrong("there must be a vector for each word and each bucket", undefined, {
      rows,
      size,
      words: words.length,
      bucket,
    });
  const buckets = rows - words.length;
  const subwords: SubwordOptions = { minLength: minn, maxLength: maxn, buckets };
  const own = await readFloats(reader, words.length * dim, "the vectors of words");
  const grams = await readFloats(reader, buckets * dim, "the vectors of n-grams");
  const entriesOf = words.map(({ word, count, byte }) => ({ word, count, place: { file: reader.name, byte } }));
  return vectorsWithGrams(reader.op, entriesOf, { own, grams, size: dim }, subwords, rules);
}

/** A word as a file has it. */
interface CountedWord {
  readonly word: string;
  readonly count: number;
  /** Where it stands, for errors. */
  readonly place: Readonly<Record<string, string | number>>;
}

/** Words, each the mean of its own row and those of its n-grams, and the n-grams for others. @param own (words, size) @param grams (buckets, size) */
export function vectorsWithGrams(
  op: string,
  words: readonly CountedWord[],
  { own, grams, size }: { readonly own: Float32Array; readonly grams: Float32Array; readonly size: number },
  subwords: SubwordOptions,
  rules: ReadingRules,
): WordVectors {
  const { minLength, maxLength, buckets } = subwords;
  const builder = new RowBuilder(op, size, rules);
  try {
    for (const [row, { word, count, place }] of words.entries()) {
      if (builder.isFull) break;
      const to = builder.add(word, () => place, Math.min(count, 2 ** 31 - 1));
      if (to !== undefined)
        meanWithGrams(to, own.subarray(row * size, (row + 1) * size), grams, subwordBuckets(word, subwords));
    }
    if (buckets === 0 || maxLength === 0) return builder.build({ counts: true });
    return scope(() => {
      const wide: Tensor = fromArray(grams, [buckets, size]);
      const made = new Subwords(rules.storage === "f16" ? wide.to("f16") : wide, { minLength, maxLength });
      try {
        return builder.build({ counts: true, subwords: made });
      } finally {
        made.dispose();
      }
    });
  } finally {
    builder.dispose();
  }
}

/** to = (own + Σ grams) / (1 + how many) */
function meanWithGrams(to: Float32Array, own: Float32Array, grams: Float32Array, buckets: readonly number[]): void {
  const size = to.length;
  for (let at = 0; at < size; at++) {
    let sum = own[at] ?? 0;
    for (const bucket of buckets) sum = Math.fround(sum + (grams[bucket * size + at] ?? 0));
    to[at] = sum / (1 + buckets.length);
  }
}

interface Entry {
  readonly word: string;
  readonly count: number;
  readonly isWord: boolean;
  readonly byte: number;
}

/** `Dictionary::load` */
async function readDictionary(
  reader: ByteReader,
  rules: { readonly invalidUtf8?: "refuse" | "replace" },
): Promise<Entry[]> {
  const [size = 0, words = 0, labels = 0] = await integers(reader, 3, "the dictionary");
  await reader.skip(8, "the dictionary"); // the number of tokens
  const pruned = await long(reader, "the dictionary");
  if (size < 0 || words < 0 || size !== words + labels)
    throw reader.wrong("its numbers of words and labels do not add up", undefined, { size, words, labels });
  const decoder = new TextDecoder("utf-8", { fatal: rules.invalidUtf8 !== "replace", ignoreBOM: true });
  const entries: Entry[] = [];
  for (let at = 0; at < size; at++) {
    const byte = reader.position;
    const name = await reader.until(0, `word ${at + 1}`);
    if (name === undefined) throw reader.wrong(`the dictionary says ${size} words, and there are ${at}`);
    const word = decoded(decoder, name, reader, at);
    const count = await long(reader, `word ${at + 1}`);
    const [type] = await reader.exactly(1, `word ${at + 1}`);
    entries.push({ word, count, isWord: type === WORD, byte });
  }
  if (pruned > 0) throw reader.wrong("the model is pruned", "use the .bin file that the .ftz was made of");
  return entries;
}

async function integers(reader: ByteReader, count: number, what: string): Promise<number[]> {
  const bytes = await reader.exactly(4 * count, what);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, at) => view.getInt32(4 * at, true));
}

/** A whole number of 64 bits. @throws FormatError if it is not one that can be counted to */
async function long(reader: ByteReader, what: string): Promise<number> {
  const bytes = await reader.exactly(8, what);
  const value = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true));
  if (Number.isSafeInteger(value)) return value;
  throw reader.wrong(`a number in ${what} is beyond 2⁵³`);
}

/** Floats piece by piece, so that a size that lies is found before its memory is asked for. */
export async function readFloats(reader: ByteReader, count: number, what: string): Promise<Float32Array> {
  const pieces: Float32Array[] = [];
  for (let done = 0; done < count;) {
    const next = Math.min(count - done, ROWS_AT_ONCE * 128);
    const piece = new Float32Array(next);
    copyFloats(await reader.exactly(4 * next, what), piece);
    pieces.push(piece);
    done += next;
  }
  const all = new Float32Array(count);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/**
 * A model of fastText for these vectors: skip-gram, with the vectors of words such that the mean with their n-grams' is
 * theirs, and an output matrix of zeros, as it is not known. fastText and gensim read it and give the same vectors.
 */
export function* writeFastText(vectors: WordVectors): Generator<Uint8Array<ArrayBuffer>> {
  const { subwords, size } = vectors;
  const options = subwords?.options ?? { minLength: 0, maxLength: 0, buckets: 0 };
  const args: Arguments = {
    dim: size,
    ws: 5,
    epoch: 5,
    minCount: 1,
    neg: 5,
    wordNgrams: 1,
    loss: 2,
    model: 2,
    bucket: options.buckets,
    minn: options.minLength,
    maxn: options.maxLength,
    lrUpdateRate: 100,
  };
  yield packed(
    (view) => {
      [FASTTEXT_MAGIC, VERSION, ...INTEGERS.map((name) => args[name])].forEach((value, at) =>
        view.setInt32(4 * at, value, true),
      );
      view.setFloat64(4 * (2 + INTEGERS.length), 1e-4, true);
    },
    4 * (2 + INTEGERS.length) + 8,
  );
  yield packed((view) => {
    [vectors.length, vectors.length, 0].forEach((value, at) => view.setInt32(4 * at, value, true));
    const tokens =
      vectors.counts === undefined ? vectors.length : vectors.counts.reduce((sum, count) => sum + count, 0);
    view.setBigInt64(12, BigInt(tokens), true);
    view.setBigInt64(20, -1n, true);
  }, 28);
  const encoder = new TextEncoder();
  for (const [at, word] of vectors.words.entries()) {
    const name = encoder.encode(word);
    const bytes = new Uint8Array(name.length + 10);
    bytes.set(name);
    new DataView(bytes.buffer).setBigInt64(name.length + 1, BigInt(vectors.counts?.[at] ?? 1), true);
    yield bytes;
  }
  const rows = vectors.length + options.buckets;
  yield matrixHeader(rows, size);
  const grams = subwords === undefined ? new Float32Array(0) : scope(() => (subwords.rows.to("f32") as Tensor).data());
  for (const word of vectors.words) {
    const buckets = subwordBuckets(word, options);
    const mean = vectors.vector(word);
    yield floatBytes(
      mean.map((each, at) => {
        const sum = buckets.reduce((all, bucket) => all + (grams[bucket * size + at] ?? 0), 0);
        return each * (1 + buckets.length) - sum;
      }),
    );
  }
  for (let at = 0; at < grams.length; at += ROWS_AT_ONCE * size)
    yield floatBytes(grams.subarray(at, at + ROWS_AT_ONCE * size));
  yield matrixHeader(vectors.length, size);
  const none = new Uint8Array(4 * size);
  for (let row = 0; row < vectors.length; row++) yield none;
}

function packed(write: (view: DataView) => void, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** Not quantised, and two sizes. */
function matrixHeader(rows: number, size: number): Uint8Array<ArrayBuffer> {
  return packed((view) => {
    view.setBigInt64(1, BigInt(rows), true);
    view.setBigInt64(9, BigInt(size), true);
  }, 17);
}

function floatBytes(values: Float32Array): Uint8Array<ArrayBuffer> {
  return packed((view) => values.forEach((value, at) => view.setFloat32(4 * at, value, true)), 4 * values.length);
}
