//! Copies between layouts, and casts.

pub mod cast;
pub mod element;
pub mod half;

use super::elementwise::{cheap, map_items};
use crate::crew::share_walk;
use crate::lane::{Lane, WIDTH};
use crate::layout::Walk;

/// y = x over the walk's operands (y, x): of 4-byte elements.
/// # Safety: `y` and `x` point at the walk's first elements, all of which are valid and do not overlap.
pub unsafe fn copy_words<L: Lane>(walk: &Walk<2>, x: *const f32, y: *mut f32) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, x_at]| {
        let (x, y) = (x.offset(x_at), y.offset(y_at));
        match transposed_axis(walk) {
            Some(axis) => transpose::<L>(walk, axis, x, y),
            None => copy_rows(walk, x.cast::<u32>(), y.cast::<u32>()),
        }
    });
}

/// y = x over the walk's operands (y, x): of narrower elements.
/// # Safety: as [`copy_words`].
pub unsafe fn copy_items<T: Copy>(walk: &Walk<2>, x: *const T, y: *mut T) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, x_at]| copy_rows(walk, x.offset(x_at), y.offset(y_at)));
}

#[inline(always)]
unsafe fn copy_rows<T: Copy>(walk: &Walk<2>, x: *const T, y: *mut T) {
    let count = if walk.rank == 0 { 0 } else { walk.sizes[walk.rank - 1] };
    match walk.inner_strides() {
        [1, 1] => walk.for_each_row(|[y_at, x_at]| y.offset(y_at).copy_from_nonoverlapping(x.offset(x_at), count)),
        // An axis that was expanded: one element, again and again.
        [1, 0] if count > 0 => walk.for_each_row(|[y_at, x_at]| {
            let element = *x.offset(x_at);
            core::slice::from_raw_parts_mut(y.offset(y_at).cast::<core::mem::MaybeUninit<T>>(), count)
                .fill(core::mem::MaybeUninit::new(element));
        }),
        _ => map_items(walk, x, y, |x| x),
    }
}

/// The axis along which x is contiguous, if that is not the last, along which y is.
fn transposed_axis(walk: &Walk<2>) -> Option<usize> {
    let last = walk.rank - 1;
    let [y_strides, x_strides] = &walk.strides;
    let transposed = y_strides[last] == 1 && x_strides[last] > 1;
    (0..last).find(|&axis| transposed && x_strides[axis] == 1 && walk.sizes[axis] >= WIDTH)
}

/// The copy of a walk in which x is contiguous along `axis` and y along the last: by tiles of 4 × 4, sixteen of x's
/// columns at a time, so that a cache line once read is used up.
/// # Safety: as [`copy_words`].
unsafe fn transpose<L: Lane>(walk: &Walk<2>, axis: usize, x: *const f32, y: *mut f32) {
    const BLOCK: usize = 16;
    let last = walk.rank - 1;
    let (rows, columns) = (walk.sizes[axis], walk.sizes[last]);
    let (y_stride, x_stride) = (walk.strides[0][axis], walk.strides[1][last]);
    let mut others = *walk;
    (others.sizes[axis], others.sizes[last]) = (1, 1.min(columns));
    others.for_each_row(|[y_at, x_at]| {
        let (x, y) = (x.offset(x_at), y.offset(y_at));
        let at = |i: usize, j: usize| (x.add(i).offset(j as isize * x_stride), y.offset(i as isize * y_stride).add(j));
        for block in (0..rows).step_by(BLOCK) {
            let end = rows.min(block + BLOCK);
            let (full_rows, full_columns) = (block + (end - block) / WIDTH * WIDTH, columns / WIDTH * WIDTH);
            for j in (0..full_columns).step_by(WIDTH) {
                for i in (block..full_rows).step_by(WIDTH) {
                    let tile = L::transpose(core::array::from_fn(|k| L::load(at(i, j + k).0)));
                    for (k, row) in tile.into_iter().enumerate() {
                        row.store(at(i + k, j).1);
                    }
                }
            }
            for i in block..end {
                for j in if i < full_rows { full_columns } else { 0 }..columns {
                    let (from, to) = at(i, j);
                    *to.cast::<u32>() = *from.cast::<u32>();
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    /// Copies with the given sizes and strides (y's, then x's) as words, halves and bytes, and compares each element.
    fn check(sizes: &[i32], y_strides: &[i32], x_strides: &[i32]) {
        let plain = Walk::new(sizes, [y_strides, x_strides]);
        let walk = plain.collapsed();
        let x: Vec<f32> = (0..9000).map(|i| i as f32 + 0.5).collect();
        let x_bytes: Vec<u8> = (0..9000).map(|i| (i % 251) as u8).collect();
        let x_halves: Vec<u16> = (0..9000).collect();
        let (mut y, mut y_halves, mut y_bytes) = (vec![-1.0; 9000], vec![u16::MAX; 9000], vec![255; 9000]);
        // SAFETY: the tests' offsets stay within 9000 elements.
        unsafe {
            copy_words::<Scalar>(&walk, x.as_ptr(), y.as_mut_ptr());
            copy_items(&walk, x_halves.as_ptr(), y_halves.as_mut_ptr());
            copy_items(&walk, x_bytes.as_ptr(), y_bytes.as_mut_ptr());
        }
        let mut written = 0;
        let inner = plain.sizes[plain.rank.max(1) - 1] as isize;
        plain.collapsed().for_each_row(|[y_at, x_at]| {
            let [y_step, x_step] = walk.inner_strides();
            for j in 0..walk.sizes[walk.rank - 1] as isize {
                let (to, from) = ((y_at + j * y_step) as usize, (x_at + j * x_step) as usize);
                let found = (y[to], y_halves[to], y_bytes[to]);
                assert_eq!(found, (x[from], x_halves[from], x_bytes[from]), "{sizes:?} at {to}");
                written += 1;
            }
        });
        assert!(inner >= 0 && written == y.iter().filter(|&&v| v != -1.0).count(), "{sizes:?}: wrote elsewhere");
    }

    #[test]
    fn contiguous_broadcast_and_sliced() {
        check(&[], &[], &[]);
        check(&[0], &[1], &[1]);
        check(&[17], &[1], &[1]);
        check(&[6, 5], &[5, 1], &[0, 1]);
        check(&[6, 5], &[5, 1], &[1, 0]);
        check(&[6, 5], &[10, 2], &[20, 3]);
        check(&[3, 0, 4], &[4, 4, 1], &[4, 4, 1]);
    }

    #[test]
    fn transposed_at_every_remainder() {
        for rows in [1, 3, 4, 5, 15, 16, 17, 35] {
            for columns in [1, 2, 4, 7, 16, 33] {
                check(&[rows, columns], &[columns, 1], &[1, rows]);
            }
        }
    }

    #[test]
    fn permuted_batches() {
        // (2, 5, 6, 7) from (2, 6, 7, 5): channels from last to second place and back.
        check(&[2, 5, 6, 7], &[210, 42, 7, 1], &[210, 1, 35, 5]);
        check(&[2, 6, 7, 5], &[210, 35, 5, 1], &[210, 7, 1, 42]);
        check(&[5, 6, 7, 3], &[126, 21, 3, 1], &[1, 5, 30, 210]);
        check(&[4, 0], &[1, 1], &[1, 4]);
    }
}
