import { fromArray, scope, type Tensor } from "@unfoldjs/tensor-core";
import type { Cell } from "../../look/cell.ts";
import { SIDE } from "./centre.ts";
import type { DigitNet } from "./network.ts";
import type { NetworkNumber } from "./network-number.ts";

/** What one map of the layer before adds to a number. Row by row. */
export interface OriginChannel {
  readonly patch: Float32Array;
  readonly kernel: Float32Array;
  readonly products: Float32Array;
  readonly sum: number;
  /**
   * Which square of the layer before each of the patch came from: of the four that were pooled, the largest. Undefined
   * outside of the map, and in the first layer, which reads the picture.
   */
  readonly sources: readonly (NetworkNumber | undefined)[];
}

/** Where a number of the network comes from. */
export interface Origin {
  readonly number: NetworkNumber;
  readonly channels: readonly OriginChannel[];
  /** Of each patch. */
  readonly rows: number;
  readonly columns: number;
  readonly bias: number;
  /** As the layer computed it: all products and the bias. */
  readonly sum: number;
}

/** A layer's maps: (maps, side, side). */
interface Maps {
  readonly values: Float32Array;
  readonly side: number;
}

/** Takes apart how the network comes to one of its numbers for a picture. (28, 28) @returns undefined if it has no such number */
export function originOf(model: DigitNet, picture: Float32Array, number: NetworkNumber): Origin | undefined {
  const { layer, map, row, column } = number;
  return scope(() => {
    model.eval();
    const images = fromArray(picture, [1, 1, SIDE, SIDE]);
    const sums = sumsOf(model, images);
    const [strokes, shapes] = sums.map(positive);
    const sum = sums[layer - 1]?.[placeIn(map, row, column, sideOf(layer))];
    if (sum === undefined || strokes === undefined || shapes === undefined) return undefined;
    const module = [model.conv1, model.conv2, model.output][layer - 1] ?? model.output;
    const weights = module.weight.at(map).data();
    const bias = module.bias?.data()[map] ?? 0;
    if (layer === 1) {
      const input = { values: picture, side: SIDE };
      return { number, ...windowAt(input, weights, model.conv1.kernelSize[0], number), bias, sum };
    }
    const before = layer === 2 ? { values: strokes, side: SIDE } : { values: shapes, side: SIDE / 2 };
    const { pooled, sources } = poolOf(before, layer === 2 ? 1 : 2);
    // The last layer's patches are whole maps: their middle lies under its window's.
    const size = layer === 2 ? model.conv2.kernelSize[0] : pooled.side;
    const middle = layer === 2 ? number : { row: (size - 1) / 2, column: (size - 1) / 2 };
    return { number, ...windowAt(pooled, weights, size, middle, sources), bias, sum };
  });
}

/** What each layer computes, before its ReLU or softmax. */
function sumsOf(model: DigitNet, images: Tensor): readonly Float32Array[] {
  const sums: Float32Array[] = [];
  const unhook = [model.conv1, model.conv2, model.output].map((layer) =>
    layer.onForward(({ output }) => sums.push((output as Tensor).data())),
  );
  model.forward(images);
  for (const remove of unhook) remove();
  return sums;
}

function positive(values: Float32Array): Float32Array {
  return values.map((x) => Math.max(0, x));
}

function sideOf(layer: NetworkNumber["layer"]): number {
  return { 1: SIDE, 2: SIDE / 2, 3: 1 }[layer];
}

function placeIn(map: number, row: number, column: number, side: number): number {
  return (map * side + row) * side + column;
}

/** 2 × 2 maximum of each map, and where each was found. */
function poolOf({ values, side }: Maps, layer: 1 | 2): { pooled: Maps; sources: readonly NetworkNumber[] } {
  const half = side / 2;
  const sources = Array.from({ length: values.length / 4 }, (_, i): NetworkNumber => {
    const map = Math.floor(i / half ** 2);
    const [row, column] = [2 * (Math.floor(i / half) % half), 2 * (i % half)];
    const four = [0, 1].flatMap((down) => [0, 1].map((right) => ({ row: row + down, column: column + right })));
    const best = four.reduce((a, b) =>
      (values[placeIn(map, b.row, b.column, side)] ?? 0) > (values[placeIn(map, a.row, a.column, side)] ?? 0) ? b : a,
    );
    return { layer, map, ...best };
  });
  const pooled = Float32Array.from(sources, ({ map, row, column }) => values[placeIn(map, row, column, side)] ?? 0);
  return { pooled: { values: pooled, side: half }, sources };
}

/** A window of all maps around a square, times the weights laid on it. @param weights (maps, size, size) */
function windowAt(
  { values, side }: Maps,
  weights: Float32Array,
  size: number,
  middle: Cell,
  sources: readonly NetworkNumber[] = [],
): Pick<Origin, "channels" | "rows" | "columns"> {
  const reach = (size - 1) / 2;
  const squares = Array.from({ length: size * size }, (_, i) => ({
    row: middle.row - reach + Math.floor(i / size),
    column: middle.column - reach + (i % size),
  }));
  const isInside = ({ row, column }: Cell): boolean => row >= 0 && column >= 0 && row < side && column < side;
  const channels = Array.from({ length: weights.length / size ** 2 }, (_, map) => {
    const places = squares.map((at) => (isInside(at) ? placeIn(map, at.row, at.column, side) : -1));
    const patch = Float32Array.from(places, (place) => values[place] ?? 0);
    const kernel = weights.slice(map * size ** 2, (map + 1) * size ** 2);
    const products = patch.map((x, i) => x * (kernel[i] ?? 0));
    const sum = products.reduce((total, product) => total + product, 0);
    return { patch, kernel, products, sum, sources: places.map((place) => sources[place]) };
  });
  return { channels, rows: size, columns: size };
}
