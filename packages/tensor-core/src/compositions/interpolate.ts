import { checkedLater, checkOptions, oneOf, type OptionChecks, truthValue } from "../arguments/options.ts";
import { wrongArgument } from "../arguments/wrong.ts";
import { fromArray } from "../create/create.ts";
import { ShapeError, ValueError } from "../errors/index.ts";
import { isCount } from "../ops/convolution/windows.ts";
import { clone } from "../ops/copy/copy.ts";
import { indexSelect } from "../ops/gather/index-select.ts";
import { resample } from "../ops/gather/resample.ts";
import { countOf } from "../shape/axes.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../types/shape.ts";
import { type AxisMode, nearestOf, type Resampling, sumsOf } from "./resampling.ts";

/**
 * What is between two pixels: the nearest ("nearest" as PyTorch and OpenCV count it, "nearest-exact" as scikit-image and PIL do); a
 * line between two along each axis ("linear" for signals, "bilinear" for pictures, "trilinear" for volumes); a cubic through four
 * along each ("bicubic", pictures only); the mean of what a pixel of the result covers ("area").
 */
export type InterpolationMode = "nearest" | "nearest-exact" | "linear" | "bilinear" | "bicubic" | "trilinear" | "area";

export interface InterpolateOptions {
  /** Of the result: one number for all axes, or one for each. Either this or `scaleFactor`. */
  readonly size?: number | readonly number[];
  /** How many times larger each axis becomes, or all of them; the size is rounded down. */
  readonly scaleFactor?: number | readonly number[];
  /** Default "nearest". */
  readonly mode?: InterpolationMode;
  /**
   * Whether the middles of the outermost pixels stay where they are, and not their outer edges. For lines and cubics only. Default
   * false.
   */
  readonly alignCorners?: boolean;
  /**
   * Whether a smaller picture is made of all pixels that each of its own covers, as PIL does, and not of two or four of them. For
   * "bilinear" and "bicubic". Default false.
   */
  readonly antialias?: boolean;
}

const MODES = ["nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"] as const;
/** Over how many axes a mode may go, and what it is along each. */
const ALONG: Readonly<Record<InterpolationMode, { readonly axes: readonly number[]; readonly mode: AxisMode }>> = {
  nearest: { axes: [1, 2, 3], mode: "nearest" },
  "nearest-exact": { axes: [1, 2, 3], mode: "nearest-exact" },
  linear: { axes: [1], mode: "linear" },
  bilinear: { axes: [2], mode: "linear" },
  bicubic: { axes: [2], mode: "cubic" },
  trilinear: { axes: [3], mode: "linear" },
  area: { axes: [1, 2, 3], mode: "area" },
};

const OPTIONS: OptionChecks<InterpolateOptions> = {
  size: checkedLater,
  scaleFactor: checkedLater,
  mode: oneOf(...MODES),
  alignCorners: truthValue,
  antialias: truthValue,
};

/**
 * Signals, pictures or volumes of another size, as PyTorch's `F.interpolate`. Along each axis an element of the result is a sum
 * of a few elements of `x`, whose weights depend on the sizes alone: linear in `x`.
 *
 * @example interpolate(pictures, { scaleFactor: 2, mode: "bilinear" })
 * @param x (batch, channels, …) with one to three axes after those @returns the same with axes of `size`
 * @throws ShapeError unless `x` has such axes, as many as the mode is for, and none of size 0; ValueError unless either `size` or
 * `scaleFactor` is given, and fits
 */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  assertTensor("interpolate", "x", x);
  checkOptions("interpolate", options, OPTIONS);
  const { mode = "nearest", alignCorners = false, antialias = false } = options;
  const axes = x.rank - 2;
  const along = ALONG[mode];
  if (!along.axes.includes(axes)) {
    const rule =
      axes < 1 || axes > 3
        ? "x must be (batch, channels, …) with one to three axes more"
        : `"${mode}" is for ${along.axes.join(", ")} axes after batch and channels`;
    throw new ShapeError("interpolate", { x: x.shape, mode }, rule);
  }
  if (x.shape.slice(2).includes(0)) {
    throw new ShapeError("interpolate", { x: x.shape }, "there is nothing to interpolate in an empty image");
  }
  if (alignCorners && along.mode !== "linear" && along.mode !== "cubic") {
    throw new ValueError("interpolate", { mode, alignCorners }, "alignCorners is for lines and cubics only");
  }
  if (antialias && mode !== "bilinear" && mode !== "bicubic") {
    throw new ValueError("interpolate", { mode, antialias }, 'antialias is for "bilinear" and "bicubic" only');
  }
  const resampled = sizesFor(x.shape, options).map((size): Resampling => ({ ...size, alignCorners, antialias }));
  countOf("interpolate", [...x.shape.slice(0, 2), ...resampled.map(({ output }) => output)], 4);
  return composed("interpolate", () => {
    // Along the last axis elements are added one by one, along the others in lanes: it goes first where others grow.
    const order = [...resampled.entries()];
    if (order.slice(0, -1).some(([, { size, output }]) => output > size)) order.reverse();
    let y = x;
    for (const [axis, resampling] of order) {
      if (stays(along.mode, resampling)) continue;
      y = alongAxis(y, axis + 2, along.mode, resampling);
    }
    return y === x ? clone(x) : y;
  });
}

/**
 * Whether an axis that is as long afterwards is left as it is. Every mode gives each element itself then, unless a factor that
 * is rounded away moves what is read: PyTorch lets it do so but for lines, and for what is smoothed first.
 */
function stays(mode: AxisMode, { size, output, factor, antialias }: Resampling): boolean {
  if (size !== output) return false;
  return factor === undefined || factor === 1 || mode === "linear" || antialias;
}

function alongAxis(x: Tensor, axis: number, mode: AxisMode, resampling: Resampling): Tensor {
  if (mode === "nearest" || mode === "nearest-exact") {
    return indexSelect(x, axis, fromArray(nearestOf(mode, resampling)));
  }
  return resample(x, axis, sumsOf(mode, resampling));
}

type Sizes = Pick<Resampling, "size" | "output" | "factor">;

/** What becomes of each axis. @throws ValueError unless exactly one option says it */
function sizesFor(shape: Shape, { size, scaleFactor }: InterpolateOptions): readonly Sizes[] {
  const image = shape.slice(2);
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw new ValueError("interpolate", { size, scaleFactor }, "give either size or scaleFactor");
  }
  const given = size ?? scaleFactor;
  const each = typeof given === "number" ? image.map(() => given) : given;
  const name = size === undefined ? "scaleFactor" : "size";
  const of = `a number above 0, or one for each of ${image.length} axes`;
  if (!Array.isArray(each) || each.length !== image.length) throw wrongArgument("interpolate", name, given, of);
  return image.map((length, axis) => {
    const number: unknown = each[axis];
    if (typeof number !== "number" || !(number > 0)) throw wrongArgument("interpolate", name, given, of);
    const output = size === undefined ? Math.floor(length * number) : number;
    if (isCount(output, 1)) return { size: length, output, factor: size === undefined ? number : undefined };
    throw new ValueError(
      "interpolate",
      { x: shape, [name]: given },
      `axis ${axis + 2} would have ${output} elements: sizes are whole numbers from 1 up`,
    );
  });
}
