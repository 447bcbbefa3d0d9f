import { defineCase, type Case, type Suite } from "../case.ts";
import { randomArray, uniform } from "../random.ts";
import type { AddProblem } from "../work.ts";

export const overhead: Suite = {
  name: "overhead",
  title: "an eager sum of two short f32 vectors, from the call to the freed result",
  cases: [add(16, "dispose"), add(16, "scope")],
};

function add(size: number, memory: AddProblem["memory"]): Case {
  return defineCase({
    name: `add ${size}, ${memory}`,
    work: "add",
    problem() {
      const next = uniform(size);
      return { left: randomArray(next, size), right: randomArray(next, size), memory };
    },
    expected: ({ left, right }) => ({ sum: Float64Array.from(left, (value, i) => value + (right[i] ?? NaN)) }),
    tolerance: 1e-6,
    unit: "ns",
    bars: [{ atMost: 1500 }],
  });
}
