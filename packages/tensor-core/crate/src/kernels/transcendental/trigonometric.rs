//! sin and cos: x = n π/2 + r with |r| ≤ π/4, polynomials in r. π/2 in four parts (Cody & Waite) serves up to 12,800;
//! beyond that the argument is multiplied by as many bits of 2/π as it needs (Payne & Hanek), element by element.

use super::{ROUND_BY_ADDING, SIGN, held, polynomial};
use crate::lane::{Lane, WIDTH};
use core::f32::consts::FRAC_2_PI;

/// π/2 in parts; the first three have 11 bits, so n (13 bits) times each is exact.
const HALF_PI: [f32; 4] = [1.570_312_5, 4.837_513e-4, 7.549_533_6e-8, 2.563_344e-12];
const LARGE: f32 = 12_800.0;

/// sin r = r + r³ p(r²) on |r| ≤ π/4; relative error 4e-9.
const SIN: [f32; 3] = [-0.166_666_55, 0.008_332_187, -1.951_789_7e-4];
/// cos r = 1 - r²/2 + r⁴ p(r²) on |r| ≤ π/4; relative error 1.2e-10.
const COS: [f32; 3] = [0.041_666_646, -0.001_388_731, 2.443_232_7e-5];

/// 0 and then the first 256 bits of 2/π, as a fraction, most significant word first.
const TWO_OVER_PI: [u32; 9] =
    [0, 0xa2f9_836e, 0x4e44_1529, 0xfc27_57d1, 0xf534_ddc0, 0xdb62_9599, 0x3c43_9041, 0xfe51_63ab, 0xdebb_c561];

/// x ≥ 0 as n π/2 + r, r as a sum of two.
struct Reduced<L> {
    /// n in the low two bits.
    n_bits: L,
    /// NaN for infinity and NaN.
    high: L,
    /// At most 2e-8: what rounding would take from `high`.
    low: L,
}

#[inline(always)]
fn reduction<L: Lane>() -> impl Fn(L) -> Reduced<L> + Copy {
    let (parts, [magic, two_over_pi, large]) = (held(HALF_PI), held([ROUND_BY_ADDING, FRAC_2_PI, LARGE]));
    move |x: L| {
        let n_bits = x.multiply_add(two_over_pi, magic);
        let n = n_bits.sub(magic);
        let [parts @ .., last] = parts;
        let high = parts.iter().fold(x, |r, &part| n.negative_multiply_add(part, r));
        let reduced = Reduced { n_bits, high, low: n.mul(last).neg() };
        if large.less(x).any() { reduce_large(x, reduced) } else { reduced }
    }
}

/// Puts the exact reduction into the elements that are large.
#[cold]
#[inline(never)]
fn reduce_large<L: Lane>(x: L, reduced: Reduced<L>) -> Reduced<L> {
    let x = x.to_array();
    let (mut n_bits, mut high, mut low) = (reduced.n_bits.to_array(), reduced.high.to_array(), reduced.low.to_array());
    for i in 0..WIDTH {
        if x[i] > LARGE {
            let (quadrant, rest) = payne_hanek(x[i]);
            (n_bits[i], high[i], low[i]) = (f32::from_bits(quadrant), rest, 0.0);
        }
    }
    Reduced { n_bits: L::from_array(n_bits), high: L::from_array(high), low: L::from_array(low) }
}

/// x > 2⁸ as n π/2 + r, exact to f32 for every finite x.
fn payne_hanek(x: f32) -> (u32, f32) {
    if !x.is_finite() {
        return (0, f32::NAN);
    }
    let bits = x.to_bits();
    let mantissa = u128::from(bits & 0x007f_ffff | 0x0080_0000);
    let exponent = (bits >> 23) as i32 - 127 - 23; // x = mantissa · 2^exponent
    // x · 2/π modulo 4 needs the bits of 2/π from weight 2^(1 - exponent) down; 96 of them leave 70 exact ones.
    let first = (exponent - 2 + 32) as usize;
    let (word, shift) = (first / 32, first % 32);
    let window = (0..4).fold(0u128, |sum, i| sum << 32 | u128::from(TWO_OVER_PI[word + i]));
    let window = window >> (32 - shift) & (u128::MAX >> 32);
    let product = (mantissa * window) & (u128::MAX >> 32); // quadrant in the top 2 of 96 bits
    let quadrant = (product + (1 << 93)) >> 94;
    let fraction = product as i128 - (quadrant << 94) as i128;
    let r = fraction as f64 * f64::from_bits((1023 - 94) << 52) * core::f64::consts::FRAC_PI_2; // · 2⁻⁹⁴ π/2
    (quadrant as u32, r as f32)
}

/// Sine and cosine of what was reduced, before n is taken into account.
#[inline(always)]
fn within_quadrant<L: Lane>() -> impl Fn(L, L) -> (L, L) + Copy {
    let (sin_tail, cos_tail, [minus_half, one]) = (polynomial(SIN), polynomial(COS), held([-0.5, 1.0]));
    move |high: L, low: L| {
        let square = high.mul(high);
        // To first order in `low`: sin(r + low) = sin r + low (cos r is near enough to 1), cos(r + low) = cos r - r low.
        let sin = high.add(sin_tail(square).mul(square).multiply_add(high, low));
        let cos_tail = cos_tail(square).mul(square).mul(square);
        let cos = square.multiply_add(minus_half, one).add(low.negative_multiply_add(high, cos_tail));
        (sin, cos)
    }
}

/// The sine after n quarter turns, from sine and cosine within the quadrant.
#[inline(always)]
fn turned<L: Lane>(n_bits: L, (sin, cos): (L, L)) -> L {
    let odd = n_bits.shift_left_bits(31).shift_right_bits(31);
    let negative = n_bits.shift_right_bits(1).shift_left_bits(31);
    odd.select(cos, sin).xor(negative)
}

/// Sine and cosine of x radians, for every finite x; NaN at infinity. Error ≤ 2 ulp.
#[inline(always)]
pub fn sin_cos<L: Lane>() -> impl Fn(L) -> (L, L) + Copy {
    let (reduced, within_quadrant) = (reduction(), within_quadrant());
    move |x: L| {
        let Reduced { n_bits, high, low } = reduced(x.abs());
        let parts = within_quadrant(high, low);
        let sin = turned(n_bits, parts).xor(x.and(L::splat_bits(SIGN)));
        (sin, turned(n_bits.add_bits(L::splat_bits(1)), parts))
    }
}

/// Sine of x radians.
#[inline(always)]
pub fn sin<L: Lane>() -> impl Fn(L) -> L + Copy {
    let sin_cos = sin_cos();
    move |x| sin_cos(x).0
}

/// Cosine of x radians.
#[inline(always)]
pub fn cos<L: Lane>() -> impl Fn(L) -> L + Copy {
    let sin_cos = sin_cos();
    move |x| sin_cos(x).1
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{assert_ulps, at, linear, logarithmic};
    use super::*;

    #[test]
    fn sin_and_cos_are_close_up_to_ten_thousand() {
        for (low, high) in [(-7.0, 7.0), (-1e4, 1e4), (12_700.0, 12_900.0)] {
            assert_ulps("sin", 2.0, sin(), f64::sin, linear(low, high));
            assert_ulps("cos", 2.0, cos(), f64::cos, linear(low, high));
        }
        assert_ulps("sin", 2.0, sin(), f64::sin, logarithmic(1e-37, 1.0));
    }

    #[test]
    fn arguments_next_to_multiples_of_half_pi_keep_their_digits() {
        let near = || (1..8000).map(|n| (f64::from(n) * core::f64::consts::FRAC_PI_2) as f32);
        assert_ulps("sin", 2.0, sin(), f64::sin, near());
        assert_ulps("cos", 2.0, cos(), f64::cos, near());
    }

    #[test]
    fn huge_arguments_are_reduced_exactly() {
        assert_ulps("sin", 2.0, sin(), f64::sin, logarithmic(1e4, 3.4e38));
        assert_ulps("cos", 2.0, cos(), f64::cos, logarithmic(1e4, 3.4e38));
    }

    #[test]
    fn edges() {
        assert_eq!(at(sin(), -0.0).to_bits(), (-0.0f32).to_bits());
        assert_eq!(at(cos(), 0.0), 1.0);
        for x in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
            assert!(at(sin(), x).is_nan() && at(cos(), x).is_nan());
        }
    }
}
