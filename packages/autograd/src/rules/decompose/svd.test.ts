import { memory, scope, svd, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { jvp } from "../../index.ts";

const tall = [
  [3, 1],
  [0, 2],
  [1, -1],
];
const along = [
  [0.5, 0],
  [1, -1],
  [0, 2],
];
const wide = (rows: number[][]): number[][] => [0, 1].map((at) => rows.map((row) => row[at] ?? 0));

test.each([
  ["u", tall, along, -1],
  ["vh", wide(tall), wide(along), -2],
] as const)(
  "tangents of all of %s are those of the reduced form, and zeros for vectors beyond it",
  (name, x, dx, axis) => {
    const before = memory().bytes;
    scope(() => {
      const tangent = (fullMatrices: boolean): Tensor =>
        jvp((at: Tensor) => svd(at, { fullMatrices })[name] as Tensor, tensor(x) as Tensor, tensor(dx) as Tensor)
          .tangent;
      const [full, few] = [tangent(true), tangent(false)];
      expect(full.shape).toEqual([3, 3]);
      expect(full.slice(axis, 0, 2).toArray()).toEqual(few.toArray());
      expect(new Set(full.slice(axis, 2, 3).data())).toEqual(new Set([0]));
    });
    expect(memory().bytes).toBe(before);
  },
);
