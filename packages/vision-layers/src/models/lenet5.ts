import { type Argument, defaultGenerator, Linear, Module } from "@unfoldjs/nn";
import {
  flatten,
  type Generator,
  relu,
  ShapeError,
  tanh,
  type Tensor,
  assertTensor,
  checkOptions,
  assertGenerator,
  assertWhole,
  oneOf,
  type OptionChecks,
  sizeOf,
  inCall,
} from "@unfoldjs/tensor-core";
import { Conv2d } from "../layers/conv2d.ts";
import { AvgPool2d, MaxPool2d } from "../layers/pooling.ts";
import { configWith } from "./classifier.ts";

export interface LeNet5Options {
  /** Default 10. */
  readonly classes?: number;
  /** Channels of the pictures. Default 1. */
  readonly inChannels?: number;
  /** After each layer but the last. Default "relu"; the paper has "tanh". */
  readonly activation?: "relu" | "tanh";
  /** What halves the pictures. Default "max"; the paper has means. */
  readonly pooling?: "max" | "average";
  /** Of the first values. */
  readonly generator?: Generator;
}

const OPTIONS: OptionChecks<LeNet5Options> = {
  // Before the layers below the last one are made.
  classes: (op, name, value) => {
    assertWhole(op, name, value, 1);
    inCall(op, () => sizeOf([value, 84]));
  },
  inChannels: fromOne,
  activation: /* @__PURE__ */ oneOf("relu", "tanh"),
  pooling: /* @__PURE__ */ oneOf("max", "average"),
  generator: assertGenerator,
};

function fromOne(op: string, name: string, value: unknown): void {
  assertWhole(op, name, value, 1);
}

/**
 * LeNet-5 (LeCun et al. 1998, section II.B) for pictures of 28 × 28, as it is built today: convolution – activation –
 * pooling twice, then three linear layers; padding takes the place of the paper's border, all maps of the first pooling
 * go into all of the second convolution, and the result is logits for `crossEntropy`. 61,706 parameters.
 */
export class LeNet5 extends Module {
  static override readonly name: string = "LeNet5";
  readonly conv1: Conv2d;
  readonly conv2: Conv2d;
  readonly pool: MaxPool2d | AvgPool2d;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly fc3: Linear;
  private readonly options: LeNet5Options;

  constructor(options: LeNet5Options = {}) {
    super();
    checkOptions<LeNet5Options>("LeNet5", options, OPTIONS);
    const { classes = 10, inChannels = 1, pooling = "max", generator = defaultGenerator() } = options;
    const hidden = options.activation === "tanh" ? { generator } : ({ activation: "relu", generator } as const);
    this.options = options;
    this.conv1 = new Conv2d(inChannels, 6, 5, { padding: 2, generator });
    this.conv2 = new Conv2d(6, 16, 5, { generator });
    this.pool = pooling === "max" ? new MaxPool2d(2) : new AvgPool2d(2);
    this.fc1 = new Linear(16 * 5 * 5, 120, hidden);
    this.fc2 = new Linear(120, 84, hidden);
    this.fc3 = new Linear(84, classes, { generator });
  }

  /**
   * @param x (batch, inChannels, 28, 28)
   * @returns logits (batch, classes)
   * @throws ShapeError on pictures of another size
   */
  override forward(x: Tensor): Tensor {
    assertTensor("LeNet5", "x", x);
    const [, , height, width] = x.shape;
    if (x.rank !== 4 || height !== 28 || width !== 28) {
      throw new ShapeError(
        "LeNet5",
        { x: x.shape },
        "pictures must be (batch, channels, 28, 28)",
        "pad or resize them, or reshape([batch, 1, 28, 28])",
      );
    }
    const activate = this.options.activation === "tanh" ? tanh : relu;
    const edges = this.pool.forward(activate(this.conv1.forward(x))); // (batch, 6, 14, 14)
    const shapes = this.pool.forward(activate(this.conv2.forward(edges))); // (batch, 16, 5, 5)
    // Relu the linear layers apply themselves.
    const activated = (y: Tensor): Tensor => (activate === relu ? y : activate(y));
    const hidden = activated(this.fc1.forward(flatten(shapes, 1))); // (batch, 120)
    return this.fc3.forward(activated(this.fc2.forward(hidden)));
  }

  override config(): readonly Argument[] | undefined {
    return configWith(this.options, this.fc3, 10);
  }
}
