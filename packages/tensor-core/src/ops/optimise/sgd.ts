import { applyUpdate } from "../../dispatch/dispatch.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertUpdatable } from "./updatable.ts";
import { assertFinite, type Changing, factorOf, valueOf } from "./changing.ts";
import { settingsOf } from "./settings.ts";

/** Settings of one step of stochastic gradient descent, as in PyTorch's SGD. */
export interface SgdSettings {
  readonly learningRate: Changing<number>;
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  /** True while the velocity holds nothing yet. */
  readonly isFirst: Changing<boolean>;
  /** What gradients are multiplied by first: for clipping, or −1 to go up instead of down. */
  readonly scale: Changing<number>;
}

/** @throws ValueError on a momentum without a velocity, whose address would be that of nothing */
export function assertVelocity(op: string, momentum: number, velocity: AnyTensor | undefined): void {
  if (momentum === 0 || velocity !== undefined) return;
  throw new ValueError(op, { momentum }, "momentum needs a velocity", "pass a tensor of the parameter's shape");
}

type SgdOp = UpdateOp<
  "sgdUpdate",
  ["parameter", "gradient", "velocity?"],
  SgdSettings,
  "learningRate" | "isFirst" | "scale"
>;

const sgdOp: SgdOp = defineUpdate("sgdUpdate", ["parameter", "gradient", "velocity?"], {
  writes: ["parameter", "velocity"],
  variables: {
    learningRate: ({ learningRate }) => factorOf("sgdUpdate", "learningRate", learningRate),
    isFirst: ({ isFirst }) => Number(valueOf(isFirst)),
    scale: ({ scale }) => factorOf("sgdUpdate", "scale", scale),
  },
  check: ({ parameter, gradient, velocity }, { momentum, dampening, weightDecay }) => {
    assertFinite("sgdUpdate", "momentum", momentum);
    assertFinite("sgdUpdate", "dampening", dampening);
    assertFinite("sgdUpdate", "weightDecay", weightDecay);
    assertVelocity("sgdUpdate", momentum, velocity);
    assertUpdatable("sgdUpdate", parameter, { gradient }, { velocity });
  },
  run: (
    { parameter, gradient, velocity },
    { momentum, dampening, weightDecay, nesterov },
    { learningRate, isFirst, scale },
  ) => {
    onContiguous(gradient, (g) =>
      core().sgd(
        parameter.size,
        parameter.address,
        g.address,
        velocity?.address ?? 0,
        learningRate,
        momentum,
        dampening,
        weightDecay,
        nesterov ? 1 : 0,
        isFirst,
        scale,
      ),
    );
  },
});

const assertSettings = settingsOf("sgdUpdate", {
  numbers: ["momentum", "dampening", "weightDecay"],
  truths: ["nesterov"],
  changing: ["learningRate", "isFirst", "scale"],
});

/**
 * One step of SGD, in place and in one pass (Sutskever et al. 2013; PyTorch's form): g ← scale·g + λp,
 * v ← μv + (1 − d)g (v ← g on the first step), p ← p − η(g + μv with Nesterov, else v).
 * @param velocity the parameter's shape; absent without momentum
 * @throws ShapeError if shapes differ or what is written shares memory, DTypeError unless all are f32, ValueError on a
 * setting that is no finite number, or momentum without a velocity
 */
export function sgdUpdate(
  parameter: Tensor<Shape>,
  gradient: Tensor<Shape>,
  velocity: Tensor<Shape> | undefined,
  settings: SgdSettings,
): void {
  assertSettings(settings);
  applyUpdate(sgdOp, { parameter, gradient, velocity }, settings);
}

export const sgdOps: { sgdUpdate: SgdOp } = { sgdUpdate: sgdOp };
