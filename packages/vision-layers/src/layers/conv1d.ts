import { type Argument, givenOptions } from "@unfoldjs/nn";
import {
  conv1d,
  type HasChannels,
  type PerAxis,
  type Shape,
  sizesOf,
  type Tensor,
  ValueError,
  type WithChannels,
} from "@unfoldjs/tensor-core";
import { ConvolutionOver, type ConvOptions } from "./convolution-over.ts";

export interface Conv1dOptions extends Omit<ConvOptions<1>, "padding"> {
  /**
   * As `conv1d` takes it, or "causal": dilation · (kernelSize − 1) elements before the first and none after the last, so that
   * an output sees no input after its own place (van den Oord et al. 2016, section 2.1). Default 0.
   */
  readonly padding?: ConvOptions<1>["padding"] | "causal";
}

/**
 * y[n, o, i] = b[o] + Σ w[o, c, u] · x[n, c, i·stride + u·dilation − left], summed over the channels c of o's group and the
 * kernel's elements u; outside of the signal x is what `paddingMode` says. Cross-correlation, as PyTorch's Conv1d.
 *
 * `weight` (outChannels, inChannels / groups, kernelSize) and `bias` (outChannels) start uniform in
 * ±1 / √(inChannels / groups · kernelSize), as PyTorch's do.
 */
export class Conv1d<In extends number = number, Out extends number = number> extends ConvolutionOver<1, In, Out> {
  static override readonly name: string = "Conv1d";
  readonly #options: Conv1dOptions;

  /** @throws ValueError if an option makes no sense, channels are no whole numbers from 1 up, or groups do not divide them */
  constructor(inChannels: In, outChannels: Out, kernelSize: PerAxis<1>, options: Conv1dOptions = {}) {
    super("Conv1d", 1, conv1d, inChannels, outChannels, kernelSize, inNumbers(kernelSize, options));
    this.#options = options;
  }

  /**
   * @param x (batch, inChannels, length), or without the batch axis, which the result then lacks too
   * @returns (batch, outChannels, ⌊(length + left + right − dilation · (kernelSize − 1) − 1) / stride⌋ + 1)
   * @throws ShapeError if channels differ, the kernel is larger than the padded signal, or the padding larger than what
   * "reflect" and "circular" have to show
   */
  override forward<S extends Shape>(x: Tensor<S & HasChannels<S, In, 1>>): Tensor<WithChannels<S, Out, 1>>;
  override forward(x: Tensor): Tensor {
    return super.forward(x);
  }

  override config(): readonly Argument[] {
    return [this.inChannels, this.outChannels, this.kernelSize, ...givenOptions(this.#options)];
  }
}

/** The options with "causal" worked out. */
function inNumbers(kernelSize: PerAxis<1>, options: Conv1dOptions): ConvOptions<1> {
  if (options?.padding !== "causal") return options as ConvOptions<1>; // what is no record of options is refused there
  const [kernel] = sizesOf("Conv1d", "kernelSize", kernelSize, 1, 1);
  const [dilation] = sizesOf("Conv1d", "dilation", options.dilation ?? 1, 1, 1);
  if (options.paddingMode === "reflect" || options.paddingMode === "circular") {
    throw new ValueError(
      "Conv1d",
      { padding: options.padding, paddingMode: options.paddingMode },
      "what comes later must not stand before the first element, or the layer would see it",
      'use "zeros" or "replicate"',
    );
  }
  return { ...options, padding: [dilation * (kernel - 1), 0] };
}
