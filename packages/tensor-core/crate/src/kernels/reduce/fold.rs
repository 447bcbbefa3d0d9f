//! Folds of f32 over any axes: rows run by run, columns a block of lanes at a time. The way through the axes is one function
//! for all folds, which calls the inner loops of each; as a generic one it was a tenth of what the kernels weigh.

use super::Axes;
use super::parts::{join_parts, parts_of};
use super::run::{Fold, LONGEST, fold_run};
use crate::lane::{Lane, WIDTH};
use crate::layout::Walk;

/// Lanes of a block of columns.
const BLOCK: usize = 8;
/// Columns that are folded by one call.
const MOST: usize = 8 * BLOCK * WIDTH;

/// What becomes of the reduced elements of each kept index.
pub(super) trait Folding {
    fn loops(&self) -> Loops;
    /// Whether y holds, for each kept index, what its elements are taken from before they are folded; else that is 0.
    fn is_centred(&self) -> bool {
        false
    }
    /// Makes results of neighbouring totals.
    /// # Safety: `x` points at the first of the elements that were folded to `totals[0]`, and so on; all are readable.
    unsafe fn finish(&self, totals: &mut [f64], reduced: &Walk<1>, x: *const f32);
}

/// The inner loops of a fold.
pub(super) struct Loops {
    identity: f64,
    join: fn(f64, f64) -> f64,
    run: unsafe fn(usize, isize, *const f32, f32) -> f64,
    columns: unsafe fn(usize, isize, *const f32, usize, *const f32, *mut f64),
}

impl Loops {
    pub fn of<L: Lane, F: Fold<L>>() -> Self {
        Loops { identity: f64::from(F::IDENTITY), join: F::join, run: run::<L, F>, columns: columns::<L, F> }
    }
}

/// y = the fold of x.
/// # Safety: `x` and `y` point at the first elements of the walks, all of which are valid and do not overlap.
pub(super) unsafe fn fold(folding: &dyn Folding, axes: &Axes, x: *const f32, y: *mut f32) {
    let (loops, is_centred, reduced) = (folding.loops(), folding.is_centred(), &axes.reduced);
    let ([y_stride, x_stride], [reduced_stride]) = (axes.kept.inner_strides(), reduced.inner_strides());
    let count = reduced.sizes[reduced.rank - 1];
    if x_stride == 1 && (reduced_stride != 1 || count < WIDTH) && !reduced.is_empty() {
        axes.share_kept(|kept, [y_start, x_start]| {
            let columns = kept.sizes[kept.rank - 1];
            let (mut centres, mut totals) = ([0.0; MOST], [0.0; MOST]);
            kept.call_for_each_row(&mut |[y_at, x_at]| {
                for column in (0..columns).step_by(MOST) {
                    let x = x.offset(x_start + x_at).add(column);
                    let y = |i: usize| y.offset(y_start + y_at + (column + i) as isize * y_stride);
                    let width = MOST.min(columns - column);
                    totals[..width].fill(loops.identity);
                    if is_centred {
                        centres[..width].iter_mut().enumerate().for_each(|(i, centre)| *centre = *y(i));
                    }
                    let (from, to) = (centres.as_ptr(), totals.as_mut_ptr());
                    reduced.call_for_each_row(&mut |[at]| {
                        (loops.columns)(count, reduced_stride, x.offset(at), width, from, to);
                    });
                    folding.finish(&mut totals[..width], reduced, x);
                    if y_stride == 1 {
                        let y = y(0);
                        totals[..width].iter().enumerate().for_each(|(i, &total)| *y.add(i) = total as f32);
                    } else {
                        totals[..width].iter().enumerate().for_each(|(i, &total)| *y(i) = total as f32);
                    }
                }
            });
        });
        return;
    }
    let axis = reduced.largest_axis();
    let size = reduced.sizes[axis];
    let each = reduced.len() / size.max(1); // elements at a place of that axis
    let cut = parts_of(size, each);
    axes.for_each_kept(|y_at, x_at| {
        let (x, y) = (x.offset(x_at), y.offset(y_at));
        let centre = if is_centred { *y } else { 0.0 };
        let mut total = join_parts(cut, each, loops.identity, loops.join, |some| {
            if reduced.rank == 1 {
                return (loops.run)(some.len(), reduced_stride, x.offset(some.start as isize * reduced_stride), centre);
            }
            let (part, [start]) = reduced.part(axis, some);
            let (count, [stride]) = (part.sizes[part.rank - 1], part.inner_strides());
            let mut total = loops.identity;
            part.call_for_each_row(&mut |[at]| {
                total = (loops.join)(total, (loops.run)(count, stride, x.offset(start + at), centre));
            });
            total
        });
        folding.finish(core::slice::from_mut(&mut total), reduced, x);
        *y = total as f32;
    });
}

/// `count` elements that lie `stride` apart.
/// # Safety: they are readable.
unsafe fn run<L: Lane, F: Fold<L>>(count: usize, stride: isize, x: *const f32, centre: f32) -> f64 {
    if stride == 1 {
        return fold_run::<L, F>(count, x, centre);
    }
    let one = |i| f64::from(F::of(L::load_splat(x.offset(i * stride)), L::splat(centre)).to_array()[0]);
    (0..count as isize).fold(f64::from(F::IDENTITY), |total, i| F::join(total, one(i)))
}

/// `width` neighbouring columns, each over `count` elements that lie `stride` apart. The totals come by a pointer, which may
/// point at x for all that the compiler knows: else it keeps them in registers through the loop, where the sums need those.
/// # Safety: they are readable; there are as many centres and totals, and centres to fill a lane.
unsafe fn columns<L: Lane, F: Fold<L>>(
    count: usize,
    stride: isize,
    x: *const f32,
    width: usize,
    centres: *const f32,
    totals: *mut f64,
) {
    let mut at = 0;
    while at < width {
        let (x, centres, totals, left) = (x.add(at), centres.add(at), totals.add(at), width - at);
        if left >= BLOCK * WIDTH {
            lanes::<L, F, BLOCK>(count, stride, x, centres, totals, |p| L::load(p));
            at += BLOCK * WIDTH;
        } else if left >= WIDTH {
            lanes::<L, F, 1>(count, stride, x, centres, totals, |p| L::load(p));
            at += WIDTH;
        } else {
            lanes::<L, F, 1>(count, stride, x, centres, totals, |p| L::load_first(p, left));
            return;
        }
    }
}

#[inline(always)]
unsafe fn lanes<L: Lane, F: Fold<L>, const LANES: usize>(
    count: usize,
    stride: isize,
    x: *const f32,
    centres: *const f32,
    totals: *mut f64,
    load: impl Fn(*const f32) -> L,
) {
    let bytes = stride * size_of::<f32>() as isize;
    let mut centre = [L::splat(0.0); LANES];
    for (k, centre) in centre.iter_mut().enumerate() {
        *centre = L::load(centres.add(k * WIDTH));
    }
    for start in (0..count).step_by(LONGEST) {
        let mut sums = [L::splat(F::IDENTITY); LANES];
        let mut row = x.offset(start as isize * stride);
        for _ in start..count.min(start + LONGEST) {
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum = F::step(*sum, F::of(load(row.add(k * WIDTH)), centre[k]));
            }
            row = row.byte_offset(bytes);
        }
        for (k, sum) in sums.iter().enumerate() {
            for (i, part) in sum.to_array().into_iter().enumerate() {
                let total = totals.add(k * WIDTH + i);
                *total = F::join(*total, f64::from(part));
            }
        }
    }
}
