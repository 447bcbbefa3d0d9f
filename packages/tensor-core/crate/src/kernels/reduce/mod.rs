//! Sums, extremes, products over any axes; positions of extremes; running sums. A call names the axes that are kept and
//! the axes that are reduced, each with their own strides; `fold` holds the vectorised loops, `items` the plain ones.

mod argument;
mod cumulative;
mod float;
mod fold;
mod items;
mod moment;
mod parts;
mod run;

pub use argument::{Extreme, argument, integer_argument};
pub use cumulative::{cumulative_sum, integer_cumulative_sum};
pub use float::{Reduction, reduce};
pub use items::{BoolReduction, IntegerReduction, bool_reduce, byte_sum, integer_reduce};
pub use moment::{Moment, moment};
pub use parts::{join_parts, parts_of, sum_in_parts};
pub use run::{LONGEST, largest, largest_number, map_and_sum, smallest, sum, sum_of, sum_of_pairs, sum_of_products};

use crate::crew::{share_walk, workers};
use crate::layout::Walk;

/// The axes of a reduction.
pub struct Axes {
    /// Operands (y, x) over the axes that stay.
    pub kept: Walk<2>,
    /// Operand x over the axes that go.
    pub reduced: Walk<1>,
}

impl Axes {
    pub fn new(kept: Walk<2>, reduced: Walk<1>) -> Self {
        Axes { kept: kept.collapsed(), reduced: reduced.collapsed() }
    }

    /// What reducing takes on one thread.
    fn nanoseconds(&self) -> u64 {
        const SPEED: u64 = 6; // elements a nanosecond
        (self.kept.len() * self.reduced.len()) as u64 / SPEED
    }

    /// Calls `f` with the kept axes or parts of them, and the offsets of y and x to their first elements: on several threads
    /// if there are enough kept indices for that, else whole, and then threads may share what is reduced.
    /// # Safety: as [`crate::crew::share`], for each kept index.
    unsafe fn share_kept(&self, f: impl Fn(&Walk<2>, [isize; 2])) {
        const ENOUGH: usize = 3; // for each thread
        if self.kept.len() >= ENOUGH * workers() {
            share_walk(&self.kept, self.nanoseconds(), f);
        } else {
            f(&self.kept, [0, 0]);
        }
    }

    /// Calls `f` with the offsets of y and x for every kept index, on as many threads as it is worth.
    /// # Safety: as [`crate::crew::share`], for each kept index.
    unsafe fn for_each_kept(&self, f: impl Fn(isize, isize)) {
        self.share_kept(|kept, [y_start, x_start]| {
            let [y_stride, x_stride] = kept.inner_strides();
            kept.for_each_row(|[y_at, x_at]| {
                for i in 0..kept.sizes[kept.rank - 1] as isize {
                    f(y_start + y_at + i * y_stride, x_start + x_at + i * x_stride);
                }
            });
        });
    }
}

#[cfg(test)]
mod test_axes {
    use super::{Axes, Walk};

    /// The axes of reducing a contiguous tensor of `sizes` over `reduced`, and for every index of x the index of y.
    pub fn contiguous(sizes: &[usize], reduced: &[usize]) -> (Axes, Vec<usize>) {
        let rank = sizes.len();
        let stride = |axis: usize| sizes[axis + 1..].iter().product::<usize>();
        let kept: Vec<usize> = (0..rank).filter(|axis| !reduced.contains(axis)).collect();
        let y_stride = |at: usize| kept[at + 1..].iter().map(|&axis| sizes[axis]).product::<usize>();
        let words = |axes: &[usize], word: &dyn Fn(usize) -> usize| -> Vec<i32> {
            axes.iter().map(|&axis| word(axis) as i32).collect()
        };
        let y_strides: Vec<i32> = (0..kept.len()).map(|at| y_stride(at) as i32).collect();
        let axes = Axes::new(
            Walk::new(&words(&kept, &|axis| sizes[axis]), [&y_strides, &words(&kept, &stride)]),
            Walk::new(&words(reduced, &|axis| sizes[axis]), [&words(reduced, &stride)]),
        );
        let count: usize = sizes.iter().product();
        let to = (0..count)
            .map(|i| (0..kept.len()).map(|at| i / stride(kept[at]) % sizes[kept[at]] * y_stride(at)).sum())
            .collect();
        (axes, to)
    }

    /// Shapes and axes that reach every path: all, rows, columns, both ends, several axes, odd lengths, empty ones.
    pub const CASES: [(&[usize], &[usize]); 22] = [
        (&[], &[]),
        (&[7], &[0]),
        (&[10_001], &[0]),
        (&[5, 37], &[1]),
        (&[5, 37], &[0]),
        (&[300, 3], &[0]),
        (&[3, 300], &[0, 1]),
        (&[260, 75], &[0]),
        (&[2, 3, 4, 5], &[0, 2, 3]),
        (&[2, 3, 4, 5], &[1]),
        (&[2, 3, 4, 5], &[0, 2]),
        (&[6, 5, 40], &[1]),
        (&[2, 1, 3], &[1]),
        (&[0, 4], &[0]),
        (&[4, 0], &[0]),
        (&[0], &[0]),
        (&[0], &[]),
        (&[0, 0], &[0]),
        (&[3, 0, 2], &[1]),
        (&[2, 0, 3], &[0, 2]),
        (&[5, 4, 0], &[1]),
        (&[3, 5], &[]),
    ];
}
