import { capture, ShapeError, type Tensor, withHandlers } from "@unfoldjs/tensor-core";
import type { Pull } from "../rules/rule.ts";
import { innermostTape } from "../tape/stack.ts";

/** A result, and the way back from its gradient to those of the inputs, in their order. */
export interface WithPullback {
  readonly value: Tensor;
  /** @param dy gradient of `value` @returns one gradient an input, in its shape */
  pullback(dy: Tensor): readonly Tensor[];
}

/**
 * A function with a gradient of your own: straight-through estimators, clipped or more accurate gradients.
 *
 * `f` is run without the tape of the gradient being taken; tapes around that one record it, and record the pullback too,
 * so that higher orders are those of the pullback as you wrote it. Tensors that the pullback uses stay alive until it ran.
 *
 * @example const roundStraightThrough = customGrad((x) => ({ value: x.round(), pullback: (dy) => [dy] }));
 */
export function customGrad(f: (...inputs: Tensor[]) => WithPullback): (...inputs: Tensor[]) => Tensor {
  return (...inputs) => {
    const innermost = innermostTape();
    if (innermost === undefined) return f(...inputs).value;
    const { handler: tape, below } = innermost;
    const tracked = inputs.flatMap((input, i) => (tape.isTracked(input) ? [{ name: String(i), id: input.id }] : []));
    if (tracked.length === 0) return withHandlers(below, () => f(...inputs)).value;
    const { result, made } = capture(() => withHandlers(below, () => f(...inputs)));
    const { value, pullback } = result;
    const pullAll = oncePerGradient(pullback, inputs.length);
    tape.append({
      op: "customGrad",
      row: { kind: "custom", pulls: Object.fromEntries(tracked.map(({ name }) => [name, pullOf(Number(name), pullAll)])) },
      output: value.id,
      sources: tracked,
      facts: { attributes: undefined, shapes: Object.fromEntries(inputs.map(({ shape }, i) => [String(i), shape])) },
      saved: new Map(),
      // What the pullback closes over lives as long as the tape.
      release: () => made.forEach((handle) => handle !== value && handle.dispose()),
    });
    value.enterScope();
    return value;
  };
}

/** The pullback gives all gradients at once, the engine asks for them one by one. */
function oncePerGradient(pullback: WithPullback["pullback"], inputs: number): (dy: Tensor) => readonly Tensor[] {
  const answers = new WeakMap<Tensor, readonly Tensor[]>();
  return (dy) => {
    const known = answers.get(dy);
    if (known !== undefined) return known;
    const gradients = pullback(dy);
    if (gradients.length !== inputs) {
      throw new ShapeError(
        "customGrad",
        { inputs, gradients: gradients.length },
        "the pullback must return one gradient for each input",
      );
    }
    answers.set(dy, gradients);
    return gradients;
  };
}

function pullOf(at: number, pullAll: (dy: Tensor) => readonly Tensor[]): Pull<never, never> {
  return { saves: [], pull: (dy) => pullAll(dy)[at] as Tensor };
}
