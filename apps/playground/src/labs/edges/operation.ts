import {
  atan2,
  cast,
  conv2d,
  convolve2d,
  correlate2d,
  fromArray,
  pad,
  range,
  scope,
  type Tensor,
  where,
} from "@unfoldjs/tensor-core";
import type { Cell } from "../../look/cell.ts";
import { GRADIENT_KERNELS, LEAST_STRENGTH } from "./gradient.ts";
import { keepsBrightness, type Kernel, sideOf } from "./kernels.ts";
import type { Pixels } from "./pixels.ts";

/** A picture of one channel. */
export interface Picture {
  /** (rows, columns), 0 … white */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** What white is. */
  readonly white: number;
}

/** What is seen of a picture: what one kernel makes of it, or of its gradient, by two of Sobel's, how steep it is or where it points. */
export type Measure = "kernel" | "strength" | "direction";

/** What is done to a picture. */
export interface Operation {
  readonly measure: Measure;
  readonly kernel: Kernel;
  readonly mode: "correlation" | "convolution";
  readonly padding: "valid" | "same";
}

/** What a result's numbers are: slopes around zero, greys as the picture's, or strength and direction of a gradient. */
export type Kind = "signed" | "picture" | "strength" | "direction";

/** What comes out. */
export interface Filtered {
  readonly kind: Kind;
  /** (rows, columns); of a direction degrees, and NaN where the picture is too flat to have one */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly least: number;
  readonly most: number;
  /** Where the value farthest from 0 is; of a direction, where the picture is steepest. */
  readonly strongest: Cell;
}

/** Where one number of a convolution comes from. Values of a plane stand row by row. */
export interface Explanation {
  readonly channels: readonly ExplainedChannel[];
  /** All products together: the number. */
  readonly sum: number;
}

export interface ExplainedChannel {
  /** What lies under the window. */
  readonly patch: Float32Array;
  /** The weights as they are laid on it. */
  readonly kernel: Float32Array;
  readonly products: Float32Array;
  readonly sum: number;
}

/** Where one number of the result comes from. */
export interface Explained {
  /** One of the kernel; of a gradient that across and that down. */
  readonly parts: readonly Explanation[];
  /** Of a gradient. */
  readonly gradient?: { readonly strength: number; readonly degrees: number };
}

/** Luma of Rec. ITU-R BT.709: what red, green and blue add to how bright a pixel looks; opacity adds nothing. */
const LUMA = [0.2126, 0.7152, 0.0722, 0];

/** Greys of a coloured picture: whole numbers from 0 to 255. */
export function grey({ bytes, width, height }: Pixels): Picture {
  const values = scope(() => {
    const pixels = cast(fromArray(bytes, [width * height, LUMA.length]), "f32");
    return pixels
      .matmul(fromArray(LUMA, [LUMA.length, 1]))
      .round()
      .data();
  });
  return { values, rows: height, columns: width, white: 255 };
}

/** @throws ShapeError if the kernel does not fit into the picture, nor into its padding */
export function filter(picture: Picture, operation: Operation): Filtered {
  return scope(() => {
    const { measure } = operation;
    const x = planeOf(picture);
    const slopes = measure === "kernel" ? undefined : slopesOf(x, operation.padding);
    const y = slopes === undefined ? laid(x, operation) : strengthOf(slopes);
    const [rows = 0, columns = 0] = y.shape;
    const strongest = y.abs().flatten().argmax().item();
    const [least, most] = [y.min().item(), y.max().item()];
    const shown =
      slopes === undefined || measure !== "direction"
        ? y
        : where(y.lessEqual(LEAST_STRENGTH * most), fromArray([NaN], []), degreesOf(slopes));
    return {
      kind: kindOf(operation),
      values: shown.data(),
      rows,
      columns,
      least,
      most,
      strongest: { row: Math.floor(strongest / columns), column: strongest % columns },
    };
  });
}

function kindOf({ measure, kernel }: Operation): Kind {
  if (measure !== "kernel") return measure;
  return keepsBrightness(kernel) ? "picture" : "signed";
}

function laid(x: Tensor, { kernel, mode, padding }: Pick<Operation, "kernel" | "mode" | "padding">): Tensor {
  const lay = mode === "convolution" ? convolve2d : correlate2d;
  return lay(x, squareOf(kernel), { padding });
}

interface Slopes {
  /** How much brighter the left is. */
  readonly across: Tensor;
  /** How much brighter the upper side is. */
  readonly down: Tensor;
}

function slopesOf(x: Tensor, padding: Operation["padding"]): Slopes {
  const [across, down] = GRADIENT_KERNELS.map((kernel) => correlate2d(x, squareOf(kernel), { padding }));
  if (across === undefined || down === undefined) throw new Error("a gradient has two parts");
  return { across, down };
}

function strengthOf({ across, down }: Slopes): Tensor {
  return across.square().add(down.square()).sqrt();
}

/** Where it gets brighter: 0 to the right, 90 upwards, as angles are counted in mathematics. */
function degreesOf({ across, down }: Slopes): Tensor {
  return atan2(down, across.neg()).mul(180 / Math.PI);
}

/** Where the number at `at` of the output comes from. */
export function explain(picture: Picture, operation: Operation, at: Cell): Explained {
  return scope(() => {
    const { measure, kernel, mode, padding } = operation;
    const isOne = measure === "kernel";
    const margin = padding === "same" ? (sideOf(isOne ? kernel : GRADIENT_KERNELS[0]) - 1) / 2 : 0;
    const x = pad(planeOf(picture), [
      [margin, margin],
      [margin, margin],
    ]).unsqueeze(0);
    const written = (isOne ? [kernel] : GRADIENT_KERNELS).map((weights) => squareOf(weights).unsqueeze(0));
    const parts = written.map((weights) =>
      explainWindow(x, isOne && mode === "convolution" ? weights.flip([1, 2]) : weights, at),
    );
    if (isOne) return { parts };
    const [across, down] = parts.map(({ sum }) => fromArray([sum], []));
    if (across === undefined || down === undefined) throw new Error("a gradient has two parts");
    const slopes = { across, down };
    return { parts, gradient: { strength: strengthOf(slopes).item(), degrees: degreesOf(slopes).item() } };
  });
}

/**
 * Where a number of a convolution of several channels comes from.
 * @param x (channels, rows, columns) @param weights (channels, side, side) as they are laid on it
 */
export function explainWindow(x: Tensor, weights: Tensor, { row, column }: Cell): Explanation {
  return scope(() => {
    const [, side = 0] = weights.shape;
    return explainPatch(x.at(range(), range(row, row + side), range(column, column + side)), weights);
  });
}

/** What a window comes to. @param patch (channels, side, side) what lies under it @param weights as they are laid on it */
export function explainPatch(patch: Tensor, weights: Tensor): Explanation {
  return scope(() => {
    const products = patch.mul(weights);
    const sums = products.sum([1, 2]).data();
    const channels = Array.from(sums, (sum, channel) => ({
      patch: patch.at(channel).data(),
      kernel: weights.at(channel).data(),
      products: products.at(channel).data(),
      sum,
    }));
    return { channels, sum: conv2d(patch.unsqueeze(0), weights.unsqueeze(0)).item() };
  });
}

function squareOf(kernel: Kernel): Tensor {
  return fromArray(kernel, [sideOf(kernel), sideOf(kernel)]);
}

function planeOf({ values, rows, columns }: Picture): Tensor {
  return fromArray(values, [rows, columns]);
}
