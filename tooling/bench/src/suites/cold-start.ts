import { defineCase, type Suite } from "../case.ts";
import { emptyProcess } from "../cold-start/process.ts";
import * as reference from "../reference/matmul.ts";

export const coldStart: Suite = {
  name: "cold-start",
  title: "a whole process: Node starts, imports a library, multiplies two matrices of 2 × 2, and ends",
  anyThreads: true,
  cases: [
    defineCase({
      name: "matmul 2",
      work: "coldStart",
      problem: () => ({ left: Float32Array.of(1, 2, 3, 4), right: Float32Array.of(5, 6, 7, 8) }),
      expected: (operands) => reference.matmul({ rows: 2, inner: 2, columns: 2, ...operands }),
      tolerance: 0,
      unit: "ms",
      floor: { name: "node alone", make: emptyProcess },
      bars: [{ ratio: 1 }],
    }),
  ],
};
