//! atan2: the ratio of the smaller to the larger of |y| and |x| lies in [0, 1], where one polynomial serves; the octant then
//! says what the angle is added to or taken from.

use super::{SIGN, held, polynomial, with_sign_of};
use crate::lane::Lane;
use core::f32::consts::{FRAC_PI_2, PI};

/// atan r = r + r³ p(r²) on 0 ≤ r ≤ 1; relative error 1.7e-8.
const ATAN: [f32; 8] = [
    -0.333_331_53,
    0.199_937_67,
    -0.142_110_02,
    0.106_657_6,
    -0.075_516_08,
    0.043_203_622,
    -0.016_362_168,
    0.002_919_076,
];
/// What is left of π/2 and of π once they are rounded to f32.
const BELOW_HALF_PI: f32 = -4.371_139e-8;
const BELOW_PI: f32 = -8.742_278e-8;

/// The angle of the point (x, y), in [-π, π], with the signed zeros and infinities of C's `atan2f`. Error ≤ 2 ulp.
#[inline(always)]
pub fn atan2<L: Lane>() -> impl Fn(L, L) -> L + Copy {
    let (tail, [one, pi, pi_rest, half_pi, half_pi_rest]) =
        (polynomial(ATAN), held([1.0, PI, BELOW_PI, FRAC_PI_2, BELOW_HALF_PI]));
    move |y: L, x: L| {
        let (a, b) = (y.abs(), x.abs());
        let steep = b.less(a);
        // Two infinities are at 45°, two zeros at 0; comparisons with NaN fail, so the quotient carries it on.
        let (small, large) = (steep.select(b, a), steep.select(a, b));
        let ratio = a.equal(b).select(one, small.div(large)).and_not(a.or(b).equal(L::splat(0.0)));
        let square = ratio.mul(ratio);
        let angle = tail(square).mul(square).multiply_add(ratio, ratio);
        let left = x.shift_right_bits(31); // -0 too
        let (from, rest) = (steep.select(half_pi, left.and(pi)), steep.select(half_pi_rest, left.and(pi_rest)));
        let back = left.xor(steep).and(L::splat_bits(SIGN)); // from π/2 to the right or from π: downwards
        with_sign_of(from.add(angle.xor(back).add(rest)), y)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{assert_ulps, linear, logarithmic};
    use super::*;
    use crate::lane::Scalar;

    fn at(y: f32, x: f32) -> f32 {
        atan2()(Scalar::splat(y), Scalar::splat(x)).to_array()[0]
    }

    #[test]
    fn angles_are_close_all_around() {
        for x in [1.0f32, -1.0, 0.3, -77.7, 1e-30, -1e30] {
            let scale = f64::from(x.abs());
            for arguments in [
                Box::new(linear(-3.0 * scale, 3.0 * scale)) as Box<dyn Iterator<Item = f32>>,
                Box::new(logarithmic(1e-7 * scale, 1e7 * scale)),
            ] {
                assert_ulps("atan2", 2.0, |y| atan2()(y, Lane::splat(x)), |y| y.atan2(f64::from(x)), arguments);
            }
        }
        for y in [1.0f32, -0.7, 1e-38, -3e38] {
            let scale = f64::from(y.abs()).clamp(1e-30, 1e30);
            let arguments = linear(-2.0 * scale, 2.0 * scale);
            assert_ulps("atan2", 2.0, |x| atan2()(Lane::splat(y), x), |x| f64::from(y).atan2(x), arguments);
        }
    }

    #[test]
    fn a_dense_grid_of_points_is_close() {
        let of = |i: i32| (i as f32 / 100.0).powi(3); // denser towards the axes
        for i in -300..=300 {
            let arguments = (-300..=300).map(of);
            assert_ulps("atan2", 2.0, |x| atan2()(Lane::splat(of(i)), x), |x| f64::from(of(i)).atan2(x), arguments);
        }
    }

    #[test]
    fn zeros_infinities_and_nan_are_those_of_c() {
        let odd = [0.0, 1.0, 1e-45, 3e38, f32::INFINITY];
        let odd: Vec<f32> = odd.iter().flat_map(|&x| [x, -x]).chain([f32::NAN]).collect();
        for &y in &odd {
            for &x in &odd {
                let (got, want) = (at(y, x), f64::from(y).atan2(f64::from(x)) as f32);
                assert!(got.is_nan() == want.is_nan(), "({y}, {x}): {got}, not {want}");
                let apart = got.to_bits().abs_diff(want.to_bits());
                assert!(want.is_nan() || apart <= 1, "({y}, {x}): {got}, not {want}");
            }
        }
        assert_eq!([at(0.0, -0.0), at(-0.0, -0.0), at(-0.0, 0.0)].map(f32::to_bits), [PI, -PI, -0.0].map(f32::to_bits));
        assert_eq!(at(f32::INFINITY, f32::NEG_INFINITY), 0.75 * PI);
    }
}
