import { applyUpdate } from "../../dispatch/dispatch.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import { core } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { type Changing, valueOf } from "./changing.ts";
import { assertUpdatable } from "./updatable.ts";

/** Settings of one step of Adam or AdamW, as in PyTorch. */
export interface AdamSettings {
  readonly learningRate: Changing<number>;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** True for AdamW: the weight decays by itself and not through the gradient. */
  readonly isDecoupled: boolean;
  /** Number of this step, from 1. */
  readonly step: Changing<number>;
  /** What gradients are multiplied by first, for clipping. */
  readonly scale: Changing<number>;
}

type AdamOp = UpdateOp<
  "adamUpdate",
  ["parameter", "gradient", "mean", "square"],
  AdamSettings,
  "learningRate" | "step" | "scale"
>;

const adamOp: AdamOp = defineUpdate("adamUpdate", ["parameter", "gradient", "mean", "square"], {
  writes: ["parameter", "mean", "square"],
  variables: {
    learningRate: ({ learningRate }) => valueOf(learningRate),
    step: ({ step }) => valueOf(step),
    scale: ({ scale }) => valueOf(scale),
  },
  check: ({ parameter, gradient, mean, square }) =>
    assertUpdatable("adamUpdate", parameter, { gradient }, { mean, square }),
  run: (
    { parameter, gradient, mean, square },
    { beta1, beta2, epsilon, weightDecay, isDecoupled },
    { learningRate, step, scale },
  ) => {
    onContiguous(gradient, (g) =>
      core().adam(
        parameter.size,
        parameter.address,
        g.address,
        mean.address,
        square.address,
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        isDecoupled ? 1 : 0,
        step,
        scale,
      ),
    );
  },
});

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) or AdamW (Loshchilov & Hutter 2019), in place and in one pass.
 * @param mean running mean of gradients @param square running mean of their squares; both in the parameter's shape
 * @throws ShapeError if shapes differ, DTypeError unless all are f32
 */
export function adamUpdate(
  parameter: Tensor<Shape>,
  gradient: Tensor<Shape>,
  mean: Tensor<Shape>,
  square: Tensor<Shape>,
  settings: AdamSettings,
): void {
  applyUpdate(adamOp, { parameter, gradient, mean, square }, settings);
}

export const adamOps: { adamUpdate: AdamOp } = { adamUpdate: adamOp };
