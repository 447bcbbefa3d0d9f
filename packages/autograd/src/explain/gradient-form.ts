import type { Shape } from "@unfoldjs/tensor-core";
import type { Form, Formula } from "../row/formula.ts";

/**
 * What stands behind the = of an input's gradient. Where an elementwise op stretched the input, the gradient is summed back
 * over these axes.
 * @param shape of the input @param result the shape of the result
 */
export function gradientForm(
  { slopes = {}, gradients = {}, each }: Formula,
  input: string,
  shape: Shape,
  result: Shape,
): Form | undefined {
  const slope = new Map(Object.entries(slopes)).get(input);
  if (slope === undefined) return new Map(Object.entries(gradients)).get(input) ?? each;
  const [text, latex] = product(slope);
  const axes = stretched(shape, result);
  if (axes.length === 0 || text === "0") return [text, latex];
  const which = `${axes.length === 1 ? "axis" : "axes"} ${axes.join(", ")}`;
  return [`Σ over ${which} of ${text}`, `\\textstyle\\sum_{\\text{${which}}} ${latex}`];
}

/** The gradient of the result times a slope. */
function product([text, latex]: Form): Form {
  if (text === "0") return ["0", "0"];
  if (text === "1") return ["@", "@"];
  if (text === "−1") return ["−@", "-@"];
  const isSum = /[+-] |^-/.test(latex);
  return [/ |^−/.test(text) ? `@ ⊙ (${text})` : `@ ⊙ ${text}`, isSum ? `@ \\odot (${latex})` : `@ \\odot ${latex}`];
}

/** The axes of the result along which the input was repeated. */
function stretched(shape: Shape, result: Shape): number[] {
  const missing = result.length - shape.length;
  return result.flatMap((size, axis) => (axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : []));
}
