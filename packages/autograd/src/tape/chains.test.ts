import { concat, type Shape, softmax, tensor, type Tensor, where } from "@unfoldjs/tensor-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gradcheck } from "../check/gradcheck.ts";
import { inBalance } from "../in-balance.ts";
import { grad } from "../transforms/grad.ts";

interface Inputs {
  readonly [name: string]: Tensor;
  /** (2, 3) */
  readonly x: Tensor;
  /** (3) */
  readonly row: Tensor;
}

/** Smooth steps from (2, 3) to (2, 3), with values that stay near 1. */
const STEPS: Readonly<Record<string, (h: Tensor, inputs: Inputs) => Tensor>> = {
  tanh: (h) => h.tanh(),
  sine: (h) => h.sin(),
  softmax: (h) => softmax(h, 0),
  "times a row": (h, { row }) => h.mul<Shape, Shape>(row),
  "plus the input": (h, { x }) => h.add<Shape, Shape>(x),
  "through the transpose": (h, { row }) => h.transpose().mul<Shape, Shape>(row.unsqueeze(1)).transpose(),
  flip: (h) => h.flip(1),
  "halves exchanged": (h) => concat([h.slice(1, 2), h.slice(1, 0, 2)], 1),
  "gathered rows": (h) => h.at(tensor([1, 1], "i32")).sub(h.mul(0.5)),
  centred: (h) => h.sub<Shape, Shape>(h.mean<Shape, 1, true>(1, true)),
  "matrix product": (h, { x }) => h.matmul<Shape, Shape>(x.transpose()).matmul<Shape, Shape>(x).mul(0.3),
  selection: (h, { x }) => where(tensor([[true, false, true]]), h, x.mul(h)),
};

const chain = fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 1, maxLength: 6 });

function run(names: readonly string[]): (inputs: Inputs) => Tensor {
  return (inputs) => names.reduce((h, name) => (STEPS[name] as (typeof STEPS)[string])(h, inputs), inputs.x);
}

const inputs = (): Inputs => ({
  x: tensor([
    [0.3, -0.8, 0.5],
    [1.1, 0.2, -0.4],
  ]),
  row: tensor([0.9, -1.1, 0.7]),
});

test("any chain of ops has the gradient that differences have", () => {
  fc.assert(
    fc.property(chain, (names) =>
      inBalance(() => {
        const { ok, report } = gradcheck(run(names), inputs());
        expect(ok ? "" : report).toBe("");
      })(),
    ),
    { numRuns: 60, seed: 1 },
  );
});

test("any chain of ops has the second derivative that differences have", () => {
  fc.assert(
    fc.property(chain, (names) =>
      inBalance(() => {
        const slope = (at: Inputs): Tensor => grad((free: Inputs) => run(names)(free).square().mean())(at).x;
        const { ok, report } = gradcheck(slope, inputs());
        expect(ok ? "" : report).toBe("");
      })(),
    ),
    { numRuns: 30, seed: 2 },
  );
});
