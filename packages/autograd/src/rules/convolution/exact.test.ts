import { arange, conv2d, type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { grad } from "../../index.ts";

const weight = (): Tensor<[16, 16, 3, 3]> =>
  arange(16 * 16 * 9)
    .cos()
    .reshape([16, 16, 3, 3]);

/** Where dy, NaN at one place, reaches in the first channel of the image's gradient, and in that of the gradient's own gradient. */
function reached(exact: boolean): [first: number, second: number] {
  const dy = zeros([1, 16, 20, 20]);
  dy.at(0, 3, 10, 10).assign(tensor(NaN));
  const options = { padding: 1, exact };
  const loss = (x: Tensor): Tensor<[]> => conv2d(x, weight(), undefined, options).mul(dy).sum() as Tensor<[]>;
  const spoilt = (x: Tensor): number => x.data().subarray(0, 400).filter(Number.isNaN).length;
  const first = grad(loss)(zeros([1, 16, 20, 20]) as Tensor);
  // The second order by dy of an image's gradient is the convolution again.
  const again = grad(
    (d: Tensor) =>
      grad((x: Tensor) => conv2d(x, weight(), undefined, options).mul(d).sum() as Tensor<[]>)(
        zeros([1, 16, 20, 20]) as Tensor,
      )
        .mul(dy)
        .sum() as Tensor<[]>,
  )(zeros([1, 16, 20, 20]) as Tensor);
  return [spoilt(first), spoilt(again)];
}

test("an exact convolution's gradients are exact too", () => {
  expect(reached(true)).toEqual([9, 9]);
  expect(Math.min(...reached(false))).toBeGreaterThan(9);
});
