import { memory, scope, svd, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { grad, jvp } from "../../index.ts";

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

test.each([80, -80])(
  "gradients and tangents of vectors of a matrix times 2^%i are as many times smaller, to the bit",
  (power) => {
    const before = memory().bytes;
    scope(() => {
      // Of squares of its singular values some are no f32s any more.
      const by = 2 ** power;
      for (const rows of [tall, wide(tall), tall.slice(1)]) {
        const x = tensor(rows) as Tensor;
        const dx = tensor(rows.map((row) => row.map((each) => 1 - each * each))) as Tensor;
        const loss = (at: Tensor): Tensor => {
          const { u, vh } = svd(at, { fullMatrices: false });
          const outer: Tensor = (u as Tensor).mul(tensor([1, -0.5])).matmul(vh);
          return outer.mul(dx).sum();
        };
        expect(grad(loss)(x.mul(by)).mul(by).toArray()).toEqual(grad(loss)(x).toArray());
        const tangent = (at: Tensor): number => jvp(loss, at, dx).tangent.item();
        expect(tangent(x.mul(by)) * by).toBe(tangent(x));
      }
    });
    expect(memory().bytes).toBe(before);
  },
);
