import { grad } from "@unfoldjs/autograd";
import { conv2d, fromArray, ones, pad, range, scope, type Tensor } from "@unfoldjs/tensor-core";
import type { Cell } from "../../look/cell.ts";
import { type Explanation, explainPatch } from "./operation.ts";
import { halves, type Layout, outputSide, reachOf, verticalFilter } from "./sliding.ts";

/** What sliding comes to. */
export interface Slid {
  readonly layout: Layout;
  /** (side, side) */
  readonly output: Float32Array;
  /** (n, n): in how many windows each pixel is */
  readonly uses: Float32Array;
}

/** Slides the filter over the picture. @throws ShapeError if not one window fits */
export function slide(layout: Layout): Slid {
  return scope(() => {
    const y = conv2d(pictureOf(layout), filterOf(layout), undefined, optionsOf(layout));
    return { layout, output: y.data(), uses: usesOf(layout) };
  });
}

/**
 * In how many windows each pixel is: with weights of 1 that is how much the sum of all outputs grows with the pixel. Zeros if not
 * one window fits. (n, n)
 */
export function usesOf(layout: Layout): Float32Array {
  if (outputSide(layout) === 0) return new Float32Array(layout.n ** 2);
  return scope(() => {
    const weights = ones([1, 1, layout.f, layout.f]);
    const total = (x: Tensor): Tensor => conv2d(x, weights, undefined, optionsOf(layout)).sum();
    return grad(total)(pictureOf(layout)).data();
  });
}

/** Where the number at `at` of the output comes from. */
export function explainSliding(layout: Layout, { row, column }: Cell): Explanation {
  return scope(() => {
    const { p, s, d } = layout;
    const [top, left, reach] = [row * s, column * s, reachOf(layout)];
    const x = pad(pictureOf(layout).squeeze(0), [
      [0, 0],
      [p, p],
      [p, p],
    ]);
    const patch = x.at(range(), range(top, top + reach, d), range(left, left + reach, d));
    return explainPatch(patch, filterOf(layout).squeeze(0));
  });
}

/** (1, 1, n, n) */
function pictureOf({ n }: Layout): Tensor {
  return fromArray(halves(n), [1, 1, n, n]);
}

/** (1, 1, f, f) */
function filterOf({ f }: Layout): Tensor {
  return fromArray(verticalFilter(f), [1, 1, f, f]);
}

function optionsOf({ p, s, d }: Layout): { padding: number; stride: number; dilation: number } {
  return { padding: p, stride: s, dilation: d };
}
