/**
 * Element types. Ops compute in f32, i32, u8 and bool; f16, bf16 and i8 are for storage: tensors of these are made, read,
 * printed, viewed, copied, gathered, converted and saved, and `.to("f32")` makes numbers of them to compute with. A `bool`
 * is stored as one byte, 0 or 1.
 */
export type DType = "f32" | "i32" | "u8" | "bool" | "f16" | "bf16" | "i8";

/** The typed array that `data()` gives for a dtype. The values of f16 and bf16, which not every engine has, come as f32. */
export interface TypedArrayOf {
  f32: Float32Array;
  i32: Int32Array;
  u8: Uint8Array;
  bool: Uint8Array;
  f16: Float32Array;
  bf16: Float32Array;
  i8: Int8Array;
}

/** The typed array that `borrow` lends: elements as they lie in the heap, f16 and bf16 as their 16 bits. */
export interface HeapArrayOf {
  f32: Float32Array;
  i32: Int32Array;
  u8: Uint8Array;
  bool: Uint8Array;
  f16: Uint16Array;
  bf16: Uint16Array;
  i8: Int8Array;
}

/** What one element is in JavaScript. */
export interface ElementOf {
  f32: number;
  i32: number;
  u8: number;
  bool: boolean;
  f16: number;
  bf16: number;
  i8: number;
}

/** What is to be known of a dtype. */
export interface DTypeFacts<D extends DType> {
  /** Bytes of one element: all that copies, gathers and selections need to know. */
  readonly itemSize: 1 | 2 | 4;
  readonly kind: "float" | "integer" | "bool";
  /** True for what no op computes with. */
  readonly isStorage: boolean;
  /** The smallest and the largest number that it holds; floats round to what they hold, to ±∞ beyond. */
  readonly range: readonly [low: number, high: number];
  /** The dtype to compute in: itself, or what holds each of its values and has arithmetic. */
  readonly computesIn: "f32" | "i32";
  /** The dtype whose elements JavaScript has the values as: itself, or f32 where there is no array of its floats. */
  readonly valuesAs: DType;
  /** An array for so many values. */
  values(length: number): TypedArrayOf[D];
}

const FLOAT = { kind: "float", range: [-Infinity, Infinity], computesIn: "f32", valuesAs: "f32" } as const;
const COMPUTING = { isStorage: false } as const;
const STORAGE = { isStorage: true, computesIn: "f32" } as const;

/** The one table of dtypes; what the heap and the kernels know them by is in `runtime/elements.ts`. */
export const DTYPES: { readonly [D in DType]: DTypeFacts<D> } = {
  f32: { ...FLOAT, ...COMPUTING, itemSize: 4, values: (length) => new Float32Array(length) },
  i32: {
    ...COMPUTING,
    itemSize: 4,
    kind: "integer",
    range: [-(2 ** 31), 2 ** 31 - 1],
    computesIn: "i32",
    valuesAs: "i32",
    values: (length) => new Int32Array(length),
  },
  u8: {
    ...COMPUTING,
    itemSize: 1,
    kind: "integer",
    range: [0, 255],
    computesIn: "i32",
    valuesAs: "u8",
    values: (length) => new Uint8Array(length),
  },
  bool: {
    ...COMPUTING,
    itemSize: 1,
    kind: "bool",
    range: [0, 1],
    computesIn: "i32",
    valuesAs: "bool",
    values: (length) => new Uint8Array(length),
  },
  f16: { ...FLOAT, ...STORAGE, itemSize: 2, values: (length) => new Float32Array(length) },
  bf16: { ...FLOAT, ...STORAGE, itemSize: 2, values: (length) => new Float32Array(length) },
  i8: {
    ...STORAGE,
    itemSize: 1,
    kind: "integer",
    range: [-128, 127],
    valuesAs: "i8",
    values: (length) => new Int8Array(length),
  },
};

/** Bytes of one element: the table's, as a plain record for what every call asks. */
export const ITEM_SIZE: Readonly<Record<DType, number>> = {
  f32: DTYPES.f32.itemSize,
  i32: DTYPES.i32.itemSize,
  u8: DTYPES.u8.itemSize,
  bool: DTYPES.bool.itemSize,
  f16: DTYPES.f16.itemSize,
  bf16: DTYPES.bf16.itemSize,
  i8: DTYPES.i8.itemSize,
};

/** What a sum is counted in: truth values and bytes as i32. */
export type SumOf<D extends DType> = D extends "f32" ? "f32" : "i32";

/** The dtype of a quotient: of whole numbers a float, as in PyTorch. */
export type Quotient<D extends DType> = D extends "i32" ? "f32" : D;
