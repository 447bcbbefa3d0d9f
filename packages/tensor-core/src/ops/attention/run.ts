import * as frames from "../../../wasm/frames.js";
import type { AnyTensor } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import { clone } from "../copy/copy.ts";
import type { Operands, Sizes } from "./sizes.ts";

/** How scores and weights come about. */
export interface AttentionAttributes {
  /** What q · k is multiplied by. */
  readonly scale: number;
  readonly isCausal: boolean;
  /** Of a weight to be left out; 0 without a stream. */
  readonly dropoutP: number;
}

type Wanted = AnyTensor | undefined;

/** What a forward writes. */
export interface Written {
  readonly output: AnyTensor;
  readonly weights: Wanted;
  readonly rows: Wanted;
}

/** What a gradient writes. */
export interface WrittenGradients {
  readonly query: Wanted;
  readonly key: Wanted;
  readonly value: Wanted;
  readonly attnMask: Wanted;
}

/** What a gradient reads beside the operands. */
export interface Remembered {
  readonly output: AnyTensor;
  readonly rows: AnyTensor;
  readonly dOutput: AnyTensor;
}

type Common =
  Parameters<ReturnType<typeof core>["attend"]> extends [...infer Head, number, number, number] ? Head : never;

export function runAttention(
  op: string,
  operands: Operands,
  sizes: Sizes,
  how: AttentionAttributes,
  to: Written,
): void {
  scope(() => {
    const common = prepared(operands, sizes, how);
    const [weights, rows] = [to.weights?.address ?? 0, to.rows?.address ?? 0];
    check(op, core().attend(...common, to.output.address, weights, rows));
  });
}

export function runAttentionGradient(
  op: string,
  operands: Operands & Remembered,
  sizes: Sizes,
  how: AttentionAttributes,
  to: WrittenGradients,
): void {
  scope(() => {
    const { output, rows, dOutput } = operands;
    const [y, known, dy] = [output, rows, dOutput].map((tensor) => tensor.contiguous().address) as [
      number,
      number,
      number,
    ];
    const [dq, dk, dv] = [to.query?.address ?? 0, to.key?.address ?? 0, to.value?.address ?? 0];
    const common = prepared(operands, sizes, how);
    check(op, core().attend_gradient(...common, y, known, dy, dq, dk, dv, to.attnMask?.address ?? 0));
  });
}

const NONE: frames.Operand = { shape: [], strides: [], rank: 0 };

/** Writes the frame. Copies that this takes belong to the scope, and come first: they use the frame too. */
function prepared(
  operands: Operands,
  { lead, queries, keys, size, valueSize }: Sizes,
  how: AttentionAttributes,
): Common {
  const { attnMask: mask, keyLengths: lengths, dropoutStream } = operands;
  const [query, key, value] = [dense(operands.query), dense(operands.key), dense(operands.value)];
  const stream = dropoutStream?.contiguous().address ?? 0;
  frames.writeAttentionFrame(heapI32(), frameStart(), {
    queries,
    keys,
    size,
    valueSize,
    qRowStride: rowStride(query),
    kRowStride: rowStride(key),
    vRowStride: rowStride(value),
    maskRowStride: mask === undefined ? 0 : strideOf(mask, -2),
    maskColumnStride: mask === undefined ? 0 : strideOf(mask, -1),
    causal: how.isCausal ? 1 : 0,
    batch: {
      sizes: lead,
      q: leading(query),
      k: leading(key),
      v: leading(value),
      mask: mask === undefined ? NONE : leading(mask),
      lengths: lengths ?? NONE,
    },
  });
  const [added, takingPart] = mask?.dtype === "f32" ? [mask.address, 0] : [0, mask?.address ?? 0];
  const { scale, dropoutP } = how;
  const addresses = [query.address, key.address, value.address, added, takingPart, lengths?.address ?? 0, stream];
  return [...addresses, scale, 1 - dropoutP] as unknown[] as Common;
}

/** The tensor with its features side by side. */
function dense(tensor: AnyTensor): AnyTensor {
  const isDense = (tensor.shape.at(-1) ?? 0) <= 1 || tensor.strides.at(-1) === 1;
  return isDense && rowStride(tensor) >= 0 ? tensor : clone(tensor);
}

/** From one row to the next; of a single one it is never used. */
function rowStride({ shape, strides }: AnyTensor): number {
  return (shape.at(-2) ?? 0) <= 1 ? (shape.at(-1) ?? 0) : (strides.at(-2) ?? 0);
}

/** The stride of an axis that may be missing or be stretched. */
function strideOf({ shape, strides }: AnyTensor, axis: number): number {
  return (shape.at(axis) ?? 1) === 1 ? 0 : (strides.at(axis) ?? 0);
}

/** All axes but the last two, of which there may be none. */
function leading({ shape, strides, rank }: AnyTensor): frames.Operand {
  return { shape, strides, rank: Math.max(0, rank - 2) };
}
