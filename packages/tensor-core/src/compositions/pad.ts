import { fromArray, full } from "../create/create.ts";
import { ShapeError, ValueError } from "../errors/index.ts";
import { clone } from "../ops/copy/copy.ts";
import { sliceGradient } from "../ops/view/slice-gradient.ts";
import { sliceSpans } from "../ops/view/view.ts";
import { where } from "../ops/elementwise/select.ts";
import { indexSelect } from "../ops/gather/index-select.ts";
import { countOf } from "../shape/axes.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../types/shape.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { assertList } from "../arguments/checks.ts";
import { checkOptions, anyNumber, oneOf, type OptionChecks } from "../arguments/options.ts";
import { wrongArgument } from "../arguments/wrong.ts";

/**
 * What stands outside: one number; the tensor mirrored at its edge elements ("reflect"), or its edge elements repeated
 * ("replicate"), or its other end ("circular").
 */
export type PadMode = "constant" | "reflect" | "replicate" | "circular";

export interface PadOptions {
  /** Default "constant". */
  readonly mode?: PadMode;
  /** What "constant" puts there. Default 0. */
  readonly value?: number;
}

const OPTIONS: OptionChecks<PadOptions> = {
  mode: oneOf("constant", "reflect", "replicate", "circular"),
  value: anyNumber,
};

/** How many elements are added before and after; below 0, how many are cut off. */
export type Margins = readonly [before: number, after: number];

/**
 * `x` with elements added around it along its last axes, or cut off, as PyTorch's `F.pad`. "circular" repeats what is left; "reflect"
 * and "replicate" show what was cut off as well.
 *
 * @example pad(images, [[1, 1], [2, 2]]) // a row above and below, two columns left and right
 * @param margins a pair for each axis, the last pair for the last axis
 * @throws ShapeError if there are more pairs than axes, more is cut off than there is, or "reflect" and "circular" want more than
 *   there is to show; ValueError for margins that are no whole numbers
 */
export function pad(x: Tensor<Shape>, margins: readonly Margins[], options: PadOptions = {}): Tensor<Shape> {
  assertTensor("pad", "x", x);
  assertList("pad", "margins", margins, "an array of pairs [before, after]");
  checkOptions("pad", options, OPTIONS);
  const { mode = "constant", value = 0 } = options;
  for (let at = 0; at < margins.length; at++) assertPair(margins[at]);
  if (margins.length > x.rank) {
    throw new ShapeError(
      "pad",
      { x: x.shape, margins: margins.length },
      `margins for ${margins.length} axes, the tensor has ${x.rank}`,
    );
  }
  const leading = x.rank - margins.length;
  const all = x.shape.map((_, axis): Margins => margins[axis - leading] ?? [0, 0]);
  for (const [axis, margin] of all.entries()) assertMargin(mode, x.shape, axis, margin);
  return composed("pad", () => {
    // A circle closes over what is left; the edges that the other modes show may be of what was cut off.
    const part = mode === "constant" || mode === "circular" ? cropped(x, all) : x;
    const around = part === x ? all : all.map(([before, after]): Margins => [Math.max(0, before), Math.max(0, after)]);
    if (mode === "constant") return padConstant(part, around, value);
    let out = part;
    for (const [axis, margin] of around.entries()) {
      if (margin[0] === 0 && margin[1] === 0) continue;
      out = indexSelect(out, axis, fromArray(sourcesOf(mode, part.shape, axis, margin)));
    }
    return out === part ? clone(part) : out;
  });
}

function assertMargin(mode: PadMode, shape: Shape, axis: number, margin: Margins): void {
  const [before, after] = margin;
  if (!isMargin(before) || !isMargin(after)) {
    const rule = "margins must be whole numbers: how many elements are added, or cut off if below 0";
    throw new ValueError("pad", { x: shape, axis, margin }, rule);
  }
  const size = shape[axis] ?? 0;
  const left = mode === "constant" || mode === "circular" ? Math.min(0, before) + Math.min(0, after) : before + after;
  if (size + left >= 0) return;
  throw new ShapeError("pad", { x: shape, axis, margin }, `cuts ${-left} off an axis of size ${size}`);
}

function isMargin(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31;
}

/** What margins below 0 leave, without a copy. */
function cropped(x: Tensor<Shape>, margins: readonly Margins[]): Tensor<Shape> {
  if (margins.every(([before, after]) => before >= 0 && after >= 0)) return x;
  return sliceSpans(
    x,
    margins.map(([before, after], axis) => {
      const start = Math.max(0, -before);
      return { axis, start, stop: Math.max(start, (x.shape[axis] ?? 0) + Math.min(0, after)), step: 1 };
    }),
  );
}

function assertPair(margin: unknown): void {
  if (Array.isArray(margin) && margin.length === 2) return;
  throw wrongArgument(
    "pad",
    "margins",
    margin,
    "pairs [before, after], one for each axis",
    "[[1, 1]] for the last axis",
  );
}

function padConstant(x: Tensor<Shape>, margins: readonly Margins[], value: number): Tensor<Shape> {
  const shape = x.shape.map((size, axis) => size + (margins[axis]?.[0] ?? 0) + (margins[axis]?.[1] ?? 0));
  const spans = x.shape.map((size, axis) => {
    const start = margins[axis]?.[0] ?? 0;
    return { axis, start, stop: start + size, step: 1 };
  });
  const padded = sliceGradient(x, spans, shape);
  if (value === 0) return padded;
  const inside = sliceGradient(full<Shape>(x.shape, 1), spans, shape);
  return where(inside.equal(0), full<Shape>([], value), padded);
}

/** Where each element along an axis comes from. */
function sourcesOf(
  mode: Exclude<PadMode, "constant">,
  shape: Shape,
  axis: number,
  [before, after]: Margins,
): Int32Array {
  const size = shape[axis] ?? 0;
  const largest = { reflect: size - 1, replicate: size === 0 ? 0 : Infinity, circular: size }[mode];
  if (Math.max(before, after) > largest) {
    throw new ShapeError(
      "pad",
      { x: shape, axis, margin: [before, after] },
      `"${mode}" of an axis of size ${size} can add at most ${Math.max(0, largest)} on a side`,
    );
  }
  const inside = {
    reflect: (i: number) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i),
    replicate: (i: number) => Math.min(Math.max(i, 0), size - 1),
    circular: (i: number) => (i + size) % size,
  }[mode];
  countOf("pad", [before + size + after], Int32Array.BYTES_PER_ELEMENT); // before there is an array of so many
  return Int32Array.from({ length: before + size + after }, (_, i) => inside(i - before));
}
