import {
  assertTensor,
  assertWhole,
  type DType,
  DTypeError,
  fromArray,
  inCall,
  indexAdd,
  indexSelect,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { assertPadded, checkedLengths } from "./checked-lengths.ts";

/** The shape of packed steps: without the axis of batch. */
export type Packed<S extends Shape> = S extends readonly [number, number, ...infer Rest extends Shape]
  ? [number, ...Rest]
  : Shape;

/** The shape of steps that are padded again. */
export type Unpacked<S extends Shape> = S extends readonly [number, ...infer Rest extends Shape]
  ? [number, number, ...Rest]
  : Shape;

/**
 * The sequences' own steps of a padded batch one behind the other, without the padding: so that what is done step by step, such
 * as a large output layer or a loss, is not done for nothing. Recurrent layers need no packing: they take `lengths`.
 *
 * @param x (batch, time, …) @param lengths (batch), i32
 * @returns (sum of lengths, …): the steps of the first item, then those of the second, …
 * @throws ShapeError, DTypeError, IndexError unless lengths are those of x
 * @example unpackByLength(head.forward(packByLength(hidden, lengths)), lengths, hidden.shape[1])
 */
export function packByLength<S extends Shape, D extends DType>(
  x: Tensor<S, D>,
  lengths: Tensor<Shape, "i32">,
): Tensor<Packed<S>, D>;
export function packByLength(x: Tensor<Shape, DType>, lengths: Tensor<Shape, "i32">): Tensor<Shape, DType> {
  const op = "packByLength";
  assertPadded(op, x);
  assertTensor(op, "lengths", lengths);
  const [batch = 0, time = 0, ...rest] = x.shape;
  const places = placesOf(checkedLengths(op, lengths, batch, time), time);
  return inCall(op, () =>
    scope(() => indexSelect<Shape, DType, number, Shape>(x.reshape([batch * time, ...rest]), 0, places())),
  );
}

/**
 * The inverse of `packByLength`: steps back in a padded batch, with zeros in the padding.
 * @param packed (sum of lengths, …), f32 @param lengths (batch), i32 @param time steps of the batch; the longest length if absent
 * @returns (batch, time, …)
 * @throws ShapeError unless there are as many steps as lengths say, IndexError on a length that is not in 0…time
 */
export function unpackByLength<S extends Shape>(
  packed: Tensor<S>,
  lengths: Tensor<Shape, "i32">,
  time?: number,
): Tensor<Unpacked<S>>;
export function unpackByLength(packed: Tensor, lengths: Tensor<Shape, "i32">, time?: number): Tensor {
  const op = "unpackByLength";
  assertTensor(op, "packed", packed);
  const { shape, dtype }: Tensor<Shape, DType> = packed;
  if (dtype !== "f32") throw new DTypeError(op, { packed: shape, dtype }, "packed must be f32", 'packed.to("f32")');
  assertTensor(op, "lengths", lengths);
  if (time !== undefined) assertWhole(op, "time", time);
  const batch = lengths.shape[0] ?? 0;
  const values = checkedLengths(op, lengths, batch, time ?? 2 ** 31);
  const steps = time ?? Array.from(values).reduce((longest, length) => Math.max(longest, length), 0);
  const sum = Array.from(values).reduce((total, length) => total + length, 0);
  const [count, ...rest] = shape;
  if (count !== sum) {
    throw new ShapeError(
      op,
      { packed: shape, lengths: lengths.shape },
      `lengths add up to ${sum}, the steps of packed`,
    );
  }
  const places = placesOf(values, steps);
  return inCall(op, () => scope(() => indexAdd(packed, 0, places(), batch * steps).reshape([batch, steps, ...rest])));
}

/** Where the sequences' own steps are among all, (batch · time): made within the scope that needs it. */
function placesOf(lengths: ArrayLike<number>, time: number): () => Tensor<Shape, "i32"> {
  const places = Array.from(lengths).flatMap((length, item) => Array.from({ length }, (_, step) => item * time + step));
  return () => fromArray<Shape>(Int32Array.from(places), [places.length]);
}
