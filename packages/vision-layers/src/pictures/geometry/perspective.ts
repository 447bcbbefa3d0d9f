import { checkOptions, type OptionChecks, type Tensor, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import { aFill, isNumbers } from "../arguments/checks.ts";
import { within } from "../colour/adjust.ts";
import { assertImages } from "../picture/tensors.ts";
import { spatial } from "../resize/resize.ts";
import type { SamplingOptions } from "./affine.ts";
import { gridOf, sampled } from "./grids.ts";
import { interpolationCheck } from "./options.ts";

/** Four corners as [x, y], in pixels. */
export type Corners = readonly (readonly [x: number, y: number])[];

const OPTIONS: OptionChecks<SamplingOptions> = { interpolation: interpolationCheck, fill: aFill };

/**
 * Pictures seen at a slant: what is at `startPoints` comes to `endPoints`, straight lines stay straight. torchvision's `perspective`.
 * @param x f32 (…, channels, height, width) @param startPoints four corners, [x, y] in pixels @param options "bilinear" if not said
 * @throws ShapeError, ValueError unless there are four corners of which no three are on a line
 */
export function perspective(
  x: Tensor,
  startPoints: Corners,
  endPoints: Corners,
  options: SamplingOptions = {},
): Tensor {
  const op = "perspective";
  assertImages(op, "x", x);
  assertCorners(op, "startPoints", startPoints);
  assertCorners(op, "endPoints", endPoints);
  checkOptions(op, options, OPTIONS);
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0] = coefficientsOf(op, startPoints, endPoints);
  const [height, width] = spatial(x);
  const { interpolation = "bilinear", fill } = options;
  return within(op, () => {
    const grid = gridOf(height, width, (column, row, places, at) => {
      const across = column + 0.5;
      const down = row + 0.5;
      const depth = g * across + h * down + 1;
      places[at] = (a * across + b * down + c) / (width / 2) / depth - 1;
      places[at + 1] = (d * across + e * down + f) / (height / 2) / depth - 1;
    });
    return sampled(op, x, grid, interpolation, fill);
  });
}

function assertCorners(op: string, name: string, value: unknown): asserts value is Corners {
  const isPoint = (each: unknown): boolean => isNumbers(each) && each.length === 2;
  if (Array.isArray(value) && value.length === 4 && Array.from(value as unknown[]).every(isPoint)) return;
  throw wrongArgument(op, name, value, "four corners, each [x, y] in pixels");
}

/** a … h of x′ = (a x + b y + c) / (g x + h y + 1), y′ = (d x + e y + f) / (g x + h y + 1): from where the four end points come. */
function coefficientsOf(op: string, start: Corners, end: Corners): readonly number[] {
  const rows = end.flatMap(([x, y], corner) => {
    const [toX, toY] = start[corner] ?? [0, 0];
    return [
      [x, y, 1, 0, 0, 0, -toX * x, -toX * y, toX],
      [0, 0, 0, x, y, 1, -toY * x, -toY * y, toY],
    ];
  });
  const solved = solve(rows);
  if (solved === undefined) {
    throw new ValueError(op, {}, "no three of the corners may lie on a line", "give the corners of a quadrangle");
  }
  return solved.map(Math.fround);
}

/** Gaussian elimination with the largest element as pivot. @param rows of a matrix, each with its right side at the end */
function solve(rows: number[][]): number[] | undefined {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const best = rows
      .slice(column)
      .reduce((most, row) => (magnitudeOf(row, column) > magnitudeOf(most, column) ? row : most));
    if (magnitudeOf(best, column) < 1e-9) return undefined;
    const place = rows.indexOf(best);
    const first = rows[column] ?? [];
    [rows[column], rows[place]] = [best, first];
    for (const row of rows) {
      if (row === best) continue;
      const factor = (row[column] ?? 0) / (best[column] ?? 1);
      for (let i = column; i <= size; i++) row[i] = (row[i] ?? 0) - factor * (best[i] ?? 0);
    }
  }
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1));
}

function magnitudeOf(row: readonly number[], column: number): number {
  return Math.abs(row[column] ?? 0);
}
