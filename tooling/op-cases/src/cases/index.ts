import { hasGradient } from "@unfoldjs/autograd";
import { type Ops, ops as records } from "@unfoldjs/tensor-core";
import type { CasesOf, OpCase } from "../op-case.ts";
import { attentionCases } from "./attention/index.ts";
import { compositionCases } from "./composition/composition.ts";
import { convolutionCases } from "./convolution/index.ts";
import { copyCases } from "./copy/index.ts";
import { decomposeCases } from "./decompose/index.ts";
import { elementwiseCases } from "./elementwise/index.ts";
import { gatherCases } from "./gather/index.ts";
import { linearCases } from "./linear/index.ts";
import { normaliseCases } from "./normalise/index.ts";
import { optimiseCases } from "./optimise/index.ts";
import { poolingCases } from "./pooling/index.ts";
import { projectCases } from "./project/index.ts";
import { randomCases } from "./random/index.ts";
import { recurrentCases } from "./recurrent/index.ts";
import { reduceCases } from "./reduce/index.ts";
import { softmaxCases } from "./softmax/index.ts";
import { sortCases } from "./sort/index.ts";
import { viewCases } from "./view/index.ts";
import { wordVectorsCases } from "./word-vectors/index.ts";

/** The cases of every op, exhaustive over the core's table: an op without one does not compile. A family is one line. */
const cases: CasesOf<Ops> = {
  ...attentionCases,
  ...convolutionCases,
  ...copyCases,
  ...decomposeCases,
  ...elementwiseCases,
  ...gatherCases,
  ...linearCases,
  ...normaliseCases,
  ...optimiseCases,
  ...poolingCases,
  ...projectCases,
  ...randomCases,
  ...recurrentCases,
  ...reduceCases,
  ...softmaxCases,
  ...sortCases,
  ...viewCases,
  ...wordVectorsCases,
};

/** One case with its op, or the function that is made of ops. */
export interface TableEntry {
  readonly op: string;
  /** The op, and what sets this case apart: "add i32". */
  readonly name: string;
  readonly opCase: OpCase;
}

/** Every case of every op, and of functions that are made of ops. */
export const table: readonly TableEntry[] = Object.entries<OpCase | readonly OpCase[]>({
  ...cases,
  ...compositionCases,
}).flatMap(([op, written]) =>
  (Array.isArray(written) ? (written as readonly OpCase[]) : [written as OpCase]).map((opCase) => ({
    op,
    name: opCase.variant === "" ? op : `${op} ${opCase.variant}`,
    opCase,
  })),
);

/** Every op of the core, by name: true if it has a gradient. */
export const ops: ReadonlyMap<string, boolean> = new Map(Object.keys(records).map((name) => [name, hasGradient(name)]));
