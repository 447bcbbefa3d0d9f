import {
  assertFinite,
  assertGenerator,
  assertTensor,
  assertWhole,
  checkOptions,
  concat,
  type DType,
  fromArray,
  type Generator,
  inCall,
  oneHot,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
  where,
} from "@unfoldjs/tensor-core";
import { assertImages } from "../picture/tensors.ts";
import { spatial } from "../resize/resize.ts";
import { uniform, whole } from "./draws.ts";

/** Options of `mixUp` and `cutMix`. */
export interface MixOptions {
  /** How many classes there are, where labels are numbers of classes. */
  readonly numClasses?: number;
  /** Shares are drawn from Beta(alpha, alpha): 1 all alike, less nearer to 0 and 1. Default 1, as torchvision's. */
  readonly alpha?: number;
}

/** Pictures, and for each how much of which class it is: (batch, classes), for `crossEntropy` with shares. */
export interface Mixed {
  readonly x: Tensor;
  readonly y: Tensor;
}

const OPTIONS: OptionChecks<MixOptions> = {
  numClasses: (op, name, value) => assertWhole(op, name, value, 1),
  alpha: (op, name, value) => {
    assertFinite(op, name, value);
    if (value <= 0) throw new ValueError(op, { [name]: value }, `${name} must be above 0`);
  },
};

/**
 * Each picture of a batch mixed with the one before it, and its labels as well (Zhang et al. 2018, "mixup: Beyond Empirical Risk
 * Minimization"): λ x + (1 − λ) x′, with one λ for the batch. torchvision's `MixUp`.
 *
 * @param x f32 (batch, channels, height, width) @param y i32 (batch), numbers of classes, or f32 (batch, classes), shares
 * @throws ShapeError, ValueError if there are numbers of classes and no `numClasses`
 */
export function mixUp(x: Tensor, y: Tensor<Shape, DType>, generator: Generator, options: MixOptions = {}): Mixed {
  const op = "mixUp";
  assertMixable(op, x, y, generator, options);
  return inCall(op, () =>
    scope(() => {
      const share = beta(generator, options.alpha ?? 1);
      return mixedUp(x, sharesOf(op, y, options), share);
    }),
  );
}

/**
 * A rectangle of each picture of a batch from the one before it, labels by how much is left (Yun et al. 2019, "CutMix: Regularization
 * Strategy to Train Strong Classifiers with Localizable Features"). torchvision's `CutMix`.
 * @param x f32 (batch, channels, height, width) @param y as for `mixUp` @throws as `mixUp`
 */
export function cutMix(x: Tensor, y: Tensor<Shape, DType>, generator: Generator, options: MixOptions = {}): Mixed {
  const op = "cutMix";
  assertMixable(op, x, y, generator, options);
  const [height, width] = spatial(x);
  return inCall(op, () =>
    scope(() => {
      const share = beta(generator, options.alpha ?? 1);
      const [column, row] = [whole(generator, 0, width), whole(generator, 0, height)];
      const half = 0.5 * Math.sqrt(1 - share);
      const [across, down] = [Math.floor(half * width), Math.floor(half * height)];
      const [left, right] = [Math.max(0, column - across), Math.min(width, column + across)];
      const [top, bottom] = [Math.max(0, row - down), Math.min(height, row + down)];
      return mixedCut(x, sharesOf(op, y, options), [left, top, right, bottom]);
    }),
  );
}

/** @param y (batch, classes) */
export function mixedUp(x: Tensor, y: Tensor, share: number): Mixed {
  return { x: mixed(x, share), y: mixed(y, share) };
}

/** @param box left, top, right and bottom of what is another picture's */
export function mixedCut(x: Tensor, y: Tensor, box: readonly [number, number, number, number]): Mixed {
  const [height, width] = spatial(x);
  const [left, top, right, bottom] = box;
  const mask = new Uint8Array(height * width);
  for (let at = top; at < bottom; at++) mask.fill(1, at * width + left, at * width + right);
  const rest = 1 - ((right - left) * (bottom - top)) / (width * height);
  const cut = where<"f32", Shape, Shape, Shape>(fromArray(mask, [height, width], "bool"), before(x), x);
  return { x: cut, y: mixed(y, rest) };
}

function assertMixable(
  op: string,
  x: Tensor,
  y: Tensor<Shape, DType>,
  generator: Generator,
  options: MixOptions,
): void {
  assertImages(op, "x", x);
  assertTensor(op, "y", y);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, OPTIONS);
  const isLabels = y.rank === 1 && y.dtype === "i32";
  const isShares = y.rank === 2 && y.dtype === "f32";
  if (x.rank !== 4 || y.shape[0] !== x.shape[0] || !(isLabels || isShares)) {
    const rule = "x must be (batch, channels, height, width), and y i32 (batch) or f32 (batch, classes)";
    throw new ShapeError(op, { x: x.shape, y: y.shape, dtype: y.dtype }, rule);
  }
  if (isLabels && options.numClasses === undefined) {
    throw new ValueError(op, { y: y.shape }, "numbers of classes become shares of all", "give numClasses");
  }
}

function sharesOf(op: string, y: Tensor<Shape, DType>, { numClasses = 1 }: MixOptions): Tensor {
  if (y.dtype === "f32") return y as Tensor;
  return inCall(op, () => oneHot(y as Tensor<Shape, "i32">, numClasses).to("f32"));
}

/** λ x + (1 − λ) x′, x′ the picture before: the last for the first. */
function mixed(x: Tensor, share: number): Tensor {
  return before(x)
    .mul(1 - share)
    .add<Shape, Shape>(x.mul(share));
}

function before(x: Tensor): Tensor {
  const count = x.shape[0] ?? 0;
  return concat([x.slice(0, count - 1), x.slice(0, 0, count - 1)], 0);
}

/** From Beta(alpha, alpha): of two numbers from Gamma(alpha, 1) the share of the first. */
export function beta(generator: Generator, alpha: number): number {
  if (alpha === 1) return uniform(generator, 0, 1);
  const [first, second] = [logGamma(generator, alpha), logGamma(generator, alpha)];
  return 1 / (1 + exponential(second - first));
}

/**
 * The logarithm of a number from Gamma(alpha, 1), by Marsaglia & Tsang 2000, "A Simple Method for Generating Gamma Variables": for alpha
 * below 1 that of alpha + 1 and log(u) / alpha.
 */
function logGamma(generator: Generator, alpha: number): number {
  if (alpha < 1) {
    const shift = logarithm(1 - uniform(generator, 0, 1)) / alpha;
    return logGamma(generator, alpha + 1) + shift;
  }
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = scope(() => generator.normal([1]).item());
    const u = 1 - uniform(generator, 0, 1);
    const root = 1 + c * normal;
    const v = root * root * root;
    if (v > 0 && logarithm(u) < 0.5 * normal * normal + d - d * v + d * logarithm(v)) return logarithm(d * v);
  }
}

function logarithm(x: number): number {
  return scope(() => tensor([x]).log().item());
}

function exponential(x: number): number {
  return scope(() => tensor([x]).exp().item());
}
