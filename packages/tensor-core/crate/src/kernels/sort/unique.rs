//! Which elements there are, and how often.

use super::{Order, Sortable, place};
use crate::arena::Scratch;

/// The elements in order, each once: how many there are. `values` and `counts` get so many elements, `inverse` the place
/// of each element of `x` among them. NaN is equal to nothing, zeros are equal. None if memory is short.
/// # Safety: each has room for `count` elements, apart.
pub unsafe fn unique<T: Sortable>(
    count: usize,
    x: *const T,
    values: *mut T,
    inverse: *mut i32,
    counts: *mut i32,
) -> Option<usize> {
    let scratch = Scratch::f32s(count.checked_mul(2)?)?;
    let pairs = super::all(count, Order::Ascending, core::slice::from_raw_parts(x, count), scratch.pointer().cast());
    let mut found = 0;
    for &pair in pairs {
        let element = *x.add(place(pair));
        if found == 0 || *values.add(found - 1) != element {
            *values.add(found) = element;
            *counts.add(found) = 0;
            found += 1;
        }
        *counts.add(found - 1) += 1;
        *inverse.add(place(pair)) = found as i32 - 1;
    }
    Some(found)
}

/// How often each whole number below `length` is there.
/// # Safety: `x` has `count` elements in 0..length, `y` room for `length`.
pub unsafe fn count_each(count: usize, length: usize, x: *const i32, y: *mut i32) {
    y.write_bytes(0, length);
    for i in 0..count {
        *y.add(*x.add(i) as usize) += 1;
    }
}

/// The sum of the weights of each whole number below `length`, added up in f64. None if memory is short.
/// # Safety: as [`count_each`]; `weights` has `count` elements.
pub unsafe fn weigh_each(count: usize, length: usize, x: *const i32, weights: *const f32, y: *mut f32) -> Option<()> {
    let sums = Scratch::f32s(length.checked_mul(2)?)?;
    let sums = sums.pointer().cast::<f64>();
    sums.write_bytes(0, length);
    for i in 0..count {
        *sums.add(*x.add(i) as usize) += f64::from(*weights.add(i));
    }
    for i in 0..length {
        *y.add(i) = *sums.add(i) as f32;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T: Sortable + Default>(x: &[T]) -> (Vec<T>, Vec<i32>, Vec<i32>) {
        let (mut values, mut inverse, mut counts) = (vec![T::default(); x.len()], vec![-1; x.len()], vec![-1; x.len()]);
        // SAFETY: all have the length of x.
        let found = unsafe {
            unique(x.len(), x.as_ptr(), values.as_mut_ptr(), inverse.as_mut_ptr(), counts.as_mut_ptr()).unwrap()
        };
        values.truncate(found);
        counts.truncate(found);
        (values, inverse, counts)
    }

    #[test]
    fn each_element_once_in_order() {
        assert_eq!(run(&[3, -1, 3, 3, 7, -1]), (vec![-1, 3, 7], vec![1, 0, 1, 1, 2, 0], vec![2, 3, 1]));
        assert_eq!(run::<i32>(&[]), (vec![], vec![], vec![]));
    }

    #[test]
    fn zeros_are_equal_and_nan_is_not() {
        let (values, inverse, counts) = run(&[f32::NAN, 0.0, -0.0, f32::NAN, f32::INFINITY]);
        assert_eq!((inverse, counts), (vec![2, 0, 0, 3, 1], vec![2, 1, 1, 1]));
        assert!(values[0] == 0.0 && values[1] == f32::INFINITY && values[2].is_nan() && values[3].is_nan());
    }

    #[test]
    fn counts_and_weights() {
        let x = [2, 0, 2, 5];
        let (mut counts, mut sums) = ([9; 7], [9.0; 7]);
        // SAFETY: elements are below the length of the results.
        unsafe {
            count_each(4, 7, x.as_ptr(), counts.as_mut_ptr());
            weigh_each(4, 7, x.as_ptr(), [0.5f32, 1.0, -2.0, 3.0].as_ptr(), sums.as_mut_ptr()).unwrap();
        }
        assert_eq!((counts, sums), ([1, 0, 2, 0, 0, 1, 0], [1.0, 0.0, -1.5, 0.0, 0.0, 3.0, 0.0]));
    }
}
