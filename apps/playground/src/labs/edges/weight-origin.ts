import { correlate2d, fromArray, range, scope } from "@unfoldjs/tensor-core";
import type { Cell } from "../../look/cell.ts";
import { moved, slopes, standardised, type Task } from "./descent.ts";
import { sideOf } from "./kernels.ts";
import type { Found, Learning } from "./learning.ts";

/** Where the next step of one number of a kernel comes from. Planes are (rows, columns), one square for each place of the kernel. */
export interface WeightOrigin {
  readonly at: Cell;
  readonly rows: number;
  readonly columns: number;
  /** The pixel that this number is laid on, in standard deviations from the picture's mean. */
  readonly under: Float32Array;
  /** Twice how far the edges are off those that are wanted: how much the loss grows with each of them. */
  readonly off: Float32Array;
  readonly products: Float32Array;
  /** ∂loss/∂k, by autograd: the products' mean. */
  readonly slope: number;
  readonly before: WeightState;
  readonly after: WeightState;
}

interface WeightState {
  readonly weight: number;
  readonly velocity: number;
}

/** @param at the number, within the kernel */
export function explainWeight(task: Task, learning: Learning, found: Found, at: Cell): WeightOrigin {
  return scope(() => {
    const side = sideOf(task.target);
    const x = standardised(task.picture);
    const [made, wanted] = [found.kernel, task.target].map((kernel) => correlate2d(x, fromArray(kernel, [side, side])));
    if (made === undefined || wanted === undefined) throw new Error("there are two kernels");
    const [rows = 0, columns = 0] = made.shape;
    const under = x.at(range(at.row, at.row + rows), range(at.column, at.column + columns));
    const off = made.sub(wanted).mul(2);
    const { slope } = slopes(task)(found.kernel);
    const next = moved(found, slope, learning);
    const i = at.row * side + at.column;
    const stateOf = ({ kernel, velocity }: Pick<Found, "kernel" | "velocity">): WeightState => ({
      weight: kernel[i] ?? NaN,
      velocity: velocity[i] ?? NaN,
    });
    return {
      at,
      rows,
      columns,
      under: under.data(),
      off: off.data(),
      products: under.mul(off).data(),
      slope: slope[i] ?? NaN,
      before: stateOf(found),
      after: stateOf(next),
    };
  });
}
