import {
  type Activation,
  type Generator,
  type HasFeatures,
  linear,
  oneOf,
  type Shape,
  type Tensor,
  ValueError,
  type WithFeatures,
  assertGenerator,
  checkOptions,
  truthValue,
  inCall,
} from "@unfoldjs/tensor-core";
import { layerDefault } from "../initialise/layer-default.ts";
import type { Argument } from "../module/any-module.ts";
import { givenOptions } from "../module/config.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";

export interface LinearOptions {
  /** Whether to add one. Default true. */
  readonly bias?: boolean;
  /** Applied to the result on its way out: the bits of the layer of this name behind it, with fewer calls. None unless said. */
  readonly activation?: Activation;
  /** Of the first values. */
  readonly generator?: Generator;
}

/**
 * y = x Wᵀ + b, or an activation of it.
 *
 * `weight` (outFeatures, inFeatures) and `bias` (outFeatures) start uniform in ±1 / √inFeatures, as PyTorch's do.
 */
export class Linear<In extends number = number, Out extends number = number> extends Module {
  static override readonly name: string = "Linear";
  readonly inFeatures: In;
  readonly outFeatures: Out;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  private readonly options: LinearOptions;
  private readonly afterwards: { readonly activation: Activation } | undefined;

  /** @throws ValueError unless both sizes are whole numbers from 1 up */
  constructor(inFeatures: In, outFeatures: Out, options: LinearOptions = {}) {
    super();
    for (const size of [inFeatures, outFeatures]) {
      if (!Number.isInteger(size) || size < 1)
        throw new ValueError("Linear", { inFeatures, outFeatures }, "features are whole numbers from 1 up");
    }
    checkOptions("Linear", options, {
      bias: truthValue,
      activation: oneOf("relu", "gelu", "silu"),
      generator: assertGenerator,
    });
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.options = options;
    const { activation } = options;
    this.afterwards = activation === undefined ? undefined : { activation };
    ({ weight: this.weight, bias: this.bias } = inCall("Linear", () =>
      layerDefault([outFeatures, inFeatures], options.bias ?? true, options.generator),
    ));
  }

  /**
   * @param x (…, inFeatures)
   * @returns (…, outFeatures)
   * @throws ShapeError if the last axis has another size
   */
  override forward<S extends Shape>(x: Tensor<S & HasFeatures<S, In>>): Tensor<WithFeatures<S, Out>>;
  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias, this.afterwards);
  }

  override config(): readonly Argument[] {
    return [this.inFeatures, this.outFeatures, ...givenOptions(this.options)];
  }
}
