import type { AnyTensor } from "../dispatch/results.ts";
import { IndexError, ShapeError, ValueError } from "../errors/index.ts";
import { where } from "../ops/elementwise/select.ts";
import { indexSelect } from "../ops/gather/index-select.ts";
import { assertIndexDType, assertInRange } from "../ops/gather/indices.ts";
import { permute, reshape, slice, squeeze, unsqueeze } from "../ops/view/view.ts";
import { fromArray } from "../create/create.ts";
import { broadcastShapes } from "../shape/axes.ts";
import { sizeOf } from "../shape/layout.ts";
import { composed } from "../tensor/scope.ts";
import { type Index, isTensor, type Range, type Tensor } from "../tensor/tensor.ts";
import { placesOf, selectAxes } from "./masked-select.ts";
import type { DType } from "../types/dtype.ts";
import type { CanIndex, Indexed } from "../types/indexed.ts";
import type { Shape } from "../types/shape.ts";
import { wrongArgument } from "../arguments/wrong.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { assertList } from "../arguments/checks.ts";

/**
 * Elements `start` up to `stop` (not included), every `step`-th; negative bounds count from the end. Below 0 the step goes back, from
 * the last element unless `start` says otherwise.
 */
export function range(start?: number, stop?: number, step = 1): Range {
  for (const [name, bound] of Object.entries({ start, stop, step })) {
    if (bound !== undefined && !Number.isSafeInteger(bound))
      throw wrongArgument("range", name, bound, "a whole number");
  }
  return { kind: "range", start, stop, step };
}

/** Indices without their shorter forms. */
type Plain = number | Range | ":" | "..." | null | Tensor<Shape, "i32" | "bool">;

/**
 * Part of a tensor, as `x[…]` in PyTorch. Numbers and ranges give a view, lists, tensors of positions and masks a copy.
 *
 * Several lists and tensors decide together: they broadcast, and take one element (or part) for each set of positions. Their axes
 * stand where the first of them was, or at the front where something else but numbers is between them. A mask counts as the positions where
 * it holds, one list for each of its axes, and a scalar tensor as a number. Steps may be below 0, which PyTorch does not allow.
 *
 * @example at(x, [-1, range(0, 10), "..."]) // last of the first axis, ten of the second, all of the rest
 * @example at(x, [mask]) // the rows where the mask holds, or with a mask of two axes the elements of both
 * @example at(x, [[0, 2, 5], "::-1"]) // three rows, each from its end
 * @example at(x, [[0, 1], [3, 4]]) // the two elements (0, 3) and (1, 4)
 * @throws IndexError, ShapeError, ValueError
 */
export function at<S extends Shape, D extends DType, const I extends readonly Index[]>(
  x: Tensor<S, D>,
  indices: I & CanIndex<S, I>,
): Tensor<Indexed<S, I>, D>;
export function at(x: AnyTensor, indices: readonly Index[]): AnyTensor {
  assertTensor("at", "x", x);
  assertList("at", "indices", indices, "an array of indices");
  for (let axis = 0; axis < indices.length; axis++) assertIndex(indices[axis]);
  return composed("at", () => {
    const full = withoutEllipsis(x, indices.map(plain));
    const together = full.filter(isList).length > 1;
    const lists: List[] = [];
    let out = x;
    let axis = 0;
    for (const index of full) {
      if (index === null) out = unsqueeze(out, axis++);
      else if (index === ":") axis++;
      else if (typeof index === "number") out = pick(out, axis, index);
      else if (together && isList(index)) {
        lists.push({ axis, index });
        axis += axesOf(index);
      } else if (isMask(index)) out = selectAxes(out, axis++, index);
      else if (isTensor(index)) {
        out = select(out, axis, index as Tensor<Shape, "i32">);
        axis += index.rank;
      } else {
        out = slice(out, axis++, index.start, index.stop, index.step);
      }
    }
    if (together) out = selectTogether(out, lists);
    // The caller owns the result: never the very handle that was asked.
    return out === x ? slice(x, 0) : out;
  });
}

/** @throws ValueError unless it is one of the kinds of index; where it points is looked at later */
function assertIndex(index: unknown): void {
  if (typeof index === "number" || index === null || index === ":" || index === "...") return;
  if (isTensor(index)) {
    index.assertLive("at");
    return;
  }
  if (isRange(index) || (typeof index === "string" && SLICE.test(index))) return;
  if (isListOf(index, isPosition) || isListOf(index, isTruth)) return;
  throw wrongArgument("at", "indices", index, EXPECTED, indexFix(index));
}

const EXPECTED =
  'numbers, range(…), "start:stop:step", "...", null, tensors, or lists of whole numbers or truth values';

function isRange(index: unknown): index is Range {
  return typeof index === "object" && index !== null && "kind" in index && index.kind === "range";
}

function isListOf(index: unknown, is: (value: unknown) => boolean): boolean {
  return Array.isArray(index) && Array.from(index).every(is); // `every` of the list itself passes holes over
}

function isTruth(value: unknown): boolean {
  return typeof value === "boolean";
}

function isPosition(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31;
}

/** What else people try, as it is written here. */
function indexFix(index: unknown): string | undefined {
  if (index === undefined) return 'null adds an axis, ":" keeps one';
  return Array.isArray(index) && index.every(Array.isArray)
    ? 'tensor(positions, "i32") holds lists of lists'
    : undefined;
}

const SLICE = /^(-?\d+)?:(-?\d+)?(?::(-?\d+)?)?$/;

function plain(index: Index): Plain {
  if (index === ":" || index === "...") return index;
  if (typeof index === "string") {
    const [start, stop, step] = (SLICE.exec(index) ?? []).slice(1).map((bound) => (bound === undefined ? undefined : Number(bound))); // prettier-ignore
    return { kind: "range", start, stop, step: step ?? 1 };
  }
  if (!Array.isArray(index)) return index as Plain;
  return index.length > 0 && typeof index[0] === "boolean"
    ? fromArray(Uint8Array.from(index), [index.length], "bool")
    : fromArray(Int32Array.from(index));
}

function withoutEllipsis(x: Tensor<Shape, DType>, indices: readonly Plain[]): Exclude<Plain, "...">[] {
  const named = indices.reduce<number>((axes, index) => axes + axesOf(index), 0);
  const dots = indices.filter((index) => index === "...").length;
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
function axesOf(index: Plain): number {
  if (isMask(index)) return index.rank;
  return index === null || index === "..." ? 0 : 1;
}

/** Whether it decides together with others of its kind. */
function isList(index: Plain): index is Tensor<Shape, "i32" | "bool"> {
  return isTensor(index) && index.rank > 0;
}

function isMask(index: Plain): index is Tensor<Shape, "bool"> {
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
  const rows = indexSelect(x, axis, reshape(fromFront(index, x.shape[axis] ?? 0), [index.size]));
  return reshape(rows, [...x.shape.slice(0, axis), ...index.shape, ...x.shape.slice(axis + 1)]);
}

/** Positions counted from the front. @throws IndexError, DTypeError */
function fromFront(index: Tensor<Shape, "i32">, size: number): Tensor<Shape, "i32"> {
  index.assertLive("at");
  assertIndexDType("at", index);
  assertInRange("at", index, size, -size);
  return where(index.less(0), index.add(size), index);
}

/** Positions, or a mask, and the axis that they stand for, or the first of several. */
interface List {
  readonly axis: number;
  readonly index: Tensor<Shape, "i32" | "bool">;
}

/** What several lists of positions point at together: their axes as one, and one position in it for each set of theirs. */
function selectTogether(x: AnyTensor, lists: readonly List[]): AnyTensor {
  const places = lists.flatMap(({ axis, index }) =>
    isMask(index) ? placesOf(x, axis, index) : [{ axis, index: index as Tensor<Shape, "i32"> }],
  );
  const named = Object.fromEntries(places.map(({ index }, i) => [`index ${i}`, index.shape]));
  const shape = broadcastShapes("at", named, { x: x.shape, ...named });
  const axes = places.map(({ axis }) => axis);
  const sizes = axes.map((axis) => x.shape[axis] ?? 0);
  const first = axes[0] ?? 0;
  const isTogether = axes.every((axis, i) => axis === first + i);
  const all = x.shape.map((_, axis) => axis);
  const front = isTogether ? x : permute(x, axes.concat(all.filter((axis) => !axes.includes(axis))));
  const begin = isTogether ? first : 0;
  const around = [front.shape.slice(0, begin), front.shape.slice(begin + axes.length)] as const;

  let together: Tensor<Shape, "i32"> | undefined;
  for (const [i, { index }] of places.entries()) {
    const own = fromFront(index, sizes[i] ?? 0).mul<Shape>(sizeOf(sizes.slice(i + 1)));
    together = together === undefined ? own : together.add<Shape, Shape>(own);
  }
  if (together === undefined) return x;
  const rows = indexSelect(
    reshape(front, [...around[0], sizeOf(sizes), ...around[1]]),
    begin,
    reshape(together, [sizeOf(shape)]),
  );
  return reshape(rows, [...around[0], ...shape, ...around[1]]);
}
