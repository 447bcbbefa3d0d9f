import {
  assertGenerator,
  assertRecord,
  assertWhole,
  type Check,
  oneOf,
  type OptionChecks,
  type Shape,
  ShapeError,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { aShare } from "../recurrent/options.ts";
import type { RecurrentPartOptions, RecurrentState } from "./recurrent-part.ts";

const fromOne: Check = (op, name, value) => assertWhole(op, name, value, 1);

export const PART_OPTIONS: OptionChecks<RecurrentPartOptions> = {
  embeddingSize: fromOne,
  cell: /* @__PURE__ */ oneOf("gru", "lstm"),
  numLayers: fromOne,
  dropout: aShare,
  generator: assertGenerator,
};

/** @throws ValueError, DTypeError, ShapeError unless they are (batch, time), i32, of a step at least */
export function assertTokens(op: string, name: string, tokens: Tensor<Shape, "i32">): void {
  assertAxes(op, name, tokens, { batch: undefined, time: undefined }, "i32");
  if (tokens.shape[1] !== 0) return;
  throw new ShapeError(op, { [name]: tokens.shape }, `${name} must have at least one step`);
}

/** Of a decoder's recurrent layers. */
export interface StateSizes {
  readonly layers: number;
  readonly hidden: number;
  readonly hasCells: boolean;
}

/** @throws ValueError, ShapeError unless the argument `name` is a state of such layers, of any number of rows if none is said */
export function assertState(
  op: string,
  name: string,
  state: RecurrentState,
  { layers, hidden, hasCells }: StateSizes,
  batch: number | undefined,
): void {
  assertRecord(op, name, state, "a state: { h } of a GRU, { h, c } of an LSTM");
  const { h, c } = state;
  assertAxes(op, `${name}.h`, h, { layers, batch, hidden });
  if (hasCells) assertAxes(op, `${name}.c`, c, { layers, batch, hidden });
  else if (c !== undefined)
    throw wrongArgument(op, `${name}.c`, c, "left out: the layers are GRUs, which have no cells");
}
