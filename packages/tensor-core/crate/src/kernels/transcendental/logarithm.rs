//! log and log1p: x = 2ᵉ m with m in [√½, √2), a polynomial in m - 1. softplus on top.

use super::{exp_to_zero, held, polynomial};
use crate::lane::Lane;

/// ln 2 in two parts; the first has 9 bits, so e times it is exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;
const ROOT_HALF: u32 = 0x3f35_04f3;

/// p with log(1 + f) = f - f²/2 + f³ p(f) on √½ - 1 ≤ f < √2 - 1; relative error of the logarithm 6e-9.
const LOG: [f32; 8] =
    [0.333_333_3, -0.250_008_23, 0.200_012_61, -0.166_233_35, 0.142_009_53, -0.131_594_93, 0.127_663_28, -0.076_417_47];

/// x > 0, normal, as 2ᵉ m: (e as an integer shifted to the exponent's place, m).
#[inline(always)]
fn split<L: Lane>() -> impl Fn(L) -> (L, L) + Copy {
    let [root_half] = held([f32::from_bits(ROOT_HALF)]);
    move |x: L| {
        let exponent = x.sub_bits(root_half).shift_right_bits(23);
        let shifted = exponent.shift_left_bits(23);
        (exponent, x.sub_bits(shifted))
    }
}

/// e ln 2 + log(1 + f).
#[inline(always)]
fn combination<L: Lane>() -> impl Fn(L, L) -> L + Copy {
    let (p, [minus_half, high, low]) = (polynomial(LOG), held([-0.5, LN_2_HIGH, LN_2_LOW]));
    move |e: L, f: L| {
        let square = f.mul(f);
        let tail = p(f).mul(f).mul(square);
        let tail = e.multiply_add(low, tail);
        let tail = square.multiply_add(minus_half, tail);
        e.multiply_add(high, f.add(tail))
    }
}

/// `y`, or what the logarithm is at infinity, at 0 and below, for the argument `x`.
#[inline(always)]
fn with_edges<L: Lane>() -> impl Fn(L, L) -> L + Copy {
    let (zero, [infinity, minus_infinity, nan]) = (L::splat(0.0), held([f32::INFINITY, f32::NEG_INFINITY, f32::NAN]));
    move |y: L, x: L| {
        let y = x.equal(infinity).select(x, y);
        let y = x.equal(zero).select(minus_infinity, y);
        x.less(zero).select(nan, y)
    }
}

/// Natural logarithm: -∞ at 0, NaN below. Error ≤ 1 ulp.
#[inline(always)]
pub fn log<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (split, combination, with_edges) = (split(), combination(), with_edges());
    let [smallest, scale, power, one] = held([f32::MIN_POSITIVE, 8_388_608.0, 23.0, 1.0]); // 2²³, 23
    move |x: L| {
        let subnormal = x.less(smallest);
        let normal = subnormal.select(x.mul(scale), x);
        let (exponent, m) = split(normal);
        let e = exponent.i32_to_f32().sub(subnormal.and(power));
        let y = with_edges(combination(e, m.sub(one)), x);
        x.equal(x).select(y, x)
    }
}

/// log(1 + x), accurate near 0: -∞ at -1, NaN below. Error ≤ 2 ulp.
#[inline(always)]
pub fn log1p<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (split, combination, with_edges) = (split(), combination(), with_edges());
    let [one, shows_below] = held([1.0, 16_777_216.0]); // 2²⁴
    move |x: L| {
        let u = x.add(one);
        let lost = x.sub(u.sub(one)); // by the rounding of 1 + x
        let (exponent, m) = split(u);
        let scale = one.sub_bits(exponent.shift_left_bits(23)); // 2⁻ᵉ
        let lost = lost.mul(scale).and(x.less(shows_below));
        let f = m.sub(one).add(lost); // x itself while e = 0
        let y = with_edges(combination(exponent.i32_to_f32(), f), u);
        x.equal(x).and_not(x.equal(L::splat(0.0))).select(y, x)
    }
}

/// log(1 + eˣ) = max(x, 0) + log1p(exp(-|x|)). Error ≤ 3 ulp while the result is normal.
#[inline(always)]
pub fn softplus<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (log1p, exp_to_zero) = (log1p(), exp_to_zero());
    move |x: L| {
        let tail = log1p(exp_to_zero(x.abs().neg()));
        L::splat(0.0).pseudo_max(x).add(tail)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{assert_ulps, at, linear, logarithmic};
    use super::*;

    #[test]
    fn log_is_within_an_ulp_from_subnormals_to_the_largest() {
        assert_ulps("log", 1.0, log(), f64::ln, logarithmic(1e-45, 3.4e38));
        assert_ulps("log", 1.0, log(), f64::ln, linear(0.5, 2.0));
        assert_ulps("log", 1.0, log(), f64::ln, linear(0.999, 1.001));
    }

    #[test]
    fn logs_have_the_edges_of_ieee() {
        assert_eq!((at(log(), 0.0), at(log(), -0.0)), (f32::NEG_INFINITY, f32::NEG_INFINITY));
        assert_eq!((at(log(), f32::INFINITY), at(log1p(), f32::INFINITY)), (f32::INFINITY, f32::INFINITY));
        assert_eq!((at(log(), 1.0), at(log1p(), -1.0)), (0.0, f32::NEG_INFINITY));
        for x in [-1.0, f32::NEG_INFINITY, f32::NAN, -1e-40] {
            assert!(at(log(), x).is_nan(), "log {x}");
        }
        assert!(at(log1p(), -1.5).is_nan() && at(log1p(), f32::NAN).is_nan());
        assert_eq!(at(log1p(), -0.0).to_bits(), (-0.0f32).to_bits());
    }

    #[test]
    fn log1p_is_accurate_near_zero_and_far() {
        assert_ulps("log1p", 2.0, log1p(), f64::ln_1p, logarithmic(1e-40, 3.4e38));
        assert_ulps("log1p", 2.0, log1p(), f64::ln_1p, logarithmic(1e-40, 0.999_999).map(|x| -x));
        assert_ulps("log1p", 2.0, log1p(), f64::ln_1p, linear(-0.999, 4.0));
    }

    #[test]
    fn softplus_keeps_its_tail_and_never_overflows() {
        let exact = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
        assert_ulps("softplus", 3.0, softplus(), exact, linear(-87.0, 200.0));
        assert_eq!((at(softplus(), 1e30), at(softplus(), f32::INFINITY)), (1e30, f32::INFINITY));
        assert_eq!(at(softplus(), f32::NEG_INFINITY), 0.0);
        assert!(at(softplus(), f32::NAN).is_nan());
    }
}
