import { type Argument, isModule, type Layer, Module } from "@unfoldjs/nn";
import {
  assertBoolean,
  assertList,
  assertTensor,
  assertWhole,
  inCall,
  permute,
  reshape,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";

// Keras' tensors are (batch, …, channels), ours (batch, channels, …). Where a layer counts elements in the order in which
// they lie, they are laid as Keras has them, and what has axes afterwards is laid as ours again.

/** (batch, channels, …) as (batch, …, channels). */
export function channelsToEnd(x: Tensor): Tensor {
  return x.rank < 3 ? x : permute(x, [0, ...axesFrom(2, x.rank), 1]);
}

/** (batch, …, channels) as (batch, channels, …). */
export function channelsToFront(x: Tensor): Tensor {
  return x.rank < 3 ? x : permute(x, [0, x.rank - 1, ...axesFrom(1, x.rank - 1)]);
}

function axesFrom(start: number, end: number): number[] {
  return Array.from({ length: Math.max(end - start, 0) }, (_, at) => start + at);
}

/** The features of each example in another shape, in the order in which Keras has them: its Reshape and Flatten. */
export class ReshapeFeatures extends Module {
  static override readonly name: string = "ReshapeFeatures";
  readonly shape: readonly number[];
  readonly channelsLast: boolean;

  /**
   * @param shape without the batch; one size may be −1
   * @param channelsLast whether elements are counted, and the shape is given, with channels last. Default true.
   * @throws ValueError
   */
  constructor(shape: readonly number[], channelsLast = true) {
    super();
    assertList("ReshapeFeatures", "shape", shape, "an array of sizes");
    Array.from(shape, (size, at) => assertWhole("ReshapeFeatures", `shape[${at}]`, size, -1));
    assertBoolean("ReshapeFeatures", "channelsLast", channelsLast);
    this.shape = [...shape];
    this.channelsLast = channelsLast;
  }

  /** @param x (batch, channels, …) @returns (batch, channels, …) of the new shape @throws ShapeError if elements are not as many */
  override forward(x: Tensor): Tensor {
    assertTensor("ReshapeFeatures", "x", x);
    const shape = [x.shape[0] ?? 0, ...this.shape];
    return inCall("ReshapeFeatures", () =>
      this.channelsLast ? channelsToFront(reshape(channelsToEnd(x), shape)) : reshape(x, shape),
    );
  }

  override config(): readonly Argument[] {
    return this.channelsLast ? [this.shape] : [this.shape, false];
  }
}

/** A layer for (batch, …, features) of (batch, features, …): a dense layer for each pixel, a softmax over channels. */
export class ChannelsLast extends Module {
  static override readonly name: string = "ChannelsLast";
  readonly layer: Layer;

  constructor(layer: Layer) {
    super();
    if (!isModule(layer)) throw wrongArgument("ChannelsLast", "layer", layer, "a layer: a Module");
    this.layer = layer;
  }

  /** @param x (batch, features, …) @returns the same, with what the layer makes of the features @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertTensor("ChannelsLast", "x", x);
    return channelsToFront(this.layer.forward(channelsToEnd(x)));
  }

  override config(): readonly Argument[] {
    return [this.layer];
  }
}

/** The order of axes (channels, …) of an example's (…, channels). */
export function channelsOfExample(rank: number): number[] {
  return [rank - 1, ...axesFrom(0, rank - 1)];
}
