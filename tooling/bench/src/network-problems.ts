import type { NamedArray } from "./work.ts";

interface Operation {
  /** The name of what comes out. */
  readonly output: string;
  /** (batch, channels, rows, columns), or (batch, features). */
  readonly shape: readonly number[];
}

interface OfOne extends Operation {
  readonly input: string;
}

type Pair = readonly [number, number];

/** Zeros around pictures: top, left, bottom, right. */
export type Around = readonly [number, number, number, number];

/** Cross-correlation; weight (out, in / groups, rows, columns) and bias by their names among the parameters. */
export interface ConvolutionOperation extends OfOne {
  readonly kind: "convolution";
  readonly weight: string;
  readonly bias: string | undefined;
  readonly stride: Pair;
  readonly padding: Around;
  readonly groups: number;
}

/** Windows; what stands around is never the largest, and counts in means. */
export interface PoolOperation extends OfOne {
  readonly kind: "maxPool" | "avgPool";
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Around;
}

/** A picture network as the operations that it is made of, in an order in which they can run. */
export type NetworkOperation =
  | ConvolutionOperation
  | PoolOperation
  /** Each channel by the mean and variance of the batch. */
  | (OfOne & { readonly kind: "norm"; readonly weight: string; readonly bias: string; readonly epsilon: number })
  /** min(max(x, 0), most). */
  | (OfOne & { readonly kind: "rectifier"; readonly most: number | undefined })
  /** The mean of each channel: (batch, channels). */
  | (OfOne & { readonly kind: "means" })
  | (OfOne & { readonly kind: "dense"; readonly weight: string; readonly bias: string })
  | (Operation & { readonly kind: "add"; readonly inputs: readonly string[] })
  /** Along the channels. */
  | (Operation & { readonly kind: "concat"; readonly inputs: readonly string[] });

/** A network and a batch of pictures for it. */
export interface NetworkProblem {
  readonly network: NetworkName;
  /** (batch, 3, size, size) of `images` */
  readonly shape: readonly [number, number, number, number];
  readonly images: Float32Array;
  /** The last one's output is what comes out; "images" go in. */
  readonly operations: readonly NetworkOperation[];
  readonly parameters: readonly NamedArray[];
}

/** The same, learning: mean cross-entropy and Adam with PyTorch's defaults. */
export interface NetworkStepProblem extends NetworkProblem {
  /** (batch) */
  readonly labels: Int32Array;
}

export type NetworkName = "GoogLeNet" | "InceptionV3" | "MobileNetV2" | "ResNet-18";
