import {
  cast,
  conv2d,
  convolve2d,
  correlate2d,
  fromArray,
  pad,
  range,
  scope,
  type Tensor,
} from "@unfoldjs/tensor-core";
import type { Cell } from "../../look/cell.ts";
import { type Kernel, SIDE } from "./kernels.ts";
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

/** What is done to a picture. */
export interface Operation {
  readonly kernel: Kernel;
  readonly mode: "correlation" | "convolution";
  readonly padding: "valid" | "same";
}

/** What comes out. */
export interface Filtered {
  /** (rows, columns) */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly least: number;
  readonly most: number;
  /** Where the value farthest from 0 is. */
  readonly strongest: Cell;
}

/** Where one number comes from. Values of a plane stand row by row; a channel has nine. */
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

/** How many zeros "same" puts around a picture. */
const MARGIN = (SIDE - 1) / 2;

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

export function filter(picture: Picture, { kernel, mode, padding }: Operation): Filtered {
  return scope(() => {
    const lay = mode === "convolution" ? convolve2d : correlate2d;
    const y = lay(planeOf(picture), fromArray(kernel, [SIDE, SIDE]), { padding });
    const [rows = 0, columns = 0] = y.shape;
    const strongest = y.abs().flatten().argmax().item();
    return {
      values: y.data(),
      rows,
      columns,
      least: y.min().item(),
      most: y.max().item(),
      strongest: { row: Math.floor(strongest / columns), column: strongest % columns },
    };
  });
}

/** Where the number at `at` of the output comes from. */
export function explain(picture: Picture, { kernel, mode, padding }: Operation, at: Cell): Explanation {
  return scope(() => {
    const margin = padding === "same" ? MARGIN : 0;
    const margins = [margin, margin] as const;
    const written = fromArray(kernel, [1, SIDE, SIDE]);
    const laid = mode === "convolution" ? written.flip([1, 2]) : written;
    return explainWindow(pad(planeOf(picture), [margins, margins]).unsqueeze(0), laid, at);
  });
}

/**
 * Where a number of a convolution of several channels comes from.
 * @param x (channels, rows, columns) @param weights (channels, 3, 3) as they are laid on it
 */
export function explainWindow(x: Tensor, weights: Tensor, { row, column }: Cell): Explanation {
  return scope(() => {
    const patch = x.at(range(), range(row, row + SIDE), range(column, column + SIDE));
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

function planeOf({ values, rows, columns }: Picture): Tensor {
  return fromArray(values, [rows, columns]);
}
