//! Where elements belong in rows that are in order.

use crate::crew::{parts_for, share};
use crate::parts::pieces;

/// (rows, size) sequences, one for each of the (rows, count) elements, or one for all.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    pub rows: usize,
    pub size: usize,
    pub count: usize,
    /// One sequence serves every row.
    pub one: bool,
    /// Behind equal elements, not before them.
    pub right: bool,
}

/// Of each element the place in its sequence before which it belongs. NaN belongs behind everything, as PyTorch has it.
/// # Safety: operands hold what the sizes say; `sorter` is null or has as many elements as the sequences, each below size.
pub unsafe fn search_sorted<T: Copy + PartialOrd>(
    of: &Search,
    sequence: *const T,
    sorter: *const i32,
    x: *const T,
    y: *mut i32,
) {
    let Search { rows, size, count, one, right } = *of;
    let all = rows * count;
    let nanoseconds = all as u64 * (5 + 4 * u64::from((size + 1).ilog2()));
    let cut = pieces(all, parts_for(nanoseconds), 16);
    share(cut.count(), nanoseconds, |part| {
        for i in cut.get(part) {
            let start = if one { 0 } else { i / count * size };
            let value = *x.add(i);
            let (mut low, mut high) = (0, size);
            while low < high {
                let middle = low + (high - low) / 2;
                let at = if sorter.is_null() { middle } else { *sorter.add(start + middle) as usize };
                let there = *sequence.add(start + at);
                let is_behind = if right { there > value } else { there >= value };
                if is_behind {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            *y.add(i) = low as i32;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(of: Search, sequence: &[f32], sorter: Option<&[i32]>, x: &[f32]) -> Vec<i32> {
        let mut y = vec![-1; x.len()];
        let sorter = sorter.map_or(core::ptr::null(), <[i32]>::as_ptr);
        // SAFETY: the slices have the sizes given.
        unsafe { search_sorted(&of, sequence.as_ptr(), sorter, x.as_ptr(), y.as_mut_ptr()) };
        y
    }

    #[test]
    fn before_and_behind_equal_elements() {
        let of = Search { rows: 1, size: 4, count: 6, one: true, right: false };
        let x = [0.0, 1.0, 2.0, 3.0, 9.0, f32::NAN];
        assert_eq!(run(of, &[1.0, 2.0, 2.0, 5.0], None, &x), [0, 0, 1, 3, 4, 4]);
        assert_eq!(run(Search { right: true, ..of }, &[1.0, 2.0, 2.0, 5.0], None, &x), [0, 1, 3, 3, 4, 4]);
        let order = Some(&[3, 0, 2, 1][..]);
        assert_eq!(run(of, &[2.0, 5.0, 2.0, 1.0], order, &x), [0, 0, 1, 3, 4, 4]);
    }

    #[test]
    fn each_row_in_its_own_sequence() {
        let of = Search { rows: 2, size: 2, count: 1, one: false, right: false };
        assert_eq!(run(of, &[1.0, 2.0, 10.0, 20.0], None, &[1.5, 1.5]), [1, 0]);
        assert_eq!(run(Search { size: 0, ..of }, &[], None, &[1.5, 1.5]), [0, 0]);
    }
}
