import { FormatError } from "../errors/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType, TypedArrayOf } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import { ELEMENT_KINDS, type ElementKind, type ReadOptions, unreadable } from "./element-kind.ts";
import { CUT_OFF } from "./pickle-bytes.ts";
import { elementsOf, type StoredTensor, storedTensor } from "./stored-tensor.ts";
import { reachOf, rowMajorBytes, type Strided } from "./strided.ts";

/** What errors about these files name. */
export const OP = "decodePyTorch";
/** Elements that a tensor may have beyond those of its storage, as an expanded one does. */
const MOST_EXPANDED = 1 << 24;

/** By the names of PyTorch's storages. */
export const STORAGES: Readonly<Record<string, ElementKind>> = {
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
export const STORAGE_NAMES: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(
  Object.keys(STORAGES).map((name) => [`torch.${name}`, name]),
);

/** A storage of the file: its bytes are fetched when a tensor is read. */
export class Storage {
  readonly kind: ElementKind;
  readonly storedAs: string;
  readonly elements: number;
  readonly bytes: () => Uint8Array;
  /** The views of it that were made, each once. */
  readonly views: Map<string, StoredTensor> = new Map();

  constructor(storedAs: string, kind: ElementKind, elements: number, bytes: () => Uint8Array) {
    this.storedAs = storedAs;
    this.kind = kind;
    this.elements = elements;
    this.bytes = bytes;
  }
}

/** A tensor that its storage's bytes are read for when it is asked for. */
export class View implements StoredTensor {
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

export function isView(value: unknown): value is View {
  return value instanceof View;
}

export function viewOf(storage: Storage, layout: Strided, options: ReadOptions): View {
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
      CUT_OFF,
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
