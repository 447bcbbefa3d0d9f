import type { AnyTensor } from "../dispatch/results.ts";
import { IndexError, ShapeError, ValueError } from "../errors/index.ts";
import { where } from "../ops/elementwise/select.ts";
import { indexSelect } from "../ops/gather/index-select.ts";
import { assertIndexDType, assertInRange } from "../ops/gather/indices.ts";
import { reshape, slice, squeeze, unsqueeze } from "../ops/view/view.ts";
import { scope } from "../tensor/scope.ts";
import { type Index, isTensor, type Range, type Tensor } from "../tensor/tensor.ts";
import { selectAxes } from "./masked-select.ts";
import type { DType } from "../types/dtype.ts";
import type { CanIndex, Indexed } from "../types/indexed.ts";
import type { Shape } from "../types/shape.ts";
import { wrongArgument } from "../arguments/wrong.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { assertList } from "../arguments/checks.ts";

/** Elements `start` up to `stop` (not included), every `step`-th; negative bounds count from the end. */
export function range(start?: number, stop?: number, step = 1): Range {
  for (const [name, bound] of Object.entries({ start, stop, step })) {
    if (bound !== undefined && !Number.isSafeInteger(bound))
      throw wrongArgument("range", name, bound, "a whole number");
  }
  return { kind: "range", start, stop, step };
}

/**
 * Part of a tensor, as `x[…]` in NumPy. Numbers and ranges give a view, a tensor of positions and a mask a copy.
 *
 * @example at(x, -1, range(0, 10), "...") // last of the first axis, ten of the second, all of the rest
 * @example at(x, [mask]) // the rows where the mask holds, or with a mask of two axes the elements of both
 * @throws IndexError, ShapeError
 */
export function at<S extends Shape, D extends DType, const I extends readonly Index[]>(
  x: Tensor<S, D>,
  indices: I & CanIndex<S, I>,
): Tensor<Indexed<S, I>, D>;
export function at(x: AnyTensor, indices: readonly Index[]): AnyTensor {
  assertTensor("at", "x", x);
  assertList("at", "indices", indices, "an array of indices");
  for (let axis = 0; axis < indices.length; axis++) assertIndex(indices[axis]);
  const full = withoutEllipsis(x, indices);
  return scope(() => {
    let out = x;
    let axis = 0;
    for (const index of full) {
      if (index === null) out = unsqueeze(out, axis++);
      else if (index === ":") axis++;
      else if (typeof index === "number") out = pick(out, axis, index);
      else if (isMask(index)) out = selectAxes(out, axis++, index);
      else if (isTensor(index)) {
        out = select(out, axis, index as Tensor<Shape, "i32">);
        axis += index.rank;
      } else {
        out = slice(out, axis++, index.start ?? 0, index.stop, index.step);
      }
    }
    // The caller owns the result: never the very handle that was asked.
    return out === x ? slice(x, 0, 0) : out;
  });
}

/** @throws ValueError unless it is one of the kinds of index; where it points is looked at later */
function assertIndex(index: unknown): void {
  if (typeof index === "number" || index === null || index === ":" || index === "...") return;
  if (isTensor(index)) {
    index.assertLive("at");
    return;
  }
  if (isRange(index)) return;
  throw wrongArgument("at", "indices", index, 'numbers, range(…), ":", "...", null or tensors', indexFix(index));
}

function isRange(index: unknown): index is Range {
  return typeof index === "object" && index !== null && "kind" in index && index.kind === "range";
}

/** What other libraries write, as it is written here. */
function indexFix(index: unknown): string | undefined {
  if (index === undefined) return 'null adds an axis, ":" keeps one';
  if (Array.isArray(index))
    return 'tensor(positions, "i32") picks by a list, and x.at(i, j) takes one index for each axis';
  if (typeof index !== "string") return undefined;
  const bounds = /^(-?\d*):(-?\d*)(?::(-?\d*))?$/.exec(index.replaceAll(" ", ""));
  if (bounds === null) return undefined;
  const [start, stop, step] = bounds.slice(1).map((bound) => (bound === "" ? undefined : bound));
  const rest = step === undefined ? (stop === undefined ? [] : [stop]) : [stop ?? "undefined", step];
  return `range(${[start ?? (rest.length > 0 ? "0" : ""), ...rest].join(", ")})`;
}

function withoutEllipsis(x: Tensor<Shape, DType>, indices: readonly Index[]): Exclude<Index, "...">[] {
  const named = indices.reduce<number>((axes, index) => axes + axesOf(index), 0);
  const dots = indices.filter((index) => index === "...").length;
  if (indices.filter(isTensor).length > 1) {
    throw new ValueError(
      "at",
      { shape: x.shape, indices: indices.length },
      "only one tensor can stand among the indices",
      "index by one after the other",
    );
  }
  if (dots > 1) throw new ValueError("at", { indices: indices.length }, 'only one "..." can stand among the indices');
  if (named > x.rank || x.rank === 0) {
    throw new ShapeError(
      "at",
      { shape: x.shape, indices: named },
      `${named} indices for ${x.rank} axes`,
      x.rank === 0 ? "a scalar is read with item()" : undefined,
    );
  }
  const whole = new Array<":">(x.rank - named).fill(":");
  return indices.flatMap((index) => (index === "..." ? whole : [index]));
}

/** How many axes of the tensor an index stands for. */
function axesOf(index: Index): number {
  if (isMask(index)) return index.rank;
  return index === null || index === "..." ? 0 : 1;
}

function isMask(index: Index): index is Tensor<Shape, "bool"> {
  return isTensor(index) && index.dtype === "bool";
}

function pick<D extends DType>(x: Tensor<Shape, D>, axis: number, index: number): Tensor<Shape, D> {
  const size = x.shape[axis] ?? 0;
  const position = index < 0 ? index + size : index;
  if (!Number.isInteger(index) || position < 0 || position >= size) {
    throw new IndexError("at", { shape: x.shape, axis, index }, `index must be in ${-size}…${size - 1}`);
  }
  return squeeze(slice(x, axis, position, position + 1), axis);
}

function select<D extends DType>(x: Tensor<Shape, D>, axis: number, index: Tensor<Shape, "i32">): Tensor<Shape, D> {
  const size = x.shape[axis] ?? 0;
  index.assertLive("at");
  assertIndexDType("at", index);
  assertInRange("at", index, size, -size);
  const fromFront = where(index.less(0), index.add(size), index);
  const rows = indexSelect(x, axis, reshape(fromFront, [index.size]));
  return reshape(rows, [...x.shape.slice(0, axis), ...index.shape, ...x.shape.slice(axis + 1)]);
}
