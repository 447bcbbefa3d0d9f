import { type Argument, givenOptions, Module, parameter, type Parameter } from "@unfoldjs/nn";
import {
  assertTensor,
  assertWhole,
  checkOptions,
  fromZero,
  groupNorm,
  ones,
  type Shape,
  ShapeError,
  type Tensor,
  truthValue,
  ValueError,
  zeros,
  inCall,
} from "@unfoldjs/tensor-core";

export interface GroupNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Whether to scale and shift what is normalised, each channel by its own. Default true. */
  readonly affine?: boolean;
}

/**
 * Group normalisation (Wu & He 2018): y = (x − mean) / √(variance + ε) · weight + bias, with mean and (biased) variance of each
 * example's groups of neighbouring channels, while learning and in use alike.
 *
 * `weight` (numChannels) starts as ones and `bias` (numChannels) as zeros, as PyTorch's.
 */
export class GroupNorm extends Module {
  static override readonly name: string = "GroupNorm";
  readonly numGroups: number;
  readonly numChannels: number;
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  private readonly options: GroupNormOptions;

  /** @throws ValueError unless both are whole numbers from 1 up, the groups divide the channels, and options make sense */
  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    assertWhole("GroupNorm", "numGroups", numGroups, 1);
    assertWhole("GroupNorm", "numChannels", numChannels, 1);
    if (numChannels % numGroups !== 0) {
      throw new ValueError("GroupNorm", { numGroups, numChannels }, "the groups must divide the channels");
    }
    checkOptions("GroupNorm", options, { epsilon: fromZero, affine: truthValue });
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.options = options;
    const { affine = true } = options;
    this.weight = affine ? inCall("GroupNorm", () => parameter(() => ones([numChannels]))) : undefined;
    this.bias = affine ? inCall("GroupNorm", () => parameter(() => zeros([numChannels]))) : undefined;
  }

  /**
   * @param x (batch, numChannels, …)
   * @returns the same shape
   * @throws ShapeError if channels differ
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    assertTensor("GroupNorm", "x", x);
    if (x.rank < 2 || x.shape[1] !== this.numChannels) {
      throw new ShapeError(
        "GroupNorm",
        { x: x.shape },
        `x must be (batch, channels, …) with ${this.numChannels} channels, as the layer was built for`,
      );
    }
    return groupNorm(x, this.numGroups, this.weight, this.bias, this.options.epsilon);
  }

  override config(): readonly Argument[] {
    return [this.numGroups, this.numChannels, ...givenOptions(this.options)];
  }
}
