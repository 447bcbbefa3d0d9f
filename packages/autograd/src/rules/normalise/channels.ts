import type { Tensor } from "@unfoldjs/tensor-core";

/** (channels) as it broadcasts with `x`, (batch, channels, …). */
export function perChannel(values: Tensor, x: Tensor): Tensor {
  return values.reshape(x.shape.map((size, axis) => (axis === 1 ? size : 1)));
}

/** x · weight + bias of each channel, as far as they are there. */
export function affine(x: Tensor, weight: Tensor | undefined, bias: Tensor | undefined): Tensor {
  const scaled = weight === undefined ? x : x.mul(perChannel(weight, x));
  return bias === undefined ? scaled : scaled.add(perChannel(bias, x));
}
