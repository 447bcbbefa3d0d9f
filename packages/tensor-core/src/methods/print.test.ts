import { expect, test } from "vitest";
import { arange, fromArray, tensor, zeros } from "../index.node.ts";

// The layouts are NumPy's, checked against numpy 1.26 with precision 4 and floatmode "fixed".
test.each([
  ["a scalar", tensor(3.5), "tensor(3.5000)"],
  ["whole numbers", tensor([1, 2, -3]), "tensor([ 1.,  2., -3.])"],
  [
    "fractions",
    tensor([
      [1, -2.5],
      [1 / 3, 10],
    ]),
    "tensor([[ 1.0000, -2.5000],\n        [ 0.3333, 10.0000]])",
  ],
  [
    "a cube",
    arange(8).reshape([2, 2, 2]),
    "tensor([[[0., 1.],\n         [2., 3.]],\n\n        [[4., 5.],\n         [6., 7.]]])",
  ],
  ["integers", tensor([1, 20], "i32"), "tensor([ 1, 20], dtype=i32)"],
  ["truth values", tensor([true, false]), "tensor([ true, false], dtype=bool)"],
  ["not numbers", fromArray([NaN, Infinity, -Infinity, 1.5]), "tensor([   nan,    inf,   -inf, 1.5000])"],
  ["far apart numbers", fromArray([1e-8, 1]), "tensor([1.0000e-08, 1.0000e+00])"],
  ["nothing", zeros([2, 0, 3]), "tensor([], shape=[2, 0, 3])"],
])("prints %s", (_, x, text) => expect(String(x)).toBe(text));

test("prints the edges of a large tensor", () => {
  const text = String(arange(2000));
  expect(text).toBe("tensor([   0.,    1.,    2., ..., 1997., 1998., 1999.])");
  expect(String(zeros([100, 100])).split("\n")).toHaveLength(7);
});
