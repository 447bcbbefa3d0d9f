import { assertFloat } from "../../dispatch/dtypes.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { DTypeError, IndexError, ShapeError } from "../../errors/index.ts";
import { axes } from "../../shape/axes.ts";
import { sameShape } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { heapI32 } from "../../runtime/heap.ts";

/** The sizes of a recurrent net's call: a sequence, or a single step. */
export interface Sizes {
  readonly time: number;
  readonly batch: number;
  /** Features of an input. */
  readonly input: number;
  readonly hidden: number;
  /** Features of the state: the hidden units, or what they are projected to. */
  readonly state: number;
  /** (time, batch), or (batch) of a step. */
  readonly lead: Shape;
}

/** What the ops have in common. */
export interface Operands {
  readonly x: AnyTensor;
  readonly weightIh: AnyTensor;
  readonly weightHh: AnyTensor;
  readonly biasIh?: AnyTensor | undefined;
  readonly biasHh?: AnyTensor | undefined;
  readonly weightHr?: AnyTensor | undefined;
  readonly h0?: AnyTensor | undefined;
  readonly c0?: AnyTensor | undefined;
  readonly lengths?: AnyTensor | undefined;
}

/**
 * @param gates of a hidden unit @param isStep whether x is that of one step
 * @throws ShapeError unless everything fits together, DTypeError unless all are f32, and lengths i32
 */
export function sizesOf(op: string, gates: number, operands: Operands, isStep: boolean): Sizes {
  const { x, weightIh, weightHh, biasIh, biasHh, weightHr, h0, c0 } = operands;
  assertFloat(op, { x, weightIh, weightHh, biasIh, biasHh, weightHr, h0, c0 });
  const [time, batch, input] = isStep
    ? ([1, ...axes(op, x.shape, "batch features")] as const)
    : axes(op, x.shape, "time batch features");
  const { hidden, state } = stateSizes(op, gates, weightHh, weightHr);
  const rows = gates * hidden;
  assertShapeOf(op, "weightIh", weightIh.shape, [rows, input], "(gates · hidden, the features of x)");
  assertSizes(op, "biasIh", biasIh, [rows], "(gates · hidden)");
  assertSizes(op, "biasHh", biasHh, [rows], "(gates · hidden)");
  assertInitial(op, batch, { hidden, state }, operands);
  return { time, batch, input, hidden, state, lead: isStep ? [batch] : [time, batch] };
}

/** @throws ShapeError unless initial states and lengths are those of a batch, DTypeError unless lengths are i32 */
export function assertInitial(
  op: string,
  batch: number,
  { hidden, state }: Pick<Sizes, "hidden" | "state">,
  { h0, c0, lengths }: Pick<Operands, "h0" | "c0" | "lengths">,
): void {
  assertSizes(op, "h0", h0, [batch, state], "(batch, the features of the state)");
  assertSizes(op, "c0", c0, [batch, hidden], "(batch, hidden)");
  assertSizes(op, "lengths", lengths, [batch], "(batch)");
  if (lengths === undefined || lengths.dtype === "i32") return;
  throw new DTypeError(
    op,
    { lengths: lengths.shape, dtype: lengths.dtype },
    "lengths must be i32",
    'lengths.to("i32")',
  );
}

/** The hidden units and the features of the state, by the recurrent weights. @throws ShapeError */
export function stateSizes(
  op: string,
  gates: number,
  weightHh: AnyTensor,
  weightHr: AnyTensor | undefined,
): { readonly hidden: number; readonly state: number } {
  const [rows = 0, state = 0] = weightHh.shape;
  const hidden = rows / gates;
  const isProjected = weightHr !== undefined;
  if (weightHh.rank !== 2 || !Number.isInteger(hidden) || (!isProjected && state !== hidden)) {
    throw new ShapeError(
      op,
      { weightHh: weightHh.shape },
      gates === 1
        ? "weightHh must be square, (hidden, hidden)"
        : `weightHh must be (${gates} · hidden, ${isProjected ? "the features of the state" : "hidden"}), all gates one below the other`,
      weightHh.rank === 2 && state === gates * rows ? "did you mean weightHh.transpose()?" : undefined,
    );
  }
  assertSizes(op, "weightHr", weightHr, [state, hidden], "(the features of the state, hidden)");
  return { hidden, state };
}

/** @throws ShapeError unless a tensor that is there has this shape */
export function assertSizes(
  op: string,
  name: string,
  tensor: AnyTensor | undefined,
  wanted: Shape,
  words: string,
): void {
  if (tensor !== undefined) assertShapeOf(op, name, tensor.shape, wanted, words);
}

/** @throws ShapeError unless the shape is this one */
export function assertShapeOf(op: string, name: string, shape: Shape, wanted: Shape, words: string): void {
  if (sameShape(shape, wanted)) return;
  throw new ShapeError(
    op,
    { [name]: shape },
    `${name} must be [${wanted.join(", ")}]: ${words}`,
    sameShape(shape, wanted.toReversed()) ? `did you mean ${name}.transpose()?` : undefined,
  );
}

/** Looks at the lengths themselves. @throws IndexError unless each is in 0…time */
export function assertLengths(op: string, lengths: AnyTensor | undefined, time: number): void {
  if (lengths === undefined) return;
  onContiguous(lengths, (dense) => {
    const heap = heapI32();
    for (let item = 0; item < dense.size; item++) {
      const length = heap[dense.address / 4 + item] as number;
      if (length >= 0 && length <= time) continue;
      throw new IndexError(
        op,
        { lengths: lengths.shape, item, length },
        `lengths must be in 0…${time}, the time steps of x`,
      );
    }
  });
}
