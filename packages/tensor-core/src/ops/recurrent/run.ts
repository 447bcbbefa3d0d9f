import type { Recurrence } from "../../../wasm/codes.js";
import * as frames from "../../../wasm/frames.js";
import type { AnyTensor } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import type { Operands, Sizes } from "./sizes.ts";

type Wanted = AnyTensor | undefined;

/** What a call writes. Those that are absent are not wanted. */
export interface Written {
  readonly output: AnyTensor;
  readonly hLast?: Wanted;
  readonly cLast?: Wanted;
  readonly gates?: Wanted;
  readonly cells?: Wanted;
  readonly hidden?: Wanted;
}

/** Runs a sequence, or a step as one of a single time. */
export function runRecurrent(
  op: string,
  recurrence: Recurrence,
  operands: Operands,
  sizes: Sizes,
  reverse: boolean,
  to: Written,
): void {
  scope(() => {
    const x = operands.x.contiguous().address;
    const [inputWeight, stateWeight] = [addressOf(operands.weightIh), addressOf(operands.weightHh)];
    const [inputBias, stateBias] = [addressOf(operands.biasIh), addressOf(operands.biasHh)];
    const [projection, h0, c0] = [addressOf(operands.weightHr), addressOf(operands.h0), addressOf(operands.c0)];
    const lengths = addressOf(operands.lengths);
    const isStep = operands.x.rank === 2;
    const packedInput = isStep ? packOf(operands.weightIh, sizes.batch) : 0;
    const packedState = isStep ? packOf(operands.weightHh, sizes.batch) : 0;
    writeSizes(sizes, reverse);
    const status = core().recurrent(
      recurrence,
      x,
      inputWeight,
      stateWeight,
      inputBias,
      stateBias,
      projection,
      packedInput,
      packedState,
      h0,
      c0,
      lengths,
      to.output.address,
      to.hLast?.address ?? 0,
      to.cLast?.address ?? 0,
      to.gates?.address ?? 0,
      to.cells?.address ?? 0,
      to.hidden?.address ?? 0,
    );
    check(op, status);
  });
}

/** What a gradient reads: what the forward had and gave, and the gradients of its results. */
export interface Remembered {
  readonly weightHh: AnyTensor;
  readonly weightHr?: Wanted;
  readonly h0?: Wanted;
  readonly c0?: Wanted;
  readonly lengths?: Wanted;
  readonly output: AnyTensor;
  readonly gates?: Wanted;
  readonly cells?: Wanted;
  readonly dOutput?: Wanted;
  readonly dHLast?: Wanted;
  readonly dCLast?: Wanted;
}

/** What a gradient writes. */
export interface WrittenGradients {
  readonly gates: AnyTensor;
  readonly stateGates?: Wanted;
  readonly projected?: Wanted;
  readonly h0?: Wanted;
  readonly c0?: Wanted;
}

/** Runs the gradient of a sequence, or of a step. */
export function runRecurrentGradient(
  op: string,
  recurrence: Recurrence,
  from: Remembered,
  sizes: Sizes,
  reverse: boolean,
  to: WrittenGradients,
): void {
  scope(() => {
    const [stateWeight, projection] = [addressOf(from.weightHh), addressOf(from.weightHr)];
    const [h0, c0, lengths] = [addressOf(from.h0), addressOf(from.c0), addressOf(from.lengths)];
    const [output, gates, cells] = [addressOf(from.output), addressOf(from.gates), addressOf(from.cells)];
    const [dOutput, dHLast, dCLast] = [addressOf(from.dOutput), addressOf(from.dHLast), addressOf(from.dCLast)];
    writeSizes(sizes, reverse);
    const status = core().recurrent_gradient(
      recurrence,
      stateWeight,
      projection,
      h0,
      c0,
      lengths,
      output,
      gates,
      cells,
      dOutput,
      dHLast,
      dCLast,
      to.gates.address,
      to.stateGates?.address ?? 0,
      to.projected?.address ?? 0,
      to.h0?.address ?? 0,
      to.c0?.address ?? 0,
    );
    check(op, status);
  });
}

/** Where it begins in row-major order, or 0; a copy that this takes belongs to the scope. */
function addressOf(tensor: Wanted): number {
  return tensor === undefined ? 0 : tensor.contiguous().address;
}

/** From so many rows on a step reads a weight that is packed faster than one that is not. */
const PACKED_ROWS = 21;

/** A step's weight in the order in which products read it, if it came before with the same content; else 0. */
function packOf({ storage, shape, address, isContiguous }: AnyTensor, batch: number): number {
  const [columns = 0, rows = 0] = shape;
  if (batch < PACKED_ROWS || !isContiguous) return 0;
  return storage.packed({ rows, columns, rowStride: 1, columnStride: rows, address });
}

/** Written last: copies use the frame too. */
function writeSizes({ time, batch, input, hidden, state }: Sizes, reverse: boolean): void {
  frames.writeSequenceFrame(heapI32(), frameStart(), { time, batch, input, hidden, state, reverse: reverse ? 1 : 0 });
}

/** Products that a call adds up, in its gates and for its projection. */
export function recurrentMultiplyAdds(
  { time, batch, input, hidden, state }: Sizes,
  gates: number,
  isProjected: boolean,
): number {
  return time * batch * hidden * (gates * (input + state) + (isProjected ? state : 0));
}
