// Says, a line for each row of the case table, what bits its results and its gradients have with plain SIMD, or with the core
// that the process was given in its place: name, tab, digest.

import { createHash, type Hash } from "node:crypto";
import { grad } from "@unfoldjs/autograd";
import { type AnyTensor, data, runtime, scope, type Tensor } from "@unfoldjs/tensor-core";
import { table } from "../cases/index.ts";
import { nameOf, targetsOf, withInputs } from "../inputs.ts";
import type { OpCase, Row } from "../op-case.ts";

// Relaxed SIMD rounds once where the scalar lane rounds twice.
runtime.configure({ deterministic: true, threads: 1 });

for (const { name, opCase } of table) {
  for (const row of opCase.filled) console.log(`${name}: ${nameOf(row)}\t${digestOf(opCase, row)}`);
}

function digestOf(opCase: OpCase, row: Row): string {
  const hash = createHash("sha256");
  withInputs(opCase, row, (inputs) =>
    scope(() => {
      for (const [name, result] of Object.entries(opCase.call(inputs, row.attributes))) add(hash, name, result);
      if (typeof opCase.gradient === "object" || row.smooth === false) return;
      const { leaves, targets } = targetsOf(opCase, row, inputs);
      for (const { name, call } of targets) {
        const gradients = grad((all: readonly Tensor[]) => call(all).sum())(leaves);
        gradients.forEach((gradient, i) => add(hash, `${name} by ${i}`, gradient));
      }
    }),
  );
  return hash.digest("hex").slice(0, 16);
}

function add(hash: Hash, name: string, tensor: AnyTensor): void {
  // Which of the NaNs it is, no lane promises.
  const values = data(tensor).map((value) => (Number.isNaN(value) ? NaN : value));
  hash.update(`${name} ${tensor.dtype} ${tensor.shape.join()}`).update(new Uint8Array(values.buffer));
}
