//! Reductions of i32, u8 and bool, element by element.

use super::Axes;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use wasm_bindgen::prelude::wasm_bindgen;

/// What becomes of the reduced i32s.
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

/// y = the reduction of x, i32. False if a sum or product, which is held in 64 bits, does not fit into i32.
/// # Safety: `x` and `y` point at the first elements of the walks, all of which are valid and do not overlap.
pub unsafe fn integer_reduce(reduction: IntegerReduction, axes: &Axes, x: *const i32, y: *mut i32) -> bool {
    match reduction {
        IntegerReduction::Sum => fold(axes, x, y, 0, |sum, x| sum + i64::from(x), narrow),
        // What has left 64 bits stays at their end, from where only a zero leads back.
        IntegerReduction::Product => fold(axes, x, y, 1, |all: i64, x| all.saturating_mul(i64::from(x)), narrow),
        IntegerReduction::Maximum => fold(axes, x, y, i32::MIN, i32::max, Some),
        IntegerReduction::Minimum => fold(axes, x, y, i32::MAX, i32::min, Some),
    }
}

/// y = the sum of x, u8 or bool, as i32. False as [`integer_reduce`].
/// # Safety: as [`integer_reduce`].
pub unsafe fn byte_sum(axes: &Axes, x: *const u8, y: *mut i32) -> bool {
    fold(axes, x, y, 0, |sum, x| sum + i64::from(x), narrow)
}

/// y = the reduction of x, bool.
/// # Safety: as [`integer_reduce`].
pub unsafe fn bool_reduce(reduction: BoolReduction, axes: &Axes, x: *const u8, y: *mut u8) {
    match reduction {
        BoolReduction::Any => fold(axes, x, y, 0, |any, x| any | u8::from(x != 0), Some),
        BoolReduction::All => fold(axes, x, y, 1, |all, x| all & u8::from(x != 0), Some),
    };
}

fn narrow(sum: i64) -> Option<i32> {
    sum.try_into().ok()
}

/// Writes what `result` makes of each total; false if it is None for one, and that place is not written.
#[inline(always)]
unsafe fn fold<X: Copy, T: Copy, Y>(
    axes: &Axes,
    x: *const X,
    y: *mut Y,
    identity: T,
    step: impl Fn(T, X) -> T,
    result: impl Fn(T) -> Option<Y>,
) -> bool {
    let (count, [stride]) = (axes.reduced.sizes[axes.reduced.rank - 1], axes.reduced.inner_strides());
    let all_fit = AtomicBool::new(true);
    axes.for_each_kept(|y_at, x_at| {
        let mut total = identity;
        axes.reduced.for_each_row(|[at]| {
            let row = x.offset(x_at + at);
            total = match stride {
                1 => (0..count).fold(total, |total, i| step(total, *row.add(i))),
                _ => (0..count as isize).fold(total, |total, i| step(total, *row.offset(i * stride))),
            };
        });
        match result(total) {
            Some(total) => *y.offset(y_at) = total,
            None => all_fit.store(false, Relaxed),
        }
    });
    all_fit.into_inner()
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
                (unsafe { integer_reduce(reduction, &axes, x.as_ptr(), y.as_mut_ptr()) }, y)
            };
            let mut sums = vec![77; count];
            // SAFETY: as above.
            assert!(unsafe { byte_sum(&axes, bytes.as_ptr(), sums.as_mut_ptr()) });
            let (_, products) = run(IntegerReduction::Product);
            let [(true, all), (true, largest), (true, smallest)] =
                [IntegerReduction::Sum, IntegerReduction::Maximum, IntegerReduction::Minimum].map(run)
            else {
                panic!("sums of small numbers fit")
            };
            for at in 0..count {
                let group = members(at);
                let values = || group.iter().map(|&(x, _)| x);
                assert_eq!(all[at], values().sum::<i32>(), "{sizes:?} {reduced:?}");
                let product = values().try_fold(1i32, i32::checked_mul).or(values().any(|x| x == 0).then_some(0));
                assert!(product.is_none_or(|product| product == products[at]));
                assert_eq!(largest[at], values().max().unwrap_or(i32::MIN));
                assert_eq!(smallest[at], values().min().unwrap_or(i32::MAX));
                assert_eq!(sums[at], group.iter().map(|&(_, b)| i32::from(b)).sum::<i32>());
            }
        }
    }

    #[test]
    fn sums_and_products_that_do_not_fit_are_said() {
        let (axes, _) = contiguous(&[2, 3], &[1]);
        let run = |reduction, x: [i32; 6]| {
            let mut y = [77; 2];
            // SAFETY: (2, 3) to (2).
            unsafe { (integer_reduce(reduction, &axes, x.as_ptr(), y.as_mut_ptr()), y) }
        };
        let (low, high) = (i32::MIN, i32::MAX);
        assert_eq!(
            run(IntegerReduction::Sum, [high, 1, -1, low, -1, 1]),
            (true, [high, low]),
            "on the way it may not fit"
        );
        assert!(!run(IntegerReduction::Sum, [high, 1, 0, 0, 0, 0]).0);
        assert!(!run(IntegerReduction::Sum, [0, 0, 0, low, low, low]).0);
        assert_eq!(run(IntegerReduction::Product, [high, high, 0, 1 << 15, 1 << 15, 1]), (true, [0, 1 << 30]));
        assert!(!run(IntegerReduction::Product, [1 << 16, 1 << 15, 1, 1, 1, 1]).0);
        assert!(!run(IntegerReduction::Product, [low, low, low, 1, 1, 1]).0, "which is 0 modulo 2⁶⁴");
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
