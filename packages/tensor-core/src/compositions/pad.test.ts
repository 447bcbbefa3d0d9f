import { expect, test } from "vitest";
import { arange, pad, ShapeError, tensor, ValueError, zeros } from "../index.node.ts";

const square = () => arange(1, 10).reshape([3, 3]);

test("zeros, or another number, stand around", () => {
  expect(pad(tensor([1, 2]), [[2, 1]]).toArray()).toEqual([0, 0, 1, 2, 0]);
  expect(pad(tensor([1, NaN]), [[1, 1]], { value: -7 }).toArray()).toEqual([-7, 1, NaN, -7]);
  expect(
    pad(square(), [
      [1, 0],
      [0, 1],
    ]).toArray(),
  ).toEqual([
    [0, 0, 0, 0],
    [1, 2, 3, 0],
    [4, 5, 6, 0],
    [7, 8, 9, 0],
  ]);
});

test("margins belong to the last axes", () => {
  const x = arange(8).reshape([2, 2, 2]);
  expect(pad(x, [[1, 1]]).shape).toEqual([2, 2, 4]);
  expect(pad(x, []).toArray()).toEqual(x.toArray());
});

// The rows of PyTorch's documentation of ReflectionPad1d, ReplicationPad1d and CircularPad1d, with 0 1 2 3.
test.each([
  ["reflect", [2, 1, 0, 1, 2, 3, 2]],
  ["replicate", [0, 0, 0, 1, 2, 3, 3]],
  ["circular", [2, 3, 0, 1, 2, 3, 0]],
] as const)("%s", (mode, wanted) => {
  expect(pad(arange(4), [[2, 1]], { mode }).toArray()).toEqual(wanted);
});

test("modes act on each axis", () => {
  expect(
    pad(
      square(),
      [
        [1, 1],
        [1, 1],
      ],
      { mode: "reflect" },
    )
      .at(0)
      .toArray(),
  ).toEqual([5, 4, 5, 6, 5]);
  expect(
    pad(
      square(),
      [
        [0, 1],
        [1, 0],
      ],
      { mode: "circular" },
    )
      .at(-1)
      .toArray(),
  ).toEqual([3, 1, 2, 3]);
});

// PyTorch's answers for 0 1 2 3 4.
test.each([
  [[-1, 2], "constant", [1, 2, 3, 4, 0, 0]],
  [[2, -4], "constant", [0, 0, 0]],
  [[-2, -3], "constant", []],
  [[-5, 3], "constant", [0, 0, 0]],
  [[-4, 2], "reflect", [4, 3, 2]],
  [[-5, 3], "reflect", [3, 2, 1]],
  [[4, -3], "reflect", [4, 3, 2, 1, 0, 1]],
  [[-5, 3], "replicate", [4, 4, 4]],
  [[2, -4], "replicate", [0, 0, 0]],
  [[-1, 2], "circular", [1, 2, 3, 4, 1, 2]],
  [[2, -1], "circular", [2, 3, 0, 1, 2, 3]],
  [[-4, 1], "circular", [4, 4]],
] as const)("margins below 0 cut off: %j, %s", (margin, mode, wanted) => {
  const x = arange(5);
  const y = pad(x, [margin], { mode });
  expect(y.toArray()).toEqual(wanted);
  x.assign(zeros([5])); // a copy also where nothing but a part is left
  expect(y.toArray()).toEqual(wanted);
});

test.each([
  [
    "more pairs than axes",
    () =>
      pad(arange(4), [
        [1, 1],
        [1, 1],
      ]),
    ShapeError,
    /margins for 2 axes, the tensor has 1/,
  ],
  ["a reflection of more than there is", () => pad(arange(3), [[3, 0]], { mode: "reflect" }), ShapeError, /at most 2/],
  ["a circle of more than there is", () => pad(arange(3), [[4, 0]], { mode: "circular" }), ShapeError, /at most 3/],
  ["the edge of nothing", () => pad(arange(0), [[1, 0]], { mode: "replicate" }), ShapeError, /at most 0/],
  ["margins of parts", () => pad(arange(3), [[-0.5, 0]]), ValueError, /must be whole numbers/],
  ["more cut off than there is", () => pad(arange(3), [[-4, 9]]), ShapeError, /cuts 4 off an axis of size 3/],
  ["both ends cut off twice", () => pad(arange(3), [[-2, -2]], { mode: "reflect" }), ShapeError, /cuts 4 off/],
  ["a circle of nothing", () => pad(arange(3), [[-3, 1]], { mode: "circular" }), ShapeError, /at most 0/],
] as const)("refuses %s", (_, call, error, message) => {
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});
