import { expect, test } from "vitest";
import {
  argmax,
  argmin,
  argsort,
  cumsum,
  logSumExp,
  norm,
  ShapeError,
  softmax,
  sort,
  std,
  sum,
  tensor,
  topk,
  type Tensor,
} from "../../index.node.ts";

const seven = tensor(7);

/** What PyTorch 2.15 gives for `torch.tensor(7.0)` along axis 0 and −1. */
const alongAnAxis: readonly (readonly [
  name: string,
  call: (axis: number) => Tensor<readonly number[], "f32" | "i32">,
  wanted: number,
])[] = [
  ["sum", (axis) => sum(seven, axis), 7],
  ["logSumExp", (axis) => logSumExp(seven, axis), 7],
  ["norm", (axis) => norm(tensor(-7), 2, axis), 7],
  ["std", (axis) => std(seven, axis, { correction: 0 }), 0],
  ["softmax", (axis) => softmax(seven, axis), 1],
  ["cumsum", (axis) => cumsum(seven, axis), 7],
  ["argmax", (axis) => argmax(seven, axis), 0],
  ["argmin", (axis) => argmin(seven, axis), 0],
  ["argsort", (axis) => argsort(seven, axis), 0],
  ["sort", (axis) => sort(seven, axis).values, 7],
  ["topk", (axis) => topk(seven, 1, axis).values, 7],
];

test.each(alongAnAxis)(
  "%s takes 0 and −1 for the axis of a scalar, as PyTorch does, and no other",
  (_, call, wanted) => {
    for (const axis of [0, -1]) {
      const result = call(axis);
      expect(result.shape).toEqual([]);
      expect(result.item()).toBe(wanted);
    }
    for (const axis of [1, -2, 0.5]) expect(() => call(axis)).toThrow(ShapeError);
  },
);
