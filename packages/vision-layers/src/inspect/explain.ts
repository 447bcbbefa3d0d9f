import { differentiate, noGrad } from "@unfoldjs/autograd";
import { type AnyModule, inUse, isModule } from "@unfoldjs/nn";
import {
  assertFunction,
  assertTensor,
  DTypeError,
  inCall,
  isTensor,
  type OptionChecks,
  scope,
  ShapeError,
  type Tensor,
  ValueError,
  wrongArgument,
  zerosLike,
} from "@unfoldjs/tensor-core";
import { aTarget, classesOf, likeliest, scoresOf, type Target } from "./target.ts";

/** What is explained, and of what. */
export interface ExplainOptions {
  /** Default: of each example the class that the model takes for the likeliest. */
  readonly target?: Target;
  /**
   * What is run where it is not `model.forward`, as for a model of several results:
   * `(x) => googlenet.allLogits(x).auxLogits1`.
   */
  readonly forward?: (x: Tensor) => Tensor;
}

export const EXPLAIN_CHECKS: OptionChecks<ExplainOptions> = {
  target: aTarget,
  forward: (op, name, value) => assertFunction(op, name, value),
};

/** A model that is in use, and what is explained of it. */
export interface Explained {
  /** The model's result. */
  run(x: Tensor): Tensor;
  /** One number for each example, or a single one. @param x as many examples, or these so many times over */
  scores(x: Tensor): Tensor;
  /** The gradient of their sum with respect to `x`, in its shape. */
  gradient(x: Tensor): Tensor;
}

/**
 * Runs `f` with the model in use, whose modes are given back. Parameters get no gradients: only what is asked for is followed.
 * @throws ValueError unless there is a model, ShapeError and DTypeError unless x is f32 and has examples
 */
export function explained<R>(
  op: string,
  model: AnyModule,
  x: Tensor,
  { target, forward }: ExplainOptions,
  f: (explained: Explained) => R,
): R {
  assertExamples(op, model, x);
  const [batch = 0] = x.shape;
  return inUse(model, () =>
    scope(() => {
      const run = (input: Tensor): Tensor => outputOf(op, model, input, forward);
      const wanted = targetFor(op, target, batch, () => noGrad(() => scope(() => likeliest(op, run(x), batch))));
      const scores = (input: Tensor): Tensor => {
        const times = (input.shape[0] ?? 0) / batch;
        const chosen = typeof wanted === "function" ? wanted : Array.from({ length: times }, () => wanted).flat();
        const output = run(input);
        return inCall(op, () => scoresOf(op, output, chosen));
      };
      return f({ run, scores, gradient: (input) => gradientOf(input, () => scores(input)) });
    }),
  );
}

/** The gradient of the sum of what `f` gives with respect to `x`; zeros where nothing depends on it. */
export function gradientOf(x: Tensor, f: () => Tensor): Tensor {
  const { gradients } = differentiate(() => f().sum(), [x]);
  return gradients[0] ?? zerosLike(x);
}

/** @throws ValueError unless there is a model, ShapeError and DTypeError unless x is f32 and has examples */
export function assertExamples(op: string, model: AnyModule, x: Tensor): void {
  if (!isModule(model)) throw wrongArgument(op, "model", model, "a module");
  assertTensor(op, "x", x);
  if (x.rank < 2 || x.size === 0) {
    const fix = x.rank === 0 ? undefined : "one example is a batch of one: x.unsqueeze(0)";
    throw new ShapeError(op, { x: x.shape }, "x must be a batch of examples, (batch, …)", fix);
  }
  if (x.dtype !== "f32") throw new DTypeError(op, { x: x.dtype }, "x is f32, as derivatives are", 'x.to("f32")');
}

/** What a model, or a function in its place, gives. @throws ValueError unless it is one tensor of f32 */
function outputOf(op: string, model: AnyModule, x: Tensor, forward?: (x: Tensor) => Tensor): Tensor {
  const whole = model.forward as (x: Tensor) => unknown;
  const output: unknown = forward === undefined ? whole.call(model, x) : forward(x);
  if (isTensor(output) && output.dtype === "f32") return output as Tensor;
  const rule = isTensor(output)
    ? `what is explained is f32, and not ${output.dtype}`
    : "what is explained must be one tensor";
  throw new ValueError(
    op,
    { output: isTensor(output) ? output.shape : typeof output },
    rule,
    "choose one of its results: { forward: (x) => model.forward(x).logits }",
  );
}

function targetFor(
  op: string,
  target: Target | undefined,
  batch: number,
  chosen: () => readonly number[],
): readonly number[] | ((output: Tensor) => Tensor) {
  if (target === undefined) return chosen();
  return typeof target === "function" ? target : classesOf(op, target, batch);
}
