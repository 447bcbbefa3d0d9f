//! tanh, and sigmoid with the activations made of it.

use super::exponential::{LOWEST_NORMAL, exp_to_zero, exp_within};
use super::{held, polynomial, with_sign_of};
use crate::lane::Lane;

/// tanh x = x P(x²) / Q(x²) on |x| ≤ 9.02, minimax; relative error 2.5e-8. All terms are positive, so none cancel.
const TANH_P: [f32; 5] = [1.0, 0.133_826_99, 0.003_497_480_6, 2.063_662_6e-5, 1.338_635_3e-8];
const TANH_Q: [f32; 5] = [1.0, 0.467_160_2, 0.025_884_423, 3.288_572_5e-4, 7.790_884e-7];
/// From here on tanh rounds to 1.
const TANH_IS_ONE: f32 = 9.02;

/// Hyperbolic tangent, never beyond ±1. Error ≤ 6 ulp.
#[inline(always)]
pub fn tanh<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (p, q, [limit, one]) = (polynomial(TANH_P), polynomial(TANH_Q), held([TANH_IS_ONE, 1.0]));
    move |x: L| {
        let a = x.abs().pseudo_min(limit);
        let square = a.mul(a);
        let y = a.mul(p(square)).div(q(square));
        with_sign_of(y.pseudo_min(one), x)
    }
}

/// 1 + e⁻ˣ with x limited to where e⁻ˣ is a normal number.
#[inline(always)]
fn one_plus_exp_of_minus<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (exp_within, [lowest, highest, one]) = (exp_within(), held::<L, _>([LOWEST_NORMAL, 88.0, 1.0]));
    move |x: L| exp_within(x.neg().pseudo_min(highest).pseudo_max(lowest)).add(one)
}

/// 1 / (1 + e⁻ˣ); results below the smallest normal number are 0. Error ≤ 3 ulp.
#[inline(always)]
pub fn sigmoid<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (one_plus_exp_of_minus, [lowest, one]) = (one_plus_exp_of_minus(), held::<L, _>([LOWEST_NORMAL, 1.0]));
    move |x: L| one.div(one_plus_exp_of_minus(x)).and_not(x.less(lowest))
}

/// x sigmoid(x), also named swish; 0 below -88. Error ≤ 4 ulp.
#[inline(always)]
pub fn silu<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (one_plus_exp_of_minus, [lowest]) = (one_plus_exp_of_minus(), held([-88.0]));
    move |x: L| x.div(one_plus_exp_of_minus(x)).and_not(x.less(lowest))
}

/// dy (s + x s (1 - s)), s = sigmoid(x): the gradient of y = silu(x). Error ≤ 3e-7 |dy|; 0 at -∞, NaN at ∞. Both s and
/// 1 - s come from e^-|x|: a difference would lose the digits that x multiplies.
#[inline(always)]
pub fn silu_gradient<L: Lane>() -> impl Fn(L, L) -> L + Copy {
    let (exp_to_zero, [zero, one, lowest]) = (exp_to_zero(), held::<L, _>([0.0, 1.0, -88.0]));
    move |dy: L, x: L| {
        let tail = exp_to_zero(x.abs().neg());
        let near = one.div(tail.add(one));
        let (far, is_negative) = (tail.mul(near), x.less(zero));
        let (s, rest) = (is_negative.select(far, near), is_negative.select(near, far));
        dy.mul(x.mul(s).multiply_add(rest, s).and_not(x.less(lowest)))
    }
}

/// √(2/π), the factor of the cubic in GELU's approximation (Hendrycks & Gimpel 2016, section 2).
const ROOT_2_OVER_PI: f32 = 0.797_884_6;
const CUBIC: f32 = 0.044_715;

/// x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))) = x sigmoid(2 √(2/π) (x + 0.044715 x³)); 0 at -∞.
#[inline(always)]
pub fn gelu_tanh<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (sigmoid, [cubic, one, scale, lowest]) = (sigmoid(), held([CUBIC, 1.0, 2.0 * ROOT_2_OVER_PI, -20.0]));
    move |x: L| {
        let inner = x.mul(x).multiply_add(cubic, one).mul(x);
        let y = x.mul(sigmoid(inner.mul(scale)));
        y.and_not(x.less(lowest))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{assert_ulps, at, linear, logarithmic};
    use super::*;
    use crate::lane::Scalar;

    #[test]
    fn tanh_is_close_everywhere_and_bounded() {
        assert_ulps("tanh", 6.0, tanh(), f64::tanh, linear(-10.0, 10.0));
        assert_ulps("tanh", 6.0, tanh(), f64::tanh, logarithmic(1e-38, 1.0));
        assert!(linear(-12.0, 12.0).all(|x| at(tanh(), x).abs() <= 1.0));
        assert_eq!((at(tanh(), 30.0), at(tanh(), f32::NEG_INFINITY)), (1.0, -1.0));
        assert_eq!(at(tanh(), -0.0).to_bits(), (-0.0f32).to_bits());
        assert!(at(tanh(), f32::NAN).is_nan());
    }

    #[test]
    fn sigmoid_keeps_its_tail() {
        assert_ulps("sigmoid", 3.0, sigmoid(), |x| 1.0 / (1.0 + (-x).exp()), linear(-87.3, 30.0));
        assert_eq!((at(sigmoid(), f32::NEG_INFINITY), at(sigmoid(), -200.0), at(sigmoid(), 200.0)), (0.0, 0.0, 1.0));
        assert!(at(sigmoid(), f32::NAN).is_nan());
    }

    #[test]
    fn silu_gradient_follows_its_definition() {
        let slope = |x: f32| at(|x| silu_gradient()(Scalar::splat(1.0), x), x);
        for x in linear(-90.0, 50.0) {
            let s = 1.0 / (1.0 + f64::from(-x).exp());
            let error = f64::from(slope(x)) - (s + f64::from(x) * s * (1.0 - s));
            assert!(error.abs() <= 3e-7, "the slope at {x} is off by {error:e}");
        }
        assert_eq!((slope(f32::NEG_INFINITY), slope(-1e30), slope(1e30)), (0.0, 0.0, 1.0));
        assert!(slope(f32::NAN).is_nan());
    }

    #[test]
    fn activations_of_sigmoid_follow_their_definitions() {
        assert_ulps("silu", 4.0, silu(), |x| x / (1.0 + (-x).exp()), linear(-86.0, 50.0));
        assert_eq!((at(silu(), f32::NEG_INFINITY), at(silu(), f32::INFINITY)), (0.0, f32::INFINITY));
        let exact =
            |x: f64| 0.5 * x * (1.0 + ((2.0 / core::f64::consts::PI).sqrt() * (x + 0.044715 * x * x * x)).tanh());
        // The exponent is amplified by the argument, which is rounded to f32 first.
        assert_ulps("gelu_tanh", 20.0, gelu_tanh(), exact, linear(-3.0, 30.0));
        assert_eq!((at(gelu_tanh(), f32::NEG_INFINITY), at(gelu_tanh(), f32::INFINITY)), (0.0, f32::INFINITY));
        assert!(at(silu(), f32::NAN).is_nan() && at(gelu_tanh(), f32::NAN).is_nan());
    }
}
