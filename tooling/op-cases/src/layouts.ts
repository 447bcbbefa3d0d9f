import { type AnyTensor, type DType, fromArray, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { build, type Exact, read } from "./reference/exact.ts";

/** Elements of one input: what they are, and how a tensor of them may lie in memory. */
export interface Placed {
  readonly tensor: AnyTensor;
  readonly exact: Exact;
}

/** A way for a tensor to lie in memory. */
export interface Layout {
  readonly name: string;
  place(exact: Exact, dtype: DType): Placed;
}

/** A contiguous tensor of the elements. */
function dense(exact: Exact, dtype: DType): AnyTensor {
  return fromArray<Shape, DType>(exact.values, exact.shape, dtype);
}

/** A view `look(x)` of a dense tensor `x` of `around`, where the view has the elements of `exact`. */
function seen(exact: Exact, around: Exact, dtype: DType, look: (x: Tensor<Shape, DType>) => AnyTensor): Placed {
  return { exact, tensor: scope(() => look(dense(around, dtype))) };
}

function at(index: readonly number[], axis: number, position: number): number[] {
  return index.map((own, i) => (i === axis ? position : own));
}

export const contiguous: Layout = {
  name: "contiguous",
  place: (exact, dtype) => ({ exact, tensor: dense(exact, dtype) }),
};

/** Columns lie together, not rows. */
const transposed: Layout = {
  name: "transposed",
  place(exact, dtype) {
    const order = exact.shape.map((_, axis) => exact.shape.length - 1 - axis);
    const around = build(exact.shape.toReversed(), (index) => read(exact, index.toReversed()));
    return seen(exact, around, dtype, (x) => x.permute(...order));
  },
};

/** Every other column of a wider tensor, so that no two elements touch. */
const stepped: Layout = {
  name: "stepped",
  place(exact, dtype) {
    const last = exact.shape.length - 1;
    if (last < 0) return contiguous.place(exact, dtype);
    const width = exact.shape[last] ?? 0;
    const wide = at(exact.shape, last, 2 * width);
    const around = build(wide, (index) => {
      const position = index[last] ?? 0;
      const value = read(exact, at(index, last, position >> 1));
      // The elements themselves as they are: adding 0 makes a zero positive. Those between are others of every dtype's range.
      return position % 2 === 0 ? value : value > 0 ? value - 1 : value + 1;
    });
    return seen(exact, around, dtype, (x) => x.slice(last, 0, 2 * width, 2));
  },
};

/** The second block of a larger tensor: it starts in the middle of memory, at no round address. */
const offset: Layout = {
  name: "offset",
  place(exact, dtype) {
    if (exact.shape.length === 0) return contiguous.place(exact, dtype);
    const rows = exact.shape[0] ?? 0;
    const around = build(at(exact.shape, 0, rows + 1), (index) =>
      read(exact, at(index, 0, Math.max(0, (index[0] ?? 0) - 1))),
    );
    return seen(exact, rows === 0 ? exact : around, dtype, (x) => x.slice(0, rows === 0 ? 0 : 1));
  },
};

/** Backwards along every axis. */
const flipped: Layout = {
  name: "flipped",
  place(exact, dtype) {
    const around = build(exact.shape, (index) =>
      read(
        exact,
        index.map((own, axis) => (exact.shape[axis] ?? 1) - 1 - own),
      ),
    );
    return seen(exact, around, dtype, (x) => x.flip());
  },
};

/** One row, expanded: all rows are the same memory. It changes the elements. */
const expanded: Layout = {
  name: "expanded",
  place(exact, dtype) {
    if (exact.shape.length === 0 || exact.shape[0] === 0) return contiguous.place(exact, dtype);
    const row = build(at(exact.shape, 0, 1), (index) => read(exact, index));
    const repeated = build(exact.shape, (index) => read(row, index));
    return { exact: repeated, tensor: seen(repeated, row, dtype, (x) => x.expand(exact.shape)).tensor };
  },
};

export const layouts: readonly Layout[] = [contiguous, transposed, stepped, offset, flipped, expanded];
