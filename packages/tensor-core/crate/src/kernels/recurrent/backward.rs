//! The gradient of a sequence: back through time to the gates' gradients, of which those of everything else are products.

use super::factor::Factor;
use super::gate_gradients::StepBack;
use super::rows::Rows;
use super::{GAP, PANEL, Recurrence, Sequence, blocks, padded};
use crate::arena::Scratch;
use crate::crew::{EachWorker, parts_for, share};
use crate::gemm::micro::GemmKernel;
use crate::gemm::pack::copy_row;
use crate::gemm::{Matrix, Start};
use crate::parts::pieces;
use core::ops::Range;

/// Multiply-adds a nanosecond.
const SPEED: u64 = 25;

/// What the forward had and gave; `h0` and `c0` may be null.
pub struct Forwarded {
    pub output: *const f32,
    pub gates: *const f32,
    pub cells: *const f32,
    pub h0: *const f32,
    pub c0: *const f32,
}

/// The gradients of its results; each may be null.
pub struct Incoming {
    pub output: *const f32,
    pub h_last: *const f32,
    pub c_last: *const f32,
}

/// What is written. `h0` and `c0` may be null if they are not wanted.
pub struct Gradients {
    /// Of the sums that go into the gates: (time, batch, gates · hidden).
    pub gates: *mut f32,
    /// Of their parts that come from the state, where these are others: a GRU that resets after.
    pub state_gates: *mut f32,
    /// Of the projected states: (time, batch, state), if they are projected.
    pub projected: *mut f32,
    pub h0: *mut f32,
    pub c0: *mut f32,
}

/// Runs a sequence's gradient with the recurrent weights and the projection, which may be null, of the forward. None when
/// there is no memory left.
/// # Safety: operands hold what their sizes say, contiguous.
pub unsafe fn backward<K: GemmKernel>(
    of: &Sequence,
    [weights, projection]: [*const f32; 2],
    from: &Forwarded,
    incoming: &Incoming,
    to: &Gradients,
) -> Option<()> {
    let Sequence { recurrence, time, batch, hidden, state, .. } = *of;
    let (projects, resets_before) = (!projection.is_null(), recurrence == Recurrence::GruResetBefore);
    // dh = d(gates) · U; where r ⊙ h is multiplied, Un is a factor of its own.
    let through_gates = if resets_before { 2 } else { recurrence.gates() };
    let by_gates = [batch, through_gates * hidden, state];
    let second = match [projects, resets_before] {
        [true, _] => [batch, state, hidden],
        [_, true] => [batch, hidden, hidden],
        _ => [batch, 0, 0],
    };
    let [state_row, hidden_row] = [state, hidden].map(|columns| padded(columns) + GAP);
    let sizes = [
        batch * state_row,
        batch * hidden_row,
        batch * hidden_row,
        state_row.max(hidden_row),
        Factor::room(by_gates, 1, time),
        Factor::room(second, 1, time),
    ];
    let scratch = Scratch::f32s(sizes.iter().sum())?;
    let mut free = scratch.pointer();
    let [dh, dc, full, zeros, gates_packed, second_packed] = sizes.map(|size| {
        let room = free;
        free = free.add(size);
        room
    });
    let own = EachWorker::f32s([by_gates, second].map(|[rows, k, n]| Factor::own_room(rows, k, n)).into_iter().max()?)?;
    dh.write_bytes(0, sizes[..4].iter().sum());
    let dh = Rows { pointer: dh, row: state_row };
    let [dc, full] = [dc, full].map(|pointer| Rows { pointer, row: hidden_row });
    dh.fill::<K::Lane>(batch, state, incoming.h_last);
    if recurrence == Recurrence::Lstm {
        dc.fill::<K::Lane>(batch, hidden, incoming.c_last);
    }
    let second_matrix = if projects {
        Matrix::rows(projection, hidden)
    } else {
        Matrix::rows(weights.wrapping_add(2 * hidden * state), state)
    };
    let back = Back {
        of,
        to,
        own: &own,
        by_gates: Factor::new::<K>(by_gates, 1, time, Matrix::rows(weights, state), gates_packed),
        second: Factor::new::<K>(second, 1, time, second_matrix, second_packed),
        depths: [by_gates[1], second[1]],
    };

    let mut later = None;
    for step in (0..time).rev() {
        let t = of.place(step);
        back.step::<K>(later, &StepBack { of, t, from, incoming, to, dh, dc, full, projects, zeros });
        later = Some(t);
    }
    if !to.h0.is_null() {
        back.share(state, back.depths[0], |block| back.through_gates::<K>(later, dh, &block));
        for item in 0..batch {
            copy_row::<K::Lane>(state, dh.at(item, 0), to.h0.add(item * state));
        }
    }
    for item in 0..if to.c0.is_null() { 0 } else { batch } {
        copy_row::<K::Lane>(hidden, dc.at(item, 0), to.c0.add(item * hidden));
    }
    Some(())
}

/// What all steps have in common.
struct Back<'a> {
    of: &'a Sequence,
    to: &'a Gradients,
    own: &'a EachWorker,
    by_gates: Factor,
    second: Factor,
    /// Of the two.
    depths: [usize; 2],
}

impl Back<'_> {
    /// One step; `later` is the place that came from this one.
    unsafe fn step<K: GemmKernel>(&self, later: Option<usize>, step: &StepBack) {
        let Sequence { recurrence, batch, hidden, state, .. } = *self.of;
        self.share(state, self.depths[0], |block| {
            self.through_gates::<K>(later, step.dh, &block);
            if step.projects {
                step.of_projected::<K::Lane>(&block);
            } else {
                step.run::<K::Lane>(&block);
            }
        });
        let resets_before = recurrence == Recurrence::GruResetBefore;
        if !step.projects && !resets_before {
            return;
        }
        let a = if resets_before {
            Matrix::rows(self.to.gates.add(step.t * batch * 3 * hidden + 2 * hidden), 3 * hidden)
        } else {
            Matrix::rows(self.to.projected.add(step.t * batch * state), state)
        };
        self.share(hidden, self.depths[1], |block| {
            let (zero, output) = (Start::Zero.matrix(step.full.output()), step.full.output());
            self.second.multiply::<K>(0, &block, a, zero, output, self.own.mine());
            if resets_before {
                step.reset_before::<K::Lane>(&block);
            } else {
                step.run::<K::Lane>(&block);
            }
        });
    }

    /// Adds to the state's gradient what it gets through the gates of the place that came from it.
    unsafe fn through_gates<K: GemmKernel>(&self, later: Option<usize>, dh: Rows, block: &Range<usize>) {
        let Some(later) = later else { return };
        let Sequence { recurrence, batch, hidden, .. } = *self.of;
        let from = if self.to.state_gates.is_null() { self.to.gates } else { self.to.state_gates };
        let row = recurrence.gates() * hidden;
        let a = Matrix::rows(from.add(later * batch * row), row);
        self.by_gates.multiply::<K>(0, block, a, dh.matrix(), dh.output(), self.own.mine());
    }

    /// Shares the blocks of some columns, each a sum of `depth` products for each item.
    unsafe fn share(&self, columns: usize, depth: usize, part: impl Fn(Range<usize>)) {
        let nanoseconds = (padded(columns) * depth * self.of.batch) as u64 / SPEED;
        let cut = pieces(padded(columns), parts_for(nanoseconds), PANEL);
        share(cut.count(), nanoseconds, |i| blocks(cut.get(i)).for_each(&part));
    }
}
