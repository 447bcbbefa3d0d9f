import { arange, conv2d, type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { grad } from "../../index.ts";

type Image = Tensor<[1, 16, 20, 20]>;

/** Where dy, NaN at one place, reaches in the first channel of the image's gradient, and in that of the gradient's own gradient. */
function reached(exact: boolean): [first: number, second: number] {
  const weight = arange(16 * 16 * 9)
    .cos()
    .reshape([16, 16, 3, 3]);
  const nothing = (): Image => zeros([1, 16, 20, 20]);
  const dy = nothing();
  dy.at(0, 3, 10, 10).assign(tensor(NaN));
  const overlap = (x: Image, d: Image): Tensor<[]> => conv2d(x, weight, undefined, { padding: 1, exact }).mul(d).sum();
  const spoilt = (x: Image): number => x.data().subarray(0, 400).filter(Number.isNaN).length;
  const first = grad((x: Image) => overlap(x, dy))(nothing());
  // The gradient by dy of an image's gradient is the convolution again.
  const again = grad((d: Image) =>
    grad((x: Image) => overlap(x, d))(nothing())
      .mul(dy)
      .sum(),
  )(nothing());
  return [spoilt(first), spoilt(again)];
}

test("an exact convolution's gradients are exact too", () => {
  expect(reached(true)).toEqual([9, 9]);
  expect(Math.min(...reached(false))).toBeGreaterThan(9);
});
