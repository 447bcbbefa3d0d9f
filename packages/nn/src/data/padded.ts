import {
  concat,
  type DType,
  fromArray,
  full,
  isTensor,
  type Shape,
  stack,
  type Tensor,
  anyNumber,
  checkOptions,
  aDType,
} from "@unfoldjs/tensor-core";
import { allAs } from "./kinds.ts";
import { isNumbers, type NumberArray, type Numbers, NumberTable, productOf, shapeOfNumbers } from "./numbers.ts";
import type { Column, Stacked } from "./stacked.ts";

/** Numbers step by step, or rows of them, or a tensor whose first axis is time. */
export type Sequence =
  | NumberArray
  | readonly number[]
  | readonly (NumberArray | readonly number[])[]
  | Tensor<Shape, DType>;

export interface PaddedOptions<D extends DType | undefined = undefined> {
  /** What stands after the end of a shorter sequence. Default 0. */
  readonly value?: number;
  /** Default: what the sequences have by themselves, f32 for plain numbers. */
  readonly dtype?: D;
}

/** Sequences of different lengths as one tensor. */
export interface Padded<Value, D extends DType | undefined = undefined> {
  /** (batch, longest, …): the sequences, and after their ends the value for padding. */
  readonly values: Stacked<Value, D>;
  /** (batch): how long each sequence is. */
  readonly lengths: Tensor<[number], "i32">;
}

/**
 * A column that makes sequences as long as the longest by a value at their ends, as PyTorch's `pad_sequence` with
 * `batch_first`, and gives the lengths along.
 * @throws ShapeError if the sequences differ in more than their lengths, DTypeError if numbers and dtype do not go together
 * @example batches(reviews, 32, { collate: { words: padded({ dtype: "i32", value: 0 }) }, bucketBy: ({ words }: Review) => words.length })
 */
export function padded<Value extends Sequence, D extends DType | undefined = undefined>(
  options: PaddedOptions<D> = {},
): Column<Value, Padded<Value, D>> {
  checkOptions<PaddedOptions<D>>("padded", options, { value: anyNumber, dtype: aDType });
  const { value = 0, dtype } = options;
  return (given) => {
    const sequences = allAs(given, isSequence, "a sequence: an array of numbers or a tensor with an axis");
    const values = sequences.every(isTensor)
      ? padTensors(sequences, value, dtype)
      : padNumbers(sequences as readonly NumberSequence[], value, dtype);
    return { values: values as Stacked<Value, D>, lengths: fromArray(Int32Array.from(sequences, lengthOf)) };
  };
}

type NumberSequence = Exclude<Sequence, Tensor<Shape, DType>>;

function isSequence(value: unknown): value is Sequence {
  return isTensor(value) ? value.rank > 0 : typeof value === "object" && isNumbers(value);
}

/** Of any number of sequences: more than a call takes arguments, too. */
function longestOf(sequences: readonly Sequence[]): number {
  return sequences.reduce((longest, each) => Math.max(longest, lengthOf(each)), 0);
}

function padTensors(
  sequences: readonly Tensor<Shape, DType>[],
  value: number,
  dtype: DType | undefined,
): Tensor<Shape, DType> {
  const longest = longestOf(sequences);
  const whole = stack(
    sequences.map((sequence) => {
      const [length = 0, ...inner] = sequence.shape;
      const rest = [longest - length, ...inner];
      return length === longest ? sequence : concat([sequence, full<Shape, DType>(rest, value, sequence.dtype)]);
    }),
  );
  return dtype === undefined ? whole : whole.to(dtype);
}

function padNumbers(
  sequences: readonly NumberSequence[],
  value: number,
  dtype: DType | undefined,
): Tensor<Shape, DType> {
  const like: Numbers = sequences.find(({ length }) => length > 0) ?? [];
  const [, ...inner] = shapeOfNumbers(like); // of one step
  const longest = longestOf(sequences);
  const table = new NumberTable("batches", [sequences.length, longest, ...inner], like, dtype, value);
  const step = longest * productOf(inner);
  for (const [i, sequence] of sequences.entries()) {
    if (sequence.length !== 0) table.write(sequence, i * step, [sequence.length, ...inner]);
  }
  return table.toTensor();
}

function lengthOf(sequence: Sequence): number {
  return isTensor(sequence) ? (sequence.shape[0] ?? 0) : sequence.length;
}
