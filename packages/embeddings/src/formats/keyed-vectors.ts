import { DTypeError, FormatError, type PickleBuilder, unpickle } from "@unfoldjs/tensor-core";
import { openSource, type ReadingOptions, type VectorSource } from "../sources/byte-source.ts";
import type { WordVectors } from "../vectors/word-vectors.ts";
import { ByteReader } from "./byte-reader.ts";
import { PickleWriter } from "./pickle-writer.ts";
import { type ReadingRules, RowBuilder } from "./row-builder.ts";

/** An array of NumPy's, as a pickle or the head of an .npy file tells of it. */
interface NumpyArray {
  readonly shape: readonly number[];
  readonly descr: string;
  readonly isFortran: boolean;
  /** Its elements, where they stand in the pickle. */
  readonly bytes: Uint8Array | undefined;
}

/** An object of a class that is known by name, and the attributes that it was given. */
class Known {
  readonly name: string;
  attributes: ReadonlyMap<unknown, unknown> = new Map();

  constructor(name: string) {
    this.name = name;
  }
}

/** What numpy's pickles are built of: `_reconstruct` makes an empty array, and the state that follows fills it. */
class Unfilled {
  array: NumpyArray | undefined;
}

/** Of a pickle: gensim puts vectors of more than ten megabytes beside it, and words alone take less. */
const MOST_BYTES = 2 ** 30;
const KEYED_VECTORS = "gensim.models.keyedvectors.KeyedVectors";
const RECONSTRUCT = ["numpy._core.multiarray._reconstruct", "numpy.core.multiarray._reconstruct"];
/** Of other objects of gensim: what makes a file of them that is read. */
const OTHERS: Readonly<Record<string, string>> = {
  "gensim.models.word2vec.Word2Vec": 'a whole model: gensim.models.Word2Vec.load(path).wv.save("vectors.kv")',
  "gensim.models.doc2vec.Doc2Vec": 'a whole model: gensim.models.Doc2Vec.load(path).wv.save("vectors.kv"), or .dv.save',
  "gensim.models.fasttext.FastText":
    'a whole model: gensim.models.fasttext.save_facebook_model(FastText.load(path), "vectors.bin") keeps n-grams',
  "gensim.models.fasttext.FastTextKeyedVectors":
    'gensim.models.fasttext.save_facebook_model(model, "vectors.bin") keeps n-grams; kv.save_word2vec_format("vectors.txt") the words alone',
};
const NAMES = /* @__PURE__ */ new Set([KEYED_VECTORS, ...RECONSTRUCT, "numpy.ndarray", "numpy.dtype"]);
/** Attributes of KeyedVectors that gensim 4 saves; `vectors_lockf` are rates of training, which those of a trained model have. */
const ATTRIBUTES = /* @__PURE__ */ new Set(
  (
    "vector_size index_to_key next_index key_to_index vectors vectors_lockf norms expandos mapfile_path lifecycle_events " +
    "__numpys __scipys __ignoreds __recursive_saveloads"
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
  object: (name) => (name === KEYED_VECTORS ? new Known(name) : undefined),
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
 * @param beside where the vectors lie if they are in a file of their own
 * @throws FormatError
 */
export async function readKeyedVectors(
  reader: ByteReader,
  beside: VectorSource | undefined,
  rules: ReadingRules & ReadingOptions,
): Promise<WordVectors> {
  const { op } = reader;
  const pickle = await reader.rest("a pickle of words", MOST_BYTES, reader.size);
  const found = unpickled(op, reader.name, pickle);
  if (!(found instanceof Known)) throw new FormatError(op, { file: reader.name }, "the pickle holds no KeyedVectors");
  const { attributes } = found;
  for (const name of attributes.keys()) {
    if (typeof name === "string" && ATTRIBUTES.has(name)) continue;
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
  const held = attributes.get("vectors");
  if (held instanceof Unfilled && held.array?.bytes !== undefined) {
    return rowsOf(op, words, counts, held.array, new ByteReader(op, await openSource(op, held.array.bytes)), rules);
  }
  if (beside === undefined) {
    const fix = "loadVectors(pickle, { vectors: npy }) takes the file that ends in .vectors.npy";
    throw new FormatError(
      op,
      { file: reader.name, words: words.length },
      "the vectors are in a file of their own",
      fix,
    );
  }
  const file = new ByteReader(op, await openSource(op, beside, rules));
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

/** A dtype as .npy files write it. */
function descrOf(type: unknown): string | undefined {
  if (typeof type !== "object" || type === null || !("dtype" in type) || !("order" in type)) return undefined;
  return `${String(type.order)}${String(type.dtype)}`;
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}

/** The head of an .npy file (NEP 1). */
async function npyHead(reader: ByteReader): Promise<NumpyArray> {
  const start = await reader.exactly(8, "the head of an .npy file");
  const isNpy = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, at) => start[at] === byte);
  const version = start[6] ?? 0;
  if (!isNpy || version < 1 || version > 3)
    throw reader.wrong("the vectors' file must be an .npy file of version 1 to 3");
  const wide = version > 1;
  const length = await reader.exactly(wide ? 4 : 2, "the head of an .npy file");
  const view = new DataView(length.buffer, length.byteOffset, length.byteLength);
  const size = wide ? view.getUint32(0, true) : view.getUint16(0, true);
  if (size > 65_536) throw reader.wrong("the head of an .npy file is no longer than 64 kB");
  const head = new TextDecoder().decode(await reader.exactly(size, "the head of an .npy file"));
  const [, descr] = /'descr':\s*'([^']*)'/.exec(head) ?? [];
  const [, order] = /'fortran_order':\s*(True|False)/.exec(head) ?? [];
  const [, sizes] = /'shape':\s*\(([\d, ]*)\)/.exec(head) ?? [];
  if (descr === undefined || order === undefined || sizes === undefined) {
    throw reader.wrong("the head of an .npy file tells dtype, order and shape", undefined, { head: head.slice(0, 80) });
  }
  const shape = sizes
    .split(",")
    .filter((one) => one.trim() !== "")
    .map(Number);
  return { shape, descr, isFortran: order === "True", bytes: undefined };
}

/** The pickle that gensim reads, without the vectors, which stand in an .npy file beside it. */
export function keyedVectorsPickle({ words, counts, size }: WordVectors): Uint8Array<ArrayBuffer> {
  const pickle = new PickleWriter();
  pickle.object("gensim.models.keyedvectors", "KeyedVectors", () => {
    pickle.text("vector_size").whole(size);
    pickle.text("index_to_key");
    const remembered = pickle.list(words, (word) => pickle.remembered(word));
    pickle.text("next_index").whole(0);
    pickle.text("key_to_index").dict(() => {
      for (const [at, place] of remembered.entries()) pickle.recalled(place).whole(at);
    });
    pickle.text("norms").none();
    pickle.text("expandos").dict(() => {
      if (counts !== undefined) pickle.text("count").array(Float64Array.from(counts));
    });
    pickle.text("mapfile_path").none();
    pickle.text("lifecycle_events").list([], () => undefined);
    pickle.text("__numpys").list(["vectors"], (name) => pickle.text(name));
    for (const name of ["__scipys", "__ignoreds", "__recursive_saveloads"]) pickle.text(name).list([], () => undefined);
  });
  return pickle.finish();
}
