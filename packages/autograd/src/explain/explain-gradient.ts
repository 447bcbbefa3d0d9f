import {
  data,
  isTensor,
  onesLike,
  refusePromise,
  scope,
  type Tensor,
  ValueError,
  withHandler,
  checkOptions,
  anyNumber,
  assertTensor,
  type OptionChecks,
  assertWhole,
} from "@unfoldjs/tensor-core";
import { backward } from "../tape/backward.ts";
import { Tape } from "../tape/tape.ts";
import { assertFunction, kindOf } from "../transforms/function.ts";
import { notFloat } from "../transforms/not-float.ts";
import { matchingLeaves, namedLeaves } from "../transforms/tree.ts";
import type { ExplainedTensor } from "./explained.ts";
import { Explanation } from "./explanation.ts";
import type { Tolerance } from "./local.ts";
import { Names } from "./names.ts";
import { stepOf } from "./step.ts";
import { Trail } from "./trail.ts";

export interface ExplainOptions extends Partial<Tolerance> {
  /** The gradient of a loss by the result, in its shape. Default ones: the loss is the sum of the result. */
  readonly cotangent?: Tensor;
}

const OPTIONS: OptionChecks<ExplainOptions> = {
  cotangent: assertTensor,
  relative: anyNumber,
  absolute: anyNumber,
  samples: (op, name, value) => assertWhole(op, name, value, 1),
};

/**
 * How a gradient comes about: for each op on the way from the inputs to the result its rule, as text and as LaTeX with the
 * shapes filled in, what autograd makes of it, and what finite differences of that op alone say. Where course notes write a
 * derivative as less than it is, such as ∂(A x)/∂A = x, it says so and shows the whole of it.
 *
 * @param f gives one f32 tensor of any shape; not async
 * @param inputs its argument: tensors in arrays and plain records, or an object that has parameters. Their paths are their
 * names: pass `{ A, x }`.
 * @returns plain values, and `toString()` and `toLatex()` of them
 * @throws ShapeError if the cotangent has another shape than the result
 * @example console.log(String(explainGradient(({ A, x }) => A.matmul(x), { A, x })));
 */
export function explainGradient<X extends object>(
  f: (inputs: X) => Tensor,
  inputs: X,
  options: ExplainOptions = {},
): Explanation {
  assertFunction("explainGradient", f);
  checkOptions("explainGradient", options, OPTIONS);
  const { cotangent, relative = 5e-3, absolute = 2e-3, samples = 24 } = options;
  const leaves = namedLeaves("explainGradient", inputs);
  const tape = new Tape();
  const trail = new Trail(tape);
  for (const [, leaf] of leaves) tape.watch(leaf);
  try {
    return scope(() => {
      const result = withHandler(tape, () => withHandler(trail, () => f(inputs)));
      refusePromise("explainGradient", result);
      assertOneTensor(result);
      tape.endsIn(result, "explainGradient"); // refuses one that was overwritten
      const [seed] =
        cotangent === undefined
          ? [onesLike(result)]
          : matchingLeaves("explainGradient", "cotangent", result, cotangent);
      const gradients = allGradients(
        tape,
        leaves.map(([, leaf]) => leaf),
        result,
        seed as Tensor,
      );
      const names = new Names(leaves, result.id, tape.nodes);
      const tolerance = { relative, absolute, samples };
      const steps = tape.nodes.flatMap((node) => stepOf(node, trail, names, gradients, tolerance) ?? []);
      const explained = (name: string, tensor: Tensor): ExplainedTensor => {
        const gradient = gradients.get(tensor.id);
        const values = gradient === undefined ? new Float32Array(tensor.size) : data(gradient);
        return { name, shape: tensor.shape, values: data(tensor), gradient: values };
      };
      return new Explanation(
        leaves.map(([, leaf]) => explained(names.of(leaf.id), leaf)),
        explained(names.of(result.id), result),
        steps,
      );
    });
  } finally {
    trail.release();
    tape.release();
  }
}

/** @throws ValueError, DTypeError unless the result is one f32 tensor */
function assertOneTensor(result: unknown): void {
  if (isTensor(result)) {
    if (result.dtype === "f32") return;
    throw notFloat("explainGradient", result);
  }
  throw new ValueError(
    "explainGradient",
    { returned: kindOf(result) },
    "explains how one f32 tensor comes about",
    "return it from the function",
  );
}

/** The gradient of every tensor between the inputs and the result, by id. */
function allGradients(
  tape: Tape,
  leaves: readonly Tensor[],
  result: Tensor,
  seed: Tensor,
): ReadonlyMap<number, Tensor> {
  const ids = [...leaves.map(({ id }) => id), ...tape.nodes.flatMap(({ outputs }) => outputs.map(({ id }) => id))];
  const found = backward(tape, new Map([[result.id, seed]]), new Set([...ids, result.id]), { keepsTape: true });
  for (const gradient of found.values()) gradient.enterScope();
  return found;
}
