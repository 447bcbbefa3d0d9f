//! Scratch memory that every worker has to itself.

use super::{worker, workers};
use crate::arena::Scratch;

/// Floats between two workers' rooms, so that they share no cache line.
const GAP: usize = 32;

/// Room of the same size for each thread that may work, taken by the main thread before it shares the work.
pub struct EachWorker {
    scratch: Scratch,
    step: usize,
}

impl EachWorker {
    /// Room for `count` `f32`s of any content for each worker, or None when there is no memory left.
    pub fn f32s(count: usize) -> Option<Self> {
        let step = count.checked_add(GAP)?.next_multiple_of(GAP);
        Some(EachWorker { scratch: Scratch::f32s(step.checked_mul(workers())?)?, step })
    }

    /// One room for all of them, for what they read together, or write apart.
    pub fn together(count: usize) -> Option<Self> {
        Some(EachWorker { scratch: Scratch::f32s(count)?, step: 0 })
    }

    /// The calling thread's room.
    pub fn mine(&self) -> *mut f32 {
        self.of(worker())
    }

    /// The room of every worker.
    pub fn all(&self) -> impl Iterator<Item = *mut f32> {
        (0..workers()).map(|worker| self.of(worker))
    }

    fn of(&self, worker: usize) -> *mut f32 {
        self.scratch.pointer().wrapping_add(worker * self.step)
    }
}
