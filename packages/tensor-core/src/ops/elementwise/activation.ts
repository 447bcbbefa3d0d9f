import * as codes from "../../../wasm/codes.js";
import { apply } from "../../dispatch/dispatch.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { core } from "../../runtime/heap.ts";
import { onContiguous } from "../copy/copy.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { applyBinary, type BinaryOp, binaryOp } from "./binary.ts";
import { applyUnary, type UnaryOp, unaryOp } from "./unary.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { anyNumber, checkOptions, type OptionChecks } from "../../arguments/options.ts";
import { ValueError } from "../../errors/index.ts";
import type { SoftplusOptions } from "../../types/options.ts";
import { assertFinite, assertOneOf } from "../../arguments/checks.ts";

const reluOp: UnaryOp<"relu"> = unaryOp("relu", { f32: codes.Unary.Relu });

/** max(x, 0), elementwise; subgradient 0 at 0. @param x any shape, f32 @returns the shape of `x` */
export function relu<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(reluOp, x);
}

const tanhOp: UnaryOp<"tanh"> = unaryOp("tanh", { f32: codes.Unary.Tanh });

/** Hyperbolic tangent, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function tanh<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(tanhOp, x);
}

const sigmoidOp: UnaryOp<"sigmoid"> = unaryOp("sigmoid", { f32: codes.Unary.Sigmoid });

/** 1 / (1 + e^(−x)), elementwise. @param x any shape, f32 @returns the shape of `x` */
export function sigmoid<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(sigmoidOp, x);
}

const siluOp: UnaryOp<"silu"> = unaryOp("silu", { f32: codes.Unary.Silu });

/** x · sigmoid(x), elementwise (Elfwing et al. 2018; also called swish). @param x any shape, f32 @returns the shape of `x` */
export function silu<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(siluOp, x);
}

const softplusOp: UnaryOp<"softplus"> = unaryOp("softplus", { f32: codes.Unary.Softplus });

const SOFTPLUS: OptionChecks<SoftplusOptions> = { beta: assertFinite, threshold: anyNumber };

/** Where β x is above the threshold the curve is x itself. Both are what an f32 makes of them. */
interface Curve {
  readonly beta: number;
  readonly threshold: number;
}

/** One op and not three: by way of βx and back, its gradient would be divided by β and multiplied again. */
const scaledSoftplusOp: KernelOp<"scaledSoftplus", ["x"], Curve> = defineOp("scaledSoftplus", ["x"], {
  calledAs: "softplus",
  shape: ({ x }) => {
    assertFloat("softplus", { x });
    return x.shape;
  },
  run: ({ x }, out, { beta, threshold }) => {
    onContiguous(x, (dense) => core().scaled_softplus(dense.size, beta, threshold, dense.address, out.address));
  },
});

/**
 * ln(1 + e^(β x)) / β, elementwise: a smooth relu; x itself where β x is above the threshold, as PyTorch's. With the default
 * threshold that is what f32 rounds to anyway.
 * @param x any shape, f32 @param options β, 1 unless said, and the threshold, 20 unless said
 * @returns the shape of `x` @throws ValueError for a β of 0 or beyond what f32 holds, DTypeError
 */
export function softplus<S extends Shape>(x: Tensor<S>, options?: SoftplusOptions): Tensor<S> {
  if (options === undefined) return applyUnary(softplusOp, x);
  assertTensor("softplus", "x", x);
  checkOptions("softplus", options, SOFTPLUS);
  const { beta = 1, threshold = 20 } = options;
  assertBeta("softplus", beta);
  if (beta === 1 && threshold === 20) return applyUnary(softplusOp, x);
  const curve = { beta: Math.fround(beta), threshold: Math.fround(threshold) };
  return apply(scaledSoftplusOp, { x }, curve) as Tensor<S>;
}

/** @throws ValueError unless β can divide, and be an f32 */
function assertBeta(op: string, beta: number): void {
  if (beta === 0) throw new ValueError(op, { beta }, "beta divides, and must not be 0");
  if (!Number.isFinite(Math.fround(beta))) throw new ValueError(op, { beta }, "beta must be a number that f32 holds");
}

const geluOp: UnaryOp<"gelu"> = unaryOp("gelu", { f32: codes.Unary.Gelu });
const geluTanhOp: UnaryOp<"geluTanh"> = unaryOp("geluTanh", { f32: codes.Unary.GeluTanh }, "gelu");

/**
 * x · Φ(x) with the normal distribution Φ, elementwise (Hendrycks & Gimpel 2016).
 * @param x any shape, f32
 * @param approximate "tanh" for their equation 2: x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))
 * @returns the shape of `x`
 */
export function gelu<S extends Shape>(x: Tensor<S>, approximate: "none" | "tanh" = "none"): Tensor<S> {
  assertOneOf("gelu", "approximate", approximate, ["none", "tanh"]);
  return applyUnary(approximate === "tanh" ? geluTanhOp : geluOp, x);
}

const reluGradientOp: BinaryOp<"reluGradient"> = binaryOp("reluGradient", { f32: codes.Binary.ReluGradient });

/** dy, but 0 where y ≤ 0: the gradient of y = relu(x). NaN lets it pass, as in PyTorch. */
export function reluGradient<S extends Shape>(dy: Tensor<S>, y: Tensor<S>): Tensor<S> {
  assertTensor("reluGradient", "dy", dy);
  assertTensor("reluGradient", "y", y);
  return applyBinary(reluGradientOp, dy, y) as Tensor<S>;
}

const tanhGradientOp: BinaryOp<"tanhGradient"> = binaryOp("tanhGradient", { f32: codes.Binary.TanhGradient });

/** dy · (1 − y²): the gradient of y = tanh(x). */
export function tanhGradient<S extends Shape>(dy: Tensor<S>, y: Tensor<S>): Tensor<S> {
  assertTensor("tanhGradient", "dy", dy);
  assertTensor("tanhGradient", "y", y);
  return applyBinary(tanhGradientOp, dy, y) as Tensor<S>;
}

const sigmoidGradientOp: BinaryOp<"sigmoidGradient"> = binaryOp("sigmoidGradient", {
  f32: codes.Binary.SigmoidGradient,
});

/** dy · y · (1 − y): the gradient of y = sigmoid(x). */
export function sigmoidGradient<S extends Shape>(dy: Tensor<S>, y: Tensor<S>): Tensor<S> {
  assertTensor("sigmoidGradient", "dy", dy);
  assertTensor("sigmoidGradient", "y", y);
  return applyBinary(sigmoidGradientOp, dy, y) as Tensor<S>;
}

const geluGradientOp: BinaryOp<"geluGradient"> = binaryOp("geluGradient", { f32: codes.Binary.GeluGradient });

/**
 * dy · (Φ(x) + x φ(x)), Φ and φ the normal distribution and its density: the gradient of y = gelu(x) by its exact form.
 * @param x what `gelu` was given, of `dy`'s shape
 */
export function geluGradient<S extends Shape>(dy: Tensor<S>, x: Tensor<S>): Tensor<S> {
  assertTensor("geluGradient", "dy", dy);
  assertTensor("geluGradient", "x", x);
  return applyBinary(geluGradientOp, dy, x) as Tensor<S>;
}

const siluGradientOp: BinaryOp<"siluGradient"> = binaryOp("siluGradient", { f32: codes.Binary.SiluGradient });

/**
 * dy · (s + x s (1 − s)), s = sigmoid(x): the gradient of y = silu(x).
 * @param x what `silu` was given, of `dy`'s shape
 */
export function siluGradient<S extends Shape>(dy: Tensor<S>, x: Tensor<S>): Tensor<S> {
  assertTensor("siluGradient", "dy", dy);
  assertTensor("siluGradient", "x", x);
  return applyBinary(siluGradientOp, dy, x) as Tensor<S>;
}

export const activationOps: {
  relu: typeof reluOp;
  tanh: typeof tanhOp;
  sigmoid: typeof sigmoidOp;
  silu: typeof siluOp;
  softplus: typeof softplusOp;
  scaledSoftplus: typeof scaledSoftplusOp;
  gelu: typeof geluOp;
  geluTanh: typeof geluTanhOp;
  reluGradient: typeof reluGradientOp;
  tanhGradient: typeof tanhGradientOp;
  sigmoidGradient: typeof sigmoidGradientOp;
  geluGradient: typeof geluGradientOp;
  siluGradient: typeof siluGradientOp;
} = {
  relu: reluOp,
  tanh: tanhOp,
  sigmoid: sigmoidOp,
  silu: siluOp,
  softplus: softplusOp,
  scaledSoftplus: scaledSoftplusOp,
  gelu: geluOp,
  geluTanh: geluTanhOp,
  reluGradient: reluGradientOp,
  tanhGradient: tanhGradientOp,
  sigmoidGradient: sigmoidGradientOp,
  geluGradient: geluGradientOp,
  siluGradient: siluGradientOp,
};
