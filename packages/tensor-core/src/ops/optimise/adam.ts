import { applyUpdate } from "../../dispatch/dispatch.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import { core } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertFinite, assertMoments, type Changing, factorOf, stepOf } from "./changing.ts";
import { assertUpdatable } from "./updatable.ts";
import { settingsOf } from "./settings.ts";

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
  /** What gradients are multiplied by first: for clipping, or −1 to go up instead of down. */
  readonly scale: Changing<number>;
}

type AdamOp = UpdateOp<
  "adamUpdate",
  ["parameter", "gradient", "mean", "square", "largest?"],
  AdamSettings,
  "learningRate" | "step" | "scale"
>;

const adamOp: AdamOp = defineUpdate("adamUpdate", ["parameter", "gradient", "mean", "square", "largest?"], {
  writes: ["parameter", "mean", "square", "largest"],
  variables: {
    learningRate: ({ learningRate }) => factorOf("adamUpdate", "learningRate", learningRate),
    step: ({ step }) => stepOf("adamUpdate", step),
    scale: ({ scale }) => factorOf("adamUpdate", "scale", scale),
  },
  check: ({ parameter, gradient, mean, square, largest }, { beta1, beta2, epsilon, weightDecay }) => {
    assertMoments("adamUpdate", beta1, beta2, epsilon);
    assertFinite("adamUpdate", "weightDecay", weightDecay);
    assertUpdatable("adamUpdate", parameter, { gradient }, { mean, square, largest });
  },
  run: (
    { parameter, gradient, mean, square, largest },
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
        largest?.address ?? 0,
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

const assertSettings = settingsOf("adamUpdate", {
  numbers: ["beta1", "beta2", "epsilon", "weightDecay"],
  truths: ["isDecoupled"],
  changing: ["learningRate", "step", "scale"],
});

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) or AdamW (Loshchilov & Hutter 2019), in place and in one pass.
 * @param mean running mean of gradients @param square running mean of their squares; both in the parameter's shape
 * @param largest for AMSGrad (Reddi et al. 2018): the largest `square` of each element so far, which then is divided by
 * @throws ShapeError if shapes differ or what is written shares memory, DTypeError unless all are f32, ValueError on a step
 * below 1 or a setting that makes no sense
 */
export function adamUpdate(
  parameter: Tensor<Shape>,
  gradient: Tensor<Shape>,
  mean: Tensor<Shape>,
  square: Tensor<Shape>,
  settings: AdamSettings,
  largest?: Tensor<Shape>,
): void {
  assertSettings(settings);
  applyUpdate(adamOp, { parameter, gradient, mean, square, largest }, settings);
}

export const adamOps: { adamUpdate: AdamOp } = { adamUpdate: adamOp };
