import { defineCase, type Case, type Suite } from "../case.ts";
import { trafficOf } from "../measure/memory.ts";
import { randomArray, uniform } from "../random.ts";
import * as reference from "../reference/elementwise.ts";
import type { ElementwiseFunction } from "../work.ts";

const [ROWS, COLUMNS] = [1000, 1000];

// What each function reads and writes of its arrays at least.
const PATTERNS = { relu: "copy", add: "triad", exp: "copy", tanh: "copy", softmax: "copy", sum: "read" } as const;

export const elementwise: Suite = {
  name: "elementwise",
  title: "functions of a million f32 numbers, 1000 × 1000, from the call to the freed result",
  cases: [
    of("relu", 1),
    of("add", 1),
    of("exp", 1.2),
    of("tanh", 1.2),
    of("softmax", 1.2),
    // A million roundings of a sum in one order can take six bits.
    of("sum", 1, 1e-5),
  ],
};

/** @param ratio at least 1 where memory is the limit, and more where arithmetic is */
function of(name: ElementwiseFunction, ratio: number, tolerance = 1e-6): Case {
  return defineCase({
    name,
    work: "elementwise",
    problem() {
      const next = uniform(ROWS);
      const x = randomArray(next, ROWS * COLUMNS, 4);
      // What cancels in a sum would make its error look large.
      if (name === "sum") x.forEach((value, i) => (x[i] = Math.abs(value)));
      return { function: name, rows: ROWS, columns: COLUMNS, x, y: randomArray(next, ROWS * COLUMNS) };
    },
    expected: reference.elementwise,
    tolerance,
    unit: "ms",
    traffic: trafficOf(PATTERNS[name], 4 * ROWS * COLUMNS),
    bars: [{ ratio }],
  });
}
