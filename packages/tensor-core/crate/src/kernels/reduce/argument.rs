//! Positions of the largest or smallest element along one axis: the first of equals, and NaN before all numbers.

use super::Axes;
use super::run::{largest, smallest};
use crate::lane::Lane;
use wasm_bindgen::prelude::wasm_bindgen;

/// Which end is sought.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Extreme {
    Largest,
    Smallest,
}

/// y = the position, along the one reduced axis, of x's extreme.
/// # Safety: as [`super::reduce`]; the reduced walk has one axis, which is not empty.
pub unsafe fn argument<L: Lane>(extreme: Extreme, axes: &Axes, x: *const f32, y: *mut i32) {
    let (count, [stride]) = (axes.reduced.sizes[0], axes.reduced.inner_strides());
    axes.for_each_kept(|y_at, x_at| {
        let x = x.offset(x_at);
        let found = match (stride, extreme) {
            (1, Extreme::Largest) => position(count, x, largest::<L>(count, x)),
            (1, Extreme::Smallest) => position(count, x, smallest::<L>(count, x)),
            (_, Extreme::Largest) => search(count, x, stride, |a, b| a > b || a.is_nan() && !b.is_nan()),
            (_, Extreme::Smallest) => search(count, x, stride, |a, b| a < b || a.is_nan() && !b.is_nan()),
        };
        *y.offset(y_at) = found as i32;
    });
}

/// As [`argument`], of i32.
/// # Safety: as [`argument`].
pub unsafe fn integer_argument(extreme: Extreme, axes: &Axes, x: *const i32, y: *mut i32) {
    let (count, [stride]) = (axes.reduced.sizes[0], axes.reduced.inner_strides());
    axes.for_each_kept(|y_at, x_at| {
        let x = x.offset(x_at);
        let found = match extreme {
            Extreme::Largest => search(count, x, stride, |a, b| a > b),
            Extreme::Smallest => search(count, x, stride, |a, b| a < b),
        };
        *y.offset(y_at) = found as i32;
    });
}

/// Where a contiguous run first has the value, NaN counting as equal to NaN.
#[inline(always)]
unsafe fn position(count: usize, x: *const f32, value: f32) -> usize {
    let run = core::slice::from_raw_parts(x, count);
    run.iter().position(|&x| x == value || x.is_nan()).unwrap_or(0)
}

/// The first element that no later one beats.
#[inline(always)]
unsafe fn search<T: Copy>(count: usize, x: *const T, stride: isize, beats: impl Fn(T, T) -> bool) -> usize {
    let (mut best, mut found) = (*x, 0);
    for i in 1..count {
        let candidate = *x.offset(i as isize * stride);
        if beats(candidate, best) {
            (best, found) = (candidate, i);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::test_axes::contiguous;
    use super::*;
    use crate::lane::Scalar;

    fn run(extreme: Extreme, axes: &Axes, x: &[f32]) -> Vec<i32> {
        let mut y = vec![-1; axes.kept.len()];
        // SAFETY: x and y have the sizes that the axes were made from.
        unsafe { argument::<Scalar>(extreme, axes, x.as_ptr(), y.as_mut_ptr()) };
        y
    }

    #[test]
    fn rows_and_columns_find_the_same_extremes() {
        let (rows, columns) = (11, 70);
        let x: Vec<f32> = (0..rows * columns).map(|i| ((i * 7919) % 513) as f32).collect();
        let (by_row, _) = contiguous(&[rows, columns], &[1]);
        let transposed: Vec<f32> = (0..rows * columns).map(|i| x[i % rows * columns + i / rows]).collect();
        let (by_column, _) = contiguous(&[columns, rows], &[0]);
        for (extreme, sign) in [(Extreme::Largest, 1.0), (Extreme::Smallest, -1.0)] {
            let want: Vec<i32> = x
                .chunks(columns)
                .map(|row| {
                    let best = row.iter().map(|x| sign * x).fold(f32::NEG_INFINITY, f32::max);
                    row.iter().position(|x| sign * x == best).unwrap() as i32
                })
                .collect();
            assert_eq!(run(extreme, &by_row, &x), want);
            assert_eq!(run(extreme, &by_column, &transposed), want);
        }
    }

    #[test]
    fn the_first_of_equals_and_the_first_nan_win() {
        let x = [1.0, 3.0, 3.0, 0.0, 2.0, f32::NAN, 5.0, f32::NAN];
        for (axes, x) in [
            (contiguous(&[2, 4], &[1]).0, x.to_vec()),
            (contiguous(&[4, 2], &[0]).0, { (0..8).map(|i| x[i % 2 * 4 + i / 2]).collect() }),
        ] {
            assert_eq!(run(Extreme::Largest, &axes, &x), [1, 1]);
            assert_eq!(run(Extreme::Smallest, &axes, &x), [3, 1]);
        }
        let (infinite, _) = contiguous(&[3], &[0]);
        assert_eq!(run(Extreme::Largest, &infinite, &[f32::NEG_INFINITY; 3]), [0]);
    }

    #[test]
    fn no_runs_have_no_extremes() {
        for (sizes, along) in [([0, 3], 1), ([3, 0], 0)] {
            let (axes, _) = contiguous(&sizes, &[along]);
            for extreme in [Extreme::Largest, Extreme::Smallest] {
                assert_eq!(run(extreme, &axes, &[]), []);
                // SAFETY: there is nothing to read or write.
                unsafe { integer_argument(extreme, &axes, [].as_ptr(), [].as_mut_ptr()) };
            }
        }
    }

    #[test]
    fn integers() {
        let (axes, _) = contiguous(&[2, 3], &[1]);
        let x = [i32::MIN, 5, 5, 7, -7, -7];
        let mut y = [-1; 2];
        // SAFETY: (2, 3) to (2).
        unsafe { integer_argument(Extreme::Largest, &axes, x.as_ptr(), y.as_mut_ptr()) };
        assert_eq!(y, [1, 0]);
        // SAFETY: as above.
        unsafe { integer_argument(Extreme::Smallest, &axes, x.as_ptr(), y.as_mut_ptr()) };
        assert_eq!(y, [0, 1]);
    }
}
