//! Correlation with one filter: output rows are swept a lane of four pixels at a time, up to six taps a sweep. What bounds
//! it is reading the pixels, once for each tap.

use super::Correlation;
use crate::crew::{parts_for, share};
use crate::gemm::micro::row_groups;
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;
use core::ops::Range;

/// # Safety: as [`Correlation::run`]; there is one filter.
pub unsafe fn correlate<L: Lane>(task: &Correlation) {
    let cut = pieces(task.rows, parts_for(task.nanoseconds()), 1);
    share(cut.count(), task.nanoseconds(), |i| correlate_rows::<L>(task, cut.get(i)));
}

unsafe fn correlate_rows<L: Lane>(task: &Correlation, Range { start: mut first, end }: Range<usize>) {
    while first < end {
        // Rows that meet the same taps are swept together.
        let live = task.live_depth(first, first);
        let rows = (first..end).take_while(|&row| task.live_depth(row, row) == live).count();
        let mut band = Band { task, first, rows, tap: live.start, is_new: true };
        for (sweeps, size) in row_groups(live.len()) {
            for _ in 0..sweeps {
                match size {
                    6 => band.sweep::<L, 6>(),
                    5 => band.sweep::<L, 5>(),
                    4 => band.sweep::<L, 4>(),
                    3 => band.sweep::<L, 3>(),
                    2 => band.sweep::<L, 2>(),
                    1 => band.sweep::<L, 1>(),
                    _ => band.sweep::<L, 0>(),
                }
                (band.tap, band.is_new) = (band.tap + size, false);
            }
        }
        first += rows;
    }
}

/// `rows` output rows from `first` on, and the next tap. A new band's sums begin with the bias, later on with the output.
struct Band<'a> {
    task: &'a Correlation,
    first: usize,
    rows: usize,
    tap: usize,
    is_new: bool,
}

impl Band<'_> {
    /// The rows with the next `T` taps added.
    #[inline(never)]
    unsafe fn sweep<L: Lane, const T: usize>(&self) {
        let Correlation { source, taps, row_step, columns, weights, start, output, .. } = *self.task;
        let mut spread = [L::splat(0.0); T];
        let mut sources = [source; T];
        for t in 0..T {
            spread[t] = L::load_splat(weights.from(0, self.tap + t).pointer);
            sources[t] = source.add(*taps.add(self.tap + t) as usize + self.first * row_step);
        }
        let bias = L::load_splat(start.pointer);
        let mut to = output.pointer.add(self.first * columns);
        for _ in 0..self.rows {
            let mut x = 0;
            while x + WIDTH <= columns {
                let mut sum = if self.is_new { bias } else { L::load(to.add(x)) };
                for (source, weight) in sources.iter().zip(spread) {
                    sum = weight.multiply_add(L::load(source.add(x)), sum);
                }
                sum.store(to.add(x));
                x += WIDTH;
            }
            if x < columns {
                let mut sum = if self.is_new { bias } else { L::load_first(to.add(x), columns - x) };
                for (source, weight) in sources.iter().zip(spread) {
                    sum = weight.multiply_add(L::load(source.add(x)), sum);
                }
                sum.store_first(to.add(x), columns - x);
            }
            for source in &mut sources {
                *source = source.wrapping_add(row_step);
            }
            to = to.add(columns);
        }
    }
}
