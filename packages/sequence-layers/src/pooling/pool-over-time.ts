import {
  type DType,
  DTypeError,
  fromArray,
  inCall,
  indexSelect,
  scope,
  type Shape,
  type Tensor,
  where,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertPadded, checkedLengths } from "../lengths/checked-lengths.ts";

/** The shape without the axis of time. */
export type WithoutTime<S extends Shape> = S extends readonly [
  infer Batch extends number,
  number,
  ...infer Rest extends Shape,
]
  ? [Batch, ...Rest]
  : Shape;

/**
 * The last step of each sequence: at its length − 1, and zeros if that is 0.
 * @param x (batch, time, …) @param lengths (batch), i32; all of time if absent
 * @returns (batch, …)
 * @throws ShapeError, DTypeError, IndexError unless lengths are those of x
 */
export function lastValid<S extends Shape>(x: Tensor<S>, lengths?: Tensor<Shape, "i32">): Tensor<WithoutTime<S>>;
export function lastValid(x: Tensor, lengths?: Tensor<Shape, "i32">): Tensor {
  return pooled("lastValid", x, lengths, ({ batch, time, rest, ends, mask }) => {
    const places = Int32Array.from(ends, (end, item) => item * time + Math.max(end, 1) - 1);
    const last = indexSelect<Shape, "f32", number, Shape>(x.reshape([batch * time, ...rest]), 0, i32(places));
    return where(
      mask(places.length, (item) => (ends[item] ?? 0) > 0).reshape([batch, ...rest.map(() => 1)]),
      last,
      zeros([]),
    );
  });
}

/**
 * The mean of each sequence's own steps; zeros if it has none.
 * @param x (batch, time, …) @param lengths (batch), i32; all of time if absent
 * @returns (batch, …)
 * @throws ShapeError, DTypeError, IndexError unless lengths are those of x
 */
export function meanOverTime<S extends Shape>(x: Tensor<S>, lengths?: Tensor<Shape, "i32">): Tensor<WithoutTime<S>>;
export function meanOverTime(x: Tensor, lengths?: Tensor<Shape, "i32">): Tensor {
  return pooled("meanOverTime", x, lengths, ({ batch, rest, ends, valid }) => {
    const counts = fromArray<Shape>(
      Float32Array.from(ends, (end) => Math.max(end, 1)),
      [batch, ...rest.map(() => 1)],
    );
    return where(valid(), x, zeros([])).sum(1).div(counts);
  });
}

/**
 * The largest of each sequence's own steps, feature by feature; zeros if it has none.
 * @param x (batch, time, …) @param lengths (batch), i32; all of time if absent
 * @returns (batch, …)
 * @throws ShapeError, DTypeError, IndexError unless lengths are those of x
 */
export function maxOverTime<S extends Shape>(x: Tensor<S>, lengths?: Tensor<Shape, "i32">): Tensor<WithoutTime<S>>;
export function maxOverTime(x: Tensor, lengths?: Tensor<Shape, "i32">): Tensor {
  return pooled("maxOverTime", x, lengths, ({ batch, rest, ends, mask, valid }) => {
    const largest = where(valid(), x, zeros([]).sub(Infinity)).max(1);
    return where(
      mask(batch, (item) => (ends[item] ?? 0) > 0).reshape([batch, ...rest.map(() => 1)]),
      largest,
      zeros([]),
    );
  });
}

interface Padded {
  readonly batch: number;
  readonly time: number;
  readonly rest: Shape;
  readonly ends: ArrayLike<number>;
  /** (count), bool */
  readonly mask: (count: number, holds: (at: number) => boolean) => Tensor<Shape, "bool">;
  /** (batch, time, 1, …), bool: the sequences' own steps */
  readonly valid: () => Tensor<Shape, "bool">;
}

function pooled(
  op: string,
  x: Tensor,
  lengths: Tensor<Shape, "i32"> | undefined,
  pool: (of: Padded) => Tensor,
): Tensor {
  assertPadded(op, x);
  const { shape, dtype }: Tensor<Shape, DType> = x;
  if (dtype !== "f32") throw new DTypeError(op, { x: shape, dtype }, "x must be f32", 'x.to("f32")');
  const [batch = 0, time = 0, ...rest] = shape;
  const ends = checkedLengths(op, lengths, batch, time);
  const mask: Padded["mask"] = (count, holds) =>
    fromArray<Shape, "bool">(
      Uint8Array.from({ length: count }, (_, at) => Number(holds(at))),
      [count],
      "bool",
    );
  const valid: Padded["valid"] = () =>
    mask(batch * time, (at) => at % time < (ends[Math.floor(at / time)] ?? 0)).reshape([
      batch,
      time,
      ...rest.map(() => 1),
    ]);
  return inCall(op, () => {
    // Of no steps there is nothing to look up.
    if (time === 0) return zeros([batch, ...rest]);
    return scope(() => pool({ batch, time, rest, ends, mask, valid }));
  });
}

function i32(places: Int32Array): Tensor<Shape, "i32"> {
  return fromArray<Shape, "i32">(places, [places.length], "i32");
}
