import { capture, reshape, type Shape, ShapeError, type Tensor, withHandlers } from "@unfoldjs/tensor-core";
import { together } from "../rules/rule.ts";
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
    const tracked = inputs.flatMap((input, i) => (tape.follows(input) ? [{ name: String(i), id: input.id }] : []));
    if (tracked.length === 0) return withHandlers(below, () => f(...inputs)).value;
    const { result, made } = capture(() => withHandlers(below, () => ownValue(f(...inputs))));
    const { value, pullback } = result;
    const shapes = inputs.map(({ shape }) => shape);
    tape.append({
      op: "customGrad",
      row: {
        kind: "custom",
        gradients: together(Object.fromEntries(tracked.map(({ name }) => [name, []])), (dy: Tensor) => {
          const gradients = pullback(dy);
          assertOneEach(gradients, shapes);
          return Object.fromEntries(gradients.entries());
        }),
      },
      outputs: [{ name: "y", id: value.id }],
      isSingle: true,
      sources: tracked,
      facts: { attributes: undefined, shapes: Object.fromEntries(shapes.entries()) },
      saved: new Map(),
      // What the pullback closes over lives as long as the tape.
      release: () => made.forEach((handle) => handle !== value && handle.endsWithScope && handle.dispose()),
    });
    value.enterScope();
    return value;
  };
}

/** A value that `f` passed through, such as its input, is known to the tape already: the result is a tensor of its own. */
function ownValue({ value, pullback }: WithPullback): WithPullback {
  return { value: reshape<Shape, "f32">(value, value.shape), pullback };
}

/** @throws ShapeError unless there is a gradient for each input, in its shape */
function assertOneEach(gradients: readonly Tensor[], shapes: readonly Shape[]): void {
  if (gradients.length !== shapes.length) {
    throw new ShapeError(
      "customGrad",
      { inputs: shapes.length, gradients: gradients.length },
      "the pullback must return one gradient for each input",
    );
  }
  for (const [i, shape] of shapes.entries()) {
    const gradient = gradients[i]?.shape ?? [];
    if (gradient.length === shape.length && gradient.every((size, axis) => size === shape[axis])) continue;
    throw new ShapeError(
      "customGrad",
      { input: i, shape, gradient },
      "a gradient must have the shape of its input",
      "sum it over the axes along which the input was broadcast",
    );
  }
}
