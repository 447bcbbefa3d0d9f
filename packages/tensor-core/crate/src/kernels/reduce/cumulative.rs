//! Running sums along one axis.

use crate::layout::Walk;

/// y[i] = x[0] + … + x[i] along the walk's last axis, over its operands (y, x); summed in f64.
/// # Safety: `y` and `x` point at the walk's first elements, all of which are valid; `y` may be `x`, else they are apart.
pub unsafe fn cumulative_sum(walk: &Walk<2>, x: *const f32, y: *mut f32) {
    scan(walk, x, y, 0.0, |sum: f64, x| sum + f64::from(x), |sum| sum as f32);
}

/// As [`cumulative_sum`], of i32, summed in 64 bits. False if a sum does not fit into i32.
/// # Safety: as [`cumulative_sum`].
pub unsafe fn integer_cumulative_sum(walk: &Walk<2>, x: *const i32, y: *mut i32) -> bool {
    let mut all_fit = true;
    scan(
        walk,
        x,
        y,
        0,
        |sum: i64, x| sum + i64::from(x),
        |sum| {
            all_fit &= i32::try_from(sum).is_ok();
            sum as i32
        },
    );
    all_fit
}

#[inline(always)]
unsafe fn scan<T: Copy, S: Copy>(
    walk: &Walk<2>,
    x: *const T,
    y: *mut T,
    start: S,
    step: impl Fn(S, T) -> S,
    mut value: impl FnMut(S) -> T,
) {
    let count = walk.sizes[walk.rank - 1] as isize;
    let [y_stride, x_stride] = walk.inner_strides();
    walk.for_each_row(|[y_at, x_at]| {
        let mut sum = start;
        for i in 0..count {
            sum = step(sum, *x.offset(x_at + i * x_stride));
            *y.offset(y_at + i * y_stride) = value(sum);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_run_along_the_last_axis_of_the_walk_whatever_its_stride() {
        let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let integers: Vec<i32> = (0..12).collect();
        // (3, 4) along its columns, and along its rows by exchanging the axes.
        for (sizes, strides) in [([3, 4], [4, 1]), ([4, 3], [1, 4])] {
            let walk = Walk::new(&sizes, [&strides, &strides]);
            let (mut y, mut integer_y) = ([0.0; 12], [0; 12]);
            // SAFETY: twelve elements each.
            unsafe {
                cumulative_sum(&walk, x.as_ptr(), y.as_mut_ptr());
                integer_cumulative_sum(&walk, integers.as_ptr(), integer_y.as_mut_ptr());
            }
            let step = strides[1] as usize;
            for i in 0..12 {
                let position = if step == 1 { i % 4 } else { i / 4 };
                let want: usize = (0..=position).map(|k| i - k * step).sum();
                assert_eq!((y[i], integer_y[i]), (want as f32, want as i32));
            }
        }
    }

    #[test]
    fn running_sums_that_do_not_fit_are_said() {
        for (x, fits) in [([i32::MAX, -1, 1], true), ([i32::MAX, 1, -1], false), ([i32::MIN, 0, -1], false)] {
            let mut y = [0; 3];
            // SAFETY: three elements each.
            assert_eq!(unsafe { integer_cumulative_sum(&Walk::contiguous(3), x.as_ptr(), y.as_mut_ptr()) }, fits);
        }
    }

    #[test]
    fn nothing_has_no_running_sums() {
        for (sizes, strides) in [(&[0][..], &[1][..]), (&[0, 4], &[4, 1]), (&[3, 0], &[1, 1])] {
            let (mut y, mut integers) = ([7.0], [7]);
            let walk = Walk::new(sizes, [strides, strides]);
            // SAFETY: there is nothing to read or write.
            unsafe {
                cumulative_sum(&walk, [].as_ptr(), y.as_mut_ptr());
                integer_cumulative_sum(&walk, [].as_ptr(), integers.as_mut_ptr());
            }
            assert_eq!((y, integers), ([7.0], [7]));
        }
    }

    #[test]
    fn long_sums_stay_accurate_and_may_run_in_place() {
        let mut x = vec![0.1f32; 100_000];
        // SAFETY: the output may be the input.
        unsafe { cumulative_sum(&Walk::contiguous(100_000), x.as_ptr(), x.as_mut_ptr()) };
        assert!((f64::from(x[99_999]) / (f64::from(0.1f32) * 1e5) - 1.0).abs() < 1e-7);
    }
}
