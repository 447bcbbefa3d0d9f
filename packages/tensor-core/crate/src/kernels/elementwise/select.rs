//! Choice between two values by a bool, and limits.

use super::{cheap, map_items, map_lanes};
use crate::crew::share_walk;
use crate::lane::Lane;
use crate::layout::Walk;

/// y = condition ? a : b over the walk's operands (y, condition, a, b).
/// # Safety: as [`super::zip_items`], for four operands.
pub unsafe fn select<T: Copy>(walk: &Walk<4>, condition: *const u8, a: *const T, b: *const T, y: *mut T) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, condition_at, a_at, b_at]| {
        part(walk, condition.offset(condition_at), a.offset(a_at), b.offset(b_at), y.offset(y_at));
    });
}

unsafe fn part<T: Copy>(walk: &Walk<4>, condition: *const u8, a: *const T, b: *const T, y: *mut T) {
    let count = walk.sizes[walk.rank - 1];
    let strides = walk.inner_strides();
    walk.for_each_row(|[y_at, condition_at, a_at, b_at]| {
        let (condition, a, b, y) = (condition.offset(condition_at), a.offset(a_at), b.offset(b_at), y.offset(y_at));
        let row = |[y_stride, condition_stride, a_stride, b_stride]: [isize; 4]| {
            for i in 0..count as isize {
                let (yes, no) = (*a.offset(i * a_stride), *b.offset(i * b_stride));
                *y.offset(i * y_stride) = if *condition.offset(i * condition_stride) != 0 { yes } else { no };
            }
        };
        match strides {
            [1, 1, 1, 1] => row([1, 1, 1, 1]),
            [1, 1, 1, 0] => row([1, 1, 1, 0]),
            [1, 1, 0, 1] => row([1, 1, 0, 1]),
            other => row(other),
        }
    });
}

/// y = x limited to [low, high] over the walk's operands (y, x); NaN stays NaN, a limit that is NaN makes all NaN, and high
/// wins if low > high.
/// # Safety: as [`map_lanes`].
pub unsafe fn clamp<L: Lane>(walk: &Walk<2>, low: f32, high: f32, x: *const f32, y: *mut f32) {
    let is_number = !low.is_nan() && !high.is_nan();
    let (low, high) = (L::splat(low), L::splat(high));
    share_walk(walk, cheap(walk.len()), |walk, [y_at, x_at]| {
        let (x, y) = (x.offset(x_at), y.offset(y_at));
        if is_number {
            map_lanes::<L, 4>(walk, x, y, move |x| x.pseudo_max(low).pseudo_min(high));
        } else {
            map_lanes::<L, 4>(walk, x, y, |_| L::splat(f32::NAN));
        }
    });
}

/// As [`clamp`], of i32.
/// # Safety: as [`map_items`].
pub unsafe fn integer_clamp(walk: &Walk<2>, low: i32, high: i32, x: *const i32, y: *mut i32) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, x_at]| {
        map_items(walk, x.offset(x_at), y.offset(y_at), move |x: i32| x.max(low).min(high));
    });
}

#[cfg(test)]
mod tests {
    use super::super::{Binary, Comparison, Unary, binary, compare, unary};
    use super::*;
    use crate::lane::Scalar;

    #[test]
    fn select_takes_each_side_where_it_should() {
        let condition: Vec<u8> = (0..600).map(|i| u8::from(i % 3 == 0)).collect();
        let a: Vec<f32> = (0..600).map(|i| i as f32).collect();
        let b: Vec<f32> = (0..600).map(|i| -(i as f32)).collect();
        let layouts = [
            [[30, 1]; 4],
            [[30, 1], [30, 1], [30, 1], [0, 0]],
            [[30, 1], [30, 1], [0, 0], [30, 1]],
            [[30, 1], [0, 1], [1, 20], [1, 0]],
        ];
        for strides in layouts {
            let walk = Walk::new(&[20, 30], strides.each_ref().map(|strides| &strides[..])).collapsed();
            let mut y = vec![f32::NAN; 600];
            // SAFETY: all offsets are below 600.
            unsafe { select(&walk, condition.as_ptr(), a.as_ptr(), b.as_ptr(), y.as_mut_ptr()) };
            for i in 0..20 {
                for j in 0..30 {
                    let [y_at, c, a_at, b_at] = strides.map(|s: [i32; 2]| (i * s[0] + j * s[1]) as usize);
                    assert_eq!(y[y_at], if condition[c] != 0 { a[a_at] } else { b[b_at] });
                }
            }
        }
    }

    #[test]
    fn clamp_limits_and_keeps_nan() {
        let x = [f32::NEG_INFINITY, -2.0, 0.5, 7.0, f32::NAN];
        let mut y = [0.0; 5];
        // SAFETY: five elements each.
        unsafe { clamp::<Scalar>(&Walk::contiguous(5), -1.0, 1.0, x.as_ptr(), y.as_mut_ptr()) };
        assert_eq!(y[..4], [-1.0, -1.0, 0.5, 1.0]);
        assert!(y[4].is_nan());
        for (low, high) in [(f32::NAN, 1.0), (-1.0, f32::NAN)] {
            let mut y = [0.0; 5];
            // SAFETY: five elements each.
            unsafe { clamp::<Scalar>(&Walk::contiguous(5), low, high, x.as_ptr(), y.as_mut_ptr()) };
            assert!(y.iter().all(|y| y.is_nan()));
        }
        let mut y = [0; 3];
        // SAFETY: three elements each.
        unsafe { integer_clamp(&Walk::contiguous(3), -1, 1, [-5, 0, 5].as_ptr(), y.as_mut_ptr()) };
        assert_eq!(y, [-1, 0, 1]);
    }

    #[test]
    fn nothing_is_chosen_from_nothing() {
        for sizes in [[0, 3], [3, 0], [0, 0]] {
            let mut y = [7.0];
            let [row, one] = [&[3, 1][..], &[0, 1]];
            // SAFETY: there is nothing to read or write.
            unsafe {
                let walk = Walk::new(&sizes, [row, row, row, one]).collapsed();
                select(&walk, [].as_ptr(), [].as_ptr(), [].as_ptr(), y.as_mut_ptr());
                clamp::<Scalar>(&Walk::contiguous(0), 0.0, 1.0, [].as_ptr(), y.as_mut_ptr());
                unary::<Scalar>(Unary::Exp, &Walk::new(&sizes, [row, row]), [].as_ptr(), y.as_mut_ptr());
                let walk = Walk::new(&sizes, [row, row, row]);
                compare::<f32>(Comparison::Less, &walk, [].as_ptr(), [].as_ptr(), y.as_mut_ptr().cast());
                binary::<Scalar>(Binary::Atan2, &walk, [].as_ptr(), [].as_ptr(), y.as_mut_ptr());
            }
            assert_eq!(y, [7.0]);
        }
    }
}
