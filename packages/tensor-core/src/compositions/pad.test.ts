import { expect, test } from "vitest";
import { arange, pad, ShapeError, tensor, ValueError } from "../index.node.ts";

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
  ["a negative margin", () => pad(arange(3), [[-1, 0]]), ValueError, /whole numbers from 0/],
] as const)("refuses %s", (_, call, error, message) => {
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});
