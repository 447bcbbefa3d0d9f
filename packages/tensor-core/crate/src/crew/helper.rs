//! A helper's life, from its start until it is dismissed or its thread ends.

use core::sync::atomic::{AtomicU32, Ordering::*};

use super::{CLAIMS, Line, MOST_WORKERS, PATIENCE, SLEEPING, UNSHARED, UP, WAKE, WORKER};
use super::{do_one_part, finish_part, lost, wait, wake};

/// One bit for each helper that is to leave.
static DISMISSED: Line<AtomicU32> = Line(AtomicU32::new(0));

fn bit_of(index: usize) -> u32 {
    debug_assert!((1..MOST_WORKERS).contains(&index));
    1 << (index - 1)
}

/// Works as number `index` (1 or higher) until it is dismissed.
pub fn help(index: usize) {
    let bit = bit_of(index);
    WORKER.set(index);
    lost::holds_nothing(index); // whatever one of this number did before
    UP.fetch_or(bit, SeqCst);
    while DISMISSED.0.load(Relaxed) & bit == 0 {
        let mut patience = PATIENCE;
        while patience > 0 {
            patience = if do_one_part() { PATIENCE } else { patience - 1 };
            core::hint::spin_loop();
        }
        SLEEPING.0.fetch_or(bit, SeqCst);
        let seen = WAKE.0.load(SeqCst);
        if !CLAIMS.0.are_left_for(index) && DISMISSED.0.load(SeqCst) & bit == 0 {
            wait::sleep(&WAKE.0, seen);
        }
        SLEEPING.0.fetch_and(!bit, SeqCst);
    }
    helper_is_gone(index);
}

/// Has all helpers leave, each after the part that it holds, and those that are about to come up. More work that is worth it
/// asks for helpers again.
pub fn dismiss_helpers() {
    DISMISSED.0.store(u32::MAX, SeqCst);
    UNSHARED.store(0, Relaxed);
    wake();
}

/// Lets a helper that is to be started come up. None of its number is there any more.
pub fn expect_helper(index: usize) {
    DISMISSED.0.fetch_and(!bit_of(index), SeqCst);
}

/// Notes that a helper's thread has ended.
pub fn helper_is_gone(index: usize) {
    UP.fetch_and(!bit_of(index), SeqCst);
    SLEEPING.0.fetch_and(!bit_of(index), SeqCst);
}

/// Notes that the part a helper was doing trapped; the main thread, which waits for it, then traps too.
pub fn helper_has_failed() {
    lost::note_trap();
    finish_part();
}
