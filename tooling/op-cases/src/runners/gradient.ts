import { grad, gradcheck } from "@unfoldjs/autograd";
import { data, fromArray, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { freeInputs, withInputs } from "../inputs.ts";
import type { OpCase, Row } from "../op-case.ts";

/**
 * Checks a row's gradients: against finite differences, to second order where the case says so, and, for what a kernel
 * computes in one go, against the plain ops that it stands for.
 * @returns what is wrong, in words
 */
export function checkGradient(opCase: OpCase, row: Row): string[] {
  if (typeof opCase.gradient === "object" || row.smooth === false) return [];
  return withInputs(opCase, row, (inputs) =>
    scope(() => {
      const { leaves, call: f } = freeInputs(opCase, row, inputs);
      const wrong = reportsOf("first order", [gradcheck(f, leaves, opCase.gradcheck)]);
      wrong.push(...differencesUnderATape(f, leaves));
      if (opCase.gradient === "second") {
        const dy = cotangent(f(leaves));
        const pulls = leaves.map(
          (_, i) =>
            ({ x, dy: by }: Pulled) =>
              at(pullBack(f, by)(x), i),
        );
        wrong.push(
          ...reportsOf(
            "second order",
            pulls.map((pull) => gradcheck(pull, { x: leaves, dy }, opCase.gradcheck)),
          ),
        );
      }
      return wrong;
    }),
  );
}

type Leaves = readonly Tensor[];
type OfLeaves = (leaves: Leaves) => Tensor;
interface Pulled {
  readonly [name: string]: Leaves | Tensor;
  readonly x: Leaves;
  readonly dy: Tensor;
}

/** The gradient of f for the gradient `dy` of its result. */
function pullBack(f: OfLeaves, dy: Tensor): (leaves: Leaves) => Leaves {
  return grad((leaves: Leaves) => f(leaves).mul(dy).sum());
}

function cotangent(result: Tensor): Tensor {
  return fromArray<Shape>(
    Float32Array.from({ length: result.size }, (_, i) => 1 + 0.5 * Math.sin(3 * i + 1)),
    result.shape,
  );
}

function reportsOf(order: string, results: readonly { ok: boolean; report: string }[]): string[] {
  return results.flatMap(({ ok, report }) => (ok ? [] : [`${order}: ${report}`]));
}

/** Under a second tape a fused op's gradient is that of its composition: it must be the kernel's. */
function differencesUnderATape(f: OfLeaves, leaves: Leaves): string[] {
  const dy = cotangent(f(leaves));
  const alone = pullBack(f, dy)(leaves).map((gradient) => data(gradient));
  let composed: readonly Float32Array[] = [];
  grad((outer: Leaves) => {
    const gradients = pullBack(f, dy)(outer);
    composed = gradients.map((gradient) => data(gradient));
    return at(gradients, 0).sum();
  })(leaves);
  return alone.flatMap((gradient, i) =>
    Array.from(gradient).flatMap((value, position) => {
      const other = composed[i]?.[position] ?? NaN;
      const agrees = Math.abs(value - other) <= 2e-5 * (1 + Math.abs(value));
      return agrees ? [] : [`input ${i}, element ${position}: ${value} from the kernel, ${other} from its composition`];
    }),
  );
}

function at(list: Leaves, i: number): Tensor {
  return list[i] as Tensor;
}
