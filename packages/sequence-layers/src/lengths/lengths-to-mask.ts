import {
  arange,
  assertTensor,
  assertWhole,
  DTypeError,
  greater,
  inCall,
  IndexError,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";

/**
 * Which steps of a padded batch are the sequences' own: true at [item, step] where step < lengths[item].
 *
 * @param lengths (batch), i32
 * @param time how many steps the batch has; the longest length if absent
 * @returns (batch, time), bool
 * @throws ShapeError unless lengths are one axis, DTypeError unless they are i32, IndexError on a length outside of 0…time
 * @example lengthsToMask(tensor([1, 3], "i32")).toArray(); // [[true, false, false], [true, true, true]]
 */
export function lengthsToMask<Batch extends number>(
  lengths: Tensor<[Batch], "i32">,
  time?: number,
): Tensor<[Batch, number], "bool"> {
  assertTensor("lengthsToMask", "lengths", lengths);
  if (lengths.shape.length !== 1) {
    throw new ShapeError("lengthsToMask", { lengths: lengths.shape }, "lengths must have one axis, (batch)");
  }
  if (lengths.dtype !== "i32") {
    throw new DTypeError("lengthsToMask", { lengths: lengths.dtype }, "lengths must be i32", 'lengths.astype("i32")');
  }
  const values = lengths.data();
  if (time !== undefined) assertWhole("lengthsToMask", "time", time);
  const steps = time ?? values.reduce((longest, length) => Math.max(longest, length), 0);
  const item = values.findIndex((length) => length < 0 || length > steps);
  if (item !== -1) {
    const words = `lengths must be in 0…${String(steps)}, the time steps`;
    throw new IndexError("lengthsToMask", { lengths: lengths.shape, item, length: values[item] }, words);
  }
  return inCall("lengthsToMask", () =>
    scope(() => {
      const ends: Tensor<Shape, "i32"> = lengths.unsqueeze(1);
      return greater(ends, arange(0, steps, 1, "i32")) as Tensor<[Batch, number], "bool">;
    }),
  );
}
