import { type Argument, Module } from "@unfoldjs/nn";
import {
  type Appended,
  assertTensor,
  assertWhole,
  inCall,
  oneHot,
  type Shape,
  type Tensor,
} from "@unfoldjs/tensor-core";

/**
 * 1 at the number of each token and 0 elsewhere: what an alphabet of a few characters goes into a recurrent layer as. An
 * `Embedding` of nn does the same with learned vectors.
 */
export class OneHot<Classes extends number = number> extends Module {
  static override readonly name: string = "OneHot";
  readonly classes: Classes;

  /** @throws ValueError unless classes are a whole number from 1 up */
  constructor(classes: Classes) {
    super();
    assertWhole("OneHot", "classes", classes, 1);
    this.classes = classes;
  }

  /**
   * @param x any shape, i32
   * @returns (…x, classes), f32
   * @throws IndexError naming the first that is no class, DTypeError unless x is i32
   */
  override forward<S extends Shape>(x: Tensor<S, "i32">): Tensor<Appended<S, Classes>>;
  override forward(x: Tensor<Shape, "i32">): Tensor {
    assertTensor("OneHot", "x", x);
    return inCall<Tensor>("OneHot", () => oneHot<Shape, number>(x, this.classes));
  }

  override config(): readonly Argument[] {
    return [this.classes];
  }
}
