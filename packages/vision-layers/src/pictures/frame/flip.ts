import type { Tensor } from "@unfoldjs/tensor-core";
import type { Picture } from "../picture/picture.ts";
import { isOfBytes } from "../picture/tensors.ts";
import { upright } from "../io/upright.ts";

/** The picture mirrored from left to right. @param x a picture, or f32 (…, channels, height, width) */
export function horizontalFlip(x: Picture): Picture;
export function horizontalFlip(x: Tensor): Tensor;
export function horizontalFlip<X extends Picture | Tensor>(x: X): X;
export function horizontalFlip(x: Picture | Tensor): Picture | Tensor {
  return isOfBytes("horizontalFlip", "x", x) ? upright(x, 2) : x.flip(-1);
}

/** The picture upside down, mirrored. @param x a picture, or f32 (…, channels, height, width) */
export function verticalFlip(x: Picture): Picture;
export function verticalFlip(x: Tensor): Tensor;
export function verticalFlip<X extends Picture | Tensor>(x: X): X;
export function verticalFlip(x: Picture | Tensor): Picture | Tensor {
  return isOfBytes("verticalFlip", "x", x) ? upright(x, 4) : x.flip(-2);
}
