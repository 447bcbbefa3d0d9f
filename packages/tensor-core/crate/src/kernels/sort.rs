//! Sorting rows and finding their largest or smallest elements. An element and its index become one integer whose order
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

/// The first `k` elements of each row in order, with their indices: (rows, size) → (rows, k). None if memory is short.
/// # Safety: `x` points at rows · size readable elements, `values` and `indices` at rows · k writable ones; k ≤ size.
pub unsafe fn first<T: Sortable>(
    rows: usize,
    size: usize,
    k: usize,
    order: Order,
    x: *const T,
    values: *mut T,
    indices: *mut i32,
) -> Option<()> {
    if k == 0 {
        return Some(());
    }
    let mut scratch = Scratch::f32s(2 * size)?;
    let pairs = scratch.as_mut_ptr().cast::<u64>();
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
            let index = *pair as u32 as usize;
            *values.add(row * k + i) = *x.add(index);
            *indices.add(row * k + i) = index as i32;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T: Sortable + Default>(rows: usize, size: usize, k: usize, order: Order, x: &[T]) -> (Vec<T>, Vec<i32>) {
        let (mut values, mut indices) = (vec![T::default(); rows * k], vec![-1; rows * k]);
        // SAFETY: the slices have the sizes given.
        unsafe { first(rows, size, k, order, x.as_ptr(), values.as_mut_ptr(), indices.as_mut_ptr()) }.unwrap();
        (values, indices)
    }

    #[test]
    fn rows_are_sorted_stably_both_ways() {
        for (rows, size) in [(0, 4), (3, 0), (1, 1), (4, 7), (2, 1000)] {
            let x: Vec<f32> = (0..rows * size).map(|i| ((i * 7919) % 101) as f32 - 50.0).collect();
            for (order, sign) in [(Order::Ascending, 1.0), (Order::Descending, -1.0)] {
                for k in [0, 1, size / 2, size].into_iter().filter(|&k| k <= size) {
                    let (values, indices) = run(rows, size, k, order, &x);
                    for row in 0..rows {
                        let mut want: Vec<usize> = (0..size).collect();
                        want.sort_by(|&a, &b| (sign * x[row * size + a]).total_cmp(&(sign * x[row * size + b])));
                        for i in 0..k {
                            assert_eq!(indices[row * k + i], want[i] as i32);
                            assert_eq!(values[row * k + i], x[row * size + want[i]]);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nan_is_the_largest_and_zeros_are_equal() {
        let x = [0.0, f32::NAN, -0.0, f32::INFINITY, f32::NEG_INFINITY, 1e-45, -1e-45];
        assert_eq!(run(1, 7, 7, Order::Ascending, &x).1, [4, 6, 0, 2, 5, 3, 1]);
        assert_eq!(run(1, 7, 3, Order::Descending, &x).1, [1, 3, 5]);
        assert_eq!(run(1, 4, 2, Order::Ascending, &[f32::NAN, -f32::NAN, 2.0, f32::NAN]).1, [2, 0]);
    }

    #[test]
    fn integers_sort_by_value() {
        let x = [3, i32::MIN, -1, i32::MAX, 0, -1];
        assert_eq!(
            run(1, 6, 6, Order::Ascending, &x),
            (vec![i32::MIN, -1, -1, 0, 3, i32::MAX], vec![1, 2, 5, 4, 0, 3])
        );
        assert_eq!(run(2, 3, 1, Order::Descending, &x), (vec![3, i32::MAX], vec![0, 0]));
    }
}
