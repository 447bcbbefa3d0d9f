//! The gradients of a layer norm in one pass over dy and x. With g = dy · weight and x̂ = (x - mean) / deviation,
//!
//! dx = (g - mean(g) - x̂ mean(g x̂)) / deviation,  dweight = Σ dy x̂ and dbias = Σ dy over the rows.
//!
//! Of an RMS norm, whose rows have no mean, mean(g) is left out.
//!
//! Rows are cut into blocks that follow from the shape, each with column sums of its own, which are added in order.

use super::sums::{Sums, Terms, add};
use super::{Gradients, for_each_lane, is_near_zero, nanoseconds, share_along};
use crate::arena::Scratch;
use crate::crew::{EachWorker, share};
use crate::kernels::reduce::{join_parts, parts_of};
use crate::lane::{Lane, WIDTH};
use crate::parts::{Parts, pieces};
use core::array::from_fn;
use core::ops::Range;
use core::slice::from_raw_parts_mut;

/// Rows that take a step along the columns together, so that the column sums are fetched once for them.
const TOGETHER: usize = 2;
/// Rows whose column sums are taken in f32; those of the blocks are added in f64.
const BLOCK: usize = 64;
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
    let most = parts_of_rows(rows, size);
    let blocks = pieces(rows, most.max(rows.div_ceil(BLOCK)), 1);
    let cut = pieces(blocks.count(), most, 1);
    let room = |holds: bool, floats: usize| if holds { floats } else { 0 };
    // Column sums (dweight, dbias) of each block.
    let sums = Scratch::f32s(room(sums_are_wanted, 2 * size * blocks.count()))?;
    let sums = sums.pointer();
    let unwanted = EachWorker::f32s(room(to.x.is_null(), size))?;
    let ones = Scratch::f32s(room(weight.is_null(), size))?;
    let mut weight = weight;
    if weight.is_null() {
        from_raw_parts_mut(ones.pointer(), size).fill(1.0);
        weight = ones.pointer();
    }
    let inputs = Inputs { size, cut: parts_of(size, 1), dy, x, weight, mean, inverse_deviation };
    let dx = |row: usize| if to.x.is_null() { unwanted.mine() } else { to.x.add(row * size) };
    share(cut.count(), 2 * nanoseconds(rows * size), |i| {
        for block in cut.get(i) {
            if !sums_are_wanted {
                some_rows::<L, false>(&inputs, blocks.get(block), dx, [sums; 2]);
                continue;
            }
            let of_block = from_raw_parts_mut(sums.add(2 * size * block), 2 * size);
            of_block.fill(0.0);
            let (weights, biases) = of_block.split_at_mut(size);
            some_rows::<L, true>(&inputs, blocks.get(block), dx, [weights, biases].map(|sums| sums.as_mut_ptr()));
        }
    });
    for (output, first) in [(to.weight, sums), (to.bias, sums.wrapping_add(size))] {
        if !output.is_null() {
            add_blocks::<L>(size, blocks.count(), first, output);
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

/// output[column] = Σ over blocks of theirs, in order.
unsafe fn add_blocks<L: Lane>(size: usize, blocks: usize, first: *const f32, output: *mut f32) {
    share_along(size, nanoseconds(size * blocks), |columns| {
        for_each_lane(columns.len(), |at, n| {
            let column = columns.start + at;
            let mut totals = [0.0; WIDTH];
            for block in 0..blocks {
                let sums = L::load_first(first.add(2 * size * block + column), n).to_array();
                totals = from_fn(|i| totals[i] + f64::from(sums[i]));
            }
            L::from_array(totals.map(|total| total as f32)).store_first(output.add(column), n);
        });
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
    let step = if rows.iter().any(|row| row.is_far) {
        step_along::<L, SUMS, true, ROWS>
    } else {
        step_along::<L, SUMS, false, ROWS>
    };
    let time = 2 * nanoseconds(ROWS * inputs.size);
    share_along(inputs.size, time, |columns| step(columns, &rows, inputs.weight, column_sums));
}

/// One row and what its gradient takes from its sums: x̂ = (x - mean) · inverse + shift, dx = g · inverse + x̂ · slope + rest.
/// Unless the mean is far from 0, the shift has all of it: x̂ = x · inverse + shift.
#[derive(Clone, Copy)]
struct Row {
    dy: *const f32,
    x: *const f32,
    dx: *mut f32,
    is_far: bool,
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
        let wide = f64::from(inverse);
        let terms = Terms { dy, x, weight: self.weight };
        let part = |some: Range<usize>| terms.from(some.start).sums::<L>(some.len(), mean, wide);
        let [mut g_sum, product_sum, mut d_sum] = join_parts(self.cut, 1, Sums::default(), add, part);
        if !centred {
            [g_sum, d_sum] = [0.0; 2];
        }
        let count = self.size as f64;
        let low = d_sum / count; // what the mean was rounded by
        let product_mean = (product_sum - low * g_sum) / count * wide;
        let is_far = !is_near_zero(mean, wide);
        let beside = if is_far { low } else { f64::from(mean) };
        Row {
            dy,
            x,
            dx,
            is_far,
            mean,
            inverse,
            shift: (-beside * wide) as f32,
            slope: (-product_mean * wide) as f32,
            rest: (-g_sum / count * wide) as f32,
        }
    }
}

#[inline(never)]
unsafe fn step_along<L: Lane, const SUMS: bool, const FAR: bool, const ROWS: usize>(
    columns: Range<usize>,
    rows: &[Row; ROWS],
    weight: *const f32,
    [weight_sums, bias_sums]: [*mut f32; 2],
) {
    let rows = *rows;
    let each = |field: fn(&Row) -> f32| -> [L; ROWS] { from_fn(|r| L::splat(field(&rows[r]))) };
    let mean = each(|row| if row.is_far { row.mean } else { 0.0 });
    let [inverse, shift] = [each(|row| row.inverse), each(|row| row.shift)];
    let [slope, rest] = [each(|row| row.slope), each(|row| row.rest)];
    for_each_lane(columns.len(), |at, n| {
        let at = columns.start + at;
        // All that is read comes before all that is written: addresses that agree in their last bits, as those of rows often
        // do, make the processor wait.
        let weight = L::load_first(weight.add(at), n);
        let dy: [L; ROWS] = from_fn(|r| L::load_first(rows[r].dy.add(at), n));
        let x: [L; ROWS] = from_fn(|r| L::load_first(rows[r].x.add(at), n));
        let deviation = |r: usize| if FAR { x[r].sub(mean[r]) } else { x[r] };
        let unit: [L; ROWS] = from_fn(|r| deviation(r).multiply_add(inverse[r], shift[r]));
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
