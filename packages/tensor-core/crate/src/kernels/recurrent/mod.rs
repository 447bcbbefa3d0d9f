//! Recurrent nets over a whole sequence, and their gradient through time. A sequence is (time, batch, input), time first,
//! so that what one step reads lies together.
//!
//! Forward ([`forward()`]): the input's part of all gates of some dozens of steps is one product; a step adds what comes from
//! the state, a block of hidden units at a time, and computes their gates while the block is in the first-level cache.
//! Backward ([`backward()`]): a step multiplies the gates' gradients by the recurrent weights and goes straight on to the
//! gates before, in blocks too. What the weights get is no matter of time: it is one product over all steps, which whoever
//! calls makes of the gates' gradients. Threads share the blocks of a step; an element is computed alone, so that changes no bit.
//!
//! Gates are in PyTorch's order: i, f, g, o; r, z, n.

mod backward;
mod factor;
mod forward;
mod gate_gradients;
mod gates;
mod rows;
#[cfg(test)]
mod tests;

pub use backward::{Forwarded, Gradients, Incoming, backward};
pub use forward::{Results, Weights, forward};

use crate::lane::WIDTH;
use core::ops::Range;
use wasm_bindgen::prelude::wasm_bindgen;

/// Columns of a panel of the register tile. Gates in scratch memory begin at multiples of it.
const PANEL: usize = 2 * WIDTH;
/// Hidden units of a block: four gates of 32 rows are 16 KB.
const BLOCK: usize = 32;
/// Floats between rows in scratch memory: rows whole pages apart would share the same few cache sets.
const GAP: usize = 16;

/// How a state follows from the one before.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// h = tanh(W x + U h)
    Tanh,
    /// h = max(0, W x + U h)
    Relu,
    Lstm,
    /// n = tanh(Wn x + r ⊙ (Un h + b)), as in PyTorch.
    GruResetAfter,
    /// n = tanh(Wn x + Un (r ⊙ h) + b), as in Cho et al. 2014, and in Keras with `reset_after=False`.
    GruResetBefore,
}

impl Recurrence {
    /// Gates of a unit: blocks of rows of the weights.
    pub fn gates(self) -> usize {
        match self {
            Recurrence::Tanh | Recurrence::Relu => 1,
            Recurrence::Lstm => 4,
            Recurrence::GruResetAfter | Recurrence::GruResetBefore => 3,
        }
    }

    /// Values of a unit that a step leaves for the gradient: its gates, and for a GRU Un h + b or r ⊙ h.
    pub fn saved(self) -> usize {
        match self {
            Recurrence::Tanh | Recurrence::Relu => 1,
            _ => 4,
        }
    }
}

/// Sizes and direction of a sequence.
#[derive(Clone, Copy, Debug)]
pub struct Sequence {
    pub recurrence: Recurrence,
    pub time: usize,
    pub batch: usize,
    pub input: usize,
    pub hidden: usize,
    /// The size of h: `hidden`, unless it is projected.
    pub state: usize,
    pub reverse: bool,
    /// Of each item of the batch (i32), or null if all are `time` long.
    pub lengths: *const i32,
}

impl Sequence {
    /// The place in time of the step that is the `step`th to run.
    fn place(&self, step: usize) -> usize {
        if self.reverse { self.time - 1 - step } else { step }
    }

    /// Whether place `t` is within the item's length.
    unsafe fn is_within(&self, t: usize, item: usize) -> bool {
        self.lengths.is_null() || (t as i32) < *self.lengths.add(item)
    }

    /// The place whose state the item comes from at place `t`; None where that is the initial state.
    unsafe fn before(&self, t: usize, item: usize) -> Option<usize> {
        if !self.reverse {
            return t.checked_sub(1);
        }
        (t + 1 < self.time && self.is_within(t + 1, item)).then_some(t + 1)
    }
}

/// The columns of a gate in scratch memory.
fn padded(columns: usize) -> usize {
    columns.next_multiple_of(PANEL)
}

/// The blocks of some columns.
fn blocks(columns: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    columns.clone().step_by(BLOCK).map(move |first| first..columns.end.min(first + BLOCK))
}
