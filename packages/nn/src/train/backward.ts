import { differentiateRows, RowGradient } from "@unfoldjs/autograd";
import { type IsOneElement, scope, type Shape, type Tensor, assertFunction } from "@unfoldjs/tensor-core";
import type { Parameter } from "../module/parameter.ts";
import { assertHoldsAll } from "../module/strangers.ts";
import { type Learned, type Learning, learningOf } from "./learned.ts";

/**
 * Runs `loss` and adds its gradient with respect to each parameter of what `learned` holds into `parameter.grad`.
 *
 * Calls add up until an optimiser's step uses the gradients, so a batch can be cut into several; the call after a step
 * starts from nothing. Frozen parameters get no gradient and cost nothing. Everything made on the way is freed.
 * The gradient of a table whose rows were looked up with `sparse: true` goes to `parameter.rowGrad`; where the table is used as a
 * whole too, as the output layer's matrix, before a step or in the same call, there is a whole `grad` of both.
 *
 * @param learned a module, a parameter, or several: `[encoder, decoder]`, `[embedding, temperature]`. A parameter that two
 * of them share counts once
 * @param loss gives a tensor of one f32 element; not async
 * @returns its value, also where it is NaN or infinite: look at it before the optimiser's step. A finite loss may have a
 * gradient that is not, such as a root's at 0: `clipGradNorm(parameters, Infinity)` gives the gradients' length
 * @throws ShapeError if the loss has more than one element, ScopeError if `loss` returns a promise, ValueError if
 * `learned` is something else, a module without any parameter, or one that ran layers which it does not hold
 * @example
 * for (const { images, labels } of batches(digits, 64)) {
 *   const loss = backward(model, () => crossEntropy(model.forward(images), labels));
 *   optimizer.step();
 * }
 */
export function backward<S extends Shape>(learned: Learned, loss: () => Tensor<S & IsOneElement<S>>): number {
  const learning = learningOf("backward", learned);
  assertFunction("backward", "loss", loss);
  return backwardInto(learning, loss);
}

/** The same of what was taken apart before. */
export function backwardInto({ parameters, modules }: Learning, loss: () => Tensor): number {
  const learning = [...parameters].filter(({ frozen }) => !frozen);
  for (const parameter of learning) if (parameter.gradIsSpent) parameter.dropGrad();
  return scope(() => {
    const { value, gradients } = differentiateRows(
      () => {
        const found = loss();
        for (const module of modules) assertHoldsAll("backward", module, parameters);
        return found;
      },
      learning,
      "backward",
    );
    learning.forEach((parameter, i) => {
      const gradient = gradients[i];
      if (gradient instanceof RowGradient) accumulateRows(parameter, gradient);
      else accumulate(parameter, gradient);
    });
    return value.item();
  });
}

/** Takes over a gradient, or adds it to the one that is there. */
function accumulate(parameter: Parameter, gradient: Tensor | undefined): void {
  if (gradient === undefined) return;
  if (parameter.rowGrad !== undefined) {
    const rows = parameter.rowGrad;
    parameter.rowGrad = undefined;
    parameter.grad = rows.toDense();
  }
  if (parameter.grad === undefined) parameter.grad = gradient.keep();
  else parameter.grad.assign(parameter.grad.add(gradient));
}

/**
 * The same of rows: each of them once, so that norms are those of the whole gradient. Where the table was used as a whole before, they
 * are added to its whole gradient, as PyTorch does.
 */
function accumulateRows(parameter: Parameter, gradient: RowGradient): void {
  if (parameter.grad !== undefined) {
    const whole = gradient.toDense();
    parameter.grad.assign(parameter.grad.add(whole));
    whole.dispose();
    return;
  }
  parameter.rowGrad = (parameter.rowGrad?.joined(gradient) ?? gradient).coalesced();
}
