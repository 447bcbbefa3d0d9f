import { assertWhole } from "../arguments/checks.ts";
import { ShapeError } from "../errors/index.ts";
import { permute, reshape } from "../ops/view/view.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../types/shape.ts";

/**
 * Channels laid out as pixels (Shi et al. 2016, eq. 4), as PyTorch's `pixel_shuffle`:
 * y[…, c, i·r + u, j·r + v] = x[…, c·r² + u·r + v, i, j] for r = `upscaleFactor`.
 *
 * @param x (…, channels · r², height, width) @returns (…, channels, height · r, width · r)
 * @throws ShapeError unless r² divides the channels, ValueError unless r is a whole number from 1 up
 */
export function pixelShuffle(x: Tensor, upscaleFactor: number): Tensor {
  const [leading, channels, height, width] = picturesOf("pixelShuffle", x, "upscaleFactor", upscaleFactor);
  const r = upscaleFactor;
  if (channels % r ** 2 !== 0) {
    throw new ShapeError("pixelShuffle", { x: x.shape, upscaleFactor }, `channels must be a multiple of ${r ** 2}`);
  }
  return composed("pixelShuffle", () => {
    const apart = reshape(x, [leading, channels / r ** 2, r, r, height, width] as Shape);
    const mixed = permute(apart, [0, 1, 4, 2, 5, 3] as Shape); // (leading, channels, height, r, width, r)
    return reshape(mixed, [...x.shape.slice(0, -3), channels / r ** 2, height * r, width * r] as Shape);
  });
}

/**
 * Pixels laid out as channels: what undoes `pixelShuffle`, as PyTorch's `pixel_unshuffle`.
 *
 * @param x (…, channels, height · r, width · r) for r = `downscaleFactor` @returns (…, channels · r², height, width)
 * @throws ShapeError unless r divides height and width, ValueError unless it is a whole number from 1 up
 */
export function pixelUnshuffle(x: Tensor, downscaleFactor: number): Tensor {
  const [leading, channels, height, width] = picturesOf("pixelUnshuffle", x, "downscaleFactor", downscaleFactor);
  const r = downscaleFactor;
  if (height % r !== 0 || width % r !== 0) {
    throw new ShapeError(
      "pixelUnshuffle",
      { x: x.shape, downscaleFactor },
      `height and width must be multiples of ${r}`,
    );
  }
  return composed("pixelUnshuffle", () => {
    const apart = reshape(x, [leading, channels, height / r, r, width / r, r] as Shape);
    const mixed = permute(apart, [0, 1, 3, 5, 2, 4] as Shape); // (leading, channels, r, r, height, width)
    return reshape(mixed, [...x.shape.slice(0, -3), channels * r ** 2, height / r, width / r] as Shape);
  });
}

/** The product of what stands before, and the last three axes. */
function picturesOf(
  op: string,
  x: Tensor,
  name: string,
  factor: number,
): [leading: number, channels: number, height: number, width: number] {
  assertTensor(op, "x", x);
  assertWhole(op, name, factor, 1);
  if (x.rank < 3) throw new ShapeError(op, { x: x.shape }, "x must be (…, channels, height, width)");
  const [channels = 0, height = 0, width = 0] = x.shape.slice(-3);
  return [x.shape.slice(0, -3).reduce((product, size) => product * size, 1), channels, height, width];
}
