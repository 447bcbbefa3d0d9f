import { checkedLater, checkOptions, truthValue } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { assertArithmetic, assertOneDType } from "../../dispatch/dtypes.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { sizeOf } from "../../shape/layout.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertIndexDType, assertInRange } from "../gather/indices.ts";

type SearchSortedOp = KernelOp<
  "searchSorted",
  ["sortedSequence", "values", "sorter?"],
  { readonly right: boolean },
  OneDiscrete
>;

const searchSortedOp: SearchSortedOp = defineOp("searchSorted", ["sortedSequence", "values", "sorter?"], {
  results: { y: DISCRETE },
  shape: ({ sortedSequence, values, sorter }) => {
    assertArithmetic("searchSorted", sortedSequence);
    assertOneDType("searchSorted", sortedSequence, values);
    const before = sortedSequence.shape.slice(0, -1);
    const came = { sortedSequence: sortedSequence.shape, values: values.shape };
    if (sortedSequence.rank === 0) throw new ShapeError("searchSorted", came, "the sequence must have an axis");
    const isOne = sortedSequence.rank === 1;
    if (!isOne && (values.rank !== sortedSequence.rank || before.some((size, axis) => size !== values.shape[axis]))) {
      throw new ShapeError("searchSorted", came, "axes must be alike but for the last, or the sequence be a list");
    }
    if (sorter !== undefined) {
      assertIndexDType("searchSorted", sorter);
      const isAlike =
        sorter.rank === sortedSequence.rank && sorter.shape.every((size, axis) => size === sortedSequence.shape[axis]);
      if (!isAlike)
        throw new ShapeError("searchSorted", { ...came, sorter: sorter.shape }, "the sorter has the sequence's shape");
    }
    return values.shape;
  },
  dtype: () => "i32",
  check: ({ sortedSequence, sorter }) => {
    if (sorter !== undefined) assertInRange("searchSorted", sorter, sortedSequence.shape.at(-1) ?? 0);
  },
  run: ({ sortedSequence, values, sorter }, out, { right }) => {
    const isOne = sortedSequence.rank === 1;
    const size = sortedSequence.shape.at(-1) ?? 0;
    const rows = isOne ? 1 : sizeOf(values.shape.slice(0, -1));
    const count = isOne ? values.size : (values.shape.at(-1) ?? 0);
    const kernel = values.dtype === "f32" ? core().search_sorted : core().search_sorted_i32;
    onContiguous(sortedSequence, (sequence) =>
      onContiguous(values, (x) => {
        const call = (order: number): void =>
          kernel(rows, size, count, isOne ? 1 : 0, right ? 1 : 0, sequence.address, order, x.address, out.address);
        if (sorter === undefined) call(0);
        else onContiguous(sorter, (order) => call(order.address));
      }),
    );
  },
});

/** How `searchSorted` searches. */
export interface SearchSortedOptions {
  /** Behind equal elements, and not before them. Default false. */
  readonly right?: boolean;
  /** In the sequence's shape: the order in which it ascends, as `argsort` gives it. */
  readonly sorter?: Tensor<Shape, "i32"> | undefined;
}

/**
 * Where each value belongs in a sequence that ascends along its last axis, so that it still does: PyTorch's
 * `torch.searchsorted`. Whether it ascends nobody looks. NaN belongs behind everything, and NaN in the sequence is as if it were
 * smaller than the value, as there. Has no gradient.
 * @param sortedSequence (size), one for all values, or (…, size) @param values any shape, or (…, count)
 * @returns in the shape of `values`: numbers from 0 to size
 * @throws ShapeError; DTypeError unless both are f32 or both i32; IndexError if the sorter points elsewhere
 */
export function searchSorted<S extends Shape, D extends DType>(
  sortedSequence: Tensor<Shape, D>,
  values: Tensor<S, D>,
  options: SearchSortedOptions = {},
): Tensor<S, "i32"> {
  checkOptions<SearchSortedOptions>("searchSorted", options, { right: truthValue, sorter: checkedLater });
  const { right = false, sorter } = options;
  assertTensor("searchSorted", "sortedSequence", sortedSequence);
  assertTensor("searchSorted", "values", values);
  if (sorter !== undefined) assertTensor("searchSorted", "sorter", sorter);
  return apply(searchSortedOp, { sortedSequence, values, sorter }, { right }) as Tensor<S, "i32">;
}

/** Without a gradient: places. */
export const searchSortedOps: { searchSorted: typeof searchSortedOp } = { searchSorted: searchSortedOp };
