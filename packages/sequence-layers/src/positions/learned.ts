import { type Argument, givenOptions, Module, normal, parameter, type Parameter } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertWhole,
  checkOptions,
  type Generator,
  inCall,
  IndexError,
  type Shape,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { assertSizes } from "../arguments/sizes.ts";
import { assertLastAxes } from "./last-axes.ts";

/**
 * Adds a learned vector for each position: Gehring et al. 2017, section 3.1; BERT and GPT do.
 *
 * `weight` (maxLength, features) starts normal with deviation 1, as PyTorch's `Embedding`.
 */
export class LearnedPositions extends Module {
  static override readonly name: string = "LearnedPositions";
  readonly maxLength: number;
  readonly features: number;
  readonly weight: Parameter;
  private readonly options: { readonly generator?: Generator };

  /** @throws ValueError unless both are whole numbers from 1 up */
  constructor(maxLength: number, features: number, options: { readonly generator?: Generator } = {}) {
    super();
    assertSizes("LearnedPositions", { maxLength, features });
    checkOptions("LearnedPositions", options, { generator: assertGenerator });
    this.maxLength = maxLength;
    this.features = features;
    this.options = options;
    const { generator } = options;
    const drawn = generator === undefined ? {} : { generator };
    this.weight = inCall("LearnedPositions", () => parameter(() => normal<Shape>([maxLength, features], drawn)));
  }

  /**
   * @param x (…, time, features) @param start the position of the first step
   * @returns the same shape
   * @throws ShapeError if features differ, IndexError on a step from `maxLength` on
   */
  override forward(x: Tensor, start = 0): Tensor {
    const time = assertLastAxes("LearnedPositions", x, this.features);
    assertWhole("LearnedPositions", "start", start);
    const end = start + time;
    if (end > this.maxLength) {
      const came = { x: x.shape, start, maxLength: this.maxLength };
      throw new IndexError(
        "LearnedPositions",
        came,
        `there are ${this.maxLength} positions, and the last step needs ${end}`,
      );
    }
    return x.add<Shape, Shape>(this.weight.slice(0, start, end));
  }

  override config(): readonly Argument[] {
    return [this.maxLength, this.features, ...givenOptions(this.options)];
  }
}
