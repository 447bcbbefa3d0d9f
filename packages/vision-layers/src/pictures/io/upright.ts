import type { Orientation } from "../header/exif.ts";
import type { Picture } from "../picture/picture.ts";

/** For each orientation: whether rows become columns, and then whether these run to the left, and rows upwards. */
const TURNS: Readonly<Record<Orientation, readonly [transposed: boolean, left: boolean, up: boolean]>> = {
  1: [false, false, false],
  2: [false, true, false],
  3: [false, true, true],
  4: [false, false, true],
  5: [true, false, false],
  6: [true, true, false],
  7: [true, true, true],
  8: [true, false, true],
};

/** A picture as it stands upright. @param picture as it lies in its file */
export function upright(picture: Picture, orientation: Orientation): Picture {
  if (orientation === 1) return picture;
  const [transposed, left, up] = TURNS[orientation];
  const { channels, data: source } = picture;
  const [height, width] = transposed ? [picture.width, picture.height] : [picture.height, picture.width];
  const data = new Uint8Array(source.length);
  for (let y = 0, at = 0; y < height; y++) {
    const row = up ? height - 1 - y : y;
    for (let x = 0; x < width; x++) {
      const column = left ? width - 1 - x : x;
      const from = channels * (transposed ? column * picture.width + row : row * picture.width + column);
      for (let c = 0; c < channels; c++) data[at++] = source[from + c] ?? 0;
    }
  }
  return { height, width, channels, data };
}
