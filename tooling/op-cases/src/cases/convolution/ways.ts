import type { Shape, Tensor } from "@unfoldjs/tensor-core";
import { real } from "../../draw.ts";
import { opCase, type OpCase, type Written } from "../../op-case.ts";
import { batchOrNone, correlation, filterGradient, inputGradient, type Sliding } from "../../reference/spatial.ts";

const gradient = "second";
export const tolerance = 1e-5;

/** Options as they are given, and in numbers where the reference needs them so. */
export interface Given<Options> {
  readonly options: Options;
  readonly sliding?: Sliding;
}
/** What a gradient is asked for besides: the shape of what it is of. */
export type GivenShape<Options> = Given<Options> & { readonly to: Shape };

/** One way of sliding: its options, and the shapes of x, of the weight and of the result. */
export interface Way<Options> {
  readonly given: Given<Options>;
  readonly x: Shape;
  readonly weight: Shape;
  readonly dy: Shape;
}

/** A convolution and its gradients, over any number of axes. */
interface Functions<Options> {
  forward(x: Tensor, weight: Tensor, bias: Tensor | undefined, options: Options): Tensor;
  inputGradient(dy: Tensor, weight: Tensor, inputShape: Shape, options: Options): Tensor;
  filterGradient(x: Tensor, dy: Tensor, weightShape: Shape, options: Options): Tensor;
}

type Three = readonly [typeof real, typeof real, typeof real];
type Two = readonly [typeof real, typeof real];
/** Rows that only one of the cases has. */
type More<D extends Three | Two, A> = Pick<Written<D, A>, "errors" | "speed"> & {
  readonly rows?: Written<D, A>["rows"];
};

/** What a number of axes has besides its ways. */
export interface MoreRows<Options> {
  readonly forward: More<Three, Given<Options>>;
  readonly inputGradient: More<Two, GivenShape<Options>>;
  readonly filterGradient: More<Two, GivenShape<Options>>;
}

/**
 * The cases of a convolution and of its gradients, over as many axes as its ways have.
 * @param empty ways of which one operand or more have no elements
 */
export function casesOf<Options>(
  functions: Functions<Options>,
  ways: readonly [Way<Options>, ...Way<Options>[]],
  empty: readonly Way<Options>[],
  more: MoreRows<Options>,
): { forward: readonly OpCase[]; inputGradient: OpCase; filterGradient: OpCase } {
  const [first] = ways;
  return {
    forward: [
      opCase<Three, Given<Options>>({
        draws: [real, real, real],
        call: ([x, weight, bias], { options }) => functions.forward(x, weight, bias, options),
        reference: ([x, weight, bias], { sliding = {} }) =>
          batchOrNone(x, weight.shape.length - 2, (images) => correlation(images, weight, bias, sliding)),
        gradient,
        ...more.forward,
        rows: [
          ...ways.map(({ given, x, weight }) => ({
            inputs: [x, weight, weight.slice(0, 1)] as const,
            attributes: given,
            tolerance,
          })),
          ...(more.forward.rows ?? []),
        ],
        empty: empty.map(({ given, x, weight }) => ({
          inputs: [x, weight, weight.slice(0, 1)] as const,
          attributes: given,
        })),
      }),
      opCase<Two, Given<Options>>({
        variant: "without bias",
        draws: [real, real],
        call: ([x, weight], { options }) => functions.forward(x, weight, undefined, options),
        reference: ([x, weight], { sliding = {} }) => correlation(x, weight, undefined, sliding),
        gradient,
        rows: [{ inputs: [first.x, first.weight], attributes: first.given, tolerance }],
        empty: empty.map(({ given, x, weight }) => ({ inputs: [x, weight] as const, attributes: given })),
      }),
    ],
    inputGradient: opCase<Two, GivenShape<Options>>({
      draws: [real, real],
      call: ([dy, weight], { options, to }) => functions.inputGradient(dy, weight, to, options),
      reference: ([dy, weight], { sliding = {}, to }) => inputGradient(dy, weight, to, sliding),
      gradient,
      ...more.inputGradient,
      rows: [
        ...ways.map(({ given, x, weight, dy }) => ({
          inputs: [dy, weight] as const,
          attributes: { ...given, to: x },
          tolerance,
        })),
        ...(more.inputGradient.rows ?? []),
      ],
      empty: empty.map(({ given, x, weight, dy }) => ({
        inputs: [dy, weight] as const,
        attributes: { ...given, to: x },
      })),
    }),
    filterGradient: opCase<Two, GivenShape<Options>>({
      draws: [real, real],
      call: ([x, dy], { options, to }) => functions.filterGradient(x, dy, to, options),
      reference: ([x, dy], { sliding = {}, to }) => filterGradient(x, dy, to, sliding),
      gradient,
      ...more.filterGradient,
      rows: [
        ...ways.map(({ given, x, weight, dy }) => ({
          inputs: [x, dy] as const,
          attributes: { ...given, to: weight },
          tolerance,
        })),
        ...(more.filterGradient.rows ?? []),
      ],
      empty: empty.map(({ given, x, weight, dy }) => ({
        inputs: [x, dy] as const,
        attributes: { ...given, to: weight },
      })),
    }),
  };
}
