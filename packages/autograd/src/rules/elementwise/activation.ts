import {
  type activationOps,
  geluGradient,
  reluGradient,
  sigmoidGradient,
  siluGradient,
  tanhGradient,
  where,
} from "@unfoldjs/tensor-core";
import { elementwise, flat, type RowsOf, saving } from "../../row/row.ts";

const NORMAL_DENSITY: number = 1 / Math.sqrt(2 * Math.PI);
/** GELU's tanh form, Hendrycks & Gimpel 2016, eq. 2. */
const TANH_SCALE: number = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

export const activationRules: RowsOf<typeof activationOps> = {
  relu: elementwise({ x: saving("y", (dy, { y }) => reluGradient(dy, y)) }),
  tanh: elementwise({ x: saving("y", (dy, { y }) => tanhGradient(dy, y)) }),
  sigmoid: elementwise({ x: saving("y", (dy, { y }) => sigmoidGradient(dy, y)) }),
  // d x s(x) = s + x s (1 − s)
  silu: elementwise({ x: saving("x", (dy, { x }) => siluGradient(dy, x)) }),
  softplus: elementwise({ x: saving("x", (dy, { x }) => dy.mul(x.sigmoid())) }),
  // Never by way of 1 / β, which may be more than an f32 holds.
  scaledSoftplus: elementwise({
    x: saving("x", (dy, { x }, { attributes: { beta, threshold } }) => {
      const scaled = x.mul(beta);
      return where(scaled.greater(threshold), dy, dy.mul(scaled.sigmoid()));
    }),
  }),
  // d x Φ(x) = Φ(x) + x φ(x)
  gelu: elementwise({ x: saving("x", (dy, { x }) => geluGradient(dy, x)) }),
  // t = tanh(u), u = s (x + c x³): d x (1 + t) / 2 = (1 + t) / 2 + x (1 − t²) s (1 + 3 c x²) / 2. With σ = sigmoid(2u) that is
  // σ + 2 x σ (1 − σ) s (1 + 3 c x²), and 1 − σ = sigmoid(−2u): nothing is taken from 1, which for a large |x| left no digits.
  geluTanh: elementwise({
    x: saving("x", (dy, { x }) => {
      const squared = x.square();
      const twice = x.mul(squared.mul(CUBIC).add(1)).mul(2 * TANH_SCALE);
      const share = twice.sigmoid();
      const slope = share
        .mul(twice.neg().sigmoid())
        .mul(squared.mul(3 * CUBIC).add(1))
        .mul(2 * TANH_SCALE);
      return dy.mul(share.add(x.mul(slope)));
    }),
  }),
  // The slope of relu is constant wherever it has one.
  reluGradient: elementwise({
    a: saving("b", (dy, { b }) => reluGradient(dy, b)),
    b: flat,
  }),
  // a (1 − b²)
  tanhGradient: elementwise({
    a: saving("b", (dy, { b }) => tanhGradient(dy, b)),
    b: saving(["a", "b"], (dy, { a, b }) => dy.mul(a).mul(b).mul(-2)),
  }),
  // a b (1 − b)
  sigmoidGradient: elementwise({
    a: saving("b", (dy, { b }) => sigmoidGradient(dy, b)),
    b: saving(["a", "b"], (dy, { a, b }) => dy.mul(a).mul(b.mul(-2).add(1))),
  }),
  // d (s + b s (1 − s)) = s (1 − s) (2 + b (1 − 2 s))
  siluGradient: elementwise({
    a: saving("b", (dy, { b }) => siluGradient(dy, b)),
    b: saving(["a", "b"], (dy, { a, b }) => {
      const s = b.sigmoid();
      const bend = s.mul(-2).add(1).mul(b).add(2);
      return dy.mul(a).mul(s.mul(s.neg().add(1)).mul(bend));
    }),
  }),
  // d (Φ(b) + b φ(b)) = φ(b) (2 − b²), in an order in which what is squared does not overflow where φ is 0
  geluGradient: elementwise({
    a: saving("b", (dy, { b }) => geluGradient(dy, b)),
    b: saving(["a", "b"], (dy, { a, b }) => {
      const density = b.square().mul(-0.5).exp().mul(NORMAL_DENSITY);
      return dy.mul(a).mul(density.mul(2).sub(b.mul(density).mul(b)));
    }),
  }),
};
