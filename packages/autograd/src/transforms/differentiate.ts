import {
  type IsOneElement,
  isTensor,
  onesLike,
  refusePromise,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  withHandler,
  assertTensors,
} from "@unfoldjs/tensor-core";
import { backward, backwardWithRows } from "../tape/backward.ts";
import { RowGradient } from "../gradient/row-gradient.ts";
import { Tape } from "../tape/tape.ts";
import { own } from "./own.ts";
import { assertFunction, kindOf } from "./function.ts";
import { notFloat } from "./not-float.ts";

/** A value and the gradients of it, in the order they were asked for; undefined where the value does not depend on one. */
export interface Differentiated<T extends Tensor = Tensor, G = Tensor> {
  readonly value: T;
  readonly gradients: readonly (G | undefined)[];
}

/** The same, each gradient in the shape of its source. */
export interface DifferentiatedBy<T extends Tensor, Sources extends readonly Tensor[]> {
  readonly value: T;
  readonly gradients: { readonly [K in keyof Sources]: Tensor<Sources[K]["shape"]> | undefined };
}

/**
 * Runs `f` under a tape that watches `sources`, and takes the gradients of its result. What modules and optimisers call;
 * `grad` and `valueAndGrad` are the functional forms.
 * @param f gives a tensor of one f32 element
 * @returns the value and one gradient a source, in its shape; the caller owns them
 * @throws ShapeError if the result has more than one element, ValueError if it is no tensor, ScopeError if `f` is async
 */
export function differentiate<S extends Shape, const Sources extends readonly Tensor[]>(
  f: () => Tensor<S & IsOneElement<S>>,
  sources: Sources,
): DifferentiatedBy<Tensor<S>, Sources>;
export function differentiate(f: () => Tensor, sources: readonly Tensor[]): Differentiated {
  return differentiated("differentiate", f, sources);
}

/** As `differentiate`, for an error that says who asked. */
export function differentiated<T extends Tensor>(
  op: string,
  f: () => T,
  sources: readonly Tensor[],
): Differentiated<T> {
  return derive(op, f, sources, (tape, seeds, wanted) => {
    const found = backward(tape, seeds, wanted);
    const gradients = sources.map(({ id }) => own(found.get(id)));
    for (const gradient of found.values()) gradient.dispose();
    return gradients;
  });
}

/**
 * As `differentiate`, but the gradient of a table whose rows were looked up with `sparse` is rows; the caller disposes it.
 * @param op the function that errors name, where it is another that was called
 */
export function differentiateRows<S extends Shape>(
  f: () => Tensor<S & IsOneElement<S>>,
  sources: readonly Tensor[],
  op = "differentiateRows",
): Differentiated<Tensor<S>, Tensor | RowGradient> {
  return derive(op, f, sources, (tape, seeds, wanted) => {
    const found = backwardWithRows(tape, seeds, wanted);
    const gradients = sources.map(({ id }) => {
      const gradient = found.get(id);
      return gradient instanceof RowGradient ? gradient : own(gradient);
    });
    for (const gradient of found.values()) if (!(gradient instanceof RowGradient)) gradient.dispose();
    return gradients;
  });
}

function derive<T extends Tensor, G>(
  op: string,
  f: () => T,
  sources: readonly Tensor[],
  pull: (tape: Tape, seeds: ReadonlyMap<number, Tensor>, wanted: ReadonlySet<number>) => (G | undefined)[],
): Differentiated<T, G> {
  assertFunction(op, f);
  assertTensors(op, "sources", sources);
  const tape = new Tape();
  for (const source of sources) tape.watch(source);
  try {
    return scope(() => {
      const value = withHandler(tape, f);
      refusePromise(op, value);
      assertScalar(op, value);
      if (!tape.endsIn(value, op)) return { value, gradients: sources.map(() => undefined) };
      const seeds = new Map([[value.id, onesLike(value)]]);
      return { value, gradients: pull(tape, seeds, new Set(sources.map(({ id }) => id))) };
    });
  } finally {
    tape.release();
  }
}

function assertScalar(op: string, value: unknown): void {
  if (!isTensor(value)) {
    const rule = "a gradient is taken of a function that returns a tensor";
    throw new ValueError(op, { returned: kindOf(value) }, rule, "return the loss: (x) => x.square().sum()");
  }
  if (value.dtype !== "f32") throw notFloat(op, value);
  if (value.size === 1) return;
  throw new ShapeError(
    op,
    { result: value.shape },
    "a gradient is taken of one number",
    "reduce the result with sum() or mean()",
  );
}
