//! Reductions of i32, u8 and bool, element by element.

use super::Axes;
use wasm_bindgen::prelude::wasm_bindgen;

/// What becomes of the reduced i32s; sums and products wrap.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IntegerReduction {
    Sum,
    Product,
    Maximum,
    Minimum,
}

/// What becomes of the reduced bools.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BoolReduction {
    /// False of no elements.
    Any,
    /// True of no elements.
    All,
}

/// y = the reduction of x, i32.
/// # Safety: `x` and `y` point at the first elements of the walks, all of which are valid and do not overlap.
pub unsafe fn integer_reduce(reduction: IntegerReduction, axes: &Axes, x: *const i32, y: *mut i32) {
    match reduction {
        IntegerReduction::Sum => fold(axes, x, y, 0, i32::wrapping_add),
        IntegerReduction::Product => fold(axes, x, y, 1, i32::wrapping_mul),
        IntegerReduction::Maximum => fold(axes, x, y, i32::MIN, i32::max),
        IntegerReduction::Minimum => fold(axes, x, y, i32::MAX, i32::min),
    }
}

/// y = the sum of x, u8 or bool, as i32.
/// # Safety: as [`integer_reduce`].
pub unsafe fn byte_sum(axes: &Axes, x: *const u8, y: *mut i32) {
    fold(axes, x, y, 0, |sum, x| sum.wrapping_add(i32::from(x)));
}

/// y = the reduction of x, bool.
/// # Safety: as [`integer_reduce`].
pub unsafe fn bool_reduce(reduction: BoolReduction, axes: &Axes, x: *const u8, y: *mut u8) {
    match reduction {
        BoolReduction::Any => fold(axes, x, y, 0, |any, x| any | u8::from(x != 0)),
        BoolReduction::All => fold(axes, x, y, 1, |all, x| all & u8::from(x != 0)),
    }
}

#[inline(always)]
unsafe fn fold<X: Copy, Y: Copy>(axes: &Axes, x: *const X, y: *mut Y, identity: Y, step: impl Fn(Y, X) -> Y) {
    let (count, [stride]) = (axes.reduced.sizes[axes.reduced.rank - 1], axes.reduced.inner_strides());
    axes.for_each_kept(|y_at, x_at| {
        let mut total = identity;
        axes.reduced.for_each_row(|[at]| {
            let row = x.offset(x_at + at);
            total = match stride {
                1 => (0..count).fold(total, |total, i| step(total, *row.add(i))),
                _ => (0..count as isize).fold(total, |total, i| step(total, *row.offset(i * stride))),
            };
        });
        *y.offset(y_at) = total;
    });
}

#[cfg(test)]
mod tests {
    use super::super::test_axes::{CASES, contiguous};
    use super::*;

    #[test]
    fn integers_over_every_shape() {
        for (sizes, reduced) in CASES {
            let (axes, to) = contiguous(sizes, reduced);
            let x: Vec<i32> = (0..to.len()).map(|i| (i as i32 * 7919) % 101 - 50).collect();
            let bytes: Vec<u8> = x.iter().map(|&x| x.rem_euclid(200) as u8).collect();
            let members = |at: usize| -> Vec<(i32, u8)> {
                (0..x.len()).filter(|&i| to[i] == at).map(|i| (x[i], bytes[i])).collect()
            };
            let count = axes.kept.len();
            let run = |reduction| {
                let mut y = vec![77; count];
                // SAFETY: x and y have the sizes that the axes were made from.
                unsafe { integer_reduce(reduction, &axes, x.as_ptr(), y.as_mut_ptr()) };
                y
            };
            let mut sums = vec![77; count];
            // SAFETY: as above.
            unsafe { byte_sum(&axes, bytes.as_ptr(), sums.as_mut_ptr()) };
            for at in 0..count {
                let group = members(at);
                let values = || group.iter().map(|&(x, _)| x);
                assert_eq!(run(IntegerReduction::Sum)[at], values().sum::<i32>(), "{sizes:?} {reduced:?}");
                assert_eq!(run(IntegerReduction::Product)[at], values().fold(1, i32::wrapping_mul));
                assert_eq!(run(IntegerReduction::Maximum)[at], values().max().unwrap_or(i32::MIN));
                assert_eq!(run(IntegerReduction::Minimum)[at], values().min().unwrap_or(i32::MAX));
                assert_eq!(sums[at], group.iter().map(|&(_, b)| i32::from(b)).sum::<i32>());
            }
        }
    }

    #[test]
    fn any_and_all() {
        let (axes, _) = contiguous(&[4, 3], &[1]);
        let x = [0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 0, 1];
        for (reduction, want) in [(BoolReduction::Any, [0, 1, 1, 1]), (BoolReduction::All, [0, 0, 1, 0])] {
            let mut y = [9; 4];
            // SAFETY: (4, 3) to (4).
            unsafe { bool_reduce(reduction, &axes, x.as_ptr(), y.as_mut_ptr()) };
            assert_eq!(y, want);
        }
    }
}
