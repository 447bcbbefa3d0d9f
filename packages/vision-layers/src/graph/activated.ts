import { type Argument, isModule, type Layer, Module } from "@unfoldjs/nn";
import { assertTensor, type Tensor, wrongArgument } from "@unfoldjs/tensor-core";
import { through } from "../layers/through.ts";

/** A layer with the activation that it has of its own in Keras. */
export class Activated extends Module {
  static override readonly name: string = "Activated";
  readonly layer: Layer;
  readonly activation: Layer;

  constructor(layer: Layer, activation: Layer) {
    super();
    if (!isModule(layer)) throw wrongArgument("Activated", "layer", layer, "a layer: a Module");
    if (!isModule(activation)) throw wrongArgument("Activated", "activation", activation, "a layer: a Module");
    this.layer = layer;
    this.activation = activation;
  }

  /** @param x as the layer takes it @returns what the activation makes of the layer's result @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertTensor("Activated", "x", x);
    return through(x, this.layer, this.activation);
  }

  override config(): readonly Argument[] {
    return [this.layer, this.activation];
  }
}
