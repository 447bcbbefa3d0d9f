//! exp and expm1: x = n ln 2 + r with |r| ≤ ln 2 / 2, a polynomial in r, and powers of two put together from bits.

use super::{ROUND_BY_ADDING, held, polynomial, with_sign_of};
use crate::lane::Lane;
use core::f32::consts::LOG2_E;

/// What a float's exponent bits are above its exponent.
const BIAS: f32 = 127.0;
/// ln 2 in two parts; the first has 16 bits, so n times it is exact.
const LN_2_HIGH: f32 = 0.693_145_75;
const LN_2_LOW: f32 = 1.428_606_8e-6;

/// q with exp(r) = 1 + r + r² q(r) on |r| ≤ ln 2 / 2; relative error of exp 3e-9.
const EXP: [f32; 5] = [0.499_999_94, 0.166_665_17, 0.041_668_102, 0.008_369_192_5, 0.001_383_890_3];
/// As above, fitted to the relative error of exp(r) - 1: 2e-8.
const EXPM1: [f32; 5] = [0.5, 0.166_665_23, 0.041_666_61, 0.008_369_202, 0.001_391_812_7];

/// x as n ln 2 + r, the first as n + `bias` in the low bits of a float that is otherwise [`ROUND_BY_ADDING`]'s.
#[inline(always)]
fn reduction<L: Lane>(bias: f32) -> impl Fn(L) -> (L, L) + Copy {
    let [magic, log2_e, high, low] = held([ROUND_BY_ADDING + bias, LOG2_E, LN_2_HIGH, LN_2_LOW]);
    move |x| {
        let n_bits = x.multiply_add(log2_e, magic);
        let n = n_bits.sub(magic);
        let r = n.negative_multiply_add(high, x);
        (n_bits, n.negative_multiply_add(low, r))
    }
}

/// exp(r).
#[inline(always)]
fn exp_of_rest<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (q, [one]) = (polynomial(EXP), held([1.0]));
    move |r| q(r).multiply_add(r, one).multiply_add(r, one)
}

/// 2ⁿ for -127 ≤ n ≤ 127 where `n_bits` holds n + 127, 0 for the first of them. The magic number's own bits fall out.
#[inline(always)]
fn power_of_two<L: Lane>(n_bits: L) -> L {
    n_bits.shift_left_bits(23)
}

/// eˣ over the whole range of f32: overflows to infinity above 88.7228, subnormal below -87.34. Error ≤ 1.2 ulp.
#[inline(always)]
pub fn exp<L: Lane>() -> impl Fn(L) -> L + Copy {
    // n reaches from -150 to 128, beyond one float's exponents: two factors, the second of which rounds or overflows.
    let (reduced, exp_of_rest, [lowest, highest]) = (reduction(2.0 * BIAS), exp_of_rest(), held([-104.0, 89.0]));
    move |x: L| {
        let (n, r) = reduced(x.pseudo_max(lowest).pseudo_min(highest));
        let half = n.shift_right_bits(1);
        exp_of_rest(r).mul(power_of_two(half)).mul(power_of_two(n.sub_bits(half)))
    }
}

/// Below this eˣ is subnormal.
pub const LOWEST_NORMAL: f32 = -87.336_54;

/// eˣ for -88 ≤ x ≤ 88, or NaN; 0 below -87.68 (126.5 ln 2). Error ≤ 1.2 ulp.
#[inline(always)]
pub fn exp_within<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (reduced, exp_of_rest) = (reduction(BIAS), exp_of_rest());
    move |x| {
        let (n, r) = reduced(x);
        exp_of_rest(r).mul(power_of_two(n))
    }
}

/// eˣ for x ≤ 88, with 0 for results below 2⁻¹²⁶·⁵: what softmax needs. Error ≤ 1.2 ulp.
#[inline(always)]
pub fn exp_to_zero<L: Lane>() -> impl Fn(L) -> L + Copy {
    let (exp_within, [lowest]) = (exp_within(), held([-88.0]));
    move |x: L| exp_within(x.pseudo_max(lowest))
}

/// eˣ - 1, accurate near 0. Error ≤ 2 ulp.
#[inline(always)]
pub fn expm1<L: Lane>() -> impl Fn(L) -> L + Copy {
    // 2ⁿ (m + 1) - 1, halved while n may be 128.
    let (reduced, tail) = (reduction(BIAS - 1.0), polynomial(EXPM1));
    let [lowest, highest, half] = held([-18.0, 89.0, 0.5]);
    move |x: L| {
        let (n, r) = reduced(x.pseudo_max(lowest).pseudo_min(highest));
        let m = tail(r).mul(r).multiply_add(r, r); // exp(r) - 1
        let scale = power_of_two(n);
        let y = scale.multiply_add(m, scale.sub(half));
        with_sign_of(y.add(y).abs(), x)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{assert_ulps, at, linear, logarithmic};
    use super::*;

    #[test]
    fn exp_is_close_over_its_range() {
        assert_ulps("exp", 1.2, exp(), f64::exp, linear(-104.5, 88.8));
        assert_ulps("exp", 1.2, exp(), f64::exp, logarithmic(1e-9, 1.0));
    }

    #[test]
    fn exp_overflows_exactly_where_f32_does() {
        assert_eq!(at(exp(), 88.722_83), 3.402_798_5e38);
        assert_eq!(at(exp(), 88.722_84), f32::INFINITY);
        assert_eq!(at(exp(), f32::INFINITY), f32::INFINITY);
        assert_eq!(at(exp(), f32::NEG_INFINITY), 0.0);
        assert_eq!(at(exp(), 0.0), 1.0);
        assert!(at(exp(), f32::NAN).is_nan() && at(exp(), f32::from_bits(0x7fc1_2345)).is_nan());
    }

    #[test]
    fn exp_to_zero_flushes_only_the_smallest() {
        assert_ulps("exp_to_zero", 1.2, exp_to_zero(), f64::exp, linear(-87.67, 88.0));
        assert_eq!((at(exp_to_zero(), -87.7), at(exp_to_zero(), f32::NEG_INFINITY)), (0.0, 0.0));
        assert!(at(exp_to_zero(), f32::NAN).is_nan());
    }

    #[test]
    fn expm1_is_accurate_near_zero_and_far() {
        assert_ulps("expm1", 2.0, expm1(), f64::exp_m1, linear(-20.0, 88.8));
        assert_ulps("expm1", 2.0, expm1(), f64::exp_m1, logarithmic(1e-30, 1.0));
        assert_ulps("expm1", 2.0, expm1(), f64::exp_m1, logarithmic(1e-30, 1.0).map(|x| -x));
        assert_eq!(at(expm1(), f32::NEG_INFINITY), -1.0);
        assert_eq!(at(expm1(), f32::INFINITY), f32::INFINITY);
        assert_eq!(at(expm1(), -0.0).to_bits(), (-0.0f32).to_bits());
        assert!(at(expm1(), f32::NAN).is_nan());
    }
}
