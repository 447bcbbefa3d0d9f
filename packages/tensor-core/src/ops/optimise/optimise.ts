import { ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { sameShape } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertWritable } from "../copy/assign.ts";
import { onContiguous } from "../copy/copy.ts";

/** Settings of one step of stochastic gradient descent, as in PyTorch's SGD. */
export interface SgdSettings {
  readonly learningRate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  /** True while the velocity holds nothing yet. */
  readonly isFirst: boolean;
  /** What gradients are multiplied by first, for clipping. */
  readonly scale: number;
}

/**
 * One step of SGD, in place and in one pass (Sutskever et al. 2013; PyTorch's form): g ← scale·g + λp,
 * v ← μv + (1 − d)g (v ← g on the first step), p ← p − η(g + μv with Nesterov, else v).
 * @param velocity the parameter's shape; absent without momentum
 * @throws ShapeError if shapes differ
 */
export function sgdUpdate(
  parameter: Tensor<Shape>,
  gradient: Tensor<Shape>,
  velocity: Tensor<Shape> | undefined,
  settings: SgdSettings,
): void {
  assertSameShape("sgdUpdate", parameter, { gradient, velocity });
  onContiguous(gradient, (g) =>
    core().sgd(
      parameter.size,
      parameter.address,
      g.address,
      velocity?.address ?? 0,
      settings.learningRate,
      settings.momentum,
      settings.dampening,
      settings.weightDecay,
      settings.nesterov ? 1 : 0,
      settings.isFirst ? 1 : 0,
      settings.scale,
    ),
  );
  parameter.storage.written("sgdUpdate");
  velocity?.storage.written("sgdUpdate");
}

/** Settings of one step of Adam or AdamW, as in PyTorch. */
export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** True for AdamW: the weight decays by itself and not through the gradient. */
  readonly isDecoupled: boolean;
  /** Number of this step, from 1. */
  readonly step: number;
  /** What gradients are multiplied by first, for clipping. */
  readonly scale: number;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) or AdamW (Loshchilov & Hutter 2019), in place and in one pass.
 * @param mean running mean of gradients @param square running mean of their squares; both in the parameter's shape
 * @throws ShapeError if shapes differ
 */
export function adamUpdate(
  parameter: Tensor<Shape>,
  gradient: Tensor<Shape>,
  mean: Tensor<Shape>,
  square: Tensor<Shape>,
  settings: AdamSettings,
): void {
  assertSameShape("adamUpdate", parameter, { gradient, mean, square });
  onContiguous(gradient, (g) =>
    core().adam(
      parameter.size,
      parameter.address,
      g.address,
      mean.address,
      square.address,
      settings.learningRate,
      settings.beta1,
      settings.beta2,
      settings.epsilon,
      settings.weightDecay,
      settings.isDecoupled ? 1 : 0,
      settings.step,
      settings.scale,
    ),
  );
  for (const written of [parameter, mean, square]) written.storage.written("adamUpdate");
}

/** Σ x² in f64, for the norm of gradients. */
export function sumOfSquares(x: Tensor<Shape>): number {
  x.assertLive("sumOfSquares");
  return onContiguous(x, (dense) => core().sum_of_squares(dense.size, dense.address));
}

function assertSameShape(
  op: string,
  parameter: Tensor<Shape>,
  others: Readonly<Record<string, Tensor<Shape> | undefined>>,
): void {
  parameter.assertLive(op);
  for (const name in others) {
    const other = others[name];
    if (other === undefined) continue;
    other.assertLive(op);
    if (!sameShape(parameter.shape, other.shape)) {
      throw new ShapeError(
        op,
        { parameter: parameter.shape, [name]: other.shape },
        `the ${name} must have the parameter's shape`,
      );
    }
    if (name !== "gradient") assertDense(op, other);
  }
  assertDense(op, parameter);
}

/** Updates write through the address alone. */
function assertDense(op: string, written: Tensor<Shape>): void {
  assertWritable(op, written);
  if (!written.isContiguous)
    throw new ShapeError(op, { shape: written.shape, strides: written.strides }, "what is updated must be contiguous");
}
