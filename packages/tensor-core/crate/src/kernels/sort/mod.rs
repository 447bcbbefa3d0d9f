//! The order of rows, whole or of their largest or smallest elements. An element and its index become one integer whose order
//! is theirs: equal elements keep their order, and NaN counts as larger than every number.

pub mod search;
mod select;
pub mod similar;
pub mod unique;

use crate::arena::Scratch;
use crate::crew::{EachWorker, parts_for, share};
use crate::parts::pieces;

/// An element type with a key: unsigned integers in the same order as the elements.
pub trait Sortable: Copy + PartialOrd {
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    Ascending,
    Descending,
}

impl Order {
    /// The integer of an element at a place.
    #[inline(always)]
    fn pair<T: Sortable>(self, x: T, place: usize) -> u64 {
        let key = if self == Order::Ascending { x.key() } else { !x.key() };
        u64::from(key) << 32 | place as u64
    }
}

/// The place in its row that a pair names.
fn place(pair: u64) -> usize {
    pair as u32 as usize
}

/// The first `count` elements of each row in order and their indices, each unless its pointer is null: (rows, size) →
/// (rows, count). None if memory is short.
/// # Safety: `x` points at rows · size readable elements, `values` and `indices` at rows · count writable ones, apart; count
/// ≤ size.
pub unsafe fn sorted<T: Sortable>(
    [rows, size, count]: [usize; 3],
    order: Order,
    x: *const T,
    values: *mut T,
    indices: *mut i32,
) -> Option<()> {
    if count == 0 {
        return Some(());
    }
    let few = select::is_worthwhile(size, count);
    let room = if few { select::room(count) } else { size };
    let one = |row: usize, room: *mut u64| {
        let x = core::slice::from_raw_parts(x.add(row * size), size);
        let first = if few { select::first(count, order, x, room) } else { all(count, order, x, room) };
        for (i, &pair) in first.iter().enumerate() {
            if !values.is_null() {
                *values.add(row * count + i) = x[place(pair)];
            }
            if !indices.is_null() {
                *indices.add(row * count + i) = place(pair) as i32;
            }
        }
    };
    if rows <= 1 {
        let scratch = Scratch::f32s(room.checked_mul(2)?)?;
        (0..rows).for_each(|row| one(row, scratch.pointer().cast()));
        return Some(());
    }
    let rooms = EachWorker::f32s(room.checked_mul(2)?)?;
    let nanoseconds = (rows * size) as u64 * if few { 1 } else { u64::from(size.ilog2() + 1) };
    let cut = pieces(rows, parts_for(nanoseconds), 1);
    share(cut.count(), nanoseconds, |i| cut.get(i).for_each(|row| one(row, rooms.mine().cast())));
    Some(())
}

/// The first `count` pairs of a row in order, from pairs of all elements.
/// # Safety: `room` has room for as many.
unsafe fn all<T: Sortable>(count: usize, order: Order, x: &[T], room: *mut u64) -> &[u64] {
    for (i, &x) in x.iter().enumerate() {
        room.add(i).write(order.pair(x, i));
    }
    let pairs = core::slice::from_raw_parts_mut(room, x.len());
    if count < x.len() {
        pairs.select_nth_unstable(count);
    }
    pairs[..count].sort_unstable();
    &pairs[..count]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values and indices, which come out the same when only one of them is wanted.
    fn run<T: Sortable + Default + core::fmt::Debug>(shape: [usize; 3], order: Order, x: &[T]) -> (Vec<T>, Vec<i32>) {
        let [rows, _, count] = shape;
        let [mut values, mut only_values] = [0, 1].map(|_| vec![T::default(); rows * count]);
        let [mut indices, mut only_indices] = [0, 1].map(|_| vec![-1; rows * count]);
        // SAFETY: the slices have the sizes given.
        unsafe {
            sorted(shape, order, x.as_ptr(), values.as_mut_ptr(), indices.as_mut_ptr()).unwrap();
            sorted(shape, order, x.as_ptr(), only_values.as_mut_ptr(), core::ptr::null_mut()).unwrap();
            sorted(shape, order, x.as_ptr(), core::ptr::null_mut(), only_indices.as_mut_ptr()).unwrap();
        }
        assert_eq!(format!("{values:?}"), format!("{only_values:?}"));
        assert_eq!(indices, only_indices);
        (values, indices)
    }

    /// The places of a row's elements in order, by a stable sort of the standard library.
    fn reference(order: Order, row: &[f32]) -> Vec<i32> {
        let mut places: Vec<i32> = (0..row.len() as i32).collect();
        let key = |i: i32| match row[i as usize] {
            x if x.is_nan() => f64::MAX, // above infinity's own stand-in
            x if x == f32::INFINITY => 1e300,
            x => f64::from(x) + 0.0,
        };
        match order {
            Order::Ascending => places.sort_by(|&a, &b| key(a).total_cmp(&key(b))),
            Order::Descending => places.sort_by(|&a, &b| key(b).total_cmp(&key(a))),
        }
        places
    }

    #[test]
    fn rows_are_sorted_stably_both_ways() {
        for (rows, size) in [(0, 4), (3, 0), (1, 1), (4, 7), (2, 1000), (1, 5003)] {
            let many = (0..rows * size).map(|i| ((i * 7919) % 101) as f32 - 50.0);
            let spread = (0..rows * size).map(|i| ((i * 7919) % 4999) as f32 - 50.0);
            let rising = (0..rows * size).map(|i| i as f32);
            let odd = (0..rows * size).map(|i| [f32::NAN, -0.0, 0.0, f32::INFINITY, 3.0, f32::NEG_INFINITY][i * i % 6]);
            for x in [many.collect(), spread.collect(), rising.collect(), odd.collect::<Vec<f32>>()] {
                for order in [Order::Ascending, Order::Descending] {
                    for count in [0, 1, 3, size / 60, size / 2, size].into_iter().filter(|&count| count <= size) {
                        let (values, indices) = run([rows, size, count], order, &x);
                        for row in 0..rows {
                            let (of_row, place) = (&x[row * size..][..size], row * count);
                            let want = &reference(order, of_row)[..count];
                            assert_eq!(&indices[place..][..count], want, "{count} of {size}, {order:?}");
                            for (value, &from) in values[place..][..count].iter().zip(want) {
                                assert_eq!(value.to_bits(), of_row[from as usize].to_bits());
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nan_is_the_largest_and_zeros_are_equal() {
        let indices = |shape, order, x: &[f32]| run(shape, order, x).1;
        let x = [0.0, f32::NAN, -0.0, f32::INFINITY, f32::NEG_INFINITY, 1e-45, -1e-45];
        assert_eq!(indices([1, 7, 7], Order::Ascending, &x), [4, 6, 0, 2, 5, 3, 1]);
        assert_eq!(indices([1, 7, 3], Order::Descending, &x), [1, 3, 5]);
        assert_eq!(indices([1, 4, 2], Order::Ascending, &[f32::NAN, -f32::NAN, 2.0, f32::NAN]), [2, 0]);
    }

    #[test]
    fn integers_sort_by_value() {
        let x = [3, i32::MIN, -1, i32::MAX, 0, -1];
        assert_eq!(
            run([1, 6, 6], Order::Ascending, &x),
            (vec![i32::MIN, -1, -1, 0, 3, i32::MAX], vec![1, 2, 5, 4, 0, 3])
        );
        assert_eq!(run([2, 3, 1], Order::Descending, &x), (vec![3, i32::MAX], vec![0, 0]));
        let x: Vec<i32> = (0..20_000i32).map(|i| i.wrapping_mul(1_640_531_527)).collect();
        let (values, indices) = run([1, 20_000, 40], Order::Descending, &x);
        let mut want = x.clone();
        want.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(values, want[..40]);
        assert!(indices.iter().zip(&values).all(|(&i, &value)| x[i as usize] == value));
    }
}
