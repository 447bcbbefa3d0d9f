import type { Shape } from "@unfoldjs/tensor-core";
import type { Comparison } from "../check/report.ts";
import type { Notation } from "./notation.ts";
import type { Shorthand } from "./shorthand.ts";

/** Elements in row-major order. */
export interface Elements {
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** How a gradient goes back through one op to one of its inputs. */
export interface ExplainedGradient extends Elements {
  /** The input's name. */
  readonly input: string;
  /** The op's own name for it. */
  readonly place: string;
  /** dA = dy · xᵀ. `values` is what autograd makes of it. */
  readonly rule: Notation;
  /** Elements of it beside finite differences of the op alone: all, or a spread of them. */
  readonly comparisons: readonly Comparison[];
  /** Where course notes write this derivative as less than it is. */
  readonly shorthand: Shorthand | undefined;
}

/** One op on the way from the inputs to the result. */
export interface ExplainedStep {
  readonly op: string;
  /** True if it only looks at its input's elements in another way. */
  readonly isView: boolean;
  /** True for a view that only adds or drops axes of size 1: it keeps its tensor's name, and texts leave it out. */
  readonly isRenaming: boolean;
  /** y = A · x. */
  readonly rule: Notation;
  /** What signs in the rules mean, if they need saying. */
  readonly where: Notation | undefined;
  readonly gradients: readonly ExplainedGradient[];
}

/** An input, or the result, with its elements and those of its gradient. */
export interface ExplainedTensor extends Elements {
  readonly name: string;
  readonly gradient: Float32Array;
}

/** A derivation as plain values. */
export interface Derivation {
  readonly inputs: readonly ExplainedTensor[];
  readonly result: ExplainedTensor;
  /** From the inputs to the result; the gradient goes through them the other way. */
  readonly steps: readonly ExplainedStep[];
}
