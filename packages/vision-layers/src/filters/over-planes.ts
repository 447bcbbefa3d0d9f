import {
  assertTensor,
  conv2d,
  convolutionOf,
  type ConvolutionOptions,
  oneOf,
  type OptionChecks,
  pad,
  ShapeError,
  type Tensor,
  checkedLater,
} from "@unfoldjs/tensor-core";
import type { PaddingMode } from "../layers/convolution-over.ts";

/** How a filter goes on at the border of a picture. */
export interface BorderOptions {
  /** As `conv2d` takes it: "same" gives a result of the picture's size, "valid" one of whole windows only. Default "same". */
  readonly padding?: ConvolutionOptions["padding"];
  /** What stands there. Default "replicate", the border's own pixels: beside zeros the border itself would be an edge. */
  readonly paddingMode?: PaddingMode;
}

export const BORDER: OptionChecks<BorderOptions> = {
  padding: checkedLater,
  paddingMode: /* @__PURE__ */ oneOf("zeros", "reflect", "replicate", "circular"),
};

/**
 * Each kernel laid on each plane by itself.
 * @param image (…, height, width) @param kernels (kernels, rows, columns) @returns (planes, kernels, rows, columns)
 */
export function overPlanes(op: string, image: Tensor, kernels: Tensor, options: BorderOptions): Tensor {
  const [height = 0, width = 0] = image.shape.slice(-2);
  const weight = kernels.unsqueeze(1);
  const { padding = "same", paddingMode = "replicate" } = options;
  const worked = convolutionOf(op, weight.shape, { padding });
  const planes = image.reshape([-1, 1, height, width]);
  if (paddingMode === "zeros") return conv2d(planes, weight, undefined, worked);
  const [top, left, bottom, right] = worked.padding;
  const framed = pad(
    planes,
    [
      [top, bottom],
      [left, right],
    ],
    { mode: paddingMode },
  );
  return conv2d(framed, weight, undefined, { ...worked, padding: 0 });
}

/** @throws ShapeError unless x is a picture, one with channels or a batch of those */
export function assertImage(op: string, x: unknown): asserts x is Tensor {
  assertTensor(op, "image", x);
  if (x.rank >= 2 && x.rank <= 4) return;
  throw new ShapeError(
    op,
    { image: x.shape },
    "an image is (height, width), (channels, height, width) or (batch, channels, height, width)",
  );
}
