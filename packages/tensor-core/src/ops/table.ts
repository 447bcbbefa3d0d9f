import { attentionFamily } from "./attention/index.ts";
import { convolutionFamily } from "./convolution/index.ts";
import { copyFamily } from "./copy/index.ts";
import { decomposeFamily } from "./decompose/index.ts";
import { elementwiseFamily } from "./elementwise/index.ts";
import { gatherFamily } from "./gather/index.ts";
import { linearFamily } from "./linear/index.ts";
import { normaliseFamily } from "./normalise/index.ts";
import { optimiseFamily } from "./optimise/index.ts";
import { poolingFamily } from "./pooling/index.ts";
import { projectFamily } from "./project/index.ts";
import { randomFamily } from "./random/index.ts";
import { recurrentFamily } from "./recurrent/index.ts";
import { reduceFamily } from "./reduce/index.ts";
import { softmaxFamily } from "./softmax/index.ts";
import { sortFamily } from "./sort/index.ts";
import { viewFamily } from "./view/index.ts";
import { wordVectorsFamily } from "./word-vectors/index.ts";

/** Every op by name. A family is one line here, one in autograd's rules and one in the op cases. */
export type Ops = typeof attentionFamily &
  typeof convolutionFamily &
  typeof copyFamily &
  typeof decomposeFamily &
  typeof elementwiseFamily &
  typeof gatherFamily &
  typeof linearFamily &
  typeof normaliseFamily &
  typeof optimiseFamily &
  typeof poolingFamily &
  typeof projectFamily &
  typeof randomFamily &
  typeof recurrentFamily &
  typeof reduceFamily &
  typeof softmaxFamily &
  typeof sortFamily &
  typeof viewFamily &
  typeof wordVectorsFamily;

/** Every op of the library by its name: what a gradient, a tape or a profiler looks up. */
export const ops: Ops = {
  ...attentionFamily,
  ...convolutionFamily,
  ...copyFamily,
  ...decomposeFamily,
  ...elementwiseFamily,
  ...gatherFamily,
  ...linearFamily,
  ...normaliseFamily,
  ...optimiseFamily,
  ...poolingFamily,
  ...projectFamily,
  ...randomFamily,
  ...recurrentFamily,
  ...reduceFamily,
  ...softmaxFamily,
  ...sortFamily,
  ...viewFamily,
  ...wordVectorsFamily,
};

/** True for an op with a result that has a gradient. */
type HasGradient<Op> = Op extends { readonly kind: "update" }
  ? false
  : Op extends { readonly results: infer Kinds }
    ? true extends {
        [Name in keyof Kinds]: Kinds[Name] extends { readonly differentiable: infer D } ? D : never;
      }[keyof Kinds]
      ? true
      : false
    : false;

/** Names of the ops that have a gradient; autograd's table has one row for each. */
export type DifferentiableName = {
  [Name in keyof Ops]: HasGradient<Ops[Name]> extends true ? Name : never;
}[keyof Ops];

/** The ops that have a gradient, by name. */
export type DifferentiableOps = Pick<Ops, DifferentiableName>;
