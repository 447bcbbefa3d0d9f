import { type Argument, givenOptions, Linear, Module } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertWhole,
  checkOptions,
  concat,
  type Generator,
  inCall,
  type OptionChecks,
  relu,
  type Shape,
  type Tensor,
  where,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { checkedLengths } from "../lengths/checked-lengths.ts";
import { lengthsToMask } from "../lengths/lengths-to-mask.ts";
import { orDispose } from "../recurrent/or-dispose.ts";

export interface BaselineOptions {
  /** Of the first values. */
  readonly generator?: Generator;
}

export const BASELINE_OPTIONS: OptionChecks<BaselineOptions> = { generator: assertGenerator };

/**
 * A standard network at each step, which sees `reach` steps to either side and nothing else: relu(W [x⟨t−reach⟩, …, x⟨t+reach⟩] + b), and
 * a linear layer. Steps beyond the ends are zeros. It takes sentences of any length and knows at one position what it has learned at
 * another, but nothing from further away: what a recurrent layer is compared with.
 */
export class WindowedMLP extends Module {
  static override readonly name: string = "WindowedMLP";
  readonly inputSize: number;
  readonly reach: number;
  readonly hidden: Linear;
  readonly output: Linear;
  private readonly options: BaselineOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up, and reach one from 0 up */
  constructor(inputSize: number, reach: number, hiddenSize: number, outputSize: number, options: BaselineOptions = {}) {
    super();
    for (const [name, size] of Object.entries({ inputSize, hiddenSize, outputSize }))
      assertWhole("WindowedMLP", name, size, 1);
    assertWhole("WindowedMLP", "reach", reach);
    checkOptions<BaselineOptions>("WindowedMLP", options, BASELINE_OPTIONS);
    this.inputSize = inputSize;
    this.reach = reach;
    this.options = options;
    const part = <Part>(make: () => Part): Part => orDispose(this, () => inCall("WindowedMLP", make));
    this.hidden = part(() => new Linear((2 * reach + 1) * inputSize, hiddenSize, options));
    this.output = part(() => new Linear(hiddenSize, outputSize, options));
  }

  /**
   * @param x (batch, time, inputSize) @param lengths (batch), i32: what stands beyond counts as zeros; all of time if absent
   * @returns (batch, time, outputSize)
   * @throws ShapeError, IndexError unless lengths are those of x
   */
  override forward(x: Tensor, lengths?: Tensor<Shape, "i32">): Tensor {
    assertAxes("WindowedMLP", "x", x, { batch: undefined, time: undefined, inputSize: this.inputSize });
    return inCall("WindowedMLP", () => {
      const [batch = 0, time = 0] = x.shape;
      const own = withoutPadding("WindowedMLP", x, lengths);
      const margin = zeros<Shape>([batch, this.reach, this.inputSize]);
      const wide = this.reach === 0 ? own : concat([margin, own, margin], 1);
      const shifted = Array.from({ length: 2 * this.reach + 1 }, (_, by) => wide.slice(1, by, by + time));
      return this.output.forward<Shape>(relu<Shape>(this.hidden.forward<Shape>(concat(shifted, 2))));
    });
  }

  override config(): readonly Argument[] {
    const { hidden, output } = this;
    return [this.inputSize, this.reach, hidden.outFeatures, output.outFeatures, ...givenOptions(this.options)];
  }
}

/** x with zeros for what is no sequence's own. */
export function withoutPadding(op: string, x: Tensor, lengths: Tensor<Shape, "i32"> | undefined): Tensor {
  if (lengths === undefined) return x;
  const [batch = 0, time = 0] = x.shape;
  checkedLengths(op, lengths, batch, time);
  const mask: Tensor<Shape, "bool"> = lengthsToMask(lengths as Tensor<[number], "i32">, time).unsqueeze(2);
  return where(mask, x, zeros([]));
}
