//! The error function, and GELU by its definition.

use super::{exp_to_zero, held, polynomial, with_sign_of};
use crate::lane::Lane;

/// Where the two approximations meet.
const MIDDLE: f32 = 0.85;
/// 1/√(2π), the normal density at 0.
const DENSITY_AT_0: f32 = 0.398_942_3;
/// From here on erf rounds to 1.
const ERF_IS_ONE: f32 = 3.95;
/// 2/√π - 1; apart from the rest of the series, so that its rounding does not show.
const SLOPE: f32 = 0.128_379_17;
/// erf x = x + x (SLOPE + x² p(x²)) on |x| ≤ 0.85; relative error 6e-9.
const NEAR: [f32; 5] = [-0.376_122, 0.112_785_97, -0.026_642_814, 0.004_798_306_6, -4.914_927e-4];
/// log(1 - erf x) on 0.85 ≤ x ≤ 3.95; error of erf 2e-9.
const FAR: [f32; 7] =
    [-1.147_043_8e-4, -1.128_015_4, -0.636_601_8, -0.104_447_86, 0.022_478_873, -0.003_107_151, 2.025_243_7e-4];

/// Φ(-x) = exp(-x²/2) t p(t) with t = 1 / (1 + TAIL_SLOPE x), for x ≥ 0 (the form of Hastings 1955); error of Φ 3e-8.
const TAIL: [f32; 6] = [0.157_113_57, 0.186_027_88, 0.020_135_125, 0.330_801_3, -0.249_047_98, 0.054_970_12];
const TAIL_SLOPE: f32 = 0.4;

/// 2/√π ∫₀ˣ exp(-t²) dt. Error ≤ 3 ulp.
#[inline(always)]
pub fn erf<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (near, far, exp_to_zero) = (polynomial(NEAR), polynomial(FAR), exp_to_zero());
    let [limit, middle, slope, one] = held([ERF_IS_ONE, MIDDLE, SLOPE, 1.0]);
    move |x: L| {
        let a = x.abs().pseudo_min(limit);
        let square = a.mul(a);
        let near = square.multiply_add(near(square), slope).multiply_add(a, a);
        let far = one.sub(exp_to_zero(far(a)));
        with_sign_of(a.less(middle).select(near, far), x)
    }
}

/// x/2 (1 + erf(x/√2)) (Hendrycks & Gimpel 2016); 0 at -∞. Error ≤ 2 ulp above -1, below that 1.2e-7 |x|.
#[inline(always)]
pub fn gelu<L: Lane>() -> impl Fn(L) -> L + Copy {
    use core::f32::consts::{FRAC_1_SQRT_2, SQRT_2};
    let (erf, [half, scale, lowest]) = (erf(), held([0.5, FRAC_1_SQRT_2, -ERF_IS_ONE * SQRT_2]));
    move |x: L| {
        let halved = x.mul(half);
        let y = halved.multiply_add(erf(x.mul(scale)), halved);
        y.and_not(x.less(lowest))
    }
}

/// dy (Φ(x) + x φ(x)), Φ and φ the normal distribution and its density: the gradient of y = gelu(x). Error ≤ 3e-7 |dy|.
/// Φ is made of the same exponential as φ: where both are wanted that is half the work of erf.
#[inline(always)]
pub fn gelu_gradient<L: Lane>() -> impl Fn(L, L) -> L + Copy {
    let (tail, exp_to_zero) = (polynomial::<L, 6>(TAIL), exp_to_zero::<L>());
    let [zero, one, slope, minus_half, peak]: [L; 5] = held([0.0, 1.0, TAIL_SLOPE, -0.5, DENSITY_AT_0]);
    move |dy: L, x: L| {
        let t = one.div(x.abs().multiply_add(slope, one));
        let exponential = exp_to_zero(x.mul(x).mul(minus_half));
        let tail = tail(t).mul(t).mul(exponential);
        let distribution = x.less(zero).select(tail, one.sub(tail));
        dy.mul(x.multiply_add(exponential.mul(peak), distribution))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{assert_ulps, at, linear, logarithmic};
    use super::*;
    use crate::lane::Scalar;

    /// erf by its Taylor series near 0 and by the continued fraction of erfc (Lentz) far from it, in f64.
    fn exact(x: f64) -> f64 {
        let a = x.abs();
        let y = if a < 2.5 {
            let (mut term, mut sum) = (a, a);
            for n in 1..80 {
                term *= -a * a / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            sum * 2.0 / core::f64::consts::PI.sqrt()
        } else {
            let fraction = (1..60).rev().fold(a, |tail, n| a + f64::from(n) / 2.0 / tail);
            1.0 - (-a * a).exp() / fraction / core::f64::consts::PI.sqrt()
        };
        y.copysign(x)
    }

    #[test]
    fn erf_is_close_everywhere_and_bounded() {
        assert!(
            (exact(1.0) - 0.842_700_792_949_714_9).abs() < 1e-15
                && (exact(3.0) - 0.999_977_909_503_001_4).abs() < 1e-15
        );
        assert_ulps("erf", 3.0, erf(), exact, linear(-5.0, 5.0));
        assert_ulps("erf", 3.0, erf(), exact, logarithmic(1e-37, 1.0));
        assert!(linear(-5.0, 5.0).all(|x| at(erf(), x).abs() <= 1.0));
        assert_eq!((at(erf(), 40.0), at(erf(), f32::NEG_INFINITY)), (1.0, -1.0));
        assert_eq!(at(erf(), -0.0).to_bits(), (-0.0f32).to_bits());
        assert!(at(erf(), f32::NAN).is_nan());
    }

    #[test]
    fn gelu_follows_its_definition() {
        let want = |x: f64| 0.5 * x * (1.0 + exact(x / 2f64.sqrt()));
        assert_ulps("gelu", 4.0, gelu(), want, linear(-0.8, 20.0));
        for x in linear(-30.0, -0.8) {
            let error = f64::from(at(gelu(), x)) - want(f64::from(x));
            assert!(error.abs() <= 1.2e-7 * f64::from(x.abs()), "gelu({x}) is off by {error:e}");
        }
        assert_eq!((at(gelu(), f32::NEG_INFINITY), at(gelu(), f32::INFINITY)), (0.0, f32::INFINITY));
    }

    #[test]
    fn gelu_gradient_follows_its_definition() {
        let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * core::f64::consts::PI).sqrt();
        let want = |x: f64| 0.5 * (1.0 + exact(x * core::f64::consts::FRAC_1_SQRT_2)) + x * density(x);
        for x in linear(-20.0, 20.0) {
            let got = at(move |x| gelu_gradient()(Scalar::splat(2.0), x), x);
            let error = f64::from(got) - 2.0 * want(f64::from(x));
            assert!(error.abs() <= 6e-7, "the slope at {x} is off by {error:e}");
        }
        assert_eq!((slope(-1e30), slope(1e30)), (0.0, 1.0));
        assert!(slope(f32::NAN).is_nan());
    }

    fn slope(x: f32) -> f32 {
        at(|x| gelu_gradient()(Scalar::splat(1.0), x), x)
    }
}
