import type { Tensor } from "@unfoldjs/tensor-core";
import { PNG } from "pngjs";

const PIXEL = 24; // a weight's square
const GAP = 8;
const PER_LINE = 6;
const BACKGROUND = [255, 255, 255] as const;
/** Ends of the scale: ColorBrewer's RdBu, for the largest magnitude below and above 0. */
const NEGATIVE = [33, 102, 172] as const;
const POSITIVE = [178, 24, 43] as const;

/**
 * A convolution's filters as a picture: white is 0, red positive, blue negative, each filter to its own scale.
 * @param filters (out, in, height, width); one square for each pair of channels
 */
export function filtersToPng(filters: Tensor): Uint8Array {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = filters.shape;
  const weights = filters.data();
  const count = outputs * inputs;
  const columns = Math.min(PER_LINE, count);
  const [tileHeight, tileWidth] = [height * PIXEL + GAP, width * PIXEL + GAP];
  const png = new PNG({ width: columns * tileWidth + GAP, height: Math.ceil(count / columns) * tileHeight + GAP });
  paint(png, 0, 0, png.width, png.height, BACKGROUND);
  for (let filter = 0; filter < count; filter++) {
    const values = weights.subarray(filter * height * width, (filter + 1) * height * width);
    const scale = Math.max(...values.map(Math.abs)) || 1;
    const [left, top] = [GAP + (filter % columns) * tileWidth, GAP + Math.floor(filter / columns) * tileHeight];
    values.forEach((value, at) => {
      const [x, y] = [left + (at % width) * PIXEL, top + Math.floor(at / width) * PIXEL];
      paint(png, x, y, PIXEL, PIXEL, colourOf(value / scale));
    });
  }
  return PNG.sync.write(png, { colorType: 2, inputHasAlpha: true });
}

/** A colour on the scale, for −1 … 1. */
function colourOf(value: number): readonly number[] {
  const end = value < 0 ? NEGATIVE : POSITIVE;
  return end.map((channel) => Math.round(255 + Math.abs(value) * (channel - 255)));
}

function paint(png: PNG, left: number, top: number, width: number, height: number, colour: readonly number[]): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) png.data.set([...colour, 255], 4 * (y * png.width + x));
  }
}
