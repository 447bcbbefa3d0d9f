//! The order of rows, whole or of their largest or smallest elements. An element and its index become one integer whose order
//! is theirs: equal elements keep their order, and NaN counts as larger than every number.

use crate::arena::Scratch;

/// An element type with a key: unsigned integers in the same order as the elements.
pub trait Sortable: Copy {
    fn key(self) -> u32;
}

const SIGN: u32 = 1 << 31;

impl Sortable for f32 {
    fn key(self) -> u32 {
        if self.is_nan() {
            return u32::MAX;
        }
        let bits = (self + 0.0).to_bits(); // -0 and 0 are equal
        if bits & SIGN == 0 { bits | SIGN } else { !bits }
    }
}

impl Sortable for i32 {
    fn key(self) -> u32 {
        self as u32 ^ SIGN
    }
}

/// Which elements come first.
#[derive(Clone, Copy, PartialEq)]
pub enum Order {
    Ascending,
    Descending,
}

/// The indices of the first `k` elements of each row in order: (rows, size) → (rows, k). None if memory is short.
/// # Safety: `x` points at rows · size readable elements, `indices` at rows · k writable ones; k ≤ size.
pub unsafe fn sorted_indices<T: Sortable>(
    rows: usize,
    size: usize,
    k: usize,
    order: Order,
    x: *const T,
    indices: *mut i32,
) -> Option<()> {
    if k == 0 {
        return Some(());
    }
    let scratch = Scratch::f32s(2 * size)?;
    let pairs = scratch.pointer().cast::<u64>();
    for row in 0..rows {
        let x = x.add(row * size);
        for i in 0..size {
            let key = (*x.add(i)).key();
            let key = if order == Order::Ascending { key } else { !key };
            pairs.add(i).write(u64::from(key) << 32 | i as u64);
        }
        let pairs = core::slice::from_raw_parts_mut(pairs, size);
        if k < size {
            pairs.select_nth_unstable(k);
        }
        pairs[..k].sort_unstable();
        for (i, pair) in pairs[..k].iter().enumerate() {
            *indices.add(row * k + i) = *pair as i32; // the low half
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T: Sortable>(rows: usize, size: usize, k: usize, order: Order, x: &[T]) -> Vec<i32> {
        let mut indices = vec![-1; rows * k];
        // SAFETY: the slices have the sizes given.
        unsafe { sorted_indices(rows, size, k, order, x.as_ptr(), indices.as_mut_ptr()) }.unwrap();
        indices
    }

    #[test]
    fn rows_are_sorted_stably_both_ways() {
        for (rows, size) in [(0, 4), (3, 0), (1, 1), (4, 7), (2, 1000)] {
            let x: Vec<f32> = (0..rows * size).map(|i| ((i * 7919) % 101) as f32 - 50.0).collect();
            for (order, sign) in [(Order::Ascending, 1.0), (Order::Descending, -1.0)] {
                for k in [0, 1, size / 2, size].into_iter().filter(|&k| k <= size) {
                    let indices = run(rows, size, k, order, &x);
                    for row in 0..rows {
                        let mut want: Vec<i32> = (0..size as i32).collect();
                        let value = |i: i32| sign * x[row * size + i as usize];
                        want.sort_by(|&a, &b| value(a).total_cmp(&value(b)));
                        assert_eq!(indices[row * k..(row + 1) * k], want[..k]);
                    }
                }
            }
        }
    }

    #[test]
    fn nan_is_the_largest_and_zeros_are_equal() {
        let x = [0.0, f32::NAN, -0.0, f32::INFINITY, f32::NEG_INFINITY, 1e-45, -1e-45];
        assert_eq!(run(1, 7, 7, Order::Ascending, &x), [4, 6, 0, 2, 5, 3, 1]);
        assert_eq!(run(1, 7, 3, Order::Descending, &x), [1, 3, 5]);
        assert_eq!(run(1, 4, 2, Order::Ascending, &[f32::NAN, -f32::NAN, 2.0, f32::NAN]), [2, 0]);
    }

    #[test]
    fn integers_sort_by_value() {
        let x = [3, i32::MIN, -1, i32::MAX, 0, -1];
        assert_eq!(run(1, 6, 6, Order::Ascending, &x), [1, 2, 5, 4, 0, 3]);
        assert_eq!(run(2, 3, 1, Order::Descending, &x), [0, 0]);
    }
}
