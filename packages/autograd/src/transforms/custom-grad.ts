import {
  aliasOf,
  type AnyTensor,
  capture,
  DTypeError,
  GradientError,
  isTensor,
  reshape,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  zerosLike,
  assertTensors,
} from "@unfoldjs/tensor-core";
import { Held, withHeld } from "../gradient/held.ts";
import { together } from "../row/row.ts";
import { isTangents, type Tangents } from "../tangents/tangents.ts";
import { isReach } from "../tape/reach.ts";
import { below, innermostDerivation, withoutDerivatives } from "../gradient/derivation.ts";
import { isTape, type Tape, type TapeNode } from "../tape/tape.ts";
import { carryWrites } from "../writes/writes.ts";
import { assertFunction, kindOf } from "./function.ts";
import { sameShape } from "./tree.ts";

/** A result, and the way back from its gradient to those of the inputs, in their order. */
export interface WithPullback {
  readonly value: Tensor;
  /** @param dy gradient of `value` @returns one gradient an input, in its shape */
  pullback(dy: Tensor): readonly Tensor[];
  /**
   * The way forward, which `jvp` and a forward `jacobian` need.
   * @param tangents one an input, in its shape; zeros for a constant @returns the tangent of `value`
   */
  jvp?(tangents: readonly Tensor[]): Tensor;
}

type Handles = ReturnType<typeof capture>["made"];

/**
 * A function with a gradient of your own: straight-through estimators, clipped or more accurate gradients.
 *
 * `f` is run without the tape of the gradient being taken; tapes around that one record it, and record the pullback too,
 * so that higher orders are those of the pullback as you wrote it. The inputs, and all that `f` makes, are there until it ran.
 * With tangents it is the same: `jvp` gives them, and derivatives around those are of `f` and `jvp` as you wrote them.
 *
 * @example const roundStraightThrough = customGrad((x) => ({ value: x.round(), pullback: (dy) => [dy], jvp: ([t = zeros([1])]) => t }));
 * @throws GradientError in forward mode if there is no `jvp`; ValueError, DTypeError, ShapeError if `f` returns something
 * else, or a derivative that is not f32 or not of the shape of what it is of
 */
export function customGrad(f: (...inputs: Tensor[]) => WithPullback): (...inputs: Tensor[]) => Tensor {
  assertFunction("customGrad", f);
  return (...inputs) => {
    assertTensors("customGrad", "inputs", inputs);
    const frame = innermostDerivation(inputs);
    if (frame === undefined) {
      // What is not as it must be is refused with all that it made.
      const { result, made } = capture(() => withoutDerivatives(() => asGiven(f(...inputs))));
      for (const handle of made) handle.enterScope();
      const { value } = result;
      carryWrites(inputs, [value]);
      return value;
    }
    const { handler } = frame;
    // Before `f` may let go of them.
    const held = isTape(handler) ? inputs.map((input) => new Held(input)) : [];
    let made: Handles = [];
    const release = (): void => {
      for (const each of held) each.release();
      drop(made);
    };
    let value: Tensor;
    try {
      const given = capture(() => below(frame, () => ownValue(asGiven(f(...inputs)))));
      made = given.made;
      ({ value } = given.result);
      if (isTangents(handler)) below(frame, () => pushOwn(handler, inputs, given.result));
      if (isReach(handler)) handler.append(value, inputs);
      if (isTape(handler)) {
        handler.append(nodeOf(handler, inputs, given.result, held, release));
        handler.watch(value);
      }
    } catch (error) {
      release();
      throw error;
    }
    made = made.filter((handle) => handle !== value);
    if (!isTape(handler)) release();
    carryWrites(inputs, [value]);
    value.enterScope();
    return value;
  };
}

/** @throws ValueError, DTypeError unless it is an f32 tensor and a way back */
function asGiven(given: WithPullback): WithPullback {
  const { value, pullback } = (given ?? {}) as Partial<WithPullback>;
  if (isTensor(value) && typeof pullback === "function") {
    assertFloat("value", value);
    return given;
  }
  throw new ValueError(
    "customGrad",
    { value: kindOf(value), pullback: kindOf(pullback) },
    "the function must return a tensor, and the way back from its gradient",
    "return { value, pullback: (dy) => [dy] }",
  );
}

/** A value that `f` passed through, such as its input, is known to the tape already: the result is a tensor of its own. */
function ownValue(given: WithPullback): WithPullback {
  return {
    value: reshape(given.value, given.value.shape),
    pullback: (dy) => given.pullback(dy),
    ...(given.jvp !== undefined && { jvp: given.jvp.bind(given) }),
  };
}

function drop(handles: Handles): void {
  for (const handle of handles) if (handle.endsWithScope) handle.dispose();
}

/** @param held the inputs @param release lets go of them and of what the pullback closes over, which live as long as the tape */
function nodeOf(
  tape: Tape,
  inputs: readonly Tensor[],
  { value, pullback }: WithPullback,
  held: readonly Held[],
  release: () => void,
): TapeNode {
  const sources = inputs.flatMap((input, i) =>
    tape.leadsTo(input, "customGrad") ? [{ name: String(i), id: input.id }] : [],
  );
  const shapes = inputs.map(({ shape }) => shape);
  return {
    op: "customGrad",
    row: {
      kind: "custom",
      gradients: together(Object.fromEntries(sources.map(({ name }) => [name, []])), (dy: Tensor) => {
        const gradients = withHeld(held, () => pullback(dy), awake);
        assertOneEach(gradients, shapes);
        return Object.fromEntries(gradients.entries());
      }),
    },
    outputs: [{ name: "y", id: value.id }],
    isSingle: true,
    sources,
    facts: { attributes: undefined, shapes: Object.fromEntries(shapes.entries()) },
    saved: new Map(),
    release,
  };
}

/** A gradient may be an input, which is about to go again. */
function awake(gradients: readonly Tensor[], woken: ReadonlySet<unknown>): readonly Tensor[] {
  return Array.isArray(gradients)
    ? gradients.map((each: Tensor) => (woken.has(each) ? aliasOf(each) : each))
    : gradients;
}

/** Gives the value the tangent that `jvp` says. */
function pushOwn(tangents: Tangents, inputs: readonly Tensor[], { value, jvp }: WithPullback): void {
  if (jvp === undefined) {
    throw new GradientError(
      "customGrad",
      { inputs: inputs.length, value: value.shape },
      "this function has a pullback and no jvp, which forward mode needs",
      "return jvp: (tangents) => … beside the pullback",
    );
  }
  const { result, made } = capture(() =>
    jvp(inputs.map((input) => tangents.get(input, "customGrad") ?? zerosLike(input))),
  );
  const isOfValue = sameShape(result.shape, value.shape);
  if (isOfValue && result.dtype === "f32") tangents.set(value, result);
  drop(made);
  assertFloat("tangent", result);
  if (isOfValue) return;
  throw new ShapeError(
    "customGrad",
    { value: value.shape, tangent: result.shape },
    "a tangent must have the shape of its value",
  );
}

/** @throws ShapeError, DTypeError unless there is an f32 gradient for each input, in its shape */
function assertOneEach(gradients: readonly Tensor[], shapes: readonly Shape[]): void {
  if (gradients.length !== shapes.length) {
    throw new ShapeError(
      "customGrad",
      { inputs: shapes.length, gradients: gradients.length },
      "the pullback must return one gradient for each input",
    );
  }
  for (const [i, shape] of shapes.entries()) {
    const given: unknown = gradients[i];
    if (!isTensor(given)) {
      const rule = "the pullback must return a tensor for each input";
      throw new ValueError(
        "customGrad",
        { input: i, shape, gradient: kindOf(given) },
        rule,
        "return zeros for a constant",
      );
    }
    assertFloat("gradient", given);
    const gradient = given.shape;
    if (sameShape(gradient, shape)) continue;
    throw new ShapeError(
      "customGrad",
      { input: i, shape, gradient },
      "a gradient must have the shape of its input",
      "sum it over the axes along which the input was broadcast",
    );
  }
}

/** @throws DTypeError unless it is f32: what has a derivative, and every derivative */
function assertFloat(what: "value" | "gradient" | "tangent", { dtype, shape }: AnyTensor): void {
  if (dtype === "f32") return;
  throw new DTypeError("customGrad", { [what]: shape, dtype }, `a ${what} is f32`, `${what}.to("f32")`);
}
