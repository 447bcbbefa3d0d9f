//! Implicit matrix product: the matrix of patches is never stored, only eight columns of it at a time, which the
//! product's own register tile multiplies by all filters while they are in the first-level cache.

use super::Correlation;
use crate::crew::{EachWorker, parts_for, share};
use crate::gemm::Start;
use crate::gemm::micro::GemmKernel;
use crate::lane::{Lane, WIDTH};
use crate::parts::{parts, pieces};

/// Pixels of a panel.
const PANEL: usize = 2 * WIDTH;
/// Largest depth of a panel: 640 × 8 floats are 20 KB.
const DEPTH: usize = 640;

/// Floats of a panel.
pub fn room(depth: usize) -> usize {
    DEPTH.min(depth) * PANEL + PANEL
}

/// # Safety: as [`Correlation::run`].
pub unsafe fn correlate<K: GemmKernel>(task: &Correlation, rooms: &EachWorker) {
    let pixels = task.rows * task.columns;
    let blocks = parts(task.along.len(), DEPTH, 1);
    for along in blocks {
        let start = if along.start == 0 { task.start } else { Start::Output.matrix(task.output) };
        let along = task.along.start + along.start..task.along.start + along.end;
        let nanoseconds = task.nanoseconds() / blocks.count() as u64;
        let cut = pieces(pixels, parts_for(nanoseconds), PANEL);
        share(cut.count(), nanoseconds, |i| {
            let (some, panel) = (cut.get(i), rooms.mine());
            for first in some.clone().step_by(PANEL) {
                let width = (some.end - first).min(PANEL);
                let live = task.live_depth(first / task.columns, (first + width - 1) / task.columns);
                let begin = live.start.clamp(along.start, along.end);
                let depth = live.end.clamp(begin, along.end) - begin;
                pack::<K::Lane>(task, first, width, task.taps.add(begin), depth, panel);
                let (start, output) = (start.from(0, first), task.output.from(0, first));
                K::panel(task.filters, width, depth, task.weights.from(0, begin), panel, PANEL, start, output);
            }
        });
    }
}

/// Packs `width` pixels from `first` on: `depth` rows of eight. Pixels of one output row lie side by side in the source;
/// a panel that spans several rows is put together from runs, each stored whole over what the run before left behind
/// its end (so a row of the panel may spill over into the next, which is written later).
#[inline(never)]
unsafe fn pack<L: Lane>(
    task: &Correlation,
    first: usize,
    width: usize,
    mut taps: *const u32,
    depth: usize,
    mut to: *mut f32,
) {
    let mut runs = [(core::ptr::null(), 0); PANEL];
    let (mut count, mut filled) = (0, 0);
    let (mut y, mut x) = (first / task.columns, first % task.columns);
    while filled < width {
        runs[count] = (task.source.add(y * task.row_step + x), filled);
        (count, filled) = (count + 1, filled + task.columns - x);
        (y, x) = (y + 1, 0);
    }
    let [(one, _), (two, at), ..] = runs;
    if count == 1 || (count == 2 && at == WIDTH) {
        let high = if count == 1 { one.add(WIDTH) } else { two };
        for _ in 0..depth {
            let tap = *taps as usize;
            L::load(one.add(tap)).store(to);
            L::load(high.add(tap)).store(to.add(WIDTH));
            (taps, to) = (taps.add(1), to.add(PANEL));
        }
    } else if count == 2 {
        // Three lanes cover the eight, whichever run has the larger part.
        let [(b, b_at), (c, c_at)] =
            if at < WIDTH { [(two, at), (two.add(WIDTH), at + WIDTH)] } else { [(one.add(WIDTH), WIDTH), (two, at)] };
        for _ in 0..depth {
            let tap = *taps as usize;
            L::load(one.add(tap)).store(to);
            L::load(b.add(tap)).store(to.add(b_at));
            L::load(c.add(tap)).store(to.add(c_at));
            (taps, to) = (taps.add(1), to.add(PANEL));
        }
    } else {
        for _ in 0..depth {
            let tap = *taps as usize;
            for &(run, at) in &runs[..count] {
                L::load(run.add(tap)).store(to.add(at));
                L::load(run.add(tap + WIDTH)).store(to.add(at + WIDTH));
            }
            (taps, to) = (taps.add(1), to.add(PANEL));
        }
    }
}
