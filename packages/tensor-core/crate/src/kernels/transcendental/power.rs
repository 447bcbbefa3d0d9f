//! xʸ, element by element in f64: y log₂ x needs some eight bits more than f32 has.

use crate::lane::Lane;

/// log₂ of a positive, finite f32; error 2⁻³⁶ of the result.
fn log2(x: f32) -> f64 {
    let (x, below) = if x < f32::MIN_POSITIVE { (x * 8_388_608.0, 23) } else { (x, 0) };
    let exponent = (x.to_bits() as i32 - 0x3f35_04f3) >> 23; // mantissa in [√½, √2)
    let m = f64::from(f32::from_bits((x.to_bits() as i32 - (exponent << 23)) as u32));
    // log m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), |s| ≤ 0.172
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let series = [13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0].iter().fold(0.0, |sum, n| sum * square + 1.0 / n);
    f64::from(exponent - below) + 2.0 * core::f64::consts::LOG2_E * s * series
}

/// 2ˣ rounded to f32; relative error before rounding 2⁻³⁵.
fn exp2(x: f64) -> f32 {
    let x = x.clamp(-160.0, 130.0);
    let n = (x + 6_755_399_441_055_744.0) - 6_755_399_441_055_744.0; // 1.5 · 2⁵²: to the nearest integer
    let r = (x - n) * core::f64::consts::LN_2;
    let series = (1..10).rev().fold(1.0, |sum, k| 1.0 + sum * (r * (1.0 / f64::from(k)))); // Taylor, |r| ≤ ln 2 / 2
    (series * f64::from_bits(((n as i64 + 1023) as u64) << 52)) as f32
}

/// One xʸ with the edges of IEEE 754's `pow`: x⁰ = 1ʸ = 1 even for NaN, negative x only with integral y.
fn pow_one(x: f32, y: f32) -> f32 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if x.is_nan() || y.is_nan() {
        return f32::NAN;
    }
    let integral = y.trunc() == y;
    let odd = integral && y.abs() < 16_777_216.0 && (y as i64) & 1 == 1;
    let magnitude = if x.is_infinite() || x == 0.0 {
        if x.is_infinite() == (y > 0.0) { f32::INFINITY } else { 0.0 }
    } else if y.is_infinite() {
        if x.abs() == 1.0 {
            1.0
        } else if (x.abs() > 1.0) == (y > 0.0) {
            f32::INFINITY
        } else {
            0.0
        }
    } else if x < 0.0 && !integral {
        return f32::NAN;
    } else {
        exp2(f64::from(y) * log2(x.abs()))
    };
    if x.is_sign_negative() && odd { -magnitude } else { magnitude }
}

/// xʸ over the whole range. Error ≤ 0.52 ulp.
#[inline(always)]
pub fn pow<L: Lane>(x: L, y: L) -> L {
    let ([a, b, c, d], [p, q, r, s]) = (x.to_array(), y.to_array());
    L::from_array([pow_one(a, p), pow_one(b, q), pow_one(c, r), pow_one(d, s)])
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{assert_ulps, linear, logarithmic};
    use super::*;

    #[test]
    fn powers_are_nearly_correctly_rounded() {
        for y in [-3.7f32, -1.0, 0.1, 0.5, 1.0 / 3.0, 2.0, 3.0, 11.5] {
            let f = |x| pow(x, Lane::splat(y));
            assert_ulps("pow", 0.52, f, |x| x.powf(f64::from(y)), logarithmic(1e-44, 3e38));
        }
        for x in [1.000_001f32, 0.3, 7.0] {
            let f = |y| pow(Lane::splat(x), y);
            assert_ulps("pow", 0.52, f, |y| f64::from(x).powf(y), linear(-40.0, 40.0));
        }
    }

    #[test]
    fn edges_are_those_of_ieee() {
        let values = [
            0.0,
            -0.0,
            0.5,
            -0.5,
            1.0,
            -1.0,
            2.0,
            -2.0,
            3.0,
            -3.0,
            1e30,
            2.5,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NAN,
        ];
        for x in values {
            for y in values {
                let (got, want) = (pow_one(x, y), f64::from(x).powf(f64::from(y)) as f32);
                assert!(
                    got == want && got.is_sign_negative() == want.is_sign_negative() || got.is_nan() && want.is_nan(),
                    "{x}^{y}: {got}, not {want}"
                );
            }
        }
    }
}
