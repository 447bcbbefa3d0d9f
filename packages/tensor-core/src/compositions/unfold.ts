import { checkedLater, checkOptions, type OptionChecks } from "../arguments/options.ts";
import { fromArray } from "../create/create.ts";
import { ShapeError } from "../errors/index.ts";
import { unbatched } from "../ops/convolution/unbatched.ts";
import { assertImages, sizesOf, windowCount } from "../ops/convolution/windows.ts";
import { indexAdd, indexSelect } from "../ops/gather/index-select.ts";
import { permute, reshape, sliceSpans } from "../ops/view/view.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../types/shape.ts";
import type { Pair, Sizes2d } from "../types/spatial.ts";
import { pad } from "./pad.ts";

/** How windows slide over an image. */
export interface UnfoldOptions {
  /** Default 1. */
  readonly dilation?: Pair;
  /** Zeros on both sides. Default 0. */
  readonly padding?: Pair;
  /** Default 1. */
  readonly stride?: Pair;
}

const OPTIONS: OptionChecks<UnfoldOptions> = { dilation: checkedLater, padding: checkedLater, stride: checkedLater };

/**
 * Each window of an image as a column, as PyTorch's `F.unfold` (im2col): with them a convolution is a product of matrices,
 * `weight.flatten(1).matmul(unfold(x, kernel))`.
 *
 * @param x (batch, channels, height, width), or (channels, height, width): then the result has no batch axis either
 * @returns (batch, channels · kernel rows · kernel columns, windows), windows row by row
 * @throws ShapeError if no window fits, ValueError on options
 */
export function unfold(x: Tensor, kernelSize: Pair, options: UnfoldOptions = {}): Tensor {
  assertTensor("unfold", "x", x);
  if (x.rank === 3) return unbatched("unfold", x, unfold, kernelSize, options);
  assertImages("unfold", x.shape, 2);
  const over = slidingOf("unfold", x.shape, kernelSize, options);
  const [batch = 0, channels = 0] = x.shape;
  const [rows, columns] = over.count;
  return composed("unfold", () => {
    const [down, across] = over.padding;
    const padded = down + across === 0 ? x : pad(x, [[down, down] as const, [across, across] as const]);
    const [vertical, horizontal] = placesOf(over);
    const taken = indexSelect(indexSelect(padded, 2, vertical), 3, horizontal);
    const apart = reshape(taken, [batch, channels, over.kernel[0], rows, over.kernel[1], columns] as Shape);
    const columnsLast = permute(apart, [0, 1, 2, 4, 3, 5] as Shape);
    return reshape(columnsLast, [batch, channels * over.kernel[0] * over.kernel[1], rows * columns] as Shape);
  });
}

/**
 * The sum of windows laid where `unfold` took them from, as PyTorch's `F.fold` (col2im): `unfold`'s transpose, not its inverse,
 * since what lies in several windows is added up.
 *
 * @param x (batch, channels · kernel rows · kernel columns, windows), or without the batch axis, which the result then lacks too
 * @param outputSize height and width of the image @returns (batch, channels, height, width)
 * @throws ShapeError if an image of that size has other windows, ValueError on options
 */
export function fold(x: Tensor, outputSize: Pair, kernelSize: Pair, options: UnfoldOptions = {}): Tensor {
  assertTensor("fold", "x", x);
  if (x.rank === 2) return unbatched("fold", x, fold, outputSize, kernelSize, options);
  if (x.rank !== 3) throw new ShapeError("fold", { x: x.shape }, "x must be (batch, channels · kernel, windows)");
  const [height, width] = sizesOf("fold", "outputSize", outputSize, 1, 2);
  const [batch = 0, values = 0, windows] = x.shape;
  const over = slidingOf("fold", [batch, values, height, width], kernelSize, options);
  const [kernelRows, kernelColumns] = over.kernel;
  const [rows, columns] = over.count;
  const channels = values / (kernelRows * kernelColumns);
  if (!Number.isInteger(channels) || windows !== rows * columns) {
    throw new ShapeError(
      "fold",
      { x: x.shape, outputSize: [height, width], kernelSize: over.kernel },
      `x must have a multiple of ${kernelRows * kernelColumns} rows and ${rows} · ${columns} = ${rows * columns} windows`,
    );
  }
  return composed("fold", () => {
    const [down, across] = over.padding;
    const apart = reshape(x, [batch, channels, kernelRows, kernelColumns, rows, columns] as Shape);
    const taken = permute(apart, [0, 1, 2, 4, 3, 5] as Shape);
    const flat = reshape(taken, [batch, channels, kernelRows * rows, kernelColumns * columns] as Shape);
    const [vertical, horizontal] = placesOf(over);
    const wide = indexAdd(flat, 3, horizontal, width + 2 * across);
    const whole = indexAdd(wide, 2, vertical, height + 2 * down);
    if (down + across === 0) return whole;
    return sliceSpans(whole, [
      { axis: 2, start: down, stop: down + height, step: 1 },
      { axis: 3, start: across, stop: across + width, step: 1 },
    ]);
  });
}

interface Sliding {
  readonly kernel: Sizes2d;
  readonly padding: Sizes2d;
  readonly stride: Sizes2d;
  readonly dilation: Sizes2d;
  /** Windows along each axis. */
  readonly count: readonly [number, number];
}

function slidingOf(op: string, images: Shape, kernelSize: Pair, options: UnfoldOptions): Sliding {
  checkOptions(op, options, OPTIONS);
  const { padding: around = 0, stride: distance = 1, dilation: spacing = 1 } = options;
  const kernel = sizesOf(op, "kernelSize", kernelSize, 1, 2);
  const padding = sizesOf(op, "padding", around, 0, 2);
  const stride = sizesOf(op, "stride", distance, 1, 2);
  const dilation = sizesOf(op, "dilation", spacing, 1, 2);
  const along = (axis: 0 | 1): number =>
    windowCount(op, images, axis, {
      kernel: kernel[axis],
      stride: stride[axis],
      padding: [padding[axis], padding[axis]],
      dilation: dilation[axis],
    });
  return { kernel, padding, stride, dilation, count: [along(0), along(1)] };
}

/** For each element of the kernel and then each window, which row and which column of the padded image it sees. */
function placesOf({ kernel, stride, dilation, count }: Sliding): [Tensor<[number], "i32">, Tensor<[number], "i32">] {
  const along = (axis: 0 | 1): Tensor<[number], "i32"> => {
    const windows = count[axis];
    const place = (_: unknown, at: number): number =>
      Math.floor(at / windows) * dilation[axis] + (at % windows) * stride[axis];
    return fromArray(Int32Array.from({ length: kernel[axis] * windows }, place));
  };
  return [along(0), along(1)];
}
