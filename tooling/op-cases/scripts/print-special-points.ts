/** Prints the special points of every op as JSON: what `special-points.py` computes in PyTorch. */
import { specialTable } from "../src/special/index.ts";

const text = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

console.log(
  JSON.stringify(
    specialTable.map(({ op, points: { inputs, torch } }) => ({
      op,
      torch,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, { shape, values }]) => [name, { shape, values: values.map(text) }]),
      ),
    })),
  ),
);
