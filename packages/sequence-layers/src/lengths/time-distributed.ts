import { type Argument, isModule, type Layer, Module } from "@unfoldjs/nn";
import { inCall, type Shape, ShapeError, type Tensor, wrongArgument } from "@unfoldjs/tensor-core";
import { assertPadded } from "./checked-lengths.ts";
import { packByLength, unpackByLength } from "./pack-by-length.ts";

/**
 * A layer at each step by itself, as Keras' `TimeDistributed`: for layers to which the second axis is not time, such as pictures of a
 * film through a convolution, or batch norm. With `lengths` it runs on the sequences' own steps alone, so that padding costs
 * nothing and enters no statistics; the results in the padding are 0. Linear, LayerNorm, activations and all else that looks at
 * the last axis only need no wrapping: they take any axes before it.
 */
export class TimeDistributed extends Module {
  static override readonly name: string = "TimeDistributed";
  readonly layer: Layer;

  /** @param layer takes (batch, …) and gives (batch, …) @throws ValueError unless it is a module */
  constructor(layer: Layer) {
    super();
    if (!isModule(layer)) throw wrongArgument("TimeDistributed", "layer", layer, "a layer: a Module");
    this.layer = layer;
  }

  /**
   * @param x (batch, time, …) @param lengths (batch), i32; all of time if absent
   * @returns (batch, time, …)
   * @throws ShapeError, IndexError unless lengths are those of x
   */
  override forward(x: Tensor, lengths?: Tensor<Shape, "i32">): Tensor {
    assertPadded("TimeDistributed", x);
    const [batch = 0, time = 0, ...rest] = x.shape;
    const steps =
      lengths === undefined
        ? x.reshape([batch * time, ...rest])
        : inCall("TimeDistributed", () => packByLength<Shape, "f32">(x, lengths));
    const results = this.layer.forward(steps);
    if (results.shape[0] !== steps.shape[0]) {
      const came = { given: steps.shape, gave: results.shape };
      throw new ShapeError("TimeDistributed", came, "the layer must give a result for each step that it was given");
    }
    if (lengths !== undefined) return unpackByLength<Shape>(results, lengths, time);
    return results.reshape([batch, time, ...results.shape.slice(1)]);
  }

  override config(): readonly Argument[] {
    return [this.layer];
  }
}
