import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromArray, type Tensor } from "@unfoldjs/tensor-core";

// What tooling/oracle/pictures/augment_fixtures.py wrote.

/** A tensor: f32s, little end first, as base64. */
export interface Packed {
  readonly shape: readonly number[];
  readonly data: string;
}

interface Call extends Packed {
  readonly name: string;
  readonly of: "rgb" | "gray";
  readonly args: readonly unknown[];
}

interface Change extends Packed {
  readonly name: string;
  readonly magnitude: number;
}

interface Grid extends Packed {
  readonly mode: "bilinear" | "nearest";
  readonly paddingMode: "zeros" | "border" | "reflection";
  readonly alignCorners: boolean;
  /** Gradients of the sum of squares. */
  readonly byPicture: Packed;
  readonly byGrid: Packed;
}

interface Augmented {
  readonly pictures: Readonly<Record<"rgb" | "gray", Packed>>;
  readonly grid: Packed;
  readonly calls: readonly Call[];
  readonly grids: readonly Grid[];
  readonly changes: readonly Change[];
  readonly mixes: Readonly<Record<"mixUp" | "cutMix", { readonly x: Packed; readonly y: Packed }>>;
}

export const augmented: Augmented = JSON.parse(
  readFileSync(join(import.meta.dirname, "../fixtures/augmented.json"), "utf8"),
);

export function unpacked({ shape, data }: Packed): Tensor {
  const bytes = new Uint8Array(Buffer.from(data, "base64"));
  return fromArray(new Float32Array(bytes.buffer), shape);
}

/** How many elements differ by more than `tolerance`; all of them where shapes do. */
export function differing(x: Tensor, packed: Packed, tolerance: number): number {
  const values = new Float32Array(new Uint8Array(Buffer.from(packed.data, "base64")).buffer);
  if (x.shape.join() !== packed.shape.join()) return Infinity;
  return x.data().reduce((count, value, i) => count + (Math.abs(value - (values[i] ?? NaN)) <= tolerance ? 0 : 1), 0);
}
