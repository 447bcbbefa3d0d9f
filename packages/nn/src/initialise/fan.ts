import { type Shape, ShapeError } from "@unfoldjs/tensor-core";

/** How many inputs one output of a layer sums over, and how many outputs one input goes to. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The fans of weights (out, in, …kernel), as PyTorch counts them.
 * @throws ShapeError below two axes: a bias has no fans
 */
export function fansOf(op: string, shape: Shape): Fans {
  const [out, into, ...kernel] = shape;
  if (out === undefined || into === undefined) {
    throw new ShapeError(
      op,
      { shape },
      "fans are those of weights with at least two axes (out, in)",
      "use zeros or uniform for a bias",
    );
  }
  const field = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: into * field, fanOut: out * field };
}
