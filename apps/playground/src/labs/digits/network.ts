import { Dropout, Linear, Module } from "@unfoldjs/nn";
import { flatten, relu, type Tensor } from "@unfoldjs/tensor-core";
import { Conv2d, MaxPool2d } from "@unfoldjs/vision-layers";

/** Reads digits: two convolutions, each with ReLU and pooling, then one linear layer. */
export class DigitNet extends Module {
  readonly conv1: Conv2d;
  readonly conv2: Conv2d;
  readonly pool = new MaxPool2d(2);
  dropout: Dropout;
  readonly output: Linear;

  constructor({ filters, kernel, dropout }: { filters: number; kernel: number; dropout: number }) {
    super();
    this.conv1 = new Conv2d(1, filters, kernel, { padding: "same" });
    this.conv2 = new Conv2d(filters, 2 * filters, kernel, { padding: "same" });
    this.dropout = new Dropout(dropout);
    this.output = new Linear(2 * filters * 7 * 7, 10);
  }

  /** @param images (batch, 1, 28, 28) @returns logits (batch, 10) */
  override forward(images: Tensor): Tensor {
    const strokes = this.pool.forward(relu(this.conv1.forward(images))); // (batch, filters, 14, 14)
    const shapes = this.pool.forward(relu(this.conv2.forward(strokes))); // (batch, 2 · filters, 7, 7)
    return this.output.forward(this.dropout.forward(flatten(shapes, 1)));
  }
}
