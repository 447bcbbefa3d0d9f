import {
  type Call,
  type Handler,
  linear,
  type Results,
  scope,
  tensor,
  type Tensor,
  withHandler,
} from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { grad } from "../../index.ts";

/** The ops that `f` runs. */
function opsOf(f: () => unknown): string[] {
  const ops: string[] = [];
  const counter: Handler = {
    name: "counter",
    handle(call: Call, next: () => Results): Results {
      ops.push(call.op.name);
      return next();
    },
  };
  scope(() => void withHandler(counter, f));
  return ops;
}

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const weight = tensor([
  [1, 0, 2],
  [0, 3, 1],
]);
const bias = tensor([1, -1]);
const loss = ([a, w, b]: readonly Tensor[]): Tensor<[]> =>
  linear(a as Tensor, w as Tensor, b)
    .square()
    .sum();

test("the gradients of a dense layer come from one call", () => {
  const ops = opsOf(() => grad(loss)([x, weight, bias]));
  expect(ops.filter((op) => op === "linearGradient")).toHaveLength(1);
  expect(ops).not.toContain("matmul");
});

test("they are products where somebody derives further", () => {
  const ops = opsOf(() => grad((w: Tensor) => grad(loss)([x, w, bias])[0]?.sum() as Tensor<[]>)(weight));
  expect(ops).not.toContain("linearGradient");
  expect(ops).toContain("matmul");
});

test("a weight that is used twice has its gradients added up in place", () => {
  const twice = (w: Tensor): Tensor<[]> =>
    linear(x, w)
      .sum()
      .add(linear(x.mul(10), w).sum());
  const ops = opsOf(() => {
    expect(grad(twice)(weight).toArray()).toEqual([
      [55, 77, 99],
      [55, 77, 99],
    ]);
  });
  expect(ops).toContain("addProduct");
});
