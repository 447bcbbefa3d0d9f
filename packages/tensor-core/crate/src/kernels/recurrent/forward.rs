//! All steps of a sequence.

use super::factor::Factor;
use super::gates::Step;
use super::rows::Rows;
use super::{GAP, Recurrence, Sequence, blocks, padded};
use crate::arena::Scratch;
use crate::crew::{parts_for, share};
use crate::gemm::blocking::{pack_whole, packed_size};
use crate::gemm::micro::GemmKernel;
use crate::gemm::pack::copy_row;
use crate::gemm::product::Product;
use crate::gemm::vector::dots;
use crate::gemm::{Matrix, Output, Start};
use crate::lane::Lane;
use crate::parts::{parts, pieces};
use core::ops::Range;

/// Rows of the input that are multiplied at once: enough for the product to be at its best, and what comes of them (a
/// megabyte at 256 hidden units) is still in the second-level cache when its step comes.
const ROWS: usize = 192;
/// Multiply-adds a nanosecond.
const SPEED: u64 = 25;
/// Rows from which on a factor of the input is packed once for all, rather than by each product.
const PACKED_ROWS: usize = 20;

/// The weights, gates one below the other: (gates · hidden, input), (gates · hidden, state); biases are null or
/// (gates · hidden); the projection is null or (state, hidden).
pub struct Weights {
    pub input: *const f32,
    pub state: *const f32,
    pub input_bias: *const f32,
    pub state_bias: *const f32,
    pub projection: *const f32,
    /// `input` and `state`, transposed, as `pack_right` wrote them; each may be null. Only a single step reads them.
    pub packed: [*const f32; 2],
}

/// What is written: h of all places, zeros beyond an item's length, and the last state (batch, state), cells (batch, hidden).
/// The others are for the gradient and may be null, as may be the cells of what has none.
pub struct Results {
    pub output: *mut f32,
    pub h_last: *mut f32,
    pub c_last: *mut f32,
    /// (time, batch, [`Recurrence::saved`] · hidden)
    pub gates: *mut f32,
    /// (time, batch, hidden)
    pub cells: *mut f32,
    /// (time, batch, hidden): what is projected.
    pub hidden: *mut f32,
}

/// Runs a sequence from the state `h0` and the cells `c0`, which are zeros if null. None when there is no memory left.
/// # Safety: operands hold what their sizes say, contiguous.
pub unsafe fn forward<K: GemmKernel>(
    of: &Sequence,
    x: *const f32,
    weights: &Weights,
    [h0, c0]: [*const f32; 2],
    to: &Results,
) -> Option<()> {
    let Sequence { recurrence, time, batch, input, hidden, state, .. } = *of;
    let (wide, gates, saved) = (padded(hidden), recurrence.gates(), recurrence.saved());
    let row = saved * wide + GAP;
    let [state_row, hidden_row] = [state, hidden].map(|columns| padded(columns) + GAP);
    let projects = !weights.projection.is_null();
    let together = parts(time, (ROWS / batch.max(1)).max(1), 1); // steps

    let shape = [batch, state, hidden];
    let projected = [batch, hidden, if projects { state } else { 0 }];
    let packs_input = time > 1 && together.longest() * batch > PACKED_ROWS;
    // A product of all gates leaves no room to fill up a panel; and what a GRU that resets before multiplies by Un is not h.
    let [has_input, has_state] = weights.packed.map(|packed| time == 1 && !packed.is_null());
    let (has_input, has_state) = (has_input && wide == hidden, has_state && recurrence != Recurrence::GruResetBefore);
    let columns = if wide == hidden { gates * hidden } else { hidden };
    let packed_input = if packs_input { packed_size::<K>(input, columns) } else { 0 };
    let sizes = [
        saved * wide,
        together.longest() * batch * row,
        batch * state_row,
        batch * state_row,
        batch * hidden_row,
        batch * hidden_row,
        Factor::room(shape, gates, time),
        Factor::room(projected, 1, time),
        if has_state { batch * (gates * hidden + GAP) } else { 0 },
        packed_input * (gates * hidden).checked_div(columns).unwrap_or(0),
    ];
    let scratch = Scratch::f32s(sizes.iter().sum())?;
    let mut free = scratch.pointer();
    let [bias, sums, h, next, c, full, by_state, by_hidden, product, by_input] = sizes.map(|size| {
        let room = free;
        free = free.add(size);
        room
    });

    // Columns that fill up a panel are computed along: they must be numbers.
    bias.write_bytes(0, sizes[..6].iter().sum());
    fill_bias(recurrence, hidden, weights, bias);
    let state_weight = Matrix::rows(weights.state, state).transposed();
    let mut by_state = Factor::new::<K>(shape, gates, time, state_weight, by_state);
    let by_hidden =
        Factor::new::<K>(projected, 1, time, Matrix::rows(weights.projection, hidden).transposed(), by_hidden);
    let mut by_input =
        ByInput { of, weights: weights.input, columns, packed: packs_input.then_some((by_input, packed_input)) };
    by_input.pack::<K>();
    if has_input {
        by_input.packed = Some((weights.packed[0].cast_mut(), 0));
    }

    let [mut h, mut next] = [h, next].map(|pointer| Rows { pointer, row: state_row });
    let [c, full] = [c, full].map(|pointer| Rows { pointer, row: hidden_row });
    h.fill::<K::Lane>(batch, state, h0);
    if has_state {
        let product = Rows { pointer: product, row: gates * hidden + GAP };
        let (a, c, packed) = (h.matrix(), product.output(), Some(weights.packed[1]));
        let (columns, start) = (gates * hidden, Start::Zero);
        Product { rows: batch, columns, depth: state, a, b: state_weight, start, c, packed }.run::<K>()?;
        by_state = by_state.with_product(product);
    }
    if recurrence == Recurrence::Lstm {
        c.fill::<K::Lane>(batch, hidden, c0);
    }
    let run = Run { of, to, wide, bias, by_state: &by_state, by_hidden: projects.then_some(&by_hidden) };
    for steps in together.into_iter().filter(|steps| !steps.is_empty()) {
        let first = of.place(if of.reverse { steps.end - 1 } else { steps.start });
        by_input.multiply::<K>(x, first..first + steps.len(), bias, Output { pointer: sums, row })?;
        for step in steps {
            let t = of.place(step);
            let gates = Rows { pointer: sums.add((t - first) * batch * row), row };
            let hidden = if projects { full } else { next };
            run.step::<K>(&Step { of, t, wide, gates, h, next: hidden, c }, next);
            (h, next) = (next, h);
        }
    }
    copy_out::<K::Lane>(batch, state, h, to.h_last);
    copy_out::<K::Lane>(batch, hidden, c, to.c_last);
    Some(())
}

unsafe fn copy_out<L: Lane>(batch: usize, columns: usize, from: Rows, to: *mut f32) {
    for i in 0..if to.is_null() { 0 } else { batch } {
        copy_row::<L>(columns, from.at(i, 0), to.add(i * columns));
    }
}

/// The sum of both biases of each gate; a GRU that resets after keeps that of Un h by itself, in the fourth column.
unsafe fn fill_bias(recurrence: Recurrence, hidden: usize, weights: &Weights, bias: *mut f32) {
    for (from, is_state) in [(weights.input_bias, false), (weights.state_bias, true)] {
        for gate in 0..if from.is_null() { 0 } else { recurrence.gates() } {
            let is_apart = is_state && gate == 2 && recurrence == Recurrence::GruResetAfter;
            let to = bias.add(if is_apart { 3 } else { gate } * padded(hidden));
            for j in 0..hidden {
                *to.add(j) += *from.add(gate * hidden + j);
            }
        }
    }
}

/// What the gates get from the input: one product for all of them, or one for each if their columns are filled up.
struct ByInput<'a> {
    of: &'a Sequence,
    weights: *const f32,
    /// Of one product.
    columns: usize,
    /// Where its factors are packed, and in how many floats each.
    packed: Option<(*mut f32, usize)>,
}

impl ByInput<'_> {
    fn count(&self) -> usize {
        (self.of.recurrence.gates() * self.of.hidden).checked_div(self.columns).unwrap_or(0)
    }

    fn factor(&self, i: usize) -> Matrix {
        let from = self.weights.wrapping_add(i * self.columns * self.of.input);
        Matrix::rows(from, self.of.input).transposed()
    }

    unsafe fn pack<K: GemmKernel>(&self) {
        for i in 0..self.count() {
            if let Some((to, size)) = self.packed {
                pack_whole::<K>(self.of.input, self.columns, self.factor(i), to.add(i * size));
            }
        }
    }

    /// sums = bias + x · factor for some places.
    unsafe fn multiply<K: GemmKernel>(
        &self,
        x: *const f32,
        places: Range<usize>,
        bias: *const f32,
        sums: Output,
    ) -> Option<()> {
        let Sequence { batch, input, hidden, .. } = *self.of;
        for i in 0..self.count() {
            let at = i * padded(hidden);
            let product = Product {
                rows: places.len() * batch,
                columns: self.columns,
                depth: input,
                a: Matrix::rows(x.add(places.start * batch * input), input),
                b: self.factor(i),
                start: Start::PerColumn(bias.add(at)),
                c: sums.from(0, at),
                packed: self.packed.map(|(packed, size)| packed.add(i * size).cast_const()),
            };
            if self.of.time == 1 && self.packed.is_none() && product.rows > 0 {
                // It would be packed for this one product.
                let (start, c) = (product.start.matrix(product.c), product.c);
                dots::<K::Lane>(product.rows, product.columns, product.depth, product.a, product.b, start, c);
            } else {
                product.run::<K>()?;
            }
        }
        Some(())
    }
}

/// What all steps have in common.
struct Run<'a> {
    of: &'a Sequence,
    to: &'a Results,
    wide: usize,
    bias: *const f32,
    by_state: &'a Factor,
    by_hidden: Option<&'a Factor>,
}

impl Run<'_> {
    /// One step; `after` is where the new state goes.
    unsafe fn step<K: GemmKernel>(&self, step: &Step, after: Rows) {
        let Sequence { recurrence, batch, hidden, state, .. } = *self.of;
        let none = core::ptr::null_mut();
        let a = step.h.matrix();
        if recurrence == Recurrence::GruResetBefore {
            self.share(batch * state * 2, |block| {
                for gate in [0, 1] {
                    let sums = step.gate(gate);
                    self.by_state.multiply::<K>(gate, &block, a, sums.matrix(), sums.output(), none);
                }
                step.reset_before::<K::Lane>(&block);
            });
            self.share(batch * state, |block| {
                let sums = step.gate(2);
                self.by_state.multiply::<K>(2, &block, step.gate(3).matrix(), sums.matrix(), sums.output(), none);
                self.finish::<K::Lane>(step, &block);
            });
        } else {
            self.share(batch * state * recurrence.gates(), |block| {
                for gate in 0..recurrence.gates() {
                    let is_apart = gate == 2 && recurrence == Recurrence::GruResetAfter;
                    let sums = step.gate(if is_apart { 3 } else { gate });
                    let start = if is_apart { Matrix::rows(self.bias.add(3 * self.wide), 0) } else { sums.matrix() };
                    self.by_state.multiply::<K>(gate, &block, a, start, sums.output(), none);
                }
                self.finish::<K::Lane>(step, &block);
            });
        }
        if let Some(by_hidden) = self.by_hidden {
            self.share_columns(padded(state), batch * hidden, |block| {
                let zero = Start::Zero.matrix(after.output());
                by_hidden.multiply::<K>(0, &block, step.next.matrix(), zero, after.output(), none);
                self.keep::<K::Lane>(step, after, &block);
            });
        }
    }

    /// Shares the blocks of hidden units of which one takes so many multiply-adds.
    unsafe fn share(&self, each: usize, part: impl Fn(Range<usize>)) {
        self.share_columns(self.wide, each, part);
    }

    unsafe fn share_columns(&self, columns: usize, each: usize, part: impl Fn(Range<usize>)) {
        let nanoseconds = (columns * each) as u64 / SPEED;
        let cut = pieces(columns, parts_for(nanoseconds), super::PANEL);
        share(cut.count(), nanoseconds, |i| blocks(cut.get(i)).for_each(&part));
    }

    /// The gates of a block, what the gradient will want of them, and the new state unless it is to be projected.
    unsafe fn finish<L: Lane>(&self, step: &Step, block: &Range<usize>) {
        let (of, to) = (self.of, self.to);
        step.run::<L>(block);
        for gate in 0..of.recurrence.saved() {
            self.save::<L>(step, step.gate(gate), block, to.gates, [gate, of.recurrence.saved()]);
        }
        self.save::<L>(step, step.c, block, to.cells, [0, 1]);
        if self.by_hidden.is_some() {
            self.save::<L>(step, step.next, block, to.hidden, [0, 1]);
        } else {
            self.keep::<L>(step, step.next, block);
        }
    }

    /// Copies a block to a result of `of` columns for each hidden unit, of which it is the `i`th; zeros beyond the length.
    unsafe fn save<L: Lane>(&self, step: &Step, from: Rows, block: &Range<usize>, to: *mut f32, [i, of]: [usize; 2]) {
        let Sequence { batch, hidden, .. } = *self.of;
        if to.is_null() {
            return;
        }
        let count = block.end.min(hidden) - block.start;
        for item in 0..batch {
            let to = to.add(((step.t * batch + item) * of + i) * hidden + block.start);
            if self.of.is_within(step.t, item) {
                copy_row::<L>(count, from.at(item, block.start), to);
            } else {
                to.write_bytes(0, count);
            }
        }
    }

    /// Writes the output of a block; beyond its length an item keeps the state that it had.
    unsafe fn keep<L: Lane>(&self, step: &Step, after: Rows, block: &Range<usize>) {
        let Sequence { batch, state, .. } = *self.of;
        let count = block.end.min(state) - block.start;
        for item in 0..batch {
            let to = self.to.output.add((step.t * batch + item) * state + block.start);
            if self.of.is_within(step.t, item) {
                copy_row::<L>(count, after.at(item, block.start), to);
            } else {
                copy_row::<L>(count, step.h.at(item, block.start), after.at(item, block.start));
                to.write_bytes(0, count);
            }
        }
    }
}
