import type { DifferentiableOps } from "@unfoldjs/tensor-core";
import { attentionFormulas } from "./attention/formulas.ts";
import { convolutionFormulas } from "./convolution/formulas.ts";
import { copyFormulas } from "./copy/formulas.ts";
import { decomposeFormulas } from "./decompose/formulas.ts";
import { elementwiseFormulas } from "./elementwise/formulas.ts";
import type { Formula, FormulasOf } from "../row/formula.ts";
import { gatherFormulas } from "./gather/formulas.ts";
import { linearFormulas } from "./linear/formulas.ts";
import { normaliseFormulas } from "./normalise/formulas.ts";
import { poolingFormulas } from "./pooling/formulas.ts";
import { recurrentFormulas } from "./recurrent/formulas.ts";
import { reduceFormulas } from "./reduce/formulas.ts";
import { softmaxFormulas } from "./softmax/formulas.ts";
import { sortFormulas } from "./sort/formulas.ts";
import { viewFormulas } from "./view/formulas.ts";

/** What each row of the rule table says, in words and in LaTeX: an op without its formula does not compile. */
export const formulas: FormulasOf<DifferentiableOps> = {
  ...attentionFormulas,
  ...convolutionFormulas,
  ...copyFormulas,
  ...decomposeFormulas,
  ...elementwiseFormulas,
  ...gatherFormulas,
  ...linearFormulas,
  ...normaliseFormulas,
  ...poolingFormulas,
  ...recurrentFormulas,
  ...reduceFormulas,
  ...softmaxFormulas,
  ...sortFormulas,
  ...viewFormulas,
};

/** The formula of an op by its name; undefined for what is no op, such as `customGrad`. */
export function formulaFor(op: string): Formula | undefined {
  return (formulas as Readonly<Record<string, Formula>>)[op];
}
