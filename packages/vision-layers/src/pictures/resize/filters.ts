import { sineOfTurns } from "./sine.ts";

/** What a pixel of the result is made of, as PIL names and has them. */
export type ResizeFilter = "nearest" | "box" | "bilinear" | "hamming" | "bicubic" | "lanczos";

/** A kernel, and how far it reaches. */
interface Kernel {
  readonly reach: number;
  readonly at: (x: number) => number;
}

/** Of all but the nearest pixel. */
export const KERNELS: Readonly<Record<Exclude<ResizeFilter, "nearest">, Kernel>> = {
  box: { reach: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { reach: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { reach: 1, at: hamming },
  bicubic: { reach: 2, at: bicubic },
  lanczos: { reach: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function hamming(x: number): number {
  const distance = Math.abs(x);
  if (distance === 0) return 1;
  return distance >= 1 ? 0 : sinc(distance) * (0.54 + 0.46 * sineOfTurns(distance / 2 + 0.25));
}

/** Keys 1981, eq. 4, with a = −1/2. */
function bicubic(x: number): number {
  const distance = Math.abs(x);
  if (distance < 1) return ((-0.5 + 2) * distance - (-0.5 + 3)) * distance * distance + 1;
  return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * -0.5 : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : sineOfTurns(x / 2) / (x * Math.PI);
}
