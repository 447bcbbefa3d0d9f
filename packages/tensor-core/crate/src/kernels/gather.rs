//! Reading and adding at places that an index names. TypeScript has refused what lies outside with the help of
//! [`first_invalid`].

pub mod non_zero;
pub mod resample;

use super::elementwise::cheap;
use crate::crew::{parts_for, share};
use crate::layout::Walk;
use crate::parts::pieces;

/// Position of the first index that is not in low..high; `count` if there is none.
/// # Safety: `index` points at `count` readable integers.
pub unsafe fn first_invalid(count: usize, index: *const i32, low: i32, high: i32) -> usize {
    let index = core::slice::from_raw_parts(index, count);
    index.iter().position(|i| !(low..high).contains(i)).unwrap_or(count)
}

/// y[o, i, :] = x[o, index[i], :], of rows of `row_bytes`: (outer, size, row) and (count) → (outer, count, row).
/// # Safety: the pointers reach the sizes given, y apart from x; indices are valid for `size`.
pub unsafe fn select_rows(
    outer: usize,
    size: usize,
    row_bytes: usize,
    count: usize,
    index: *const i32,
    x: *const u8,
    y: *mut u8,
) {
    let nanoseconds = cheap(outer * count * row_bytes.div_ceil(4));
    let cut = pieces(outer * count, parts_for(nanoseconds), 1);
    share(cut.count(), nanoseconds, |part| {
        let rows = cut.get(part);
        let mut row = rows.start;
        // Stretches within one of `outer`: a division for each of them, not for each row.
        while row < rows.end {
            let (o, first) = (row / count, row % count);
            let named = core::slice::from_raw_parts(index.add(first), (count - first).min(rows.end - row));
            let (from, to) = (x.add(o * size * row_bytes), y.add(row * row_bytes));
            if row_bytes == 4 {
                select_words(named, from.cast(), to.cast());
            } else {
                for (at, &i) in named.iter().enumerate() {
                    to.add(at * row_bytes).copy_from_nonoverlapping(from.add(i as usize * row_bytes), row_bytes);
                }
            }
            row += named.len();
        }
    });
}

/// y[i] = x[index[i]], wherever they lie in memory.
/// # Safety: x reaches each index, y as many words as there are; apart.
unsafe fn select_words(index: &[i32], x: *const u32, y: *mut u32) {
    for (at, &i) in index.iter().enumerate() {
        y.add(at).write_unaligned(x.add(i as usize).read_unaligned());
    }
}

/// y[o, index[i], :] += x[o, i, :], in the order of i: (outer, count, row) and (count) into (outer, size, row).
/// # Safety: the pointers reach the sizes given, y apart from x; indices are valid for `size`.
pub unsafe fn add_rows(
    outer: usize,
    size: usize,
    row: usize,
    count: usize,
    index: *const i32,
    x: *const f32,
    y: *mut f32,
) {
    if row == 1 {
        let index = core::slice::from_raw_parts(index, count);
        for o in 0..outer {
            let (from, to) = (x.add(o * count), y.add(o * size));
            for (at, &i) in index.iter().enumerate() {
                *to.add(i as usize) += *from.add(at);
            }
        }
        return;
    }
    for o in 0..outer {
        for i in 0..count {
            let from = core::slice::from_raw_parts(x.add((o * count + i) * row), row);
            let to = core::slice::from_raw_parts_mut(y.add((o * size + *index.add(i) as usize) * row), row);
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        }
    }
}

/// y = x at the index along one axis, over the walk's operands (y, index, x); x's stride of that axis is 0 in the walk
/// and given apart.
/// # Safety: the pointers reach what the walk does, at any place of the axis; indices are valid for that axis.
pub unsafe fn gather<T: Copy>(walk: &Walk<3>, axis_stride: isize, index: *const i32, x: *const T, y: *mut T) {
    for_each(walk, |[y_at, index_at, x_at]| {
        let place = *index.offset(index_at) as isize;
        *y.offset(y_at) = *x.offset(x_at + place * axis_stride);
    });
}

/// y += x at the index along one axis, in the walk's order, over its operands (y, index, x); y's stride of that axis is
/// 0 in the walk and given apart.
/// # Safety: as [`gather`], with y and x exchanged.
pub unsafe fn scatter_add(walk: &Walk<3>, axis_stride: isize, index: *const i32, x: *const f32, y: *mut f32) {
    for_each(walk, |[y_at, index_at, x_at]| {
        let place = *index.offset(index_at) as isize;
        *y.offset(y_at + place * axis_stride) += *x.offset(x_at);
    });
}

/// As [`scatter_add`], of i32. False if a sum leaves i32 on the way.
/// # Safety: as [`scatter_add`].
pub unsafe fn integer_scatter_add(
    walk: &Walk<3>,
    axis_stride: isize,
    index: *const i32,
    x: *const i32,
    y: *mut i32,
) -> bool {
    let mut all_fit = true;
    for_each(walk, |[y_at, index_at, x_at]| {
        let target = y.offset(y_at + *index.offset(index_at) as isize * axis_stride);
        let (sum, overflows) = (*target).overflowing_add(*x.offset(x_at));
        *target = sum;
        all_fit &= !overflows;
    });
    all_fit
}

/// y[i, index[i]] = 1, else 0: (count) → (count, classes).
/// # Safety: `index` points at `count` integers that are valid for `classes`, `y` at count · classes writable floats.
pub unsafe fn one_hot(count: usize, classes: usize, index: *const i32, y: *mut f32) {
    core::slice::from_raw_parts_mut(y, count * classes).fill(0.0);
    for i in 0..count {
        *y.add(i * classes + *index.add(i) as usize) = 1.0;
    }
}

#[inline(always)]
fn for_each<const N: usize>(walk: &Walk<N>, mut f: impl FnMut([isize; N])) {
    let strides = walk.inner_strides();
    walk.for_each_row(|mut at| {
        for _ in 0..walk.sizes[walk.rank - 1] {
            f(at);
            at.iter_mut().zip(strides).for_each(|(at, stride)| *at += stride);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bad_index_is_found() {
        let find = |index: &[i32], low, high| {
            // SAFETY: the count is the length.
            unsafe { first_invalid(index.len(), index.as_ptr(), low, high) }
        };
        assert_eq!(find(&[0, 4, 2], 0, 5), 3);
        assert_eq!(find(&[0, 5, -1], 0, 5), 1);
        assert_eq!(find(&[0, -5, -6], -5, 5), 2);
        assert_eq!(find(&[0], 0, 0), 0);
        assert_eq!(find(&[], 0, 5), 0);
    }

    #[test]
    fn rows_are_selected_and_added_back() {
        for (outer, size, row, index) in [
            (1, 5, 3, vec![4, 0, 0, 4, 2]),
            (3, 4, 1, vec![1, 3]),
            (2, 3, 7, vec![]),
            (0, 3, 2, vec![1]),
            (2, 2, 0, vec![1]),
        ] {
            let count = index.len();
            let x: Vec<f32> = (0..outer * size * row).map(|i| i as f32).collect();
            let mut y = vec![-1.0; outer * count * row];
            let mut sums = vec![0.5; x.len()];
            // SAFETY: the slices have the sizes given; indices are valid.
            unsafe {
                select_rows(outer, size, 4 * row, count, index.as_ptr(), x.as_ptr().cast(), y.as_mut_ptr().cast());
                add_rows(outer, size, row, count, index.as_ptr(), y.as_ptr(), sums.as_mut_ptr());
            }
            let mut want_sums = vec![0.5; x.len()];
            for o in 0..outer {
                for (i, &from) in index.iter().enumerate() {
                    for j in 0..row {
                        let at = (o * size + from as usize) * row + j;
                        assert_eq!(y[(o * count + i) * row + j], x[at]);
                        want_sums[at] += x[at];
                    }
                }
            }
            assert_eq!(sums, want_sums);
        }
    }

    #[test]
    fn parts_may_begin_within_an_outer_row() {
        let (outer, size, count) = (3, 7, 60_001);
        let index: Vec<i32> = (0..count).map(|i| (i * 5 % size) as i32).collect();
        let x: Vec<f32> = (0..2 * outer * size).map(|i| i as f32).collect();
        for row in [1, 2] {
            let mut y = vec![-1.0; outer * count * row];
            // SAFETY: the slices have the sizes given; indices are valid.
            unsafe {
                select_rows(outer, size, 4 * row, count, index.as_ptr(), x.as_ptr().cast(), y.as_mut_ptr().cast())
            };
            for (at, &value) in y.iter().enumerate() {
                let (o, i, j) = (at / (count * row), at / row % count, at % row);
                assert_eq!(value, x[(o * size + index[i] as usize) * row + j]);
            }
        }
    }

    #[test]
    fn bytes_are_selected_too() {
        let (x, mut y) = ([1u8, 2, 3, 4, 5, 6], [0u8; 4]);
        // SAFETY: (3, 2) rows of two bytes, two indices.
        unsafe { select_rows(1, 3, 2, 2, [2, 0].as_ptr(), x.as_ptr(), y.as_mut_ptr()) };
        assert_eq!(y, [5, 6, 1, 2]);
    }

    #[test]
    fn gather_and_scatter_add_along_either_axis() {
        // x (3, 4); index (2, 4) along axis 0, and (3, 2) along axis 1.
        let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let index = [2, 0, 1, 2, 2, 0, 0, 1];
        let cases = [
            ([2, 4], [[4, 1], [4, 1], [0, 1]], 4, [8.0, 1.0, 6.0, 11.0, 8.0, 1.0, 2.0, 7.0]),
            ([3, 2], [[2, 1], [2, 1], [4, 0]], 1, [2.0, 0.0, 5.0, 6.0, 10.0, 8.0, -9.0, -9.0]),
        ];
        for (sizes, strides, stride, want) in cases {
            let walk = Walk::new(&sizes, strides.each_ref().map(|strides| &strides[..]));
            let (mut y, count) = ([-9.0; 8], walk.len());
            // SAFETY: indices are valid for the axis.
            unsafe { gather(&walk, stride, index.as_ptr(), x.as_ptr(), y.as_mut_ptr()) };
            assert_eq!(y, want);
            let back = Walk { strides: [walk.strides[2], walk.strides[1], walk.strides[0]], ..walk };
            let (mut sums, mut integers) = ([0.0; 12], [0; 12]);
            let ones = [1; 8];
            // SAFETY: as above.
            unsafe {
                scatter_add(&back, stride, index.as_ptr(), y.as_ptr(), sums.as_mut_ptr());
                assert!(integer_scatter_add(&back, stride, index.as_ptr(), ones.as_ptr(), integers.as_mut_ptr()));
                let mut full = [i32::MAX; 12];
                assert!(!integer_scatter_add(&back, stride, index.as_ptr(), ones.as_ptr(), full.as_mut_ptr()));
            }
            for (at, (&sum, &times)) in sums.iter().zip(&integers).enumerate() {
                let hits = want[..count].iter().filter(|&&v| v == at as f32).count();
                assert_eq!((sum, times), (hits as f32 * at as f32, hits as i32));
            }
        }
    }

    #[test]
    fn nothing_is_gathered_from_no_places() {
        for walk in [
            Walk::new(&[0], [&[1], &[1], &[0]]),
            Walk::new(&[3, 0], [&[1, 1], &[1, 1], &[0, 1]]),
            Walk::new(&[0, 2], [&[2, 1], &[2, 1], &[0, 1]]),
        ] {
            let (mut y, mut integers) = ([7.0], [7]);
            // SAFETY: there is nothing to read or write.
            unsafe {
                let walk = walk.collapsed();
                gather::<f32>(&walk, 1, [].as_ptr(), [].as_ptr(), y.as_mut_ptr());
                scatter_add(&walk, 1, [].as_ptr(), [].as_ptr(), y.as_mut_ptr());
                integer_scatter_add(&walk, 1, [].as_ptr(), [].as_ptr(), integers.as_mut_ptr());
                one_hot(0, 3, [].as_ptr(), y.as_mut_ptr());
                one_hot(0, 0, [].as_ptr(), y.as_mut_ptr());
            }
            assert_eq!((y, integers), ([7.0], [7]));
        }
    }

    #[test]
    fn one_hot_rows() {
        let mut y = [9.0; 6];
        // SAFETY: two indices of three classes.
        unsafe { one_hot(2, 3, [2, 0].as_ptr(), y.as_mut_ptr()) };
        assert_eq!(y, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
    }
}
