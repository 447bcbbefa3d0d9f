import {
  type activationOps,
  type arithmeticOps,
  atan2,
  clamp,
  type mathsOps,
  maximum,
  minimum,
  type roundingOps,
  type selectOps,
  where,
} from "@unfoldjs/tensor-core";
import {
  POINTS,
  type Exception,
  finiteWhereTorchIsNot,
  ITSELF,
  LINEAR,
  undefinedThere,
  ofOne,
  ofTwo,
  type PointsOf,
  type SpecialPoints,
} from "./points.ts";

const limits = (low: number | undefined, high: number | undefined): SpecialPoints =>
  ofOne((x) => clamp(x, low, high), `torch.clamp(x, ${numeral(low)}, ${numeral(high)})`);
const power = (exponent: number): SpecialPoints =>
  ofOne((x) => x.pow(exponent), `torch.pow(x, torch.full_like(x, ${numeral(exponent)}))`, {
    exceptions: exponent === 0 ? { second: finiteWhereTorchIsNot(MASKED) } : {},
  });

function numeral(value: number | undefined): string {
  return value === undefined ? "None" : `float("${value}")`;
}

const MASKED = "PyTorch masks the result and not the base: 0 · ∞ comes back through the mask";
/** The second derivatives of pow one by one are in autograd's power.test.ts: here they are summed with those by both. */
const mixed: Exception = {
  because: `${MASKED}; for an exponent of 0 it masks 1 / a from the one mixed derivative and not from the other`,
  isRight: (_, torch, at) => Number.isNaN(torch) || isExponentZero(at),
};
const mixedForward: Exception = {
  because: "the same, and of the two mixed derivatives it is the other one: where one is NaN it is the sum that is",
  isRight: (found, torch, at) => mixed.isRight(found, torch, at) || !(Number.isFinite(found) || Number.isFinite(torch)),
};
/** Among pairs, of which the second goes through all points: 0 and −0 come first. */
function isExponentZero(at: number): boolean {
  return at % POINTS.length < 2;
}
const limit = finiteWhereTorchIsNot("x · 0 goes to 0 at −∞");
const atOrigin = finiteWhereTorchIsNot("PyTorch's gradient is 0 at the origin, and so it is in every order and mode");
const halved: Exception = {
  because: "PyTorch halves at NaN going forward and not going back: this is what its gradient says",
  isRight: (found, torch) => found === 2 * torch,
};

export const elementwisePoints: PointsOf<
  typeof activationOps & typeof arithmeticOps & typeof mathsOps & typeof roundingOps & typeof selectOps
> = {
  add: LINEAR,
  sub: LINEAR,
  mul: ofTwo((a, b) => a.mul(b), "a * b"),
  div: ofTwo((a, b) => a.div(b), "a / b", {
    exceptions: {
      tangent: undefinedThere("a tangent over 0 is a sum of two infinite parts, which PyTorch adds before it divides"),
      "forward over reverse": undefinedThere("over the cube of 1e-20 it is ∞, where PyTorch has ∞ − ∞"),
    },
  }),
  pow: [
    ofTwo((a, b) => a.pow(b), "torch.pow(a, b)", {
      exceptions: { second: mixed, "forward over reverse": mixedForward },
    }),
    ...[0, 1, 2, 3, -1, -2, 0.5, -0.5, 1.5, Infinity, NaN].map(power),
  ],
  maximum: ofTwo((a, b) => maximum(a, b), "torch.maximum(a, b)", { exceptions: { tangent: halved } }),
  minimum: ofTwo((a, b) => minimum(a, b), "torch.minimum(a, b)", { exceptions: { tangent: halved } }),
  clamp: [
    limits(-1, 1),
    limits(0, undefined),
    limits(undefined, 0.5),
    limits(NaN, 2),
    limits(-2, NaN),
    limits(NaN, undefined),
    limits(1, -1),
    // A limit that limits nothing is none, so that a limit may be left out.
    ofOne((x) => clamp(x, -Infinity, Infinity), "x.clone()"),
  ],
  relu: ofOne((x) => x.relu(), "torch.relu(x)"),
  tanh: ofOne((x) => x.tanh(), "torch.tanh(x)"),
  sigmoid: ofOne((x) => x.sigmoid(), "torch.sigmoid(x)"),
  silu: ofOne((x) => x.silu(), "F.silu(x)", { exceptions: { value: limit, gradient: limit, tangent: limit } }),
  softplus: ofOne((x) => x.softplus(), "F.softplus(x)"),
  scaledSoftplus: [2, -3, 1e-320, 1e-39].map((beta) =>
    ofOne((x) => x.softplus({ beta, threshold: 8 }), `F.softplus(x, ${beta}, 8)`),
  ),
  gelu: ofOne((x) => x.gelu(), "F.gelu(x)", {
    exceptions: {
      value: limit,
      second: finiteWhereTorchIsNot("squares of 1e20 are infinite, and what they are multiplied by is 0"),
    },
  }),
  geluTanh: ofOne((x) => x.gelu("tanh"), 'F.gelu(x, approximate="tanh")', { exceptions: { value: limit } }),
  reluGradient: ITSELF,
  tanhGradient: ITSELF,
  sigmoidGradient: ITSELF,
  geluGradient: ITSELF,
  siluGradient: ITSELF,
  neg: LINEAR,
  abs: ofOne((x) => x.abs(), "torch.abs(x)"),
  square: ofOne((x) => x.square(), "torch.square(x)"),
  sqrt: ofOne((x) => x.sqrt(), "torch.sqrt(x)"),
  rsqrt: ofOne((x) => x.rsqrt(), "torch.rsqrt(x)"),
  reciprocal: ofOne((x) => x.reciprocal(), "torch.reciprocal(x)"),
  exp: ofOne((x) => x.exp(), "torch.exp(x)"),
  expm1: ofOne((x) => x.expm1(), "torch.expm1(x)"),
  log: ofOne((x) => x.log(), "torch.log(x)"),
  log1p: ofOne((x) => x.log1p(), "torch.log1p(x)"),
  sin: ofOne((x) => x.sin(), "torch.sin(x)"),
  cos: ofOne((x) => x.cos(), "torch.cos(x)"),
  atan2: ofTwo((a, b) => atan2(a, b), "torch.atan2(a, b)", {
    exceptions: {
      gradient: {
        because: "the square of 1e-20 has an infinite reciprocal, by which PyTorch multiplies",
        isRight: (found, torch) => Number.isFinite(found) && !Number.isFinite(torch),
      },
      tangent: atOrigin,
      second: atOrigin,
      "forward over reverse": {
        because: "as back, and over the square of 1e-20 it is ∞, where PyTorch has ∞ − ∞",
        isRight: (found, torch) => Number.isNaN(torch) && !Number.isNaN(found),
      },
    },
  }),
  erf: ofOne((x) => x.erf(), "torch.erf(x)"),
  sign: ofOne((x) => x.sign(), "torch.sign(x)"),
  step: { none: "flat: its derivative is 0, and PyTorch has none" },
  floor: ofOne((x) => x.floor(), "torch.floor(x)"),
  ceil: ofOne((x) => x.ceil(), "torch.ceil(x)"),
  round: ofOne((x) => x.round(), "torch.round(x)"),
  trunc: ofOne((x) => x.trunc(), "torch.trunc(x)"),
  where: ofTwo((a, b) => where(a.greater(0), a, b), "torch.where(a > 0, a, b)"),
};
