import * as codes from "../../../wasm/codes.js";
import { assertOneOf } from "../../arguments/checks.ts";
import { checkedLater, checkOptions } from "../../arguments/options.ts";
import { allocateTensor, apply } from "../../dispatch/dispatch.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, ON_REQUEST } from "../../dispatch/results.ts";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { sameShape } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertAsked } from "../normalise/operands.ts";
import { writeRowsReduction } from "../reduce/reduction.ts";
import { onContiguous } from "../copy/copy.ts";
import { type Activation, ACTIVATION_NAMES, ACTIVATIONS } from "./activations.ts";
import { matrixOf, type MatrixView, multiplyInto, onRows, rowsOf, transposed } from "./product.ts";

type LinearGradientResults = {
  readonly x: typeof ON_REQUEST;
  readonly weight: typeof ON_REQUEST;
  readonly bias: typeof ON_REQUEST;
};

const OP = "linearGradient";

interface Attributes {
  /** What came after the product, whose input or result is `kept`. */
  readonly activation: Activation | undefined;
}

/** One call and not five: of a small layer the calls take longer than the products. */
const linearGradientOp: KernelOp<
  "linearGradient",
  ["dy", "x?", "weight?", "kept?"],
  Attributes,
  LinearGradientResults
> = defineOp(OP, ["dy", "x?", "weight?", "kept?"], {
  results: { x: ON_REQUEST, weight: ON_REQUEST, bias: ON_REQUEST },
  shape: ({ dy, x, weight, kept }, { activation }) => {
    assertFloat(OP, { dy, x, weight, kept });
    if (dy.rank === 0) throw new ShapeError(OP, { dy: dy.shape }, "dy must have an axis of outputs");
    const [rows, outputs] = [dy.shape.slice(0, -1), dy.shape.at(-1) ?? 0];
    const inputs = x?.shape.at(-1) ?? weight?.shape[1] ?? 0;
    assertOperand("x", x, [...rows, inputs]);
    assertOperand("weight", weight, [outputs, inputs]);
    if (activation !== undefined) {
      assertOneOf(OP, "activation", activation, ACTIVATION_NAMES);
      assertOperand("kept", given("kept", kept, `a layer with ${activation}`), dy.shape);
    }
    return { x: [...rows, inputs], weight: [outputs, inputs], bias: [outputs] };
  },
  multiplyAdds: ({ dy, x, weight }, out) => {
    const product = dy.size * (x?.shape.at(-1) ?? weight?.shape[1] ?? 0);
    return (out.x === undefined ? 0 : product) + (out.weight === undefined ? 0 : product);
  },
  run: ({ dy, x, weight, kept }, out, { activation }) => {
    onProductGradient(dy, kept, activation, (dyRows) => {
      if (out.x !== undefined) {
        multiplyInto(OP, dyRows, matrixOf(given("weight", weight, "x")), rowsOf(out.x), codes.ProductStart.Zero);
      }
      if (out.weight !== undefined) {
        const to = matrixOf(out.weight);
        onRows(given("x", x, "weight"), (xRows) => {
          multiplyInto(OP, transposed(dyRows), xRows, to, codes.ProductStart.Zero);
        });
      }
      if (out.bias !== undefined) {
        writeRowsReduction(dyRows);
        core().reduce(codes.Reduction.Sum, dyRows.tensor.address, out.bias.address);
      }
    });
  },
});

/** Runs `f` on the gradient of the product, before the activation, as rows. */
function onProductGradient(
  dy: AnyTensor,
  kept: AnyTensor | undefined,
  activation: Activation | undefined,
  f: (rows: MatrixView) => void,
): void {
  if (activation === undefined || kept === undefined) {
    onRows(dy, f);
    return;
  }
  const before = allocateTensor(dy.shape, "f32", OP);
  try {
    onContiguous(dy, (dense) =>
      onContiguous(kept, (known) => {
        core().binary(ACTIVATIONS[activation].gradient, dy.size, dense.address, known.address, before.address);
      }),
    );
    f(rowsOf(before));
  } finally {
    before.dispose();
  }
}

function assertOperand(name: string, operand: AnyTensor | undefined, wanted: Shape): void {
  if (operand === undefined || sameShape(operand.shape, wanted)) return;
  const rule = `${name} must have the shape [${wanted.join(", ")}]: x is (…, inputs), weight (outputs, inputs), dy (…, outputs)`;
  throw new ShapeError(OP, { [name]: operand.shape }, rule);
}

function given(name: string, operand: AnyTensor | undefined, asked: string): AnyTensor {
  if (operand !== undefined) return operand;
  throw new ValueError(OP, { asked }, `the gradient of ${asked} takes ${name}`);
}

/** What a dense layer's activation leaves to its gradient. */
export interface Activated {
  readonly activation: Activation;
  /** Of relu the result, of gelu and silu what they were given: (…, outputs). */
  readonly kept: Tensor<Shape>;
}

/**
 * The gradients of `linear` in one call: of x, weight and bias, as far as they are asked for.
 * @param dy (…, outputs), the gradient of the result @param x (…, inputs), for the weight's gradient
 * @param weight (outputs, inputs), for that of x @param activated where the layer has an activation
 * @throws ShapeError if shapes do not fit, DTypeError unless all are f32, ValueError where one is missing
 */
export function linearGradient<const Asked extends "x" | "weight" | "bias">(
  asked: readonly Asked[],
  dy: Tensor<Shape>,
  x: Tensor<Shape> | undefined,
  weight: Tensor<Shape> | undefined,
  activated?: Activated,
): { readonly [Name in Asked]: Tensor<Shape> } {
  assertAsked(OP, asked);
  if (activated !== undefined) {
    checkOptions<Activated>(OP, activated, { activation: checkedLater, kept: checkedLater });
    assertOneOf(OP, "activation", activated.activation, ACTIVATION_NAMES);
  }
  const attributes = { activation: activated?.activation };
  return apply(linearGradientOp, { dy, x, weight, kept: activated?.kept }, attributes, asked) as {
    readonly [Name in Asked]: Tensor<Shape>;
  };
}

export const linearGradientOps: { linearGradient: typeof linearGradientOp } = { linearGradient: linearGradientOp };
