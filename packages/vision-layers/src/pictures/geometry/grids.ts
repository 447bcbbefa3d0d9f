import { concat, fromArray, ones, type Shape, tensor, type Tensor, where } from "@unfoldjs/tensor-core";
import { type Fill, fillOf } from "../arguments/checks.ts";
import { spatial } from "../resize/resize.ts";
import { gridSample } from "./grid-sample.ts";

/** Six numbers of a map of the plane: x ↦ a x + b y + c, y ↦ d x + e y + f. */
export type AffineMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Where each pixel of the result comes from, for a map of places counted from the middles of both pictures. @returns (1, rows, columns, 2) */
export function affineGrid(map: AffineMap, x: Tensor, rows: number, columns: number): Tensor {
  const [height, width] = spatial(x);
  const [a, b, c, d, e, f] = map;
  return gridOf(rows, columns, (column, row, places, at) => {
    const across = column - (columns - 1) / 2;
    const down = row - (rows - 1) / 2;
    places[at] = (a * across + b * down + c) / (width / 2);
    places[at + 1] = (d * across + e * down + f) / (height / 2);
  });
}

/** (1, rows, columns, 2) @param write puts x and y of a column and row to a place and the one behind it, without an array for each */
export function gridOf(
  rows: number,
  columns: number,
  write: (column: number, row: number, places: Float32Array, at: number) => void,
): Tensor {
  const values = new Float32Array(rows * columns * 2);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, at += 2) write(column, row, values, at);
  return fromArray(values, [1, rows, columns, 2]);
}

/** Pictures read at the places of one grid, with a colour where there is none: torchvision's `_apply_grid_transform`. */
export function sampled(
  op: string,
  x: Tensor,
  grid: Tensor,
  mode: "bilinear" | "nearest",
  fill: Fill | undefined,
): Tensor {
  const [height, width] = spatial(x);
  const channels = x.shape.at(-3) ?? 1;
  const planes: Tensor = x.reshape([-1, channels, height, width]);
  const batch = planes.shape[0] ?? 1;
  const [, rows = 0, columns = 0] = grid.shape;
  const shape = [...x.shape.slice(0, -2), rows, columns];
  const places = grid.expand([batch, rows, columns, 2]);
  if (fill === undefined) return gridSample(planes, places, { mode }).reshape(shape);
  const colour: Tensor = tensor(fillOf(op, fill, channels).slice()).reshape([1, channels, 1, 1]);
  // What is seen of the picture at each place, as one channel more.
  const both = gridSample(concat([planes, ones([batch, 1, height, width])], 1), places, { mode });
  const [picture, seen] = [both.slice(1, 0, channels), both.slice(1, channels)];
  const whole: Tensor =
    mode === "nearest"
      ? where<"f32", Shape, Shape, Shape>(seen.less(0.5), colour, picture)
      : picture.sub<Shape, Shape>(colour).mul<Shape, Shape>(seen).add<Shape, Shape>(colour);
  return whole.reshape(shape);
}
