/** Side of MNIST's pictures, and of the box that its digits were scaled into, in pixels. */
export const SIDE = 28;
const BOX = 20;

/**
 * A drawing as MNIST's digits were made (LeCun, Cortes and Burges, "The MNIST database"): scaled to fit a box of 20 × 20
 * with its proportions kept, grey where a pixel is partly covered, and placed in 28 × 28 with its centre of mass in the middle.
 *
 * @param ink (size, size), 0 … 1 @returns (28, 28), 0 … 1; undefined if nothing was drawn
 */
export function centre(ink: Float32Array, size: number): Float32Array | undefined {
  const bounds = boundsOf(ink, size);
  if (bounds === undefined) return undefined;
  const { top, left, height, width } = bounds;
  const scale = BOX / Math.max(height, width);
  const rows = Math.max(1, Math.round(height * scale));
  const columns = Math.max(1, Math.round(width * scale));
  const small = new Float32Array(rows * columns);
  let [mass, massRow, massColumn] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const grey = meanOver(
        ink,
        size,
        top + (row * height) / rows,
        left + (column * width) / columns,
        height / rows,
        width / columns,
      );
      small[row * columns + column] = grey;
      mass += grey;
      massRow += grey * (row + 0.5);
      massColumn += grey * (column + 0.5);
    }
  }
  const place = (middle: number, length: number): number =>
    Math.min(SIDE - length, Math.max(0, Math.round(SIDE / 2 - middle / mass)));
  const [firstRow, firstColumn] = [place(massRow, rows), place(massColumn, columns)];
  const picture = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < rows; row++) {
    picture.set(small.subarray(row * columns, (row + 1) * columns), (firstRow + row) * SIDE + firstColumn);
  }
  return picture;
}

/** How far all that was drawn reaches, in pixels: the longer side of the box around it; 0 if nothing was drawn. */
export function extentOf(ink: Float32Array, size: number): number {
  const { height, width } = boundsOf(ink, size) ?? { height: 0, width: 0 };
  return Math.max(height, width);
}

interface Bounds {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

function boundsOf(ink: Float32Array, size: number): Bounds | undefined {
  let [top, left, bottom, right] = [size, size, -1, -1];
  ink.forEach((value, i) => {
    if (value < 0.05) return;
    const [row, column] = [Math.floor(i / size), i % size];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  });
  return bottom < 0 ? undefined : { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/** The mean of `ink` over a rectangle whose edges may lie within pixels. */
function meanOver(ink: Float32Array, size: number, top: number, left: number, height: number, width: number): number {
  let sum = 0;
  for (let row = Math.floor(top); row < Math.min(size, top + height); row++) {
    const tall = Math.min(row + 1, top + height) - Math.max(row, top);
    for (let column = Math.floor(left); column < Math.min(size, left + width); column++) {
      const wide = Math.min(column + 1, left + width) - Math.max(column, left);
      sum += tall * wide * (ink[row * size + column] ?? 0);
    }
  }
  return sum / (height * width);
}
