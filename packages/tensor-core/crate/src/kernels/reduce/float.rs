//! Reductions of f32 whose result follows from one fold.

use super::Axes;
use super::fold::{Folding, Loops, fold};
use super::run::{Add, Fold, Largest, Magnitude, Multiply, Smallest};
use crate::lane::Lane;
use crate::layout::Walk;
use core::marker::PhantomData;
use wasm_bindgen::prelude::wasm_bindgen;

/// What becomes of the reduced elements.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reduction {
    Sum,
    /// NaN of no elements.
    Mean,
    Product,
    /// NaN if any element is; -∞ of no elements.
    Maximum,
    /// NaN if any element is; ∞ of no elements.
    Minimum,
    /// The power of two at or below the largest magnitude; 1 where that is 0, ∞ or NaN.
    Magnitude,
}

/// y = the reduction of x.
/// # Safety: `x` and `y` point at the first elements of the walks, all of which are valid and do not overlap.
pub unsafe fn reduce<L: Lane>(reduction: Reduction, axes: &Axes, x: *const f32, y: *mut f32) {
    let count = axes.reduced.len() as f64;
    match reduction {
        Reduction::Sum => fold(&Plain::<L, Add>::over(1.0), axes, x, y),
        Reduction::Mean => fold(&Plain::<L, Add>::over(count), axes, x, y),
        Reduction::Product => fold(&Plain::<L, Multiply>::over(1.0), axes, x, y),
        Reduction::Maximum => fold(&Plain::<L, Largest>::over(1.0), axes, x, y),
        Reduction::Minimum => fold(&Plain::<L, Smallest>::over(1.0), axes, x, y),
        Reduction::Magnitude => fold(&Plain::<L, Magnitude>::over(1.0), axes, x, y),
    }
}

/// A fold whose result needs nothing but the total.
struct Plain<L, F> {
    divisor: f64,
    of: PhantomData<(L, F)>,
}

impl<L, F> Plain<L, F> {
    fn over(divisor: f64) -> Self {
        Plain { divisor, of: PhantomData }
    }
}

impl<L: Lane, F: Fold<L>> Folding for Plain<L, F> {
    fn loops(&self) -> Loops {
        Loops::of::<L, F>()
    }
    unsafe fn finish(&self, totals: &mut [f64], _: &Walk<1>, _: *const f32) {
        if self.divisor != 1.0 {
            totals.iter_mut().for_each(|total| *total /= self.divisor);
        }
        totals.iter_mut().for_each(|total| *total = F::finish(*total));
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_axes::{CASES, contiguous};
    use super::*;
    use crate::lane::Scalar;

    fn run(reduction: Reduction, axes: &Axes, x: &[f32]) -> Vec<f32> {
        let mut y = vec![99.0; axes.kept.len()];
        // SAFETY: x and y have the sizes that the axes were made from.
        unsafe { reduce::<Scalar>(reduction, axes, x.as_ptr(), y.as_mut_ptr()) };
        y
    }

    #[test]
    fn every_reduction_over_every_shape_matches_f64() {
        for (sizes, reduced) in CASES {
            let (axes, to) = contiguous(sizes, reduced);
            let x: Vec<f32> = (0..to.len()).map(|i| ((i * 7919) % 1009) as f32 / 1009.0 + 0.5).collect();
            let group = |at: usize| x.iter().zip(&to).filter(move |&(_, &t)| t == at).map(|(&x, _)| f64::from(x));
            let definitions: [(Reduction, &dyn Fn(usize) -> f64); 6] = [
                (Reduction::Sum, &|at| group(at).sum()),
                (Reduction::Mean, &|at| group(at).sum::<f64>() / group(at).count() as f64),
                (Reduction::Product, &|at| group(at).product()),
                (Reduction::Maximum, &|at| group(at).fold(f64::NEG_INFINITY, f64::max)),
                (Reduction::Minimum, &|at| group(at).fold(f64::INFINITY, f64::min)),
                // Of numbers from 0.5 to 1.5.
                (Reduction::Magnitude, &|at| {
                    if group(at).any(|x| x >= 1.0) || group(at).count() == 0 { 1.0 } else { 0.5 }
                }),
            ];
            for (reduction, definition) in definitions {
                let tolerance = if reduction == Reduction::Product { 3e-6 } else { 4e-7 };
                for (at, y) in run(reduction, &axes, &x).into_iter().enumerate().take(200) {
                    let (y, want) = (f64::from(y), definition(at));
                    let close = y == want || (y - want).abs() <= tolerance * want.abs() || y.is_nan() && want.is_nan();
                    assert!(close || want.abs() < 1e-38, "{reduction:?} of {sizes:?} over {reduced:?}: {y} not {want}");
                }
            }
        }
    }

    #[test]
    fn the_error_of_a_sum_does_not_grow_with_its_length() {
        let (axes, _) = contiguous(&[1_000_003], &[0]);
        let x = vec![0.1f32; 1_000_003];
        let want = f64::from(0.1f32) * 1_000_003.0;
        assert!((f64::from(run(Reduction::Sum, &axes, &x)[0]) / want - 1.0).abs() < 1e-6);
        let (axes, _) = contiguous(&[250_000, 4], &[0]);
        let want = f64::from(0.1f32) * 250_000.0;
        assert!((f64::from(run(Reduction::Sum, &axes, &x)[3]) / want - 1.0).abs() < 1e-6);
    }

    #[test]
    fn extremes_see_nan_wherever_it_is() {
        for (sizes, reduced) in [(&[50usize][..], &[0usize][..]), (&[9, 5], &[0]), (&[5, 2, 3], &[0, 2])] {
            let (axes, to) = contiguous(sizes, reduced);
            for at in 0..to.len() {
                let mut x = vec![1.0; to.len()];
                x[at] = f32::NAN;
                for reduction in [Reduction::Maximum, Reduction::Minimum] {
                    let y = run(reduction, &axes, &x);
                    assert!(
                        y.iter().enumerate().all(|(i, y)| y.is_nan() == (i == to[at])),
                        "{reduction:?} {sizes:?} {at}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_magnitude_is_the_power_of_two_at_or_below_the_largest() {
        let (smallest, low) = (f32::from_bits(1), f32::MIN_POSITIVE);
        for (x, want) in [
            (&[0.0, -0.0][..], 1.0),
            (&[3.0, -5.0, 4.0, 1.0, 0.0], 4.0),
            (&[-8.0, 2.0], 8.0),
            (&[1.999_999_9], 1.0),
            (&[smallest, 0.0], smallest),
            (&[low * 1.5], low),
            (&[f32::MAX, 1.0], 2f32.powi(127)),
            (&[f32::NEG_INFINITY, 4.0], 1.0),
            (&[f32::NAN, 4.0, 9.0], 1.0),
        ] {
            // A row and a column of the same.
            let (row, _) = contiguous(&[x.len()], &[0]);
            let (column, _) = contiguous(&[x.len(), 1], &[0]);
            assert_eq!(run(Reduction::Magnitude, &row, x), [want], "{x:?}");
            assert_eq!(run(Reduction::Magnitude, &column, x), [want], "{x:?}");
        }
    }

    #[test]
    fn strides_other_than_one_are_followed() {
        // x of (4, 6) with a step of 2 along rows of 12, summed over both axes and over each.
        let x: Vec<f32> = (0..48).map(|i| i as f32).collect();
        let (rows, columns) = ((4, 12), (6, 2)); // size and stride
        let along = |(size, stride): (i32, i32)| Walk::new(&[size], [&[stride]]);
        let kept = |(size, stride): (i32, i32)| Walk::new(&[size], [&[1], &[stride]]);
        let both = (Walk::new(&[], [&[], &[]]), Walk::new(&[4, 6], [&[12, 2]]));
        for ((kept, reduced), want) in [
            (both, vec![(0..24).map(|i| (i / 6 * 12 + i % 6 * 2) as f32).sum::<f32>()]),
            ((kept(rows), along(columns)), (0..4).map(|r| (0..6).map(|c| (r * 12 + c * 2) as f32).sum()).collect()),
            ((kept(columns), along(rows)), (0..6).map(|c| (0..4).map(|r| (r * 12 + c * 2) as f32).sum()).collect()),
        ] {
            assert_eq!(run(Reduction::Sum, &Axes::new(kept, reduced), &x), want);
        }
    }
}
