import type { Derivation, ExplainedStep, ExplainedTensor } from "./explained.ts";
import { printed } from "./print.ts";

/** A derivation, step by step. It holds plain values: it can be kept, and sent to another thread. */
export class Explanation implements Derivation {
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
