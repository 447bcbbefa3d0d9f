//! The gradients of a layer norm in one pass over dy and x. With g = dy · weight and x̂ = (x - mean) / deviation,
//!
//! dx = (g - mean(g) - x̂ mean(g x̂)) / deviation,  dweight = Σ dy x̂ and dbias = Σ dy over the rows.
//!
//! Of an RMS norm, whose rows have no mean, mean(g) is left out.
//!
//! Rows are cut into parts that follow from the shape, each with column sums of its own, which are added in order.

use super::sums::{self, Sums, sums_of};
use super::{Gradients, for_each_lane, nanoseconds};
use crate::arena::Scratch;
use crate::crew::{EachWorker, parts_for, share};
use crate::kernels::reduce::{LONGEST, join_parts, parts_of};
use crate::lane::Lane;
use crate::parts::{Parts, pieces};
use core::array::from_fn;
use core::ops::Range;
use core::slice::from_raw_parts_mut;

/// Rows that take a step along the columns together, so that the column sums are fetched once for them.
const TOGETHER: usize = 2;
/// Rows from this size on are cut themselves, and not among threads: their column sums would take too much memory.
const WIDE: usize = 1 << 15;

/// Gradients of a layer norm, each unless its pointer is null. None if memory is short.
/// # Safety: `dy`, `x` and `to.x` point at rows · size valid floats, `mean` and `inverse_deviation` at the `rows` that
/// [`super::layer_norm`] wrote, the mean being null where it was about 0, the weight, which may be null for ones, and its and the bias's gradient at `size`. `to.x` may
/// be `dy`; else outputs are apart from inputs.
pub unsafe fn layer_norm_gradient<L: Lane>(
    [rows, size]: [usize; 2],
    dy: *const f32,
    x: *const f32,
    mean: *const f32,
    inverse_deviation: *const f32,
    weight: *const f32,
    to: Gradients,
) -> Option<()> {
    let sums_are_wanted = !(to.weight.is_null() && to.bias.is_null());
    let cut = pieces(rows, parts_of_rows(rows, size), 1);
    let are_few = cut.count() == 1 && rows <= LONGEST;
    let room = |holds: bool, floats: usize| if holds { floats } else { 0 };
    // Column sums (dweight, dbias): in f64 for each part, in f32 for the few rows that a worker is at.
    let totals = Scratch::f32s(room(sums_are_wanted && !are_few, 4 * size * cut.count()))?;
    let recent = EachWorker::f32s(room(sums_are_wanted, 2 * size))?;
    let totals = totals.pointer().cast::<f64>();
    let unwanted = EachWorker::f32s(room(to.x.is_null(), size))?;
    let ones = Scratch::f32s(room(weight.is_null(), size))?;
    let mut weight = weight;
    if weight.is_null() {
        from_raw_parts_mut(ones.pointer(), size).fill(1.0);
        weight = ones.pointer();
    }
    let inputs = Inputs { size, cut: parts_of(size, 1), dy, x, weight, mean, inverse_deviation };
    let dx = |row: usize| if to.x.is_null() { unwanted.mine() } else { to.x.add(row * size) };
    if are_few && sums_are_wanted {
        // Their sums in f32 are exact enough, and the outputs have room for them.
        let column_sums = [to.weight, to.bias].map(|output| if output.is_null() { recent.mine() } else { output });
        for sums in column_sums {
            from_raw_parts_mut(sums, size).fill(0.0);
        }
        some_rows::<L, true>(&inputs, 0..rows, dx, column_sums);
        return Some(());
    }
    share(cut.count(), 2 * nanoseconds(rows * size), |i| {
        let column_sums = [recent.mine(), recent.mine().wrapping_add(size)];
        if !sums_are_wanted {
            return some_rows::<L, false>(&inputs, cut.get(i), dx, column_sums);
        }
        let totals = from_raw_parts_mut(totals.add(2 * size * i), 2 * size);
        totals.fill(0.0);
        for block in cut.get(i).step_by(LONGEST) {
            let recent = from_raw_parts_mut(recent.mine(), 2 * size);
            recent.fill(0.0);
            some_rows::<L, true>(&inputs, block..cut.get(i).end.min(block + LONGEST), dx, column_sums);
            totals.iter_mut().zip(recent).for_each(|(total, recent)| *total += f64::from(*recent));
        }
    });
    for (output, first) in [(to.weight, totals), (to.bias, totals.wrapping_add(size))] {
        if !output.is_null() {
            add_parts(size, cut.count(), first, output);
        }
    }
    Some(())
}

/// Into how many parts the rows are cut: enough for an even load, if the column sums are small beside what is summed.
fn parts_of_rows(rows: usize, size: usize) -> usize {
    const ELEMENTS: usize = 1 << 14;
    const ROWS: usize = 8;
    const MOST: usize = 16;
    if size > WIDE { 1 } else { (rows * size / ELEMENTS).min(rows / ROWS).clamp(1, MOST) }
}

/// output[column] = Σ over parts of theirs, in order.
unsafe fn add_parts(size: usize, parts: usize, first: *const f64, output: *mut f32) {
    let time = nanoseconds(size * parts);
    let cut = pieces(size, parts_for(time), 64);
    share(cut.count(), time, |i| {
        for column in cut.get(i) {
            let total: f64 = (0..parts).map(|part| *first.add(2 * size * part + column)).sum();
            *output.add(column) = total as f32;
        }
    });
}

struct Inputs {
    size: usize,
    /// Of a row, by its size alone.
    cut: Parts,
    dy: *const f32,
    x: *const f32,
    weight: *const f32,
    mean: *const f32,
    inverse_deviation: *const f32,
}

/// Writes some rows of dx to where `dx` says, and adds to the column sums (dweight, dbias) with `SUMS`.
unsafe fn some_rows<L: Lane, const SUMS: bool>(
    inputs: &Inputs,
    some: Range<usize>,
    dx: impl Fn(usize) -> *mut f32,
    column_sums: [*mut f32; 2],
) {
    let mut row = some.start;
    if SUMS {
        while row + TOGETHER <= some.end {
            rows_together::<L, SUMS, TOGETHER>(inputs, row, &dx, column_sums);
            row += TOGETHER;
        }
    }
    while row < some.end {
        rows_together::<L, SUMS, 1>(inputs, row, &dx, column_sums);
        row += 1;
    }
}

unsafe fn rows_together<L: Lane, const SUMS: bool, const ROWS: usize>(
    inputs: &Inputs,
    first: usize,
    dx: &impl Fn(usize) -> *mut f32,
    column_sums: [*mut f32; 2],
) {
    let rows: [Row; ROWS] = from_fn(|i| inputs.row::<L>(first + i, dx(first + i)));
    let time = 2 * nanoseconds(ROWS * inputs.size);
    let cut = pieces(inputs.size, parts_for(time), 64);
    share(cut.count(), time, |i| step_along::<L, SUMS, ROWS>(cut.get(i), &rows, inputs.weight, column_sums));
}

/// One row and what its gradient takes from its sums: x̂ = (x - mean) · inverse + shift, dx = g · inverse + x̂ · slope + rest.
#[derive(Clone, Copy)]
struct Row {
    dy: *const f32,
    x: *const f32,
    dx: *mut f32,
    mean: f32,
    inverse: f32,
    shift: f32,
    slope: f32,
    rest: f32,
}

impl Inputs {
    unsafe fn row<L: Lane>(&self, row: usize, dx: *mut f32) -> Row {
        let (dy, x) = (self.dy.add(row * self.size), self.x.add(row * self.size));
        let centred = !self.mean.is_null();
        let (mean, inverse) = (if centred { *self.mean.add(row) } else { 0.0 }, *self.inverse_deviation.add(row));
        let part = |some: Range<usize>| {
            let at = some.start;
            row_sums::<L>(some.len(), dy.add(at), x.add(at), self.weight.add(at), mean)
        };
        let [mut g_sum, product_sum, mut d_sum] = join_parts(self.cut, 1, Sums::default(), sums::add, part);
        if !centred {
            [g_sum, d_sum] = [0.0; 2];
        }
        let (count, wide) = (self.size as f64, f64::from(inverse));
        let low = d_sum / count; // what the mean was rounded by
        let product_mean = (product_sum - low * g_sum) / count * wide;
        Row {
            dy,
            x,
            dx,
            mean,
            inverse,
            shift: (-low * wide) as f32,
            slope: (-product_mean * wide) as f32,
            rest: (-g_sum / count * wide) as f32,
        }
    }
}

#[inline(never)]
unsafe fn row_sums<L: Lane>(count: usize, dy: *const f32, x: *const f32, weight: *const f32, mean: f32) -> Sums {
    let means = L::splat(mean);
    sums_of::<L>(
        count,
        |i| (L::load(dy.add(i)).mul(L::load(weight.add(i))), L::load(x.add(i)).sub(means)),
        |i| (*dy.add(i) * *weight.add(i), *x.add(i) - mean),
    )
}

#[inline(never)]
unsafe fn step_along<L: Lane, const SUMS: bool, const ROWS: usize>(
    columns: Range<usize>,
    rows: &[Row; ROWS],
    weight: *const f32,
    [weight_sums, bias_sums]: [*mut f32; 2],
) {
    let rows = *rows;
    let each = |field: fn(&Row) -> f32| -> [L; ROWS] { from_fn(|r| L::splat(field(&rows[r]))) };
    let [mean, inverse, shift] = [each(|row| row.mean), each(|row| row.inverse), each(|row| row.shift)];
    let [slope, rest] = [each(|row| row.slope), each(|row| row.rest)];
    for_each_lane(columns.len(), |at, n| {
        let at = columns.start + at;
        // All that is read comes before all that is written: addresses that agree in their last bits, as those of rows often
        // do, make the processor wait.
        let weight = L::load_first(weight.add(at), n);
        let dy: [L; ROWS] = from_fn(|r| L::load_first(rows[r].dy.add(at), n));
        let x: [L; ROWS] = from_fn(|r| L::load_first(rows[r].x.add(at), n));
        let unit: [L; ROWS] = from_fn(|r| x[r].sub(mean[r]).multiply_add(inverse[r], shift[r]));
        if SUMS {
            let mut sums = [L::load_first(weight_sums.add(at), n), L::load_first(bias_sums.add(at), n)];
            for r in 0..ROWS {
                sums = [dy[r].multiply_add(unit[r], sums[0]), sums[1].add(dy[r])];
            }
            sums[0].store_first(weight_sums.add(at), n);
            sums[1].store_first(bias_sums.add(at), n);
        }
        for r in 0..ROWS {
            let dx = dy[r].mul(weight).multiply_add(inverse[r], unit[r].multiply_add(slope[r], rest[r]));
            dx.store_first(rows[r].dx.add(at), n);
        }
    });
}
