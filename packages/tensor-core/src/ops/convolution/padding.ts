import { ValueError } from "../../errors/index.ts";
import type { Padding, PerAxis, SpatialAxes } from "../../types/spatial.ts";
import { areCounts, sizesOf } from "./windows.ts";

/** Elements around an image, as windows that slide over `N` axes take them. */
export type PaddingOption<N extends SpatialAxes> = PerAxis<N> | Padding<N> | "same" | "valid";

/** What slides: its sizes stand in `kernel` from `from` on, so that a weight's shape will do. */
interface Sliding {
  readonly kernel: readonly number[];
  readonly from: number;
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

/** @throws ValueError on what is no padding */
export function paddingOf<N extends SpatialAxes>(
  op: string,
  padding: PaddingOption<N>,
  { kernel, from, stride, dilation }: Sliding,
  axes: N,
): Padding<N> {
  if (padding === "valid") return beforeAndAfter(sizesOf<N>(op, "padding", 0, 0, axes));
  if (padding === "same") {
    if (stride.some((step) => step !== 1)) {
      throw new ValueError(
        op,
        { padding, stride },
        '"same" keeps the size of the image, which a stride does not',
        "give stride: 1, or the padding in numbers",
      );
    }
    const reach = dilation.map((distance, axis) => distance * ((kernel[axis + from] ?? 1) - 1));
    const [before, after] = [reach.map((size) => Math.floor(size / 2)), reach.map((size) => Math.ceil(size / 2))];
    return beforeAndAfter(before, after);
  }
  if (isBeforeAndAfter<N>(padding, axes)) {
    if (areCounts(padding, 0)) return padding;
    throw new ValueError(op, { padding }, `padding must be whole numbers from 0 up: [${SIDES[axes]}]`);
  }
  return beforeAndAfter(sizesOf<N>(op, "padding", padding, 0, axes));
}

const SIDES = { 1: "left, right", 2: "top, left, bottom, right", 3: "front, top, left, back, bottom, right" } as const;

function beforeAndAfter<N extends SpatialAxes>(before: readonly number[], after = before): Padding<N> {
  return before.concat(after) as readonly number[] as Padding<N>;
}

function isBeforeAndAfter<N extends SpatialAxes>(padding: PerAxis<N> | Padding<N>, axes: N): padding is Padding<N> {
  return Array.isArray(padding) && padding.length === 2 * axes;
}
