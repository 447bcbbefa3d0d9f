import {
  type activationOps,
  DTypeError,
  gelu,
  geluGradient,
  relu,
  reluGradient,
  ShapeError,
  sigmoid,
  sigmoidGradient,
  silu,
  siluGradient,
  softplus,
  tanh,
  tanhGradient,
  ValueError,
} from "@unfoldjs/tensor-core";
import { awayFromZero, elements, integers, real, uniform, truth } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { zip } from "../../reference/exact.ts";
import { logistic, normalDensity, normalDistribution } from "../../reference/maths.ts";
import { unaryCase } from "./broadcasting.ts";

/** Far out, where formulas overflow if they are written carelessly. */
const far = {
  rows: [{ inputs: [{ shape: [9], draw: elements([0, -0, 30, -30, 100, -100, 1e-10, 15, NaN]) }], smooth: false }],
} as const;

const TANH_SCALE = Math.sqrt(2 / Math.PI);

/** A function of the gradient `dy` and the result `y` of an activation. */
function gradientCase(call: typeof reluGradient, reference: (dy: number, y: number) => number): OpCase {
  return opCase({
    draws: [real, awayFromZero],
    call: ([dy, y]) => call(dy, y),
    reference: (inputs) => zip(inputs, reference),
    gradient: "second",
    rows: [
      {
        inputs: [
          [2, 37],
          [2, 37],
        ],
      },
    ],
    errors: [
      { inputs: [[2, 3], [4]], throws: ShapeError, message: /do not broadcast/ },
      { inputs: [[2], { shape: [2], draw: integers(0, 9) }], throws: DTypeError, message: /same dtype/ },
      {
        inputs: [
          { shape: [2], draw: integers(0, 9) },
          { shape: [2], draw: integers(0, 9) },
        ],
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
    empty: [
      { inputs: [[0], [0]] },
      {
        inputs: [
          [2, 0],
          [2, 0],
        ],
      },
    ],
  });
}

export const activationCases: CasesOf<typeof activationOps> = {
  relu: unaryCase(awayFromZero, relu, (x) => Math.max(x, 0), far),
  tanh: unaryCase(real, tanh, Math.tanh, far),
  sigmoid: unaryCase(real, sigmoid, logistic, far),
  silu: unaryCase(real, silu, (x) => x * logistic(x), far),
  softplus: unaryCase(
    real,
    (x) => softplus(x),
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    far,
  ),
  scaledSoftplus: opCase<readonly [typeof real], { beta?: number; threshold?: number }>({
    publicName: "softplus",
    draws: [real],
    call: ([x], options) => softplus(x, options),
    reference: ([x], { beta = 1, threshold = 20 }) =>
      zip([x], (value) => (value * beta > threshold ? value : Math.log1p(Math.exp(value * beta)) / beta)),
    gradient: "second",
    rows: [
      { inputs: [[3, 7]], attributes: { beta: 2.5 } },
      { inputs: [[3, 7]], attributes: { beta: -0.5, threshold: 30 } },
      { inputs: [{ shape: [6], draw: elements([-3, -1, 0.25, 0.75, 2, 40]) }], attributes: { threshold: 0.5 } },
      {
        inputs: [{ shape: [6], draw: elements([-3, -1, 0.2, 0.3, 2, 40]) }],
        attributes: { beta: 2, threshold: 0.5 },
      },
    ],
    empty: [{ inputs: [[3, 0]], attributes: { beta: 2 } }],
    errors: [
      { inputs: [[3]], attributes: { beta: 0 }, throws: ValueError, message: /must not be 0/ },
      { inputs: [[3]], attributes: { beta: 1e39 }, throws: ValueError, message: /that f32 holds/ },
      {
        inputs: [{ shape: [3], draw: truth }],
        attributes: { beta: 2 },
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
    speed: [{ inputs: [[512, 512]], attributes: { beta: 2 } }],
  }),
  gelu: unaryCase(
    real,
    (x) => gelu(x),
    (x) => x * normalDistribution(x),
    far,
  ),
  geluTanh: {
    ...unaryCase(
      uniform(-3, 3),
      (x) => gelu(x, "tanh"),
      (x) => 0.5 * x * (1 + Math.tanh(TANH_SCALE * (x + 0.044715 * x ** 3))),
      far,
    ),
    publicName: "gelu",
  },
  reluGradient: gradientCase(reluGradient, (dy, y) => (y > 0 ? dy : 0)),
  tanhGradient: gradientCase(tanhGradient, (dy, y) => dy * (1 - y * y)),
  sigmoidGradient: gradientCase(sigmoidGradient, (dy, y) => dy * y * (1 - y)),
  siluGradient: gradientCase(siluGradient, (dy, x) => dy * logistic(x) * (1 + x * (1 - logistic(x)))),
  geluGradient: gradientCase(geluGradient, (dy, x) => dy * (normalDistribution(x) + x * normalDensity(x))),
};
