import type { AnyModule } from "@unfoldjs/nn";
import {
  assertWhole,
  checkedLater,
  checkOptions,
  concat,
  fromArray,
  type OptionChecks,
  type Pair,
  pairOf,
  type Shape,
  ShapeError,
  type Sizes2d,
  type Tensor,
  ValueError,
  where,
  zeros,
} from "@unfoldjs/tensor-core";
import { noGrad } from "@unfoldjs/autograd";
import { joined } from "../layers/checks.ts";
import { inChunks } from "./chunks.ts";
import { EXPLAIN_CHECKS, explained, type ExplainOptions } from "./explain.ts";
import { aBaseline, baselineFor } from "./integrated-gradients.ts";

/** Options of `occlusion`. */
export interface OcclusionOptions extends ExplainOptions {
  /** Rows and columns that are covered at a time. */
  readonly window: Pair;
  /** From one place of the window to the next. Default the window's size, which covers each pixel once. */
  readonly stride?: Pair;
  /** What is put there: a number, or a tensor that broadcasts to `x`. Default 0. */
  readonly baseline?: number | Tensor;
  /** Covered pictures that go through the model at once. Default 16. */
  readonly batchSize?: number;
}

const CHECKS: OptionChecks<OcclusionOptions> = /* @__PURE__ */ joined(EXPLAIN_CHECKS, {
  window: checkedLater,
  stride: checkedLater,
  baseline: aBaseline,
  batchSize: (op: string, name: string, value: unknown) => assertWhole(op, name, value, 1),
});

/**
 * By how much a class's logit falls when a window of the picture is covered, for each pixel the mean over the windows that cover it
 * (Zeiler & Fergus 2014, section 4.2). Needs no gradient. captum's Occlusion, with windows over all channels.
 *
 * @param x (batch, channels, height, width), f32
 * @returns (batch, 1, height, width), positive where the picture speaks for the class
 * @throws ShapeError unless x are pictures and the window fits in, ValueError on a model or options that are none
 * @example occlusion(model, pictures, { window: 16, stride: 8, target: 207 })
 */
export function occlusion(model: AnyModule, x: Tensor, options: OcclusionOptions): Tensor {
  const op = "occlusion";
  checkOptions(op, options, CHECKS);
  const { window, stride = window, baseline = 0, batchSize = 16 } = options;
  const size = pairOf(op, "window", window, 1);
  const step = pairOf(op, "stride", stride, 1);
  return explained(op, model, x, options, ({ scores }) => {
    const places = placesOf(op, x, size, step);
    const [batch = 1, , height = 0, width = 0] = x.shape;
    const cover = baselineFor(op, baseline, x);
    const atOnce = Math.max(1, Math.floor(batchSize / batch));
    return noGrad(() => {
      const whole = scores(x);
      assertEach(whole, batch);
      const start = zeros<Shape>([batch, 1, height, width]);
      const fallen = inChunks(places.length, atOnce, start, (first, last, before) => {
        const covered = places.slice(first, last).map(({ top, left }) => windowAt(height, width, top, left, size));
        const inputs = covered.map((mask) => where(mask, cover, x));
        const after = scores(concat(inputs, 0)).split(batch, 0);
        return after.reduce<Tensor>((sum, score, at) => {
          const fall = whole.sub<Shape, Shape>(score).reshape([batch, 1, 1, 1]);
          return sum.add<Shape, Shape>(fall.mul<Shape, Shape>((covered[at] as Tensor<Shape, "bool">).to("f32")));
        }, before);
      });
      return fallen.div<Shape, Shape>(timesCovered(places, height, width, size));
    });
  });
}

interface Place {
  readonly top: number;
  readonly left: number;
}

/** Each place of the window; the last ones reach beyond the picture, as captum's do, so that no pixel is left out. */
function placesOf(op: string, x: Tensor, [rows, columns]: Sizes2d, [down, across]: Sizes2d): readonly Place[] {
  const [, , height = 0, width = 0] = x.shape;
  if (x.rank !== 4 || rows > height || columns > width) {
    const rule = "x must be (batch, channels, height, width), and the window no larger than a picture";
    throw new ShapeError(op, { x: x.shape, window: [rows, columns] }, rule);
  }
  if (down > rows || across > columns) {
    const rule = "the stride must not be larger than the window, or pixels between windows are never covered";
    throw new ValueError(op, { window: [rows, columns], stride: [down, across] }, rule);
  }
  const tops = Array.from({ length: Math.ceil((height - rows) / down) + 1 }, (_, at) => at * down);
  const lefts = Array.from({ length: Math.ceil((width - columns) / across) + 1 }, (_, at) => at * across);
  return tops.flatMap((top) => lefts.map((left) => ({ top, left })));
}

/** True within the window. @returns (1, 1, height, width) */
function windowAt(
  height: number,
  width: number,
  top: number,
  left: number,
  [rows, columns]: Sizes2d,
): Tensor<Shape, "bool"> {
  const inside = new Uint8Array(height * width);
  for (let row = top; row < Math.min(height, top + rows); row++) {
    inside.fill(1, row * width + left, row * width + Math.min(width, left + columns));
  }
  return fromArray<Shape, "bool">(inside, [1, 1, height, width], "bool");
}

/** How many windows each pixel is in. */
function timesCovered(places: readonly Place[], height: number, width: number, size: Sizes2d): Tensor {
  const times = new Float32Array(height * width);
  for (const { top, left } of places) {
    for (let row = top; row < Math.min(height, top + size[0]); row++) {
      for (let at = left; at < Math.min(width, left + size[1]); at++)
        times[row * width + at] = (times[row * width + at] ?? 0) + 1;
    }
  }
  return fromArray<Shape>(times, [1, 1, height, width]);
}

function assertEach(whole: Tensor, batch: number): void {
  if (whole.rank === 1 || batch === 1) return;
  const rule = "a target must give one number for each example, (batch), so that each is compared with itself";
  throw new ShapeError("occlusion", { target: whole.shape, batch }, rule);
}
