import { backward, Embedding, SparseAdam } from "@unfoldjs/nn";
import { Generator, type Tensor } from "@unfoldjs/tensor-core";
import type { Contender } from "../work.ts";
import type { Comparison } from "./comparison.ts";

const LOOKED_UP = 64;
const SIZE = 300;

/** A step on a table of which 64 rows were looked up: a large table, and a small one. */
export function rowSteps(): Comparison {
  return {
    name: "a SparseAdam step on 64 rows of 100,000 × 300, over the same of 1,000 × 300",
    contenders: [step(100_000), step(1_000)],
    figure: (large, small) => large / small,
    unit: "×",
    atMost: 3,
  };
}

function step(rows: number): Contender {
  const generator = new Generator(rows);
  const table = new Embedding(rows, SIZE, { sparse: true, generator });
  const optimizer = new SparseAdam(table.parameters());
  // Other rows each time, as in training: what lies in the caches is not to be the same.
  const batches = Array.from({ length: 32 }, () => generator.integers([LOOKED_UP], 0, rows));
  let next = 0;
  return {
    run() {
      const indices = batches[next++ % batches.length] as Tensor<readonly number[], "i32">;
      backward(table, () => table.forward(indices).square().sum());
      optimizer.step();
    },
    outputs: () => ({}),
    dispose() {
      table.dispose();
      optimizer.dispose();
      for (const batch of batches) batch.dispose();
    },
  };
}
