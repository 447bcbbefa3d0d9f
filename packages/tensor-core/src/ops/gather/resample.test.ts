import { expect, test } from "vitest";
import { memory, resample, tensor, transposedRows, ValueError } from "../../index.node.ts";

const rows = {
  size: 3,
  starts: Int32Array.of(0, 2, 2, 4),
  places: Int32Array.of(0, 2, 1, 1),
  weights: Float32Array.of(1, -1, 0.5, 0.25),
};

test("a matrix turned round twice is itself, and once has its elements mirrored", () => {
  const turned = transposedRows(rows);
  expect(turned).toEqual({
    size: 3,
    starts: Int32Array.of(0, 1, 3, 4),
    places: Int32Array.of(0, 2, 2, 0),
    weights: Float32Array.of(1, 0.5, 0.25, -1),
  });
  expect(transposedRows(turned)).toEqual(rows);
});

test("each row is a sum along the axis, and nothing is left behind", () => {
  const x = tensor([
    [1, 2, 3],
    [4, 8, 16],
  ]);
  const before = memory();
  const y = resample(x, 1, rows);
  expect(y.toArray()).toEqual([
    [-2, 0, 1.5],
    [-12, 0, 6],
  ]);
  y.dispose();
  expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
});

test("weights that are not as many as places are refused", () => {
  const wrong = { ...rows, weights: new Float32Array(2) };
  expect(() => resample(tensor([1, 2, 3]), 0, wrong)).toThrow(ValueError);
  expect(() => transposedRows(wrong)).toThrow(/a weight for each place/);
});
