import { type Handler, stack, type Tensor, tensor, withHandler } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { inBalance } from "../../in-balance.ts";
import { grad } from "../../transforms/grad.ts";

/** Sum of the squares of x's rows, each weighted by its place, cut out one by one. */
function ofRows(x: Tensor): Tensor {
  const rows = Array.from({ length: x.shape[0] ?? 0 }, (_, t) =>
    x
      .slice(0, t, t + 1)
      .square()
      .mul(t + 1),
  );
  return stack(rows).sum();
}

test(
  "a sequence cut into its steps is filled with zeros once, whatever their number",
  inBalance(() => {
    const names: string[] = [];
    const spy: Handler = { name: "spy", handle: (call, next) => (names.push(call.op.name), next()) };
    const x = tensor(Array.from({ length: 12 }, (_, t) => [t + 1, -t - 1, 0.5]));
    const gradient = withHandler(spy, () => grad(ofRows)(x));
    expect(gradient.data()).toEqual(Float32Array.from(x.data(), (value, i) => 2 * value * (Math.floor(i / 3) + 1)));
    expect(names.filter((name) => name === "sliceGradient")).toHaveLength(1);
    expect(names.filter((name) => name === "assign")).toHaveLength(11);
  }),
);

test(
  "pieces that overlap, and a piece of what was used whole too, add up",
  inBalance(() => {
    const x = tensor([1, 2, 3, 4]);
    const f = (at: Tensor): Tensor =>
      at
        .slice(0, 0, 3)
        .square()
        .sum()
        .add(at.slice(0, 1, 4).mul(10).sum())
        .add(at.mul(100).sum());
    expect(grad(f)(x).data()).toEqual(Float32Array.of(102, 114, 116, 110));
  }),
);

test(
  "the gradient of a gradient goes by plain sums",
  inBalance(() => {
    const x = tensor([1, 2, 3]);
    const cubes = (at: Tensor): Tensor =>
      at
        .slice(0, 0, 2)
        .pow(3)
        .sum()
        .add(at.slice(0, 1, 3).pow(3).sum());
    const second = grad((at: Tensor) => grad(cubes)(at).sum())(x);
    expect(second.data()).toEqual(Float32Array.of(6, 24, 18));
  }),
);
