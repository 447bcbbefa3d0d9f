import { assertFloat } from "../../dispatch/dtypes.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { assertInitial, assertShapeOf, assertSizes, type Sizes, stateSizes } from "./sizes.ts";
import type { Remembered } from "./run.ts";

/** What a forward kept of each hidden unit, and its gradient cannot be without. */
export interface Keeps {
  readonly gates: number;
  readonly cells: boolean;
}

/**
 * The sizes of a gradient's call; a step's output has no axis of time.
 * @param gates of a hidden unit
 * @throws ShapeError, DTypeError unless everything fits together
 */
export function gradientSizesOf(op: string, gates: number, keeps: Keeps, operands: Remembered): Sizes {
  const { weightHh, weightHr, h0, c0, output, cells, dOutput, dHLast, dCLast } = operands;
  assertFloat(op, { output, weightHh, weightHr, h0, c0, gates: operands.gates, cells, dOutput, dHLast, dCLast });
  const { hidden, state } = stateSizes(op, gates, weightHh, weightHr);
  const lead = output.shape.slice(0, -1);
  if ((output.rank !== 2 && output.rank !== 3) || output.shape.at(-1) !== state) {
    throw new ShapeError(op, { output: output.shape }, `output must be (time, batch, ${state}), or (batch, ${state})`);
  }
  const [time, batch] = [lead.length === 2 ? (lead[0] ?? 0) : 1, lead.at(-1) ?? 0];
  if (keeps.gates > 0) {
    const kept = (operands.gates as AnyTensor).shape;
    assertShapeOf(op, "gates", kept, [...lead, keeps.gates * hidden], "what the forward kept of each unit");
  }
  if (keeps.cells) assertShapeOf(op, "cells", (cells as AnyTensor).shape, [...lead, hidden], "the cells of each step");
  assertSizes(op, "dOutput", dOutput, output.shape, "the shape of output");
  assertSizes(op, "dHLast", dHLast, [batch, state], "(batch, the features of the state)");
  assertSizes(op, "dCLast", dCLast, [batch, hidden], "(batch, hidden)");
  assertInitial(op, batch, { hidden, state }, operands);
  return { time, batch, input: 0, hidden, state, lead };
}
