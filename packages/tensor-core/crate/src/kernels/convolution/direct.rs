//! Correlation with few filters, without packing: lanes of four output pixels are read from the planes through the table
//! of taps, so that six filters by two lanes fill the registers as the product's tile does.

use super::Correlation;
use crate::crew::{EachWorker, parts_for, share};
use crate::gemm::micro::row_groups;
use crate::gemm::pack;
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;
use core::ops::Range;

/// Most filters that move together.
const GROUP: usize = 6;

/// Floats of a group's weights, by tap, those of its filters side by side.
pub fn room(depth: usize) -> usize {
    GROUP * depth
}

/// # Safety: as [`Correlation::run`]; there are at least two filters.
pub unsafe fn correlate<L: Lane>(task: &Correlation, rooms: &EachWorker) {
    let weights = rooms.mine();
    let mut filter = 0;
    for (groups, size) in row_groups(task.filters) {
        for _ in 0..groups {
            let by_tap = task.weights.from(filter, task.along.start).transposed();
            pack::copy::<L>(task.along.len(), size, by_tap, weights, size);
            let nanoseconds = task.nanoseconds() * size as u64 / task.filters as u64;
            let cut = pieces(task.rows, parts_for(nanoseconds), 1);
            let sweep = match size {
                6 => sweep::<L, 6, 2>,
                5 => sweep::<L, 5, 2>,
                4 => sweep::<L, 4, 2>,
                3 => sweep::<L, 3, 4>,
                _ => sweep::<L, 2, 4>,
            };
            share(cut.count(), nanoseconds, |i| sweep(task, cut.get(i), filter, weights));
            filter += size;
        }
    }
}

/// Lanes of output pixels, row by row; the last of a row may be partly filled.
struct Lanes {
    y: usize,
    x: usize,
    /// The row after the last.
    end: usize,
}

impl Lanes {
    /// (source offset, output offset, pixels) of this lane, and on to the next; the last lane is repeated for ever.
    #[inline(always)]
    fn next(&mut self, task: &Correlation) -> (usize, usize, usize) {
        let lane =
            (self.y * task.row_step + self.x, self.y * task.columns + self.x, (task.columns - self.x).min(WIDTH));
        if self.x + WIDTH < task.columns {
            self.x += WIDTH;
        } else if self.y + 1 < self.end {
            (self.y, self.x) = (self.y + 1, 0);
        }
        lane
    }
}

/// All pixels of some rows of `F` filters from `first` on, `N` lanes at a time.
#[inline(never)]
unsafe fn sweep<L: Lane, const F: usize, const N: usize>(
    task: &Correlation,
    rows: Range<usize>,
    first: usize,
    weights: *const f32,
) {
    let tiles = (rows.len() * task.columns.div_ceil(WIDTH)).div_ceil(N);
    let mut lanes = Lanes { y: rows.start, x: 0, end: rows.end };
    for _ in 0..tiles {
        let (first_row, mut last_row) = (lanes.y, lanes.y);
        let mut places = [(0, 0, 0); N];
        let mut sources = [task.source; N];
        for n in 0..N {
            last_row = lanes.y;
            places[n] = lanes.next(task);
            sources[n] = task.source.add(places[n].0);
        }
        let mut sums = [[L::splat(0.0); N]; F];
        for (f, sums) in sums.iter_mut().enumerate() {
            *sums = [L::load_splat(task.start.from(first + f, 0).pointer); N];
        }
        let live = task.live_depth(first_row, last_row);
        let mut weight = weights.add((live.start - task.along.start) * F);
        let (mut tap, mut left) = (task.taps.add(live.start), live.len());
        while left != 0 {
            let offset = *tap as usize;
            let mut pixels = [L::splat(0.0); N];
            for (pixels, source) in pixels.iter_mut().zip(&sources) {
                *pixels = L::load(source.add(offset));
            }
            for (f, sums) in sums.iter_mut().enumerate() {
                let w = L::load_splat(weight.add(f));
                for (sum, x) in sums.iter_mut().zip(pixels) {
                    *sum = w.multiply_add(x, *sum);
                }
            }
            (weight, tap) = (weight.add(F), tap.add(1));
            left -= 1;
        }
        let whole = places.iter().all(|&(_, _, count)| count == WIDTH);
        for (f, sums) in sums.into_iter().enumerate() {
            let output = task.output.from(first + f, 0).pointer;
            for (sum, (_, to, count)) in sums.into_iter().zip(places) {
                if whole {
                    sum.store(output.add(to));
                } else {
                    sum.store_first(output.add(to), count);
                }
            }
        }
    }
}
