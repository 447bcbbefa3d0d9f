import type { Shape } from "@unfoldjs/tensor-core";
import type { Comparison } from "../check/report.ts";
import type { Notation } from "./notation.ts";
import { printed } from "./print.ts";
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

/** A derivation, step by step. It holds plain values: it can be kept, and sent to another thread. */
export class Explanation {
  readonly inputs: readonly ExplainedTensor[];
  readonly result: ExplainedTensor;
  /** From the inputs to the result; the gradient goes through them the other way. */
  readonly steps: readonly ExplainedStep[];
  /** True if every gradient that was tried is as close to its difference as it should be. */
  readonly ok: boolean;

  constructor(inputs: readonly ExplainedTensor[], result: ExplainedTensor, steps: readonly ExplainedStep[]) {
    this.inputs = inputs;
    this.result = result;
    this.steps = steps;
    this.ok = steps.every(({ gradients }) => gradients.every(({ comparisons }) => comparisons.every(({ ok }) => ok)));
  }

  /** The derivation for a terminal. */
  toString(): string {
    return printed(this);
  }

  /** The rules of all steps, one a line, for a page that sets LaTeX. */
  toLatex(): string {
    const shown = this.steps.filter(({ isRenaming }) => !isRenaming);
    const lines = shown.flatMap(({ rule, gradients }) => [rule, ...gradients.map((each) => each.rule)]);
    return `\\begin{aligned}\n${lines.map(({ latex }) => `  ${latex.replace(" = ", " &= ")}`).join(" \\\\\n")}\n\\end{aligned}`;
  }
}
