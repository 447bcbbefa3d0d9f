import { type Argument, Module } from "@unfoldjs/nn";
import {
  add,
  assertOneOf,
  assertTensor,
  assertWhole,
  concat,
  inCall,
  maximum,
  minimum,
  mul,
  type Shape,
  sub,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";

type Combine = (a: Tensor, b: Tensor) => Tensor;

export type MergeKind = "add" | "subtract" | "multiply" | "average" | "maximum" | "minimum";

const COMBINE: Readonly<Record<MergeKind, Combine>> = {
  add: (a, b) => add<Shape, Shape>(a, b),
  subtract: (a, b) => sub<Shape, Shape>(a, b),
  multiply: (a, b) => mul<Shape, Shape>(a, b),
  average: (a, b) => add<Shape, Shape>(a, b),
  maximum: (a, b) => maximum<Shape, Shape>(a, b),
  minimum: (a, b) => minimum<Shape, Shape>(a, b),
};

/** Several tensors as one, element by element; they must fit by broadcasting. */
export class Merge extends Module {
  static override readonly name: string = "Merge";
  readonly kind: MergeKind;

  /** @throws ValueError on another word */
  constructor(kind: MergeKind) {
    super();
    assertOneOf("Merge", "kind", kind, Object.keys(COMBINE));
    this.kind = kind;
  }

  /** @param inputs one tensor at least; two for "subtract" @returns the shape that they have together @throws ShapeError */
  override forward(...inputs: Tensor[]): Tensor {
    inputs.forEach((input, at) => assertTensor("Merge", `inputs[${at}]`, input));
    const [first, ...others] = inputs;
    if (first === undefined || (this.kind === "subtract" && others.length !== 1)) {
      throw new ValueError(
        "Merge",
        { kind: this.kind, inputs: inputs.length },
        "there must be tensors, two to subtract",
      );
    }
    const combine = COMBINE[this.kind];
    return inCall("Merge", () => {
      const whole = others.reduce(combine, first);
      return this.kind === "average" && others.length > 0 ? whole.mul(1 / inputs.length) : whole;
    });
  }

  override config(): readonly Argument[] {
    return [this.kind];
  }
}

/** Tensors one after the other along an axis. */
export class Concatenate extends Module {
  static override readonly name: string = "Concatenate";
  readonly axis: number;

  /** @param axis 1, the channels, unless said */
  constructor(axis = 1) {
    super();
    assertWhole("Concatenate", "axis", axis, -Infinity);
    this.axis = axis;
  }

  /** @param inputs one tensor at least, alike but for the axis @throws ShapeError */
  override forward(...inputs: Tensor[]): Tensor {
    inputs.forEach((input, at) => assertTensor("Concatenate", `inputs[${at}]`, input));
    return inCall("Concatenate", () => concat<readonly Tensor[], number>(inputs as never, this.axis));
  }

  override config(): readonly Argument[] {
    return [this.axis];
  }
}
