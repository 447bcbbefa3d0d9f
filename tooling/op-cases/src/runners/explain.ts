import { explainGradient } from "@unfoldjs/autograd";
import { scope, type Tensor } from "@unfoldjs/tensor-core";
import { targetsOf, withInputs } from "../inputs.ts";
import type { OpCase, Row } from "../op-case.ts";

/**
 * Checks how a row's gradient is explained: every step says its rule with nothing left to fill in, and what autograd makes
 * of it is what differences of that op alone say.
 * @returns what is wrong, in words
 */
export function checkExplanation(opCase: OpCase, row: Row): string[] {
  return withInputs(opCase, row, (inputs) =>
    scope(() => {
      const { leaves, targets } = targetsOf(opCase, row, inputs);
      const named = Object.fromEntries(leaves.map((leaf, i) => [`in${i}`, leaf]));
      return targets.flatMap(({ call }) => {
        const explanation = explainGradient((at: Readonly<Record<string, Tensor>>) => call(Object.values(at)), named);
        const text = String(explanation);
        const wrong = UNFILLED.test(`${text}\n${explanation.toLatex()}`) ? [`a sign is not filled in: ${text}`] : [];
        return explanation.ok ? wrong : [...wrong, text];
      });
    }),
  );
}

/** Signs of a form, dots where there is none, and what becomes of a value that is not there. */
const UNFILLED = /[$@]|#[A-Za-z]|\?\w+\(|…\n|\\dots|undefined|NaN/;
