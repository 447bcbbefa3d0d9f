import * as codes from "../../wasm/codes.js";
import * as frames from "../../wasm/frames.js";
import type { Layout } from "../shape/layout.ts";
import { type DType, type HeapArrayOf, ITEM_SIZE } from "../types/dtype.ts";
import { frameStart } from "./frame.ts";
import { core, heapI32, heapOf, inCore } from "./heap.ts";

/** Elements in the heap: a tensor, as kernels see it. */
export interface Elements<D extends DType = DType> extends Layout {
  readonly dtype: D;
  readonly rank: number;
  /** Of the first element. */
  readonly address: number;
  /** How many there are. */
  readonly size: number;
}

/** What casts know a dtype as. */
const CODES: Readonly<Record<DType, codes.Element>> = {
  f32: codes.Element.F32,
  i32: codes.Element.I32,
  u8: codes.Element.U8,
  bool: codes.Element.Bool,
  f16: codes.Element.F16,
  bf16: codes.Element.Bf16,
  i8: codes.Element.I8,
};

/** Writes the elements of `from`, in whatever layout, to `to` as its dtype; shapes are equal or `from` broadcasts. */
export function castElements(from: Elements, to: Elements): void {
  frames.writeUnaryWalk(heapI32(), frameStart(), { sizes: to.shape, y: to, x: from });
  inCore("cast", () => core().cast_elements(CODES[from.dtype], CODES[to.dtype], from.address, to.address));
}

/** The heap where contiguous elements lie. Valid until the next call into the core. */
export function viewOf<D extends DType>({ dtype, address, size }: Elements<D>): HeapArrayOf[D] {
  const start = address / ITEM_SIZE[dtype];
  return heapOf(dtype).subarray(start, start + size) as HeapArrayOf[D];
}
