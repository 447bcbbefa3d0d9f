import { applyUpdate } from "../../dispatch/dispatch.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import { DTypeError, ShapeError } from "../../errors/index.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { clone, copyElements } from "./copy.ts";

const assignOp: UpdateOp<"assign", ["target", "source"]> = defineUpdate("assign", ["target", "source"], {
  writes: ["target"],
  check: ({ target, source }) => {
    if (target.dtype !== source.dtype) {
      throw new DTypeError(
        "assign",
        {
          target: `[${target.shape.join(", ")}] ${target.dtype}`,
          source: `[${source.shape.join(", ")}] ${source.dtype}`,
        },
        "dtypes must be equal",
        `source.to("${target.dtype}")`,
      );
    }
    const missing = target.rank - source.rank;
    if (missing < 0 || !source.shape.every((size, own) => size === 1 || size === target.shape[own + missing])) {
      throw new ShapeError(
        "assign",
        { target: target.shape, source: source.shape },
        "the source must broadcast to the target",
      );
    }
  },
  run: ({ target, source }) => {
    if (source.storage !== target.storage) {
      copyElements(source, target);
      return;
    }
    const apart = clone(source);
    copyElements(apart, target);
    apart.dispose();
  },
});

/**
 * Writes the elements of `source` over those of `target`. The one way, beside optimisers and running statistics, in
 * which a tensor's values change; a gradient that still needs the old ones will refuse to be taken, and so will one of what
 * depends on a followed source that was written.
 * @throws ShapeError if `source` does not broadcast to `target`, or `target` is an expanded view
 */
export function assign<D extends DType>(target: Tensor<Shape, D>, source: Tensor<Shape, D>): void {
  applyUpdate(assignOp, { target, source }, undefined);
}

export const assignOps: { assign: typeof assignOp } = { assign: assignOp };
