import { valueAndGrad } from "@unfoldjs/autograd";
import { ones, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { Outputs } from "../work.ts";
import type { Comparison } from "./comparison.ts";

const OPS = 64;

/** Elementwise sums of 16 numbers, as they are and while a tape records them. */
export function tapeOverhead(): Comparison {
  const [x, y] = [ones([16]), ones([16])];
  const result = ones([]);
  const chain = (from: Tensor): void => {
    let sum = from;
    for (let i = 0; i < OPS; i++) sum = sum.add<Shape, Shape>(y);
  };
  // The result does not depend on the chain: it is recorded, and there is nothing to go back through.
  const recorded = valueAndGrad((from: Tensor) => {
    chain(from);
    return result;
  });
  const nothing = (): Outputs => ({});
  return {
    name: "what a tape adds to an op",
    contenders: [
      { run: () => scope(() => void recorded(x)), outputs: nothing, dispose: () => {} },
      {
        run: () => scope(() => chain(x)),
        outputs: nothing,
        dispose: () => [x, y, result].forEach((tensor) => tensor.dispose()),
      },
    ],
    figure: (taped, plain) => ((taped - plain) / OPS) * 1e3,
    unit: "µs",
    atMost: 1,
  };
}
