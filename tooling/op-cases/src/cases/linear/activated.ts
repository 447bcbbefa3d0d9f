import {
  type Activation,
  DTypeError,
  linear,
  type linearActivatedOps,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import type { Exact } from "../../reference/exact.ts";
import { logistic, normalDistribution } from "../../reference/maths.ts";
import { linearMap } from "../../reference/matmul.ts";

interface Attributes {
  readonly activation: Activation;
}

const CURVES: Readonly<Record<Activation, (z: number) => number>> = {
  relu: (z) => Math.max(z, 0),
  gelu: (z) => z * normalDistribution(z),
  silu: (z) => z * logistic(z),
};

function activated(x: Exact, weight: Exact, bias: Exact, { activation }: Attributes): Exact {
  const z = linearMap(x, weight, bias);
  return { shape: z.shape, values: z.values.map(CURVES[activation]) };
}

const relu: Attributes = { activation: "relu" };
const gelu: Attributes = { activation: "gelu" };
const silu: Attributes = { activation: "silu" };

export const linearActivatedCases: CasesOf<typeof linearActivatedOps> = {
  linearActivated: opCase({
    publicName: "linear",
    draws: [real, real, real],
    call: ([x, weight, bias], attributes: Attributes) => linear(x, weight, bias, attributes),
    reference: ([x, weight, bias], attributes: Attributes) => activated(x, weight, bias, attributes),
    gradient: "second",
    rows: [
      { inputs: [[2, 3], [4, 3], [4]], attributes: relu },
      { inputs: [[2, 3, 5], [4, 5], [4]], attributes: relu },
      { inputs: [[2, 3], [4, 3], [4]], attributes: gelu },
      { inputs: [[3], [2, 3], [2]], attributes: gelu },
      { inputs: [[2, 3], [4, 3], [4]], attributes: silu },
      { inputs: [[2, 2, 3], [5, 3], [5]], attributes: silu },
    ],
    empty: [
      { inputs: [[0, 3], [2, 3], [2]], attributes: relu },
      { inputs: [[2, 0], [4, 0], [4]], attributes: gelu },
      { inputs: [[2, 3], [0, 3], [0]], attributes: silu },
    ],
    errors: [
      { inputs: [[2, 3], [3, 4], [4]], attributes: relu, throws: ShapeError, message: /did you mean weight.transpose/ },
      {
        inputs: [[2, 3], { shape: [4, 3], draw: integers(0, 9) }, [4]],
        attributes: relu,
        throws: DTypeError,
        message: /takes f32/,
      },
      {
        inputs: [[2, 3], [4, 3], [4]],
        attributes: { activation: "softmax" as never },
        throws: ValueError,
        message: /activation must be "relu" or "gelu" or "silu"/,
      },
    ],
    speed: [{ inputs: [[64, 256], [120, 256], [120]], attributes: relu }],
  }),
};
