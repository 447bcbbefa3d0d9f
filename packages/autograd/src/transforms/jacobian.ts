import {
  fromArray,
  permute,
  reshape,
  scope,
  type Shape,
  stack,
  type Tensor,
  zeros,
  zerosLike,
  checkOptions,
  oneOf,
} from "@unfoldjs/tensor-core";
import { Repeatable } from "../repeat/repeatable.ts";
import { assertFunction } from "./function.ts";
import { pushed } from "./jvp.ts";
import { type Recorded, recorded } from "./recorded.ts";
import { type HasParameters, leavesOf, rebuilt } from "./tree.ts";

export interface JacobianOptions {
  /**
   * "forward" runs `f` once for each element of the inputs, "reverse" goes back once for each element of the outputs.
   * Unless said, whichever there are fewer of.
   */
  readonly mode?: "forward" | "reverse";
}

/** The derivative of each output by each input: the outputs' structure, and in each place the inputs'. */
export type JacobianOf<Y, X> =
  Y extends Tensor<infer Out>
    ? ByEach<Out, X>
    : Y extends HasParameters
      ? Readonly<Record<string, ByEach<Shape, X>>>
      : Y extends object
        ? { [K in keyof Y]: JacobianOf<Y[K], X> }
        : never;

type ByEach<Out extends Shape, X> =
  X extends Tensor<infer In>
    ? Tensor<[...Out, ...In]>
    : X extends HasParameters
      ? Readonly<Record<string, Tensor>>
      : X extends object
        ? { [K in keyof X]: ByEach<Out, X[K]> }
        : never;

/**
 * The derivative of every element of `f`'s result by every element of its argument: J[…i, …j] = ∂f(x)[…i] / ∂x[…j], in
 * numerator layout (for y = A x it is A). It can itself be differentiated.
 *
 * Where `f` runs several times it draws the same random numbers each time, and buffers are left alone.
 *
 * @param f gives f32 tensors: one, or several in arrays and plain records; not async
 * @param x its argument: tensors in arrays and plain records, or an object that has parameters, such as a Module
 * @returns (…shape of the output, …shape of the input) for each output and input; the caller owns it
 * @throws GradientError for an op without a derivative
 * @example jacobian((x: Tensor) => A.matmul(x), x); // A
 */
export function jacobian<X extends object, Y extends object>(
  f: (x: X) => Y,
  x: X,
  options: JacobianOptions = {},
): JacobianOf<Y, X> {
  assertFunction("jacobian", f);
  checkOptions("jacobian", options, { mode: oneOf("forward", "reverse") });
  return derivatives("jacobian", () => f(x), x, options) as JacobianOf<Y, X>;
}

/** As `jacobian`, for whatever function and argument. */
export function derivatives(op: string, f: () => object, x: object, { mode }: JacobianOptions): object {
  return scope(() => {
    const sources = leavesOf(op, x);
    const work = new Repeatable();
    try {
      const first = work.first(() =>
        recorded(op, f, mode === "forward" ? [] : sources, (run) => {
          const isTall = total(run.outputs) > total(sources);
          const isForward = mode === "forward" || (mode === undefined && isTall);
          return { ...run, blocks: isForward ? undefined : byRows(run, sources) };
        }),
      );
      const forward = (source: Tensor, direction: Tensor): readonly (Tensor | undefined)[] =>
        work.again(op, () => pushed(op, f, [source], [direction])).found;
      const blocks = first.blocks ?? byColumns(first.outputs, sources, forward);
      return rebuilt(
        first.value,
        blocks.map((row) => rebuilt(x, row)),
      );
    } finally {
      work.release();
    }
  });
}

/** A block for each output and input: the gradient of each element of the output is a row. */
function byRows({ outputs, pull }: Recorded<object>, sources: readonly Tensor[]): Tensor[][] {
  return outputs.map((output, at) => {
    const rows = elements(output).map((direction) =>
      pull(outputs.map((_, other) => (other === at ? direction : undefined))).map(
        (gradient, i) => gradient ?? zerosLike(sources[i] as Tensor),
      ),
    );
    return sources.map((source, i) =>
      together(
        rows.map((row) => row[i] as Tensor),
        [...output.shape, ...source.shape],
      ),
    );
  });
}

/** The same, where how all outputs change with one element of an input is a column. */
function byColumns(
  outputs: readonly Tensor[],
  sources: readonly Tensor[],
  forward: (source: Tensor, direction: Tensor) => readonly (Tensor | undefined)[],
): Tensor[][] {
  const columns = sources.map((source) => elements(source).map((direction) => forward(source, direction)));
  return outputs.map((output, at) =>
    sources.map((source, i) => {
      const changes = (columns[i] ?? []).map((column) => column[at] ?? zerosLike(output));
      const transposed = together(changes, [source.size, ...output.shape]);
      const order = [...output.shape.map((_, axis) => axis + 1), 0];
      return reshape(permute(transposed, order), [...output.shape, ...source.shape]);
    }),
  );
}

/** One direction for each element of a tensor: 1 there, 0 elsewhere. */
function elements({ size, shape }: Tensor): Tensor[] {
  return Array.from({ length: size }, (_, at) => {
    const values = new Float32Array(size);
    values[at] = 1;
    return fromArray<Shape>(values, shape);
  });
}

function together(parts: readonly Tensor[], shape: Shape): Tensor {
  return parts.length === 0 ? zeros<Shape>(shape) : reshape(stack(parts, 0), shape);
}

function total(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { size }) => sum + size, 0);
}
