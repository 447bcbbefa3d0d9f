import { DTypeError, FormatError, type PickleBuilder, unpickle } from "@unfoldjs/tensor-core";
import { openSource, type ReadingOptions, type VectorSource } from "../sources/byte-source.ts";
import type { WordVectors } from "../vectors/word-vectors.ts";
import { ByteReader } from "./byte-reader.ts";
import { readFloats, vectorsWithGrams } from "./fasttext-binary.ts";
import { descrOf, isShape, npyHead, type NumpyArray, Unfilled } from "./numpy-arrays.ts";
import { type ReadingRules, RowBuilder } from "./row-builder.ts";

/** An object of a class that is known by name, and the attributes that it was given. */
class Known {
  readonly name: string;
  attributes: ReadonlyMap<unknown, unknown> = new Map();

  constructor(name: string) {
    this.name = name;
  }
}

/** Where an array lies that is not in the pickle, by the name of its attribute. */
type Beside = (attribute: string) => VectorSource | undefined;

/** Of a pickle: gensim puts vectors of more than ten megabytes beside it, and words alone take less. */
const MOST_BYTES = 2 ** 30;
const KEYED_VECTORS = "gensim.models.keyedvectors.KeyedVectors";
const WITH_GRAMS = "gensim.models.fasttext.FastTextKeyedVectors";
const RECONSTRUCT = ["numpy._core.multiarray._reconstruct", "numpy.core.multiarray._reconstruct"];
/** Of other objects of gensim: what makes a file of them that is read. */
const OTHERS: Readonly<Record<string, string>> = {
  "gensim.models.word2vec.Word2Vec": 'a whole model: gensim.models.Word2Vec.load(path).wv.save("vectors.kv")',
  "gensim.models.doc2vec.Doc2Vec": 'a whole model: gensim.models.Doc2Vec.load(path).wv.save("vectors.kv"), or .dv.save',
  "gensim.models.fasttext.FastText": 'a whole model: gensim.models.FastText.load(path).wv.save("vectors.kv")',
};
const NAMES = /* @__PURE__ */ new Set([KEYED_VECTORS, WITH_GRAMS, ...RECONSTRUCT, "numpy.ndarray", "numpy.dtype"]);
/** Attributes of KeyedVectors that gensim 4 saves; `vectors_lockf` are rates of training, which those of a trained model have. */
const ATTRIBUTES = /* @__PURE__ */ new Set(
  (
    "vector_size index_to_key next_index key_to_index vectors vectors_lockf norms expandos mapfile_path lifecycle_events " +
    "__numpys __scipys __ignoreds __recursive_saveloads"
  ).split(" "),
);
/** Those of n-grams have these, too. */
const GRAMS = /* @__PURE__ */ new Set(
  (
    "min_n max_n bucket vectors_vocab vectors_ngrams buckets_word compatible_hash vectors_vocab_lockf " +
    "vectors_ngrams_lockf"
  ).split(" "),
);
/** How many bytes an element of each kind has, and how it is read. */
const KINDS: Readonly<Record<string, readonly [bytes: number, read: (view: DataView, at: number) => number]>> = {
  "<f4": [4, (view, at) => view.getFloat32(at, true)],
  "<f8": [8, (view, at) => view.getFloat64(at, true)],
};

/** The builder of what gensim's pickle holds, and of nothing else. */
const builder: PickleBuilder = {
  fix: "in gensim 4: model.wv.save(path), of KeyedVectors",
  isKnown: (name) => NAMES.has(name),
  persistent: () => undefined,
  call(name, inputs) {
    if (RECONSTRUCT.includes(name)) return new Unfilled();
    return name === "numpy.dtype" && typeof inputs[0] === "string" ? { dtype: inputs[0], order: "<" } : undefined;
  },
  object: (name) => (name === KEYED_VECTORS || name === WITH_GRAMS ? new Known(name) : undefined),
  build(subject, state) {
    if (subject instanceof Known && state instanceof Map) {
      subject.attributes = state;
      return true;
    }
    if (subject instanceof Unfilled && Array.isArray(state)) {
      const [, shape, type, isFortran, bytes] = state as readonly unknown[];
      const descr = descrOf(type);
      if (!isShape(shape) || descr === undefined || !(bytes instanceof Uint8Array)) return false;
      subject.array = { shape, descr, isFortran: isFortran === true, bytes };
      return true;
    }
    // A dtype's byte order is the second of its state.
    if (typeof subject === "object" && subject !== null && "dtype" in subject && Array.isArray(state)) {
      const order: unknown = (state as readonly unknown[])[1];
      if (typeof order !== "string") return false;
      Object.assign(subject, { order });
      return true;
    }
    return false;
  },
};

/**
 * gensim 4's `KeyedVectors.save`: a pickle of the object, and beside it, where the vectors take more than ten megabytes, an .npy
 * file of them. The pickle is read without running anything; what is not of KeyedVectors is refused by its name.
 * Those of fastText have the rows of words and n-grams, each in such a file if it is large.
 * @param beside where arrays lie that are in files of their own
 * @throws FormatError
 */
export async function readKeyedVectors(
  reader: ByteReader,
  beside: Beside,
  rules: ReadingRules & ReadingOptions,
): Promise<WordVectors> {
  const { op } = reader;
  const pickle = await reader.rest("a pickle of words", MOST_BYTES, reader.size);
  const found = unpickled(op, reader.name, pickle);
  if (!(found instanceof Known)) throw new FormatError(op, { file: reader.name }, "the pickle holds no KeyedVectors");
  const { attributes } = found;
  const isWithGrams = found.name === WITH_GRAMS;
  for (const name of attributes.keys()) {
    if (typeof name === "string" && (ATTRIBUTES.has(name) || (isWithGrams && GRAMS.has(name)))) continue;
    throw new FormatError(
      op,
      { file: reader.name, attribute: String(name) },
      "KeyedVectors have no such attribute",
      builder.fix,
    );
  }
  const words = attributes.get("index_to_key");
  if (!isWords(words)) {
    throw new FormatError(
      op,
      { file: reader.name },
      "index_to_key must be a list of words",
      "keys that are numbers are none",
    );
  }
  const counts = countsOf(op, attributes.get("expandos"), words.length);
  if (isWithGrams) return withGrams(op, reader.name, words, counts, attributes, beside, rules);
  const held = attributes.get("vectors");
  if (held instanceof Unfilled && held.array?.bytes !== undefined) {
    return rowsOf(op, words, counts, held.array, new ByteReader(op, await openSource(op, held.array.bytes)), rules);
  }
  const place = beside("vectors");
  if (place === undefined) {
    const fix = "loadVectors(pickle, { vectors: npy }) takes the file that ends in .vectors.npy";
    throw new FormatError(
      op,
      { file: reader.name, words: words.length },
      "the vectors are in a file of their own",
      fix,
    );
  }
  const file = new ByteReader(op, await openSource(op, place, rules));
  try {
    return await rowsOf(op, words, counts, await npyHead(file), file, rules);
  } finally {
    await file.close();
  }
}

/** What the pickle holds. @throws FormatError, which says of gensim's other objects what makes KeyedVectors of them */
function unpickled(op: string, file: string, pickle: Uint8Array): unknown {
  try {
    return unpickle(pickle, op, builder);
  } catch (error) {
    const holds = error instanceof FormatError ? error.came["asksFor"] : undefined;
    const fix = typeof holds === "string" ? OTHERS[holds] : undefined;
    if (typeof holds !== "string" || fix === undefined) throw error;
    throw new FormatError(op, { file, holds }, "the pickle holds another object than KeyedVectors", fix, {
      cause: error,
    });
  }
}

/** Of a fastText: words by the mean of their rows, and n-grams for those that it does not know. */
async function withGrams(
  op: string,
  file: string,
  words: readonly string[],
  counts: readonly number[] | undefined,
  attributes: ReadonlyMap<unknown, unknown>,
  beside: Beside,
  rules: ReadingRules & ReadingOptions,
): Promise<WordVectors> {
  const [minLength, maxLength, buckets] = ["min_n", "max_n", "bucket"].map((name) => attributes.get(name));
  const size = attributes.get("vector_size");
  if (!isShape([minLength, maxLength, buckets, size]) || attributes.get("compatible_hash") !== true) {
    throw new FormatError(
      op,
      { file },
      "n-grams must be of whole lengths, and have the hash of fastText (compatible_hash)",
      'gensim.models.fasttext.save_facebook_model(model, "vectors.bin")',
    );
  }
  const array = async (name: string, rows: number): Promise<Float32Array> => {
    const held = attributes.get(name);
    const inside = held instanceof Unfilled ? held.array : undefined;
    const place = inside?.bytes ?? beside(name);
    if (place === undefined) {
      const fix = "load it by its path or address: the files are looked for beside it";
      throw new FormatError(op, { file, attribute: name }, "the rows are in a file of their own", fix);
    }
    const reader = new ByteReader(op, await openSource(op, place, rules));
    try {
      const { shape, descr, isFortran } = inside ?? (await npyHead(reader));
      if (shape.join() !== `${rows},${size as number}` || descr !== "<f4" || isFortran) {
        const came = { file: reader.name, shape: `(${shape.join(", ")})`, dtype: descr };
        throw new FormatError(op, came, `${name} must be (${rows}, ${size as number}), float32, row after row`);
      }
      return await readFloats(reader, rows * (size as number), name);
    } finally {
      await reader.close();
    }
  };
  const own = await array("vectors_vocab", words.length);
  const grams = await array("vectors_ngrams", buckets as number);
  const entries = words.map((word, row) => ({ word, count: counts?.[row] ?? 0, place: { file, row } }));
  const lengths = { minLength: minLength as number, maxLength: maxLength as number, buckets: buckets as number };
  return vectorsWithGrams(op, entries, { own, grams, size: size as number }, lengths, rules);
}

/** Rows of an array for words. The reader stands where its elements begin. */
async function rowsOf(
  op: string,
  words: readonly string[],
  counts: readonly number[] | undefined,
  { shape, descr, isFortran }: NumpyArray,
  reader: ByteReader,
  rules: ReadingRules,
): Promise<WordVectors> {
  const kind = KINDS[descr];
  if (kind === undefined) {
    throw new DTypeError(op, { file: reader.name, dtype: descr }, "vectors are little-endian floats of 4 or 8 bytes");
  }
  const [rows, size] = shape;
  if (shape.length !== 2 || rows !== words.length || size === undefined || size < 1) {
    throw new FormatError(
      op,
      { file: reader.name, shape: `(${shape.join(", ")})`, words: words.length },
      "there must be a row for each word",
    );
  }
  if (isFortran)
    throw new FormatError(
      op,
      { file: reader.name },
      "rows must lie one after the other",
      "np.ascontiguousarray(kv.vectors)",
    );
  const [bytes, read] = kind;
  const all = new RowBuilder(op, size, rules);
  try {
    for (const [at, word] of words.entries()) {
      if (all.isFull) break;
      const start = reader.position;
      const to = all.add(word, () => ({ file: reader.name, byte: start }), counts?.[at] ?? 0);
      const row = await reader.exactly(size * bytes, `the vector of word ${at + 1}, ${JSON.stringify(word)}`);
      const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
      if (to !== undefined) for (let i = 0; i < size; i++) to[i] = read(view, i * bytes);
    }
    if (!all.isFull && !(await reader.isAtEnd())) throw reader.wrong(`there is more behind the ${words.length} rows`);
    return all.build({ counts: counts !== undefined });
  } finally {
    all.dispose();
  }
}

/** How often each word came: the attribute that gensim keeps for each key. */
function countsOf(op: string, expandos: unknown, words: number): number[] | undefined {
  const held: unknown = expandos instanceof Map ? expandos.get("count") : undefined;
  if (!(held instanceof Unfilled) || held.array?.bytes === undefined) return undefined;
  const { descr, shape, bytes } = held.array;
  const wide = descr === "<i8" || descr === "<u8";
  if (!wide && descr !== "<i4" && descr !== "<u4") return undefined;
  if (shape.length !== 1 || shape[0] !== words || bytes.length !== words * (wide ? 8 : 4)) {
    throw new FormatError(op, { counts: `(${shape.join(", ")})`, words }, "there must be a count for each word");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: words }, (_, at) =>
    wide ? Number(view.getBigInt64(8 * at, true)) : view.getInt32(4 * at, true),
  );
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}
