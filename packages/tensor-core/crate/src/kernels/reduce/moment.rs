//! Sums of squares and their roots: Euclidean norms, and variances, whose squares are those of the distance to the mean. They are
//! summed in lanes of f32, where four at once are squared, as long as that loses nothing, else again in f64, which holds the
//! square of every f32. Which of the two follows from the sum itself, and so is the same on any number of threads.

use super::Axes;
use super::float::{Reduction, reduce};
use super::fold::{Folding, Loops, fold};
use super::run::Squares;
use crate::lane::Lane;
use crate::layout::Walk;
use core::marker::PhantomData;
use wasm_bindgen::prelude::wasm_bindgen;

/// What becomes of the sum of squared distances.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moment {
    /// The root of the sum of the squares themselves: of distances to 0.
    Norm,
    /// The sum of distances to the mean, divided.
    Variance,
    /// Its root.
    Deviation,
}

/// y = the moment of x. `divisor` is that of the sum of squares.
/// # Safety: `x` and `y` point at the first elements of the walks, all of which are valid and do not overlap.
pub unsafe fn moment<L: Lane>(moment: Moment, divisor: f64, axes: &Axes, x: *const f32, y: *mut f32) {
    let sums = Sums::<L> { moment, divisor, of: PhantomData };
    if sums.is_centred() {
        reduce::<L>(Reduction::Mean, axes, x, y); // y holds each centre until its elements have been folded
    }
    fold(&sums, axes, x, y);
}

struct Sums<L> {
    moment: Moment,
    divisor: f64,
    of: PhantomData<L>,
}

impl<L: Lane> Folding for Sums<L> {
    fn loops(&self) -> Loops {
        Loops::of::<L, Squares>()
    }

    fn is_centred(&self) -> bool {
        self.moment != Moment::Norm
    }

    unsafe fn finish(&self, totals: &mut [f64], reduced: &Walk<1>, x: *const f32) {
        // A square below 2⁻¹²⁶ is off by 2⁻¹⁵⁰ at most.
        let least = f64::from(f32::MIN_POSITIVE) * 4.0 * reduced.len() as f64;
        for (i, total) in totals.iter_mut().enumerate() {
            if !(*total < f64::INFINITY && *total >= least) {
                *total = squares_in_f64(self.is_centred(), reduced, x.add(i));
            }
            *total /= self.divisor;
            if self.moment != Moment::Variance {
                *total = total.sqrt();
            }
        }
    }
}

/// One after the other.
#[inline(never)]
unsafe fn squares_in_f64(centred: bool, reduced: &Walk<1>, x: *const f32) -> f64 {
    let (count, [stride]) = (reduced.sizes[reduced.rank - 1] as isize, reduced.inner_strides());
    let sum = |f: &dyn Fn(f64) -> f64| {
        let mut total = 0.0;
        reduced.call_for_each_row(&mut |[at]| {
            (0..count).for_each(|i| total += f(f64::from(*x.offset(at + i * stride))));
        });
        total
    };
    let mean = if centred { sum(&|x| x) / reduced.len() as f64 } else { 0.0 };
    sum(&|x| (x - mean) * (x - mean))
}

#[cfg(test)]
mod tests {
    use super::super::test_axes::{CASES, contiguous};
    use super::*;
    use crate::lane::Scalar;

    fn run(of: Moment, divisor: f64, axes: &Axes, x: &[f32]) -> Vec<f32> {
        let mut y = vec![99.0; axes.kept.len()];
        // SAFETY: x and y have the sizes that the axes were made from.
        unsafe { moment::<Scalar>(of, divisor, axes, x.as_ptr(), y.as_mut_ptr()) };
        y
    }

    fn defined(of: Moment, divisor: f64, x: impl Iterator<Item = f32>) -> f64 {
        let x: Vec<f64> = x.map(f64::from).collect();
        let mean = if of == Moment::Norm { 0.0 } else { x.iter().sum::<f64>() / x.len() as f64 };
        let square = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / divisor;
        if of == Moment::Variance { square } else { square.sqrt() }
    }

    #[test]
    fn every_shape_at_every_scale_matches_f64() {
        for (sizes, reduced) in CASES {
            let (axes, to) = contiguous(sizes, reduced);
            for scale in [1.0, 1e30, 1e-30, 1e-42, 2e38] {
                let x: Vec<f32> = (0..to.len()).map(|i| (((i * 7919) % 1009) as f32 / 1009.0 - 0.3) * scale).collect();
                for (of, divisor) in [(Moment::Norm, 1.0), (Moment::Variance, 7.0), (Moment::Deviation, 7.0)] {
                    for (at, y) in run(of, divisor, &axes, &x).into_iter().enumerate().take(200) {
                        let group = x.iter().zip(&to).filter(|&(_, &t)| t == at).map(|(&x, _)| x);
                        let want = defined(of, divisor, group) as f32;
                        let tolerance = 1e-45 + 8e-7 * want;
                        let close = y == want || (y - want).abs() <= tolerance;
                        assert!(close, "{sizes:?} over {reduced:?} at {scale}, {of:?}: {y}, not {want}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_deviation_far_from_0_keeps_its_digits() {
        for (sizes, reduced) in [(&[100_000usize][..], &[0usize][..]), (&[20_000, 5], &[0]), (&[5, 20_000], &[1])] {
            let (axes, to) = contiguous(sizes, reduced);
            let x: Vec<f32> = (0..to.len()).map(|i| 1000.0 + ((i * 7919) % 1009) as f32 / 1009.0).collect();
            for (at, y) in run(Moment::Deviation, 10.0, &axes, &x).into_iter().enumerate() {
                let want =
                    defined(Moment::Deviation, 10.0, x.iter().zip(&to).filter(|&(_, &t)| t == at).map(|(&x, _)| x));
                assert!((f64::from(y) / want - 1.0).abs() < 1e-6, "{sizes:?}: {y}, not {want}");
            }
        }
    }

    #[test]
    fn equal_numbers_have_none_and_infinities_have_no_end() {
        let (axes, _) = contiguous(&[64], &[0]);
        for x in [0.0, 3e38, -3e38, 1e-45, 1e-30] {
            assert_eq!(run(Moment::Deviation, 63.0, &axes, &[x; 64]), [0.0], "{x}");
        }
        let (axes, _) = contiguous(&[3], &[0]);
        assert_eq!(run(Moment::Norm, 1.0, &axes, &[1.0, f32::NEG_INFINITY, f32::INFINITY]), [f32::INFINITY]);
        assert!(run(Moment::Deviation, 2.0, &axes, &[1.0, 2.0, f32::INFINITY])[0].is_nan());
        assert!(run(Moment::Norm, 1.0, &axes, &[f32::INFINITY, f32::NAN, 0.0])[0].is_nan());
    }

    #[test]
    fn strides_other_than_one_are_followed() {
        // x of (4, 6) with a step of 2 along rows of 12, over both axes and over each.
        let x: Vec<f32> = (0..48).map(|i| i as f32).collect();
        let (rows, columns) = ((4, 12), (6, 2)); // size and stride
        let at = |row: i32, column: i32| x[(row * 12 + column * 2) as usize];
        let along = |(size, stride): (i32, i32)| Walk::new(&[size], [&[stride]]);
        let kept = |(size, stride): (i32, i32)| Walk::new(&[size], [&[1], &[stride]]);
        let both = (Walk::new(&[], [&[], &[]]), Walk::new(&[4, 6], [&[12, 2]]));
        let all: Vec<Vec<f32>> = vec![(0..24).map(|i| at(i / 6, i % 6)).collect()];
        let each_row = (0..4).map(|row| (0..6).map(|column| at(row, column)).collect()).collect();
        let each_column = (0..6).map(|column| (0..4).map(|row| at(row, column)).collect()).collect();
        for ((kept, reduced), groups) in
            [(both, all), ((kept(rows), along(columns)), each_row), ((kept(columns), along(rows)), each_column)]
        {
            let axes = Axes::new(kept, reduced);
            for (of, divisor) in [(Moment::Norm, 1.0), (Moment::Variance, 3.0), (Moment::Deviation, 3.0)] {
                for (y, group) in run(of, divisor, &axes, &x).into_iter().zip(&groups) {
                    let want = defined(of, divisor, group.iter().copied());
                    assert!((f64::from(y) / want - 1.0).abs() < 1e-6, "{y}, not {want}");
                }
            }
        }
    }
}
