import { type Argument, Module, Parameter } from "@unfoldjs/nn";
import {
  assertFinite,
  assertOneOf,
  assertShape,
  assertTensor,
  checkOptions,
  exp,
  expm1,
  full,
  gelu,
  inCall,
  logSoftmax,
  type OptionChecks,
  relu,
  scope,
  type Shape,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
  type Tensor,
  where,
  fromZero,
} from "@unfoldjs/tensor-core";

/** Klambauer et al. 2017, section 2: what keeps mean 0 and variance 1. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

function elu(x: Tensor, alpha: number): Tensor {
  // The exponential of what is below 0 only: of large numbers it would be ∞, and ∞ · 0 in the gradient.
  return where(x.greater(0), x, expm1(x.minimum(0)).mul(alpha));
}

/** Keras' names of them. */
export type ActivationName =
  | "elu"
  | "exponential"
  | "gelu"
  | "gelu_new"
  | "hard_sigmoid"
  | "linear"
  | "log_softmax"
  | "mish"
  | "relu"
  | "relu6"
  | "selu"
  | "sigmoid"
  | "softmax"
  | "softplus"
  | "softsign"
  | "swish"
  | "tanh";

/** Of tensors whose features lie on axis 1. */
const FUNCTIONS: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  elu: (x) => elu(x, 1),
  exponential: (x) => exp(x),
  gelu: (x) => gelu(x),
  gelu_new: (x) => gelu(x, "tanh"),
  hard_sigmoid: (x) => x.mul(0.2).add(0.5).clamp(0, 1),
  linear: (x) => x,
  log_softmax: (x) => logSoftmax(x, 1),
  mish: (x) => x.mul<Shape, Shape>(tanh(softplus(x))),
  relu: (x) => relu(x),
  relu6: (x) => x.clamp(0, 6),
  selu: (x) => elu(x, SELU_ALPHA).mul(SELU_SCALE),
  sigmoid: (x) => sigmoid(x),
  softmax: (x) => softmax(x, 1),
  softplus: (x) => softplus(x),
  softsign: (x) => x.div<Shape, Shape>(x.abs().add(1)),
  swish: (x) => silu(x),
  tanh: (x) => tanh(x),
};

export const ACTIVATION_NAMES: readonly string[] = /* @__PURE__ */ Object.keys(FUNCTIONS);

export function isActivationName(name: string): name is ActivationName {
  return Object.hasOwn(FUNCTIONS, name);
}

/** One of Keras' activations, by its name there; softmax and its logarithm are over the features, axis 1. */
export class KerasActivation extends Module {
  static override readonly name: string = "KerasActivation";
  readonly activation: ActivationName;

  /** @throws ValueError on a name that there is not */
  constructor(activation: ActivationName) {
    super();
    assertOneOf("KerasActivation", "activation", activation, ACTIVATION_NAMES);
    this.activation = activation;
  }

  /** @param x (batch, features, …) @returns the same shape */
  override forward(x: Tensor): Tensor {
    assertTensor("KerasActivation", "x", x);
    return inCall("KerasActivation", () => FUNCTIONS[this.activation](x));
  }

  override config(): readonly Argument[] {
    return [this.activation];
  }
}

export interface KerasReLUOptions {
  /** What is above is this. Default: no bound. */
  readonly maxValue?: number;
  /** The slope below the threshold. Default 0. */
  readonly negativeSlope?: number;
  /** Default 0. */
  readonly threshold?: number;
}

const RELU_OPTIONS: OptionChecks<KerasReLUOptions> = {
  maxValue: fromZero,
  negativeSlope: assertFinite,
  threshold: assertFinite,
};

/** Keras' ReLU: min(x, maxValue) from the threshold up, negativeSlope · (x − threshold) below. */
export class KerasReLU extends Module {
  static override readonly name: string = "KerasReLU";
  readonly options: KerasReLUOptions;

  /** @throws ValueError unless numbers are finite, and the largest value from 0 up */
  constructor(options: KerasReLUOptions = {}) {
    super();
    checkOptions("KerasReLU", options, RELU_OPTIONS);
    this.options = { ...options };
  }

  /** @param x any shape @returns the same shape */
  override forward(x: Tensor): Tensor {
    assertTensor("KerasReLU", "x", x);
    const { maxValue, negativeSlope = 0, threshold = 0 } = this.options;
    return inCall("KerasReLU", () => {
      if (threshold === 0 && negativeSlope === 0) return maxValue === undefined ? relu(x) : x.clamp(0, maxValue);
      const below = x.sub(threshold).mul(negativeSlope);
      return where(x.greaterEqual(threshold), maxValue === undefined ? x : x.minimum(maxValue), below);
    });
  }

  override config(): readonly Argument[] {
    const given = Object.fromEntries(Object.entries(this.options).filter(([, value]) => value !== undefined));
    return [given];
  }
}

/** x above 0, alpha · (eˣ − 1) below (Clevert et al. 2016). */
export class ELU extends Module {
  static override readonly name: string = "ELU";
  readonly alpha: number;

  constructor(alpha = 1) {
    super();
    assertFinite("ELU", "alpha", alpha);
    this.alpha = alpha;
  }

  /** @param x any shape @returns the same shape */
  override forward(x: Tensor): Tensor {
    assertTensor("ELU", "x", x);
    return inCall("ELU", () => elu(x, this.alpha));
  }

  override config(): readonly Argument[] {
    return [this.alpha];
  }
}

/** x above 0, weight · x below, with learned weights (He et al. 2015). */
export class PReLU extends Module {
  static override readonly name: string = "PReLU";
  readonly weight: Parameter;

  /** @param shape of the weights, without the batch; sizes of 1 are shared along their axis */
  constructor(shape: Shape) {
    super();
    assertShape("PReLU", "shape", shape);
    this.weight = scope(() => new Parameter(inCall("PReLU", () => full(shape, 0.25))));
  }

  /** @param x (batch, …) @returns the same shape @throws ShapeError if the weights' shape does not fit */
  override forward(x: Tensor): Tensor {
    assertTensor("PReLU", "x", x);
    return inCall("PReLU", () => where(x.greater(0), x, x.mul<Shape, Shape>(this.weight)));
  }

  override config(): readonly Argument[] {
    return [this.weight.shape];
  }
}
