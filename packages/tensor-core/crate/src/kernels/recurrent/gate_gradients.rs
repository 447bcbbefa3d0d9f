//! The gradients of a step's gates, a block of hidden units at a time.

use super::backward::{Forwarded, Gradients, Incoming};
use super::rows::Rows;
use super::{Recurrence, Sequence};
use crate::kernels::transcendental as t;
use crate::lane::{Lane, WIDTH};
use core::ops::Range;

/// One step of the way back.
#[derive(Clone, Copy)]
pub struct StepBack<'a> {
    pub of: &'a Sequence,
    pub t: usize,
    pub from: &'a Forwarded,
    pub incoming: &'a Incoming,
    pub to: &'a Gradients,
    /// The gradient of the state: of what came later on entry, and, of the way past the gates, on leaving.
    pub dh: Rows,
    /// That of the cells.
    pub dc: Rows,
    /// That of h before it was projected, or of r ⊙ h.
    pub full: Rows,
    pub projects: bool,
    /// As many zeros as a state has.
    pub zeros: *const f32,
}

/// Calls `lane(j, count)` for the lanes of a block; the last may be of fewer floats.
#[inline(always)]
fn each_lane(block: &Range<usize>, columns: usize, mut lane: impl FnMut(usize, usize)) {
    let end = block.end.min(columns);
    for j in block.clone().step_by(WIDTH) {
        if j < end {
            lane(j, (end - j).min(WIDTH));
        }
    }
}

impl StepBack<'_> {
    /// Where an item stands among (time, batch).
    fn place(&self, item: usize) -> usize {
        self.t * self.of.batch + item
    }

    /// What the state is from that the item comes from.
    unsafe fn row_before(&self, item: usize, states: *const f32, initial: *const f32, columns: usize) -> *const f32 {
        match self.of.before(self.t, item) {
            Some(t) => states.add((t * self.of.batch + item) * columns),
            None if initial.is_null() => self.zeros,
            None => initial.add(item * columns),
        }
    }

    /// The gradient of h: what comes from later, and what comes in for the output at this place.
    #[inline(always)]
    unsafe fn sum<L: Lane>(&self, item: usize, j: usize, count: usize) -> L {
        if self.projects {
            return L::load(self.full.at(item, j));
        }
        let later = L::load(self.dh.at(item, j));
        if self.incoming.output.is_null() {
            return later;
        }
        later.add(L::load_first(self.incoming.output.add(self.place(item) * self.of.state + j), count))
    }

    /// The gradient of a projected state, which leaves nothing that goes past the gates.
    pub unsafe fn of_projected<L: Lane>(&self, block: &Range<usize>) {
        let this = StepBack { projects: false, ..*self };
        for item in 0..self.of.batch {
            let to = self.to.projected.add(self.place(item) * self.of.state);
            let is_within = self.of.is_within(self.t, item);
            each_lane(block, self.of.state, |j, count| {
                let sum = if is_within { this.sum::<L>(item, j, count) } else { L::splat(0.0) };
                sum.store_first(to.add(j), count);
                if is_within {
                    L::splat(0.0).store(self.dh.at(item, j));
                }
            });
        }
    }

    /// The gradients of the gates of a block; of a GRU that resets before, all but r's.
    pub unsafe fn run<L: Lane>(&self, block: &Range<usize>) {
        let Sequence { recurrence, hidden, batch, .. } = *self.of;
        for item in 0..batch {
            if !self.of.is_within(self.t, item) {
                self.clear(item, block);
                continue;
            }
            match recurrence {
                Recurrence::Tanh | Recurrence::Relu => self.plain::<L>(item, block),
                Recurrence::Lstm => {}
                _ => self.gru::<L>(item, block),
            }
        }
        if recurrence == Recurrence::Lstm {
            self.lstm::<L>(block, hidden);
        }
    }

    /// No gradient beyond an item's length; that of the state stays as it is.
    unsafe fn clear(&self, item: usize, block: &Range<usize>) {
        let Sequence { recurrence, hidden, .. } = *self.of;
        let count = block.end.min(hidden) - block.start;
        for to in [self.to.gates, self.to.state_gates] {
            for gate in 0..if to.is_null() { 0 } else { recurrence.gates() } {
                let at = (self.place(item) * recurrence.gates() + gate) * hidden + block.start;
                to.add(at).write_bytes(0, count);
            }
        }
    }

    unsafe fn plain<L: Lane>(&self, item: usize, block: &Range<usize>) {
        let Sequence { recurrence, hidden, .. } = *self.of;
        let (zero, one) = (L::splat(0.0), L::splat(1.0));
        let row = self.place(item) * hidden;
        each_lane(block, hidden, |j, count| {
            let (dh, h) = (self.sum::<L>(item, j, count), L::load_first(self.from.output.add(row + j), count));
            let slope = match recurrence {
                Recurrence::Tanh => h.negative_multiply_add(h, one),
                _ => one.and_not(h.less_equal(zero)), // 1 at NaN, as PyTorch has it
            };
            dh.mul(slope).store_first(self.to.gates.add(row + j), count);
            zero.store(self.dh.at(item, j));
        });
    }

    unsafe fn lstm<L: Lane>(&self, block: &Range<usize>, hidden: usize) {
        let (tanh, one) = (t::tanh::<L>(), L::splat(1.0));
        for item in (0..self.of.batch).filter(|&item| self.of.is_within(self.t, item)) {
            let (row, place) = (4 * hidden * self.place(item), hidden * self.place(item));
            let before = self.row_before(item, self.from.cells, self.from.c0, hidden);
            let (gates, to) = (self.from.gates.add(row), self.to.gates.add(row));
            each_lane(block, hidden, |j, count| {
                let gate = |k: usize| L::load_first(gates.add(k * hidden + j), count);
                let (i, f, g, o) = (gate(0), gate(1), gate(2), gate(3));
                let c = tanh(L::load_first(self.from.cells.add(place + j), count));
                let dh = self.sum::<L>(item, j, count);
                // h = o tanh(c), c = f c' + i g
                let past = dh.mul(o).mul(c.negative_multiply_add(c, one));
                let dc = L::load(self.dc.at(item, j)).add(past);
                let store = |k: usize, value: L| value.store_first(to.add(k * hidden + j), count);
                let slope = |gate: L| gate.negative_multiply_add(gate, gate); // of a sigmoid
                store(0, dc.mul(g).mul(slope(i)));
                store(1, dc.mul(L::load_first(before.add(j), count)).mul(slope(f)));
                store(2, dc.mul(i).mul(g.negative_multiply_add(g, one)));
                store(3, dh.mul(c).mul(slope(o)));
                dc.mul(f).store(self.dc.at(item, j));
                if !self.projects {
                    L::splat(0.0).store(self.dh.at(item, j));
                }
            });
        }
    }

    unsafe fn gru<L: Lane>(&self, item: usize, block: &Range<usize>) {
        let Sequence { recurrence, hidden, .. } = *self.of;
        let one = L::splat(1.0);
        let before = self.row_before(item, self.from.output, self.from.h0, hidden);
        let gates = self.from.gates.add(4 * hidden * self.place(item));
        let at = 3 * hidden * self.place(item);
        each_lane(block, hidden, |j, count| {
            let gate = |k: usize| L::load_first(gates.add(k * hidden + j), count);
            let (z, n) = (gate(1), gate(2));
            let dh = self.sum::<L>(item, j, count);
            // h = n + z (h' - n)
            let dz = dh.mul(L::load_first(before.add(j), count).sub(n)).mul(z.negative_multiply_add(z, z));
            let dn = dh.mul(one.sub(z)).mul(n.negative_multiply_add(n, one));
            let store = |to: *mut f32, k: usize, value: L| value.store_first(to.add(at + k * hidden + j), count);
            store(self.to.gates, 1, dz);
            store(self.to.gates, 2, dn);
            if recurrence == Recurrence::GruResetAfter {
                let (r, un_h) = (gate(0), gate(3));
                let dr = dn.mul(un_h).mul(r.negative_multiply_add(r, r));
                store(self.to.gates, 0, dr);
                store(self.to.state_gates, 0, dr);
                store(self.to.state_gates, 1, dz);
                store(self.to.state_gates, 2, dn.mul(r));
            }
            dh.mul(z).store(self.dh.at(item, j));
        });
    }

    /// The gradient of r where r ⊙ h was multiplied, whose gradient is in `full`.
    pub unsafe fn reset_before<L: Lane>(&self, block: &Range<usize>) {
        let hidden = self.of.hidden;
        for item in (0..self.of.batch).filter(|&item| self.of.is_within(self.t, item)) {
            let before = self.row_before(item, self.from.output, self.from.h0, hidden);
            let gates = self.from.gates.add(4 * hidden * self.place(item));
            let to = self.to.gates.add(3 * hidden * self.place(item));
            each_lane(block, hidden, |j, count| {
                let (r, d) = (L::load_first(gates.add(j), count), L::load(self.full.at(item, j)));
                let dr = d.mul(L::load_first(before.add(j), count)).mul(r.negative_multiply_add(r, r));
                dr.store_first(to.add(j), count);
                d.multiply_add(r, L::load(self.dh.at(item, j))).store(self.dh.at(item, j));
            });
        }
    }
}
