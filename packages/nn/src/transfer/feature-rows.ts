import { borrow, fromArray, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";

/** What a row costs beside its numbers: its entry in the Map, as V8 has it. */
const ENTRY_BYTES = 40;
/** Rows are kept in blocks of about so many numbers, so that little is reserved that is never used. */
const BLOCK = 2 ** 18;

type Block = Float32Array | Uint16Array;

/** Rows of equal length by key, as many as fit, outside of the core's memory. */
export class FeatureRows {
  /** The shape of one row. */
  readonly shape: Shape;
  readonly #size: number;
  readonly #dtype: "f32" | "f16";
  readonly #most: number;
  readonly #perBlock: number;
  readonly #blocks: Block[] = [];
  readonly #slots = new Map<number, number>();

  constructor(shape: Shape, dtype: "f32" | "f16", maxBytes: number) {
    this.shape = shape;
    this.#dtype = dtype;
    this.#size = shape.reduce((product, axis) => product * axis, 1);
    this.#most = Math.floor(maxBytes / this.#rowBytes);
    this.#perBlock = Math.max(1, Math.floor(BLOCK / Math.max(1, this.#size)));
  }

  get #rowBytes(): number {
    return this.#size * (this.#dtype === "f32" ? 4 : 2) + ENTRY_BYTES;
  }

  get entries(): number {
    return this.#slots.size;
  }

  get bytes(): number {
    return this.entries * this.#rowBytes;
  }

  has(key: number): boolean {
    return this.#slots.has(key);
  }

  /** Takes rows in, one for each key, as far as there is room. @param rows (keys, …), of this dtype */
  add(keys: readonly number[], rows: Tensor<Shape, "f32" | "f16">): void {
    borrow(rows, (values) => {
      for (const [at, key] of keys.entries()) {
        const slot = this.entries;
        if (slot >= this.#most) return;
        if (this.has(key)) continue;
        this.#blockOf(slot).set(values.subarray(at * this.#size, (at + 1) * this.#size), this.#placeOf(slot));
        this.#slots.set(key, slot);
      }
    });
  }

  /**
   * One row for each key: its own, or the next of `computed` where it has none.
   * @param computed (keys that are not here, …) @returns (keys, …), new
   */
  gather(keys: Float64Array, computed: Tensor<Shape, "f32" | "f16"> | undefined): Tensor {
    const all =
      this.#dtype === "f32" ? new Float32Array(keys.length * this.#size) : new Uint16Array(keys.length * this.#size);
    const missing: number[] = [];
    for (const [at, key] of keys.entries()) {
      const slot = this.#slots.get(key);
      if (slot === undefined) missing.push(at);
      else {
        const place = this.#placeOf(slot);
        all.set(this.#blockOf(slot).subarray(place, place + this.#size), at * this.#size);
      }
    }
    if (computed !== undefined) {
      borrow(computed, (values) => {
        for (const [from, at] of missing.entries()) {
          all.set(values.subarray(from * this.#size, (from + 1) * this.#size), at * this.#size);
        }
      });
    }
    const shape = [keys.length, ...this.shape];
    return all instanceof Float32Array
      ? fromArray<Shape>(all, shape)
      : scope((): Tensor => fromArray(all, shape, "f16").to("f32"));
  }

  #placeOf(slot: number): number {
    return (slot % this.#perBlock) * this.#size;
  }

  #blockOf(slot: number): Block {
    const at = Math.floor(slot / this.#perBlock);
    const rows = Math.min(this.#perBlock, this.#most - at * this.#perBlock);
    const length = rows * this.#size;
    return (this.#blocks[at] ??= this.#dtype === "f32" ? new Float32Array(length) : new Uint16Array(length));
  }
}
