import { type Argument, givenOptions, Linear, Module } from "@unfoldjs/nn";
import {
  assertWhole,
  checkOptions,
  concat,
  inCall,
  relu,
  type Shape,
  ShapeError,
  type Tensor,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { orDispose } from "../recurrent/or-dispose.ts";
import { BASELINE_OPTIONS, type BaselineOptions, withoutPadding } from "./windowed-mlp.ts";

/**
 * A standard network over whole sentences: all steps one behind the other into one layer, relu, and all outputs out of a second. Why
 * that is not what one wants: it has a longest sentence, weights for each position by themselves, so that their number grows
 * with `time`, and knows nothing at one position of what it has learned at another. What a recurrent layer is compared with.
 */
export class WholeSentenceMLP extends Module {
  static override readonly name: string = "WholeSentenceMLP";
  readonly inputSize: number;
  /** The longest sentence that it takes. */
  readonly time: number;
  readonly outputSize: number;
  readonly hidden: Linear;
  readonly output: Linear;
  private readonly options: BaselineOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(inputSize: number, time: number, hiddenSize: number, outputSize: number, options: BaselineOptions = {}) {
    super();
    for (const [name, size] of Object.entries({ inputSize, time, hiddenSize, outputSize }))
      assertWhole("WholeSentenceMLP", name, size, 1);
    checkOptions<BaselineOptions>("WholeSentenceMLP", options, BASELINE_OPTIONS);
    this.inputSize = inputSize;
    this.time = time;
    this.outputSize = outputSize;
    this.options = options;
    const part = <Part>(make: () => Part): Part => orDispose(this, () => inCall("WholeSentenceMLP", make));
    this.hidden = part(() => new Linear(time * inputSize, hiddenSize, options));
    this.output = part(() => new Linear(hiddenSize, time * outputSize, options));
  }

  /**
   * @param x (batch, steps, inputSize), at most `time` of them; those that are missing are zeros
   * @param lengths (batch), i32: what stands beyond counts as zeros; all steps if absent
   * @returns (batch, steps, outputSize)
   * @throws ShapeError on a longer sentence, IndexError unless lengths are those of x
   */
  override forward(x: Tensor, lengths?: Tensor<Shape, "i32">): Tensor {
    const layer = "WholeSentenceMLP";
    assertAxes(layer, "x", x, { batch: undefined, steps: undefined, inputSize: this.inputSize });
    const [batch = 0, steps = 0] = x.shape;
    if (steps > this.time) {
      throw new ShapeError(
        layer,
        { x: x.shape, time: [this.time] },
        `it has weights for ${this.time} steps, and takes no longer sentence`,
        "make it for a longer one, or take a recurrent layer: its weights are the same at each step",
      );
    }
    return inCall(layer, () => {
      const own = withoutPadding(layer, x, lengths);
      const missing = zeros<Shape>([batch, this.time - steps, this.inputSize]);
      const whole = steps === this.time ? own : concat([own, missing], 1);
      const flat = whole.reshape([batch, this.time * this.inputSize]);
      const all = this.output.forward<Shape>(relu<Shape>(this.hidden.forward<Shape>(flat)));
      return all.reshape([batch, this.time, this.outputSize]).slice(1, 0, steps);
    });
  }

  override config(): readonly Argument[] {
    return [this.inputSize, this.time, this.hidden.outFeatures, this.outputSize, ...givenOptions(this.options)];
  }
}
