//! exp and expm1: x = n ln 2 + r with |r| ≤ ln 2 / 2, a polynomial in r, and powers of two put together from bits.

use super::{ONE, ROUND_BY_ADDING, polynomial, with_sign_of};
use crate::lane::Lane;
use core::f32::consts::LOG2_E;

/// ln 2 in two parts; the first has 16 bits, so n times it is exact.
const LN_2_HIGH: f32 = 0.693_145_75;
const LN_2_LOW: f32 = 1.428_606_8e-6;

/// q with exp(r) = 1 + r + r² q(r) on |r| ≤ ln 2 / 2; relative error of exp 3e-9.
const EXP: [f32; 5] = [0.499_999_94, 0.166_665_17, 0.041_668_102, 0.008_369_192_5, 0.001_383_890_3];
/// As above, fitted to the relative error of exp(r) - 1: 2e-8.
const EXPM1: [f32; 5] = [0.5, 0.166_665_23, 0.041_666_61, 0.008_369_202, 0.001_391_812_7];

/// x as n ln 2 + r. n is returned in the low bits of a float that is otherwise [`ROUND_BY_ADDING`]'s.
#[inline(always)]
fn reduce<L: Lane>(x: L) -> (L, L) {
    let magic = L::splat(ROUND_BY_ADDING);
    let n_bits = x.multiply_add(L::splat(LOG2_E), magic);
    let n = n_bits.sub(magic);
    let r = n.negative_multiply_add(L::splat(LN_2_HIGH), x);
    (n_bits, n.negative_multiply_add(L::splat(LN_2_LOW), r))
}

/// 2ⁿ for -126 ≤ n ≤ 127; the magic number's own bits fall out of the shift.
#[inline(always)]
fn power_of_two<L: Lane>(n_bits: L) -> L {
    L::splat_bits(ONE).add_bits(n_bits.shift_left_bits(23))
}

/// eˣ over the whole range of f32: overflows to infinity above 88.7228, subnormal below -87.34. Error ≤ 1.2 ulp.
#[inline(always)]
pub fn exp<L: Lane>(x: L) -> L {
    let (n, r) = reduce(x.pseudo_max(L::splat(-104.0)).pseudo_min(L::splat(89.0)));
    let p = polynomial(r, EXP).multiply_add(r, L::splat(1.0)).multiply_add(r, L::splat(1.0));
    // n reaches from -150 to 128, beyond one float's exponents: two factors, the second of which rounds or overflows.
    let half = n.shift_right_bits(1);
    p.mul(power_of_two(half)).mul(power_of_two(n.sub_bits(half)))
}

/// Below this eˣ is subnormal.
pub const LOWEST_NORMAL: f32 = -87.336_54;

/// eˣ for [`LOWEST_NORMAL`] ≤ x ≤ 88, or NaN. Error ≤ 1.2 ulp.
#[inline(always)]
pub fn exp_of_normal<L: Lane>(x: L) -> L {
    let (n, r) = reduce(x);
    let p = polynomial(r, EXP).multiply_add(r, L::splat(1.0)).multiply_add(r, L::splat(1.0));
    p.mul(power_of_two(n))
}

/// eˣ for x ≤ 88, with 0 for subnormal results: what softmax needs. Error ≤ 1.2 ulp.
#[inline(always)]
pub fn exp_to_zero<L: Lane>(x: L) -> L {
    let lowest = L::splat(LOWEST_NORMAL);
    exp_of_normal(x.pseudo_max(lowest)).and_not(x.less(lowest))
}

/// eˣ - 1, accurate near 0. Error ≤ 2 ulp.
#[inline(always)]
pub fn expm1<L: Lane>(x: L) -> L {
    let (n, r) = reduce(x.pseudo_max(L::splat(-18.0)).pseudo_min(L::splat(89.0)));
    let m = polynomial(r, EXPM1).mul(r).multiply_add(r, r); // exp(r) - 1
    // 2ⁿ (m + 1) - 1, halved while n may be 128.
    let scale = L::splat_bits(ONE - (1 << 23)).add_bits(n.shift_left_bits(23));
    let y = scale.multiply_add(m, scale.sub(L::splat(0.5)));
    with_sign_of(y.add(y).abs(), x)
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{assert_ulps, at, linear, logarithmic};
    use super::*;

    #[test]
    fn exp_is_close_over_its_range() {
        assert_ulps("exp", 1.2, exp, f64::exp, linear(-104.5, 88.8));
        assert_ulps("exp", 1.2, exp, f64::exp, logarithmic(1e-9, 1.0));
    }

    #[test]
    fn exp_overflows_exactly_where_f32_does() {
        assert_eq!(at(exp, 88.722_83), 3.402_798_5e38);
        assert_eq!(at(exp, 88.722_84), f32::INFINITY);
        assert_eq!(at(exp, f32::INFINITY), f32::INFINITY);
        assert_eq!(at(exp, f32::NEG_INFINITY), 0.0);
        assert_eq!(at(exp, 0.0), 1.0);
        assert!(at(exp, f32::NAN).is_nan() && at(exp, f32::from_bits(0x7fc1_2345)).is_nan());
    }

    #[test]
    fn exp_to_zero_flushes_only_subnormals() {
        assert_ulps("exp_to_zero", 1.2, exp_to_zero, f64::exp, linear(-87.33, 88.0));
        assert_eq!((at(exp_to_zero, -87.4), at(exp_to_zero, f32::NEG_INFINITY)), (0.0, 0.0));
        assert!(at(exp_to_zero, f32::NAN).is_nan());
    }

    #[test]
    fn expm1_is_accurate_near_zero_and_far() {
        assert_ulps("expm1", 2.0, expm1, f64::exp_m1, linear(-20.0, 88.8));
        assert_ulps("expm1", 2.0, expm1, f64::exp_m1, logarithmic(1e-30, 1.0));
        assert_ulps("expm1", 2.0, expm1, f64::exp_m1, logarithmic(1e-30, 1.0).map(|x| -x));
        assert_eq!(at(expm1, f32::NEG_INFINITY), -1.0);
        assert_eq!(at(expm1, f32::INFINITY), f32::INFINITY);
        assert_eq!(at(expm1, -0.0).to_bits(), (-0.0f32).to_bits());
        assert!(at(expm1, f32::NAN).is_nan());
    }
}
