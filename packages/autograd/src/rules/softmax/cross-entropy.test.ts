import { crossEntropy, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { inBalance } from "../../in-balance.ts";
import { grad } from "../../transforms/grad.ts";

test.each([0, 0.2, 1])(
  "a mean over weights of 0 has no gradient, with a label smoothing of %d, as in PyTorch",
  (labelSmoothing) =>
    inBalance(() => {
      const options = { weight: tensor([0, 0, 1]), labelSmoothing };
      const labels = tensor([1, 0], "i32");
      const x = tensor([
        [0.5, -1, 2],
        [1, 1, 0],
      ]);
      const gradient = grad((at: Tensor) => crossEntropy(at, labels, options))(x);
      expect(gradient.data()).toEqual(new Float32Array(6).fill(NaN));
    })(),
);
