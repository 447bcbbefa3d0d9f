import type { Module } from "@unfoldjs/nn";
import { type DType, fromArray, type Shape, type Tensor } from "@unfoldjs/tensor-core";

// What tooling/oracle/vision/drawn.py draws, number for number.

/** FNV-1a of a name. */
function seedOf(name: string): number {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return seed;
}

/** In [−1, 1): MurmurHash3's finaliser over a counter. */
function numbers(name: string, count: number): Float32Array {
  const out = new Float32Array(count);
  let counter = seedOf(name);
  for (let i = 0; i < count; i++) {
    let x = counter;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    out[i] = ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
    counter = (counter + 0x9e3779b9) | 0;
  }
  return out;
}

export function drawn(name: string, shape: Shape): Tensor {
  return fromArray(numbers(name, sizeOf(shape)), shape);
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Fills each parameter and statistic by its key. */
export function fill<M extends Module>(module: M): M {
  for (const [key, value] of Object.entries(module.stateDict())) {
    const last = key.split(".").at(-1) ?? "";
    if (last === "num_batches_tracked") continue;
    const values = numbers(key, value.size);
    const fanIn = sizeOf(value.shape.slice(1));
    const [scale, offset] = spread(last, value.rank, fanIn);
    for (let i = 0; i < values.length; i++) values[i] = offset + Math.fround((values[i] ?? 0) * scale);
    const filled: Tensor<Shape, DType> = fromArray(values, value.shape);
    value.assign(filled);
    filled.dispose();
  }
  return module;
}

function spread(last: string, rank: number, fanIn: number): [scale: number, offset: number] {
  if (last === "running_var") return [1 / 2, 1];
  if (rank > 1 && last.endsWith("weight")) return [Math.sqrt(6 / fanIn), 0];
  return last === "weight" ? [1 / 8, 1] : [1 / 8, 0];
}

/** Elements at even distances, and the mean of all magnitudes. */
export function sampled(tensor: Tensor, count = 12): number[] {
  const flat = tensor.data();
  const at = Array.from({ length: count }, (_, i) => flat[Math.floor((i * (flat.length - 1)) / (count - 1))] ?? NaN);
  return [...at, flat.reduce((sum, value) => sum + Math.abs(value), 0) / flat.length];
}

/** The largest difference, relative to the largest number. */
export function distance(got: readonly number[], wanted: readonly number[]): number {
  if (got.length !== wanted.length) return Infinity;
  const largest = Math.max(1, ...wanted.map(Math.abs));
  return Math.max(
    ...got.map((value, i) => (Number.isNaN(value) ? Infinity : Math.abs(value - (wanted[i] ?? NaN)) / largest)),
  );
}
