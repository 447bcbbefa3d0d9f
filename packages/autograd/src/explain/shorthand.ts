import { type AnyTensor, data, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { derivatives } from "../transforms/jacobian.ts";
import { stopGradient } from "../transforms/stop-gradient.ts";
import type { LocalOp } from "./local.ts";
import type { Signs } from "./notation.ts";

/** A derivative as course notes write it, and what it is in full. */
export interface Shorthand {
  /** "∂y/∂A = x" */
  readonly text: string;
  readonly latex: string;
  /** Why that is not all of it, or in which layout it is. */
  readonly remark: string;
  /** The whole derivative ∂y[…i]/∂A[…j], (…shape of y, …shape of A) without axes of size 1 of a column. */
  readonly shape: Shape;
  /** Its elements in row-major order; undefined if there are too many to look at. */
  readonly values: Float32Array | undefined;
}

/** More elements than this nobody reads. */
const READABLE = 64;

/**
 * The notes' shorthand for Y = A X, ∂Y/∂X = Aᵀ and ∂Y/∂A = X: the first is a matrix where X is a column, all others are
 * arrays with an axis for each axis of Y and of the factor, of which the shorthand leaves out what is zero.
 * @param place "a" or "b", which factor the derivative is by
 * @returns undefined for products of batches, and for anything that is no product of two matrices
 */
export function shorthandOf(
  op: string,
  place: string,
  result: string,
  { values: { a, b } }: Signs,
  product: LocalOp,
  [left, right]: readonly (AnyTensor | undefined)[],
): Shorthand | undefined {
  if (op !== "matmul" || left?.rank !== 2 || right?.rank !== 2) return undefined;
  const [rows = 0, depth = 0] = left.shape;
  const columns = right.shape[1] ?? 0;
  const isColumn = columns === 1;
  // A product of a row and a column is a number, and its derivatives are vectors.
  if (isColumn && rows === 1) return undefined;
  const factor = place === "a" ? left : right;
  const own = place === "a" ? [rows, depth] : isColumn ? [depth] : [depth, columns];
  const shape = [...(isColumn ? [rows] : [rows, columns]), ...own];
  const size = shape.reduce((count, each) => count * each, 1);
  const values = size > READABLE ? undefined : whole(product, place, factor as Tensor);
  const names = { left: a?.text ?? "a", right: b?.text ?? "b", result };
  return { ...wording(place, names, isColumn, shape), shape, values };
}

function wording(
  place: string,
  { left, right, result }: Readonly<Record<"left" | "right" | "result", string>>,
  isColumn: boolean,
  shape: Shape,
): Pick<Shorthand, "text" | "latex" | "remark"> {
  const by = place === "a" ? left : right;
  const axes = `∂${result}/∂${by} has ${shape.length} axes, [${shape.join(", ")}]`;
  const fraction = `\\frac{\\partial ${result}}{\\partial ${by}}`;
  if (place === "b" && isColumn) {
    return {
      text: `∂${result}/∂${right} = ${left}ᵀ`,
      latex: `${fraction} = ${left}^{\\top}`,
      remark: `in denominator layout, where column i is the gradient of ${result}ᵢ;\njacobian() has the numerator layout, which is ${left} itself:`,
    };
  }
  if (place === "b") {
    return {
      text: `∂${result}/∂${right} = ${left}ᵀ`,
      latex: `${fraction} = ${left}^{\\top}`,
      remark: `is only shorthand: ${axes};\nelement [i, j, k, l] is ${left}ᵢₖ where l = j, else 0;\ncontracted with d${result} it is ${left}ᵀ · d${result}, the gradient above`,
    };
  }
  return isColumn
    ? {
        text: `∂${result}/∂${left} = ${right}`,
        latex: `${fraction} = ${right}`,
        remark: `is only shorthand: ${axes};\nelement [i, j, k] is ${right}ₖ where j = i, else 0;\ncontracted with d${result} it is d${result} · ${right}ᵀ, the gradient above`,
      }
    : {
        text: `∂${result}/∂${left} = ${right}ᵀ`,
        latex: `${fraction} = ${right}^{\\top}`,
        remark: `is only shorthand: ${axes};\nelement [i, j, k, l] is ${right}ₗⱼ where k = i, else 0;\ncontracted with d${result} it is d${result} · ${right}ᵀ, the gradient above`,
      };
}

function whole(product: LocalOp, place: string, factor: Tensor): Float32Array {
  return scope(() => {
    // A tensor of its own: the other factor may be the same one.
    const x = stopGradient(factor);
    const y = (): Tensor => product.results(["y"], new Map([[place, x]]))["y"] as Tensor;
    return data(derivatives("explainGradient", y, x, { mode: "reverse" }) as Tensor);
  });
}
