import { describe } from "../errors/describe.ts";
import { FormatError } from "../errors/index.ts";
import { bigEndian, type ReadOptions } from "./element-kind.ts";
import { CUT_OFF } from "./pickle-bytes.ts";
import { type Builder, Global } from "./pickled.ts";
import { isView, OP, Storage, STORAGE_NAMES, STORAGES, viewOf } from "./pytorch-storage.ts";
import { isCount, type StoredTensor } from "./stored-tensor.ts";
import { unzip } from "./zip.ts";

const PICKLE = "data.pkl";
const TENSOR = "torch._utils._rebuild_tensor_v2";
const PARAMETER = "torch._utils._rebuild_parameter";
const ORDERED_DICT = "collections.OrderedDict";
const SIZE = "torch.Size";
const KNOWN: ReadonlySet<string> = new Set([TENSOR, PARAMETER, ORDERED_DICT, SIZE, ...STORAGE_NAMES.keys()]);

/** The archive of a file: its pickle, and what the pickle's names and storages are. */
export class Archive implements Builder {
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
        CUT_OFF,
      );
    }
    const before = this.#storages.get(key);
    if (before !== undefined) {
      if (before.storedAs === storedAs && before.elements === elements) return before;
      throw new FormatError(OP, { storage: key }, "the file has one storage with two sizes or dtypes", CUT_OFF);
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
        CUT_OFF,
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
        CUT_OFF,
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
    throw new FormatError(OP, { entry: this.#folder + name }, "the file lacks this entry", CUT_OFF);
  }
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
