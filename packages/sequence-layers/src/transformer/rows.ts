import {
  assertRecord,
  assertWhole,
  fromArray,
  indexSelect,
  keep,
  logSoftmax,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { assertMemoryByHead, type KeyValues } from "../attention/key-values.ts";

/** The state of a model that goes on token by token: it belongs to whoever holds it, no scope. */
export interface StepState {
  /** How many rows there are. */
  readonly rows: number;
  /** How many positions have been. */
  readonly length: number;
  /** Of each layer the keys and values of all positions so far, (rows, heads, length, headSize); none before the first step. */
  readonly memories: readonly KeyValues[];
}

/**
 * @param layers how many a model has, of so many heads of such a size
 * @throws ValueError, ShapeError unless a state is one that such a model made: one of fewer layers would begin anew in the others
 */
export function assertStepState(
  op: string,
  state: StepState,
  { layers, heads, headSize }: { readonly layers: number; readonly heads: number; readonly headSize: number },
): void {
  assertRecord(op, "state", state, "what stepModel, step or reorder gave");
  const { rows, length, memories } = state;
  assertWhole(op, "state.rows", rows);
  assertWhole(op, "state.length", length);
  const wanted = length === 0 ? 0 : layers;
  if (!Array.isArray(memories) || memories.length !== wanted) {
    throw wrongArgument(
      op,
      "state.memories",
      memories,
      `keys and values of ${wanted} layers, as the step before gave them`,
    );
  }
  for (const [at, memory] of memories.entries()) {
    assertMemoryByHead(op, `state.memories[${at}]`, memory, { batch: rows, heads, keys: length, headSize });
  }
}

/** Of whichever realm. */
export function isInt32Array(value: unknown): value is Int32Array {
  return Object.prototype.toString.call(value) === "[object Int32Array]";
}

/** (rows, 1), i32. @throws ValueError, ShapeError unless there is a whole token for each row */
export function columnOf(op: string, tokens: Int32Array, state: { readonly rows: number }): Tensor<Shape, "i32"> {
  if (!isInt32Array(tokens)) {
    throw wrongArgument(op, "tokens", tokens, "an Int32Array of a token for each row");
  }
  if (tokens.length !== state.rows) {
    throw new ShapeError(
      op,
      { tokens: tokens.length, rows: state.rows },
      "tokens must be one for each row of the state",
    );
  }
  return fromArray<Shape, "i32">(tokens, [tokens.length, 1], "i32");
}

/** Keys and values that outlive the scope that they were made in. */
export function keptMemories(memories: readonly KeyValues[]): readonly KeyValues[] {
  return memories.map(({ key, value }) => ({ key: keep(key.contiguous()), value: keep(value.contiguous()) }));
}

/** @throws ValueError unless they are rows of the state */
export function assertRows(op: string, rows: Int32Array, state: { readonly rows: number }): void {
  assertRecord(op, "state", state, "what stepModel, step or reorder gave");
  if (!isInt32Array(rows)) {
    throw wrongArgument(op, "rows", rows, "an Int32Array of rows of the state");
  }
  const wrong = rows.find((row) => row < 0 || row >= state.rows);
  if (wrong !== undefined) throw new ValueError(op, { row: wrong, rows: state.rows }, "rows must be rows of the state");
}

/** @throws ValueError, ShapeError unless a state says of each row which of a model's sentences it is of */
export function assertSentences(
  op: string,
  of: Int32Array,
  { rows, sentences }: { readonly rows?: number; readonly sentences: number },
): void {
  if (!isInt32Array(of) || (rows !== undefined && of.length !== rows)) {
    throw wrongArgument(op, "state.sentences", of, "an Int32Array of a sentence for each row");
  }
  const wrong = of.find((sentence) => sentence < 0 || sentence >= sentences);
  if (wrong === undefined) return;
  throw new ValueError(
    op,
    { sentence: wrong, sentences },
    "the state is of other sentences",
    "drive each model with the states that it gave",
  );
}

/** Keys and values of other rows. */
export function reordered({ key, value }: KeyValues, rows: Int32Array): KeyValues {
  const index = fromArray<Shape, "i32">(rows, [rows.length], "i32") as Tensor<[number], "i32">;
  return { key: indexSelect(key, 0, index), value: indexSelect(value, 0, index) };
}

/** Gives keys and values back. */
export function disposeMemories(memories: readonly KeyValues[]): void {
  for (const { key, value } of memories) {
    key.dispose();
    value.dispose();
  }
}

/** @param logits (rows, 1, vocabulary) */
export function logProbabilitiesOf(logits: Tensor): Float32Array {
  return logSoftmax(logits, -1).data();
}
