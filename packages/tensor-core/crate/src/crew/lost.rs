//! Parts that nobody will finish: the helper that held one has ended. What it wrote of it is unknown, and many parts add to
//! what is there already, so none is done again: the core stops, and says why.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};

use super::{Line, MOST_WORKERS, PENDING, UP, host};

/// Whether a worker holds a part, or is about to claim one.
static HOLDS: [Line<AtomicBool>; MOST_WORKERS] = [const { Line(AtomicBool::new(false)) }; MOST_WORKERS];
/// A [`StopReason`].
static STOPPED: AtomicU32 = AtomicU32::new(StopReason::None as u32);

/// Why no result can be trusted any more, if a helper is the reason.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u32)]
pub enum StopReason {
    None,
    /// A part trapped on a helper.
    Trap,
    /// A helper ended, or was given up, while it held a part.
    Lost,
}

pub fn stop_reason() -> StopReason {
    [StopReason::None, StopReason::Trap, StopReason::Lost][STOPPED.load(SeqCst) as usize]
}

/// Says that a worker holds a part for as long as it lives.
pub struct Hold(usize);

impl Hold {
    pub fn of(worker: usize) -> Self {
        HOLDS[worker].0.store(true, Relaxed); // whoever sees the claim sees it too
        Hold(worker)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        holds_nothing(self.0);
    }
}

pub fn holds_nothing(worker: usize) {
    HOLDS[worker].0.store(false, Release);
}

pub fn note_trap() {
    STOPPED.store(StopReason::Trap as u32, SeqCst);
}

pub fn assert_none_failed() {
    assert!(stop_reason() == StopReason::None, "a part of the work trapped on a helper");
}

/// The main thread's wait for the parts that others hold.
pub struct Wait {
    nanoseconds: u64,
    pending: u32,
    looks: u64,
}

impl Wait {
    /// Looks, 20 ms apart, without a part being finished, after which helpers are given up where no host can tell that their
    /// threads have ended: a minute, in which the main thread ran and they did not.
    const MOST_LOOKS: u64 = 3000;
    /// And a look more for each of so many nanoseconds of the work: twenty times what all of it takes on one thread.
    const NANOSECONDS_A_LOOK: u64 = 1_000_000;

    /// `nanoseconds`: what all of the work takes on one thread.
    pub fn of(nanoseconds: u64) -> Self {
        Wait { nanoseconds, pending: u32::MAX, looks: 0 }
    }

    /// Looks for parts that are lost, and stops the core if one is. All parts are claimed, `pending` were not done just now.
    #[cold]
    pub fn look(&mut self, pending: u32) {
        self.looks = if pending == self.pending { self.looks + 1 } else { 0 };
        self.pending = pending;
        host::look_after_helpers();
        let is_worth_waiting = self.looks < Self::MOST_LOOKS + self.nanoseconds / Self::NANOSECONDS_A_LOOK;
        // In this order: a helper lets go after its part is counted as done.
        let some_hold = some_helper_holds();
        if PENDING.0.load(SeqCst) != 0 && !(some_hold && is_worth_waiting) {
            STOPPED.store(StopReason::Lost as u32, SeqCst);
            panic!("a helper ended while it held a part of the work");
        }
    }
}

/// Whether a helper that is up holds a part.
fn some_helper_holds() -> bool {
    let up = UP.load(SeqCst);
    (1..MOST_WORKERS).any(|worker| up & (1 << (worker - 1)) != 0 && HOLDS[worker].0.load(Acquire))
}
