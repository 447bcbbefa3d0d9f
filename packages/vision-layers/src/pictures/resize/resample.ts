import type { Picture } from "../picture/picture.ts";
import type { ResizeFilter } from "./filters.ts";
import { nearestOf, type Window, windowsOf } from "./windows.ts";

/** Bits behind the point of a weight: 32 less 8 of a byte and 2 to spare, as PIL has it. */
const BITS = 22;

/** A picture of another size, byte for byte as PIL's `Image.resize`. */
export function resampled(picture: Picture, height: number, width: number, filter: ResizeFilter): Picture {
  if (filter === "nearest") return nearest(picture, height, width);
  if (picture.height === height && picture.width === width) return { ...picture, data: picture.data.slice() };
  // Under alpha 0 there may be any colour: what is mixed are colours times alpha.
  const source = picture.channels === 4 ? multiplied(picture) : picture;
  const across = (each: Picture): Picture =>
    each.width === width ? each : alongRows(each, windowsOf(filter, each.width, width));
  const down = (each: Picture): Picture =>
    each.height === height ? each : alongColumns(each, windowsOf(filter, each.height, height));
  // Each pass rounds, so their order shows. It is Pillow 13's; before that rows always came first.
  const [shorter, narrower] = [source.height - height, source.width - width];
  const whole = shorter > 0 && shorter > 2 * narrower ? across(down(source)) : down(across(source));
  return picture.channels === 4 ? divided(whole) : whole;
}

function nearest({ height: rows, width: columns, channels, data }: Picture, height: number, width: number): Picture {
  const [down, across] = [nearestOf(rows, height), nearestOf(columns, width)];
  const out = new Uint8Array(height * width * channels);
  let at = 0;
  for (const y of down) {
    for (const x of across) {
      const from = (y * columns + x) * channels;
      for (let c = 0; c < channels; c++) out[at++] = data[from + c] ?? 0;
    }
  }
  return { height, width, channels, data: out };
}

function alongRows({ height, width, channels, data }: Picture, windows: readonly Window[]): Picture {
  const out = new Uint8Array(height * windows.length * channels);
  for (const [x, window] of windows.entries()) {
    const weights = fixedPoint(window.weights);
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < channels; c++) {
        let sum = 1 << (BITS - 1);
        let from = (y * width + window.first) * channels + c;
        for (let tap = 0; tap < weights.length; tap++, from += channels) sum += (data[from] ?? 0) * (weights[tap] ?? 0);
        out[(y * windows.length + x) * channels + c] = byteOf(sum);
      }
    }
  }
  return { height, width: windows.length, channels, data: out };
}

function alongColumns({ width, channels, data }: Picture, windows: readonly Window[]): Picture {
  const length = width * channels;
  const out = new Uint8Array(windows.length * length);
  for (const [y, window] of windows.entries()) {
    const weights = fixedPoint(window.weights);
    for (let i = 0; i < length; i++) {
      let sum = 1 << (BITS - 1);
      let from = window.first * length + i;
      for (let tap = 0; tap < weights.length; tap++, from += length) sum += (data[from] ?? 0) * (weights[tap] ?? 0);
      out[y * length + i] = byteOf(sum);
    }
  }
  return { height: windows.length, width, channels, data: out };
}

/** Rounded away from 0 at halves. */
function fixedPoint(weights: readonly number[]): Int32Array {
  return Int32Array.from(weights, (weight) => Math.trunc(weight * 2 ** BITS + (weight < 0 ? -0.5 : 0.5)));
}

function byteOf(sum: number): number {
  const value = sum >> BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function multiplied(picture: Picture): Picture {
  const data = picture.data.slice();
  for (let pixel = 0; pixel < data.length; pixel += 4) {
    const alpha = data[pixel + 3] ?? 0;
    for (let c = pixel; c < pixel + 3; c++) {
      const product = (data[c] ?? 0) * alpha + 128;
      data[c] = ((product >> 8) + product) >> 8; // product / 255, rounded
    }
  }
  return { ...picture, data };
}

function divided(picture: Picture): Picture {
  const { data } = picture;
  for (let pixel = 0; pixel < data.length; pixel += 4) {
    const alpha = data[pixel + 3] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = pixel; c < pixel + 3; c++) data[c] = Math.min(255, Math.floor((255 * (data[c] ?? 0)) / alpha));
  }
  return picture;
}
