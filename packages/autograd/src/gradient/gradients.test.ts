import { type Handler, linear, maxPool2d, tensor, type Tensor, withHandler } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { grad } from "../transforms/grad.ts";
import { hvp } from "../transforms/hvp.ts";

/** The ops that run while `f` does. */
function opsOf(f: () => unknown): readonly string[] {
  const names: string[] = [];
  const spy: Handler = { name: "spy", handle: (call, next) => (names.push(call.op.name), next()) };
  withHandler(spy, f);
  return names;
}

describe("the gradient of a weight that is used several times", () => {
  const weight = tensor([
    [1, 2],
    [-1, 3],
  ]).keep();
  const x = tensor([[1, -2]]).keep();
  const steps = (w: Tensor): Tensor => linear(linear(linear(x, w), w), w).sum();

  test(
    "is one tensor, to which products are added in place",
    inBalance(() => {
      let gradient: Tensor | undefined;
      const names = opsOf(() => (gradient = grad(steps)(weight)));
      expect(names.filter((name) => name === "addProduct")).toHaveLength(2);
      expect(names).not.toContain("add");
      // ∂/∂W of 1ᵀ W³ xᵀ: with u = 1ᵀ, the sum over i of (u Wⁱ)ᵀ (W²⁻ⁱ xᵀ)ᵀ.
      expect(gradient?.toArray()).toEqual([
        [-22, -8],
        [-17, -83],
      ]);
    }),
  );

  test(
    "is not written to where it is another tensor's gradient too",
    inBalance(() => {
      const inputs = {
        w: weight,
        v: tensor([[1, 1]])
          .expand([2, 2])
          .contiguous(),
      };
      const { w, v } = grad(({ w: at, v: other }: typeof inputs) =>
        linear(x, at)
          .sum()
          .add(
            at
              .add(other)
              .mul(
                tensor([
                  [1, 2],
                  [3, 4],
                ]),
              )
              .sum(),
          ),
      )(inputs);
      expect(v.toArray()).toEqual([
        [1, 2],
        [3, 4],
      ]);
      expect(w.toArray()).toEqual([
        [2, 0],
        [4, 2],
      ]);
    }),
  );

  test(
    "is followed by whoever derives further",
    inBalance(() => {
      const square = (w: Tensor): Tensor => linear(linear(tensor([[3]]), w), w).sum(); // 3 w²
      const at = tensor([[5]]);
      expect(grad((w: Tensor) => grad(square)(w).sum())(at).toArray()).toEqual([[6]]);
      expect(hvp(square, at, tensor([[1]])).toArray()).toEqual([[6]]);
    }),
  );
});

test("a largest of a window that lies in the padding alone has no gradient", () => {
  // Of an image of one row, rows −1 and 1 are in the padding: the only window has nothing but −∞.
  const x = tensor([[[[1, 3, 2]]]]);
  const options = { kernel: 2, stride: 1, padding: 1, dilation: 2 };
  expect(maxPool2d(x, options).toArray()).toEqual([[[[-Infinity, -Infinity, -Infinity]]]]);
  expect(grad((image: Tensor) => maxPool2d(image, options).sum())(x).toArray()).toEqual([[[[0, 0, 0]]]]);
});
