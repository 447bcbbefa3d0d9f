import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { sameShape } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";
import type { SpatialAxes } from "../../types/spatial.ts";
import { isCount } from "../convolution/windows.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import {
  type AvgPoolOptions,
  pooledShape,
  assertAverageOptions,
  slidingWindows,
  type Windows,
  writePooling,
} from "./windows.ts";

export interface AvgAttributes<N extends SpatialAxes = 2> {
  readonly windows: Windows<N>;
  /** As the crate reads it: 0 the elements inside the image, -1 those of the padding too, else this number. */
  readonly divisor: number;
}

/** The mean of each window over `N` axes. */
export type AvgPoolOp<N extends SpatialAxes> = KernelOp<`avgPool${N}d`, ["x"], AvgAttributes<N>>;
/** Each dy shared among its window. */
export type AvgPoolGradientOp<N extends SpatialAxes> = KernelOp<
  `avgPool${N}dGradient`,
  ["dy"],
  AvgAttributes<N> & { readonly inputShape: Shape }
>;

function avgPoolOp<const N extends SpatialAxes>(axes: N): AvgPoolOp<N> {
  const name: `avgPool${N}d` = `avgPool${axes}d`;
  return defineOp(name, ["x"], {
    shape: ({ x }, { windows }) => {
      const op = windows.kind === "sliding" ? name : `adaptiveAvgPool${axes}d`;
      assertFloat(op, { x });
      return pooledShape(op, axes, x.shape, windows);
    },
    run: ({ x }, out, { windows, divisor }) => {
      onContiguous(x, (image) => {
        writePooling(x.shape, out.shape, windows);
        core().average_pooling(divisor, image.address, out.address);
      });
    },
  });
}

function avgPoolGradientOp<const N extends SpatialAxes>(axes: N): AvgPoolGradientOp<N> {
  const name: `avgPool${N}dGradient` = `avgPool${axes}dGradient`;
  return defineOp(name, ["dy"], {
    shape: ({ dy }, { windows, inputShape }) => {
      assertFloat(name, { dy });
      const wanted = pooledShape(name, axes, inputShape, windows);
      if (!sameShape(dy.shape, wanted)) {
        throw new ShapeError(
          name,
          { dy: dy.shape, inputShape },
          `the pooling gives [${wanted.join(", ")}]: dy must have that shape`,
        );
      }
      return inputShape;
    },
    run: ({ dy }, out, { windows, divisor }) => {
      onContiguous(dy, (gradient) => {
        writePooling(out.shape, dy.shape, windows);
        core().average_pooling_gradient(divisor, gradient.address, out.address);
      });
    },
  });
}

/** Options of an average pooling of images of a shape, worked out. @throws ValueError if one makes no sense */
export function avgAttributesOf<N extends SpatialAxes>(
  op: string,
  axes: N,
  options: AvgPoolOptions<N>,
  image: Shape | undefined,
): AvgAttributes<N> {
  assertAverageOptions(op, options);
  const { countIncludePad = true, divisorOverride } = options;
  if (divisorOverride !== undefined && !isCount(divisorOverride, 1)) {
    throw new ValueError(op, { divisorOverride }, "divisorOverride must be a whole number from 1 up");
  }
  return { windows: slidingWindows(op, axes, options, image), divisor: divisorOverride ?? (countIncludePad ? -1 : 0) };
}

export const avgPoolOps: {
  avgPool1d: AvgPoolOp<1>;
  avgPool1dGradient: AvgPoolGradientOp<1>;
  avgPool2d: AvgPoolOp<2>;
  avgPool2dGradient: AvgPoolGradientOp<2>;
} = {
  avgPool1d: avgPoolOp(1),
  avgPool1dGradient: avgPoolGradientOp(1),
  avgPool2d: avgPoolOp(2),
  avgPool2dGradient: avgPoolGradientOp(2),
};
