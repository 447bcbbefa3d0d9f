import { assertList, assertNumber, assertBoolean, assertOneOf, assertRecord } from "../../arguments/checks.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { ON_REQUEST } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { sameShape } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertProbability } from "../random/stream.ts";
import { type AttentionAttributes, type Remembered, runAttentionGradient } from "./run.ts";
import { assertKeyLengths, type Operands, productsOf, type Sizes, sizesOf } from "./sizes.ts";

const NAME = "scaledDotProductAttentionGradient";
const NAMES = [
  "query",
  "key",
  "value",
  "output",
  "rows",
  "dOutput",
  "attnMask?",
  "keyLengths?",
  "dropoutStream?",
] as const;

type GradientResults = {
  readonly query: typeof ON_REQUEST;
  readonly key: typeof ON_REQUEST;
  readonly value: typeof ON_REQUEST;
  readonly attnMask: typeof ON_REQUEST;
};
type GradientName = keyof GradientResults;

const gradientOp: KernelOp<typeof NAME, typeof NAMES, AttentionAttributes, GradientResults> = defineOp(NAME, NAMES, {
  results: { query: ON_REQUEST, key: ON_REQUEST, value: ON_REQUEST, attnMask: ON_REQUEST },
  shape: (inputs) => {
    const { lead, queries, keys, size, valueSize } = gradientSizesOf(inputs);
    return {
      query: [...lead, queries, size],
      key: [...lead, keys, size],
      value: [...lead, keys, valueSize],
      attnMask: [...lead, queries, keys],
    };
  },
  check: ({ key, keyLengths }) => assertKeyLengths(NAME, keyLengths, key.shape.at(-2) ?? 0),
  // Scores, dq and dk; gradients of weights, and dv.
  multiplyAdds: (inputs) => productsOf(NAME, inputs, [3, 2]),
  run: (inputs, out, attributes) => {
    runAttentionGradient(NAME, inputs, gradientSizesOf(inputs), attributes, out);
  },
});

function gradientSizesOf(operands: Operands & Remembered): Sizes {
  const { output, rows, dOutput } = operands;
  const sizes = sizesOf(NAME, operands);
  assertFloat(NAME, { output, rows, dOutput });
  const { lead, queries, valueSize } = sizes;
  const wanted = [...lead, queries];
  for (const [name, { shape }, size] of [
    ["output", output, valueSize],
    ["rows", rows, 2],
    ["dOutput", dOutput, valueSize],
  ] as const) {
    if (!sameShape(shape, [...wanted, size])) {
      throw new ShapeError(NAME, { [name]: shape }, `${name} must be [${[...wanted, size].join(", ")}]`);
    }
  }
  return sizes;
}

/**
 * The gradients of `scaledDotProductAttention` in one call, as far as they are asked for, weights being computed again.
 * @param forward what it had and gave; `rows` (…, queries, 2) @param dOutput the gradient of its output
 * @returns each in the shape to which leading axes broadcast, that of `attnMask` for every weight
 * @throws ShapeError if shapes do not fit, DTypeError, ValueError on attributes
 */
export function scaledDotProductAttentionGradient<const Asked extends GradientName>(
  asked: readonly Asked[],
  forward: {
    readonly query: Tensor<Shape>;
    readonly key: Tensor<Shape>;
    readonly value: Tensor<Shape>;
    readonly output: Tensor<Shape>;
    readonly rows: Tensor<Shape>;
    readonly attnMask?: Tensor<Shape, "bool"> | Tensor<Shape> | undefined;
    readonly keyLengths?: Tensor<Shape, "i32"> | undefined;
    readonly dropoutStream?: Tensor<Shape, "i32"> | undefined;
  },
  dOutput: Tensor<Shape>,
  attributes: AttentionAttributes,
): { readonly [Name in Asked]: Tensor<Shape> } {
  assertList(NAME, "asked", asked, "an array of names of gradients");
  for (const name of asked) assertOneOf(NAME, "asked", name, ["query", "key", "value", "attnMask"]);
  assertRecord(NAME, "forward", forward);
  assertRecord(NAME, "attributes", attributes);
  assertNumber(NAME, "scale", attributes.scale);
  assertBoolean(NAME, "isCausal", attributes.isCausal);
  assertProbability(NAME, "dropoutP", attributes.dropoutP);
  const { query, key, value, output, rows, attnMask, keyLengths, dropoutStream } = forward;
  const inputs = { query, key, value, output, rows, dOutput, attnMask, keyLengths, dropoutStream };
  return apply(gradientOp, inputs, attributes, asked) as { readonly [Name in Asked]: Tensor<Shape> };
}

export const attentionGradientOps: { [NAME]: typeof gradientOp } = { [NAME]: gradientOp };
