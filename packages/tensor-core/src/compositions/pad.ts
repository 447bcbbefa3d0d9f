import { fromArray, full } from "../create/create.ts";
import { ShapeError, ValueError } from "../errors/index.ts";
import { clone } from "../ops/copy/copy.ts";
import { sliceGradient } from "../ops/view/slice-gradient.ts";
import { where } from "../ops/elementwise/select.ts";
import { isCount } from "../ops/convolution/windows.ts";
import { indexSelect } from "../ops/gather/index-select.ts";
import { countOf } from "../shape/axes.ts";
import { scope } from "../tensor/scope.ts";
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

/** How many elements are added before and after. */
export type Margins = readonly [before: number, after: number];

/**
 * `x` with elements added around it along its last axes.
 *
 * @example pad(images, [[1, 1], [2, 2]]) // a row above and below, two columns left and right
 * @param margins a pair for each axis, the last pair for the last axis
 * @throws ShapeError if there are more pairs than axes, or "reflect" and "circular" want more than there is to show;
 *   ValueError for margins that are no whole numbers
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
  for (const [axis, margin] of all.entries()) {
    if (!isCount(margin[0], 0) || !isCount(margin[1], 0)) {
      throw new ValueError(
        "pad",
        { x: x.shape, axis, margin },
        "margins must be whole numbers from 0 up",
        "cut with slice()",
      );
    }
  }
  return scope(() => {
    if (mode === "constant") return padConstant(x, all, value);
    let out = x;
    for (const [axis, margin] of all.entries()) {
      if (margin[0] + margin[1] === 0) continue;
      out = indexSelect(out, axis, fromArray(sourcesOf(mode, x.shape, axis, margin)));
    }
    return out === x ? clone(x) : out;
  });
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
