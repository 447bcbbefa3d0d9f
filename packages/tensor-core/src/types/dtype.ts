/** Element types. A `bool` is stored as one byte, 0 or 1. */
export type DType = "f32" | "i32" | "u8" | "bool";

/** The typed array that holds elements of a dtype outside of the heap. */
export interface TypedArrayOf {
  f32: Float32Array;
  i32: Int32Array;
  u8: Uint8Array;
  bool: Uint8Array;
}

/** What one element is in JavaScript. */
export interface ElementOf {
  f32: number;
  i32: number;
  u8: number;
  bool: boolean;
}

/** Bytes of one element. */
export const ITEM_SIZE: Readonly<Record<DType, number>> = { f32: 4, i32: 4, u8: 1, bool: 1 };

/** What a sum is counted in: truth values and bytes as i32. */
export type SumOf<D extends DType> = D extends "f32" ? "f32" : "i32";
