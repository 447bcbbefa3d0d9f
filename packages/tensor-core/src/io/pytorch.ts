import { assertBytes } from "../arguments/checks.ts";
import { describe } from "../errors/describe.ts";
import { FormatError } from "../errors/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType, TypedArrayOf } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import {
  assertReadOptions,
  bigEndian,
  ELEMENT_KINDS,
  type ElementKind,
  type ReadOptions,
  unreadable,
} from "./element-kind.ts";
import { type Builder, Global, type Pickled, unpickle } from "./pickle.ts";
import { elementsOf, isCount, type StoredTensor, storedTensor } from "./stored-tensor.ts";
import { reachOf, rowMajorBytes, type Strided } from "./strided.ts";
import { unzip } from "./zip.ts";

/** What a file of PyTorch's holds: dicts as Maps, lists and tuples as arrays. */
export type PyTorchValue = Pickled<StoredTensor>;

/** A file that `torch.save` wrote. */
export interface PyTorchFile {
  /** What was saved. */
  readonly value: PyTorchValue;
  /** Its tensors by the way to them: the keys of a state dict, "model.conv1.weight" and "optimizer.state.0.exp_avg" in a checkpoint. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

const OP = "decodePyTorch";
const BROKEN = "the file is cut off or damaged: save or fetch it again";
const PICKLE = "data.pkl";
/** Ways to tensors: more would be a file that holds one list again and again. */
const MOST_WAYS = 1 << 17;
const DEEPEST = 64;
/** Elements that a tensor may have beyond those of its storage, as an expanded one does. */
const MOST_EXPANDED = 1 << 24;

/** By the names of PyTorch's storages. */
const STORAGES: Readonly<Record<string, ElementKind>> = {
  FloatStorage: ELEMENT_KINDS.f32,
  DoubleStorage: ELEMENT_KINDS.f64,
  HalfStorage: ELEMENT_KINDS.f16,
  BFloat16Storage: ELEMENT_KINDS.bf16,
  LongStorage: ELEMENT_KINDS.i64,
  IntStorage: ELEMENT_KINDS.i32,
  ShortStorage: ELEMENT_KINDS.i16,
  CharStorage: ELEMENT_KINDS.i8,
  ByteStorage: ELEMENT_KINDS.u8,
  BoolStorage: ELEMENT_KINDS.bool,
  ComplexFloatStorage: unreadable("ComplexFloatStorage", 64, "complex numbers", "save their real and imaginary parts"),
  ComplexDoubleStorage: unreadable(
    "ComplexDoubleStorage",
    128,
    "complex numbers",
    "save their real and imaginary parts",
  ),
};
const STORAGE_NAMES = new Map(Object.keys(STORAGES).map((name) => [`torch.${name}`, name]));

const TENSOR = "torch._utils._rebuild_tensor_v2";
const PARAMETER = "torch._utils._rebuild_parameter";
const ORDERED_DICT = "collections.OrderedDict";
const SIZE = "torch.Size";
const KNOWN: ReadonlySet<string> = new Set([TENSOR, PARAMETER, ORDERED_DICT, SIZE, ...STORAGE_NAMES.keys()]);

/**
 * Opens the bytes of a file that `torch.save` wrote (PyTorch 1.6 and later, a zip archive): state dicts, and checkpoints made
 * of dicts, lists, tuples, numbers, texts, truth values, None and tensors. Its pickle is read without running anything:
 * whatever else it asks for, a whole module or a function, is refused by its name.
 *
 * Elements are read, without keeping them, each time they are asked for, views by their strides; dtypes become what
 * `decodeSafetensors` makes of them. Tensors of one storage read the same bytes; those that are the same view of it are one
 * `StoredTensor`.
 *
 * @param bytes the whole file; it is not copied
 * @throws FormatError that says what is wrong and where
 * @example model.loadStateDict(decodePyTorch(bytes).tensors)
 */
export function decodePyTorch(bytes: Uint8Array, options: ReadOptions = {}): PyTorchFile {
  assertBytes(OP, "bytes", bytes);
  assertReadOptions(OP, options);
  assertNotLegacy(bytes);
  const archive = new Archive(bytes, options);
  const value = unpickle(archive.pickle(), OP, archive);
  assertValue(value, new Set(), new Set());
  return { value, tensors: tensorsIn(value) };
}

/** A storage of the file: its bytes are fetched when a tensor is read. */
class Storage {
  readonly kind: ElementKind;
  readonly storedAs: string;
  readonly elements: number;
  readonly bytes: () => Uint8Array;
  /** The views of it that were made, each once. */
  readonly views = new Map<string, StoredTensor>();

  constructor(storedAs: string, kind: ElementKind, elements: number, bytes: () => Uint8Array) {
    this.storedAs = storedAs;
    this.kind = kind;
    this.elements = elements;
    this.bytes = bytes;
  }
}

class Archive implements Builder {
  readonly #files: Map<string, () => Uint8Array>;
  readonly #folder: string;
  readonly #options: ReadOptions;
  readonly #isBigEndian: boolean;
  readonly #storages = new Map<string, Storage>();

  constructor(bytes: Uint8Array, options: ReadOptions) {
    this.#files = unzip(bytes, OP, "stored");
    const found = [...this.#files.keys()].filter((name) => name === PICKLE || name.endsWith(`/${PICKLE}`));
    const [pickle] = found;
    if (pickle === undefined || found.length > 1) {
      throw new FormatError(
        OP,
        { entries: [...this.#files.keys()].slice(0, 8).join(", "), pickles: found.length },
        `a file of PyTorch's has one ${PICKLE}`,
        [...this.#files.keys()].some((name) => name.endsWith(".npy")) ? "decodeNpz(bytes)" : undefined,
      );
    }
    this.#folder = pickle.slice(0, -PICKLE.length);
    this.#options = options;
    const order = this.#files.get(`${this.#folder}byteorder`);
    this.#isBigEndian = order !== undefined && new TextDecoder().decode(new Uint8Array(order())).trim() === "big";
  }

  pickle(): Uint8Array {
    return this.#entry(PICKLE)();
  }

  isKnown(name: string): boolean {
    return KNOWN.has(name);
  }

  call(name: string, inputs: readonly unknown[]): unknown {
    if (name === ORDERED_DICT) return orderedDict(inputs);
    if (name === SIZE) return Array.isArray(inputs[0]) ? inputs[0] : undefined;
    if (name === PARAMETER) return isView(inputs[0]) ? inputs[0] : undefined;
    return name === TENSOR ? this.#tensor(inputs) : undefined;
  }

  /** ("storage", its class, its entry's name, where it was, how many elements it has) */
  persistent(id: unknown): Storage {
    const [kind, type, key, , elements] = Array.isArray(id) ? (id as unknown[]) : [];
    const storedAs = type instanceof Global ? STORAGE_NAMES.get(type.name) : undefined;
    const elementKind = storedAs === undefined ? undefined : STORAGES[storedAs];
    if (
      kind !== "storage" ||
      storedAs === undefined ||
      elementKind === undefined ||
      typeof key !== "string" ||
      !isCount(elements)
    ) {
      throw new FormatError(
        OP,
        { kind: describe(kind), class: type instanceof Global ? type.name : describe(type), key: describe(key) },
        "the file names a storage in a way that PyTorch does not",
        BROKEN,
      );
    }
    const before = this.#storages.get(key);
    if (before !== undefined) {
      if (before.storedAs === storedAs && before.elements === elements) return before;
      throw new FormatError(OP, { storage: key }, "the file has one storage with two sizes or dtypes", BROKEN);
    }
    const unpack = this.#entry(`data/${key}`);
    const needed = (elements * (elementKind.bits ?? 8)) / 8;
    const storage = new Storage(storedAs, this.#isBigEndian ? bigEndian(elementKind) : elementKind, elements, () => {
      const bytes = unpack();
      if (bytes.length === needed) return bytes;
      throw new FormatError(
        OP,
        { storage: key, bytes: bytes.length, needed },
        "a storage is not as large as the file says",
        BROKEN,
      );
    });
    this.#storages.set(key, storage);
    return storage;
  }

  /** (storage, offset, shape, strides, …) */
  #tensor([storage, offset, shape, strides]: readonly unknown[]): StoredTensor {
    if (
      !(storage instanceof Storage) ||
      !isCount(offset) ||
      !areCounts(shape) ||
      !areCounts(strides) ||
      shape.length !== strides.length
    ) {
      throw new FormatError(
        OP,
        { offset: describe(offset), shape: describe(shape), strides: describe(strides) },
        "the file makes a tensor in a way that PyTorch does not",
        BROKEN,
      );
    }
    const layout = { offset, shape, strides };
    const key = `${offset}:${shape.join()}:${strides.join()}`;
    const view = storage.views.get(key) ?? viewOf(storage, layout, this.#options);
    storage.views.set(key, view);
    return view;
  }

  #entry(name: string): () => Uint8Array {
    const unpack = this.#files.get(this.#folder + name);
    if (unpack !== undefined) return unpack;
    throw new FormatError(OP, { entry: this.#folder + name }, "the file lacks this entry", BROKEN);
  }
}

/** A tensor that its storage's bytes are read for when it is asked for. */
class View implements StoredTensor {
  readonly shape: Shape;
  readonly #storage: Storage;
  readonly #layout: Strided;
  readonly #options: ReadOptions;

  constructor(storage: Storage, layout: Strided, options: ReadOptions) {
    this.shape = layout.shape;
    this.#storage = storage;
    this.#layout = layout;
    this.#options = options;
  }

  get storedAs(): string {
    return this.#storage.storedAs;
  }

  get dtype(): DType | undefined {
    const { dtype, wide } = this.#storage.kind;
    return this.#options.storage === "keep" ? dtype : (wide ?? dtype);
  }

  data(): TypedArrayOf[DType] {
    return this.#read().data();
  }

  tensor(): Tensor<Shape, DType> {
    return this.#read().tensor();
  }

  #read(): StoredTensor {
    const { kind, storedAs } = this.#storage;
    const bytes = rowMajorBytes(this.#storage.bytes(), (kind.bits ?? 8) / 8, this.#layout);
    return storedTensor({ storedAs, kind, shape: this.shape, bytes }, { op: OP, tensor: storedAs }, this.#options);
  }
}

function isView(value: unknown): value is View {
  return value instanceof View;
}

function viewOf(storage: Storage, layout: Strided, options: ReadOptions): View {
  const [count, reach] = [elementsOf(layout.shape), reachOf(layout)];
  if (!(reach <= storage.elements)) {
    throw new FormatError(
      OP,
      {
        shape: layout.shape,
        offset: layout.offset,
        strides: `[${layout.strides.join(", ")}]`,
        storage: storage.elements,
      },
      "a tensor reaches beyond its storage",
      BROKEN,
    );
  }
  if (count > storage.elements && count > MOST_EXPANDED) {
    throw new FormatError(
      OP,
      { shape: layout.shape, storage: storage.elements },
      "a tensor repeats its storage's elements more often than anything needs",
      "save it as tensor.contiguous()",
    );
  }
  return new View(storage, layout, options);
}

function areCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

/** An OrderedDict of nothing, or of a list of pairs. */
function orderedDict([pairs = []]: readonly unknown[]): Map<unknown, unknown> | undefined {
  if (
    !Array.isArray(pairs) ||
    !pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string")
  ) {
    return undefined;
  }
  return new Map(pairs as [string, unknown][]);
}

/** What was unpickled, looked at: nothing but what may be there, and nothing that contains itself. Each value once. */
function assertValue(value: unknown, above: ReadonlySet<unknown>, done: Set<unknown>): asserts value is PyTorchValue {
  if (value === null || ["string", "number", "bigint", "boolean"].includes(typeof value) || isView(value)) return;
  if (done.has(value)) return;
  if (!Array.isArray(value) && !(value instanceof Map)) {
    throw new FormatError(
      OP,
      { came: value instanceof Global ? value.name : describe(value) },
      "the file holds a storage or a name in the place of a value",
      BROKEN,
    );
  }
  if (above.has(value) || above.size > DEEPEST) {
    throw new FormatError(
      OP,
      { depth: above.size },
      `the file holds a value that contains itself, or more than ${DEEPEST} in each other`,
    );
  }
  const within = new Set(above).add(value);
  for (const inner of value.values()) assertValue(inner, within, done);
  done.add(value);
}

/** The tensors by the way to them. */
function tensorsIn(value: PyTorchValue): Map<string, StoredTensor> {
  const found = new Map<string, StoredTensor>();
  let ways = 0;
  const visit = (inner: PyTorchValue, way: string): void => {
    if (++ways > MOST_WAYS) throw new FormatError(OP, { ways }, "the file holds the same values too many times");
    if (isView(inner)) {
      if (found.has(way)) throw new FormatError(OP, { name: way }, "two tensors of the file have this name");
      found.set(way, inner);
    } else if (inner instanceof Map || Array.isArray(inner)) {
      for (const [key, each] of inner.entries() as Iterable<[unknown, PyTorchValue]>) {
        visit(each, way === "" ? String(key) : `${way}.${String(key)}`);
      }
    }
  };
  visit(value, "");
  return found;
}

/** @throws FormatError on files of before PyTorch 1.6, which are several pickles and no archive */
function assertNotLegacy(bytes: Uint8Array): void {
  if (bytes[0] !== 0x80 || (bytes[1] ?? 0) < 2 || (bytes[1] ?? 0) > 5) return;
  throw new FormatError(
    OP,
    { bytes: bytes.length },
    "this is a pickle by itself, as PyTorch wrote before 1.6, and no archive",
    'in PyTorch: torch.save(torch.load("x.pt", map_location="cpu"), "new.pt")',
  );
}
