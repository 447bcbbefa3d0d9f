//! A step's gates and new state, a block of hidden units at a time, in scratch memory.

use super::rows::{Rows, map_rows};
use super::{Recurrence, Sequence};
use crate::kernels::transcendental as t;
use crate::lane::{Lane, WIDTH};
use core::ops::Range;

/// The scratch memory of one step. Gates lie side by side, `wide` columns each.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    pub of: &'a Sequence,
    pub t: usize,
    pub wide: usize,
    /// Sums that go into the gates, and then the gates; a GRU has a fourth column: Un h + b or r ⊙ h.
    pub gates: Rows,
    /// The state before.
    pub h: Rows,
    /// The state after, before it is projected.
    pub next: Rows,
    /// The cells, which go on from step to step; an LSTM's alone.
    pub c: Rows,
}

impl Step<'_> {
    pub fn gate(&self, i: usize) -> Rows {
        self.gates.columns_from(i * self.wide)
    }

    /// What can be said before r ⊙ h was multiplied: r, z and r ⊙ h of a GRU that resets before.
    pub unsafe fn reset_before<L: Lane>(&self, block: &Range<usize>) {
        sigmoids::<L>(self.of.batch, block, self.gate(0));
        sigmoids::<L>(self.of.batch, block, self.gate(1));
        let (r, rh) = (self.gate(0), self.gate(3));
        self.each_lane(block, |i, j| L::load(r.at(i, j)).mul(L::load(self.h.at(i, j))).store(rh.at(i, j)));
    }

    /// The gates, and `next`.
    pub unsafe fn run<L: Lane>(&self, block: &Range<usize>) {
        match self.of.recurrence {
            Recurrence::Tanh | Recurrence::Relu => self.plain::<L>(block),
            Recurrence::Lstm => self.lstm::<L>(block),
            Recurrence::GruResetAfter => {
                sigmoids::<L>(self.of.batch, block, self.gate(0));
                sigmoids::<L>(self.of.batch, block, self.gate(1));
                let (r, n, un_h) = (self.gate(0), self.gate(2), self.gate(3));
                self.each_lane(block, |i, j| {
                    let sum = L::load(r.at(i, j)).multiply_add(L::load(un_h.at(i, j)), L::load(n.at(i, j)));
                    sum.store(n.at(i, j));
                });
                self.gru::<L>(block);
            }
            Recurrence::GruResetBefore => self.gru::<L>(block),
        }
    }

    unsafe fn plain<L: Lane>(&self, block: &Range<usize>) {
        let (gate, zero) = (self.gate(0), L::splat(0.0));
        if self.of.recurrence == Recurrence::Tanh {
            tanhs::<L>(self.of.batch, block, gate);
        } else {
            // In this order NaN is kept.
            map_rows::<L>(self.of.batch, block, gate, |x| x.pseudo_max(zero));
        }
        self.each_lane(block, |i, j| L::load(gate.at(i, j)).store(self.next.at(i, j)));
    }

    unsafe fn lstm<L: Lane>(&self, block: &Range<usize>) {
        let [input, forget, cell, output] = [0, 1, 2, 3].map(|i| self.gate(i));
        for gate in [input, forget, output] {
            sigmoids::<L>(self.of.batch, block, gate);
        }
        tanhs::<L>(self.of.batch, block, cell);
        for i in 0..self.of.batch {
            if !self.of.is_within(self.t, i) {
                continue; // its cells stay as they are; `next` is replaced
            }
            for j in block.clone().step_by(WIDTH) {
                let new = L::load(input.at(i, j)).mul(L::load(cell.at(i, j)));
                let c = L::load(forget.at(i, j)).multiply_add(L::load(self.c.at(i, j)), new);
                c.store(self.c.at(i, j));
                c.store(self.next.at(i, j));
            }
        }
        tanhs::<L>(self.of.batch, block, self.next);
        self.each_lane(block, |i, j| {
            L::load(output.at(i, j)).mul(L::load(self.next.at(i, j))).store(self.next.at(i, j));
        });
    }

    /// h' = n + z ⊙ (h - n)
    unsafe fn gru<L: Lane>(&self, block: &Range<usize>) {
        let (z, n) = (self.gate(1), self.gate(2));
        tanhs::<L>(self.of.batch, block, n);
        self.each_lane(block, |i, j| {
            let n = L::load(n.at(i, j));
            L::load(z.at(i, j)).multiply_add(L::load(self.h.at(i, j)).sub(n), n).store(self.next.at(i, j));
        });
    }

    #[inline(always)]
    unsafe fn each_lane(&self, block: &Range<usize>, f: impl Fn(usize, usize)) {
        for i in 0..self.of.batch {
            for j in block.clone().step_by(WIDTH) {
                f(i, j);
            }
        }
    }
}

#[inline(never)]
unsafe fn sigmoids<L: Lane>(count: usize, block: &Range<usize>, x: Rows) {
    map_rows::<L>(count, block, x, t::sigmoid());
}

#[inline(never)]
unsafe fn tanhs<L: Lane>(count: usize, block: &Range<usize>, x: Rows) {
    map_rows::<L>(count, block, x, t::tanh());
}
