import { differentiate, grad, gradcheck } from "@unfoldjs/autograd";
import { data, fromArray, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { placeInputs, type Target, targetsOf, withInputs } from "../inputs.ts";
import { layouts } from "../layouts.ts";
import type { OpCase, Row } from "../op-case.ts";

/**
 * Checks a row's gradients, of each result alone and of all together: against finite differences, to second order where
 * the case says so; for what a kernel computes in one go, against the plain ops that it stands for; and for inputs in
 * every layout. Results that the case calls constant must have none.
 * @returns what is wrong, in words
 */
export function checkGradient(opCase: OpCase, row: Row): string[] {
  if (typeof opCase.gradient === "object" || row.smooth === false) return [];
  return withInputs(opCase, row, (inputs) =>
    scope(() => {
      const { leaves, targets } = targetsOf(opCase, row, inputs);
      if (targets.length === 0) return ["there is no result to differentiate"];
      return [
        ...targets.flatMap((target) =>
          [
            ...atFirstOrder(opCase, target, leaves),
            ...(opCase.gradient === "second" ? atSecondOrder(opCase, target, leaves) : []),
          ].map((wrong) => (target.name === "y" ? wrong : `${target.name}: ${wrong}`)),
        ),
        ...notConstant(opCase, row, leaves, inputs),
        ...differencesByLayout(opCase, row),
      ];
    }),
  );
}

type Leaves = readonly Tensor[];
interface Pulled {
  readonly [name: string]: Leaves | Tensor;
  readonly x: Leaves;
  readonly dy: Tensor;
}

function atFirstOrder(opCase: OpCase, { call: f }: Target, leaves: Leaves): string[] {
  return [...reportsOf("first order", [gradcheck(f, leaves, opCase.gradcheck)]), ...differencesUnderATape(f, leaves)];
}

/** Elements of each input that a second order is tried at: each takes eight gradients. */
const SAMPLES = 6;

function atSecondOrder(opCase: OpCase, { call: f }: Target, leaves: Leaves): string[] {
  const dy = cotangent(f(leaves));
  const pulls = leaves.map(
    (_, i) =>
      ({ x, dy: by }: Pulled) =>
        at(pullBack(f, by)(x), i),
  );
  return reportsOf(
    "second order",
    pulls.map((pull) => gradcheck(pull, { x: leaves, dy }, { samples: SAMPLES, ...opCase.gradcheck })),
  );
}

/** The gradient of f for the gradient `dy` of its result. */
function pullBack(f: Target["call"], dy: Tensor): (leaves: Leaves) => Leaves {
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
function differencesUnderATape(f: Target["call"], leaves: Leaves): string[] {
  const dy = cotangent(f(leaves));
  const alone = pullBack(f, dy)(leaves).map((gradient) => data(gradient));
  let composed: readonly Float32Array[] = [];
  grad((outer: Leaves) => {
    const gradients = pullBack(f, dy)(outer);
    composed = gradients.map((gradient) => data(gradient));
    return at(gradients, 0).sum();
  })(leaves);
  return differences(alone, composed, "alone", "under a tape");
}

/** The gradient by inputs that lie in another way must be that by contiguous ones. */
function differencesByLayout(opCase: OpCase, row: Row): string[] {
  return layouts.flatMap((layout) =>
    scope(() => {
      const placed = placeInputs(opCase, row, layout);
      const [laid, dense] = [placed, placed.map(({ exact, tensor }) => ({ exact, tensor: tensor.clone() }))].map(
        (all) => {
          const { leaves, targets } = targetsOf(
            opCase,
            row,
            all.map(({ tensor }) => tensor),
          );
          const { call: f } = targets.at(-1) as Target;
          return pullBack(f, cotangent(f(leaves)))(leaves).map((gradient) => data(gradient));
        },
      ) as [Float32Array[], Float32Array[]];
      return differences(laid, dense, layout.name, "contiguous");
    }),
  );
}

function differences(
  some: readonly Float32Array[],
  others: readonly Float32Array[],
  here: string,
  there: string,
): string[] {
  return some.flatMap((gradient, i) => {
    const other = others[i] ?? new Float32Array();
    if (gradient.length !== other.length)
      return [`input ${i}: ${gradient.length} elements ${here}, ${other.length} ${there}`];
    return Array.from(gradient).flatMap((value, position) => {
      const pair = other[position] as number;
      // Equal infinities, as of a square root at 0, have no difference.
      const agrees = Object.is(value, pair) || Math.abs(value - pair) <= 2e-5 * (1 + Math.abs(value));
      return agrees ? [] : [`input ${i}, element ${position}: ${value} ${here}, ${pair} ${there}`];
    });
  });
}

/** What the case says is constant has no gradient at all. */
function notConstant(opCase: OpCase, row: Row, leaves: Leaves, inputs: Parameters<OpCase["call"]>[0]): string[] {
  return opCase.constant.flatMap((name) => {
    const { gradients } = differentiate(() => (opCase.call(inputs, row.attributes)[name] as Tensor).sum(), leaves);
    return gradients.some((gradient) => gradient !== undefined) ? [`${name} is said to be constant`] : [];
  });
}

function at(list: Leaves, i: number): Tensor {
  return list[i] as Tensor;
}
