import { FormatError } from "../errors/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType, TypedArrayOf } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import type { ReadOptions } from "./element-kind.ts";
import { assertNotPyTorch } from "./foreign.ts";
import { encodeNpy, readNpy } from "./npy.ts";
import type { StoredTensor } from "./stored-tensor.ts";
import { unzip } from "./zip.ts";
import { zip } from "./zip-writer.ts";
import { checkOptions, truthValue } from "../arguments/options.ts";
import { assertBytes } from "../arguments/checks.ts";
import { assertReadOptions } from "./element-kind.ts";
import { assertNamedTensors } from "../tensor/assert-tensor.ts";

const SUFFIX = ".npy";

/**
 * The bytes of an .npz archive, as `numpy.savez` writes it; with `compress`, as `numpy.savez_compressed`.
 * @param tensors by name
 */
export function encodeNpz(
  tensors: Readonly<Record<string, Tensor<Shape, DType>>>,
  options: { compress?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  assertNamedTensors("encodeNpz", tensors);
  checkOptions("encodeNpz", options, { compress: truthValue });
  const { compress = false } = options;
  const files = Object.entries(tensors).map(([name, tensor]) => [`${name}${SUFFIX}`, encodeNpy(tensor)] as const);
  return zip(new Map(files), compress, "encodeNpz");
}

/**
 * Opens the bytes of an .npz archive: its arrays by name, without the `.npy`, each unpacked when something of it is asked
 * for. What cannot be read (an array of texts, a `readme.txt`, a damaged or encrypted entry) is refused by name then, and
 * leaves the others readable: asking for its shape or dtype throws where its header cannot be read.
 * @throws FormatError if the archive is damaged, or is a file of PyTorch's
 */
export function decodeNpz(bytes: Uint8Array, options: ReadOptions = {}): ReadonlyMap<string, StoredTensor> {
  assertBytes("decodeNpz", "bytes", bytes);
  assertReadOptions("decodeNpz", options);
  const op = "decodeNpz";
  const files = unzip(bytes, op);
  assertNotPyTorch(op, files.keys());
  const tensors = new Map<string, StoredTensor>();
  for (const [file, unpack] of files) {
    const isArray = file.endsWith(SUFFIX);
    if (!isArray && files.has(file + SUFFIX)) continue; // its name is that of an array
    tensors.set(
      isArray ? file.slice(0, -SUFFIX.length) : file,
      new Packed(op, file, isArray ? unpack : undefined, options),
    );
  }
  return tensors;
}

/** An entry of an archive, opened when something of it is asked for. */
class Packed implements StoredTensor {
  private readonly op: string;
  private readonly file: string;
  private readonly unpack: (() => Uint8Array) | undefined;
  private readonly options: ReadOptions;
  private opened: StoredTensor | undefined;

  /** @param unpack gives the bytes of an .npy file; undefined for an entry that is none */
  constructor(op: string, file: string, unpack: (() => Uint8Array) | undefined, options: ReadOptions) {
    this.op = op;
    this.file = file;
    this.unpack = unpack;
    this.options = options;
  }

  private get array(): StoredTensor {
    return (this.opened ??= this.open());
  }

  private open(): StoredTensor {
    const { op, file, unpack, options } = this;
    if (unpack === undefined) {
      throw new FormatError(
        op,
        { entry: file },
        "this entry is no array: arrays are in .npy files",
        "take it out of the archive, or do not ask for it",
      );
    }
    return readNpy(unpack(), { op, file }, options);
  }

  get storedAs(): string {
    return this.array.storedAs;
  }
  get dtype(): DType | undefined {
    return this.array.dtype;
  }
  get shape(): Shape {
    return this.array.shape;
  }
  data(): TypedArrayOf[DType] {
    return this.array.data();
  }
  tensor(): Tensor<Shape, DType> {
    return this.array.tensor();
  }
}
