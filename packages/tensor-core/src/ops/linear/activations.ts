import * as codes from "../../../wasm/codes.js";

/** An activation that a dense layer takes along. */
export type Activation = "relu" | "gelu" | "silu";

interface Kernels {
  readonly forward: codes.Unary;
  /** Of the gradient, which takes dy and what is kept. */
  readonly gradient: codes.Binary;
  /** Whether what is kept is the activation's input: of relu the result says enough. */
  readonly keepsInput: boolean;
}

export const ACTIVATIONS: Readonly<Record<Activation, Kernels>> = {
  relu: { forward: codes.Unary.Relu, gradient: codes.Binary.ReluGradient, keepsInput: false },
  gelu: { forward: codes.Unary.Gelu, gradient: codes.Binary.GeluGradient, keepsInput: true },
  silu: { forward: codes.Unary.Silu, gradient: codes.Binary.SiluGradient, keepsInput: true },
};

export const ACTIVATION_NAMES: readonly string[] = Object.keys(ACTIVATIONS);
