//! The crew: the main thread and its helpers, which share the parts of a kernel's work.
//!
//! A kernel cuts its work into parts that write apart and calls [`share`]. Whoever is free claims a part; which thread
//! computes it changes no bit of it. The main thread claims from the end and helpers from the beginning, so that, from one
//! kernel to the next, each mostly reads what is in its own cache. A helper that is asleep or gone costs nothing but its
//! help, since the main thread waits for claimed parts only; one that ends while it holds a part is noticed
//! ([`lost`]), and the core stops. Helpers spin for a moment between jobs, for a job follows the
//! other closely in a training step, and then sleep. They never allocate: scratch memory comes from the main thread, before
//! the work is shared ([`EachWorker`]).
//!
//! Only one thread at a time is the main thread of a core; [`share`] within a part runs the parts in turn.

mod claims;
mod each_worker;
mod helper;
pub mod host;
mod lost;
mod share_walk;
#[cfg(target_arch = "wasm32")]
mod stacks;
mod wait;

pub use each_worker::EachWorker;
pub use helper::{dismiss_helpers, expect_helper, help, helper_has_failed, helper_is_gone};
pub use lost::{StopReason, stop_reason};
pub use share_walk::share_walk;

use claims::{Claims, MOST_PARTS};
use core::cell::Cell;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};
use lost::{Hold, Wait};

/// The most threads that share work, the main thread being one.
pub const MOST_WORKERS: usize = 32;
/// Work that takes less, in nanoseconds on one thread, is not shared: waking a helper would cost as much.
const WORTH_WAKING: u64 = 20_000;
/// As much with a helper that is awake already, in the midst of a training step for example.
const WORTH_SHARING: u64 = 6_000;
/// Once work worth sharing has taken so long in all, helpers are started: a program that computes little never starts any.
const WORTH_STARTING: u64 = 2_000_000;
/// Looks for work before a helper sleeps, and for the end before the main thread does: about 0.3 ms.
const PATIENCE: u32 = 200_000;
/// As many turns of a main thread that must not sleep before it looks whether helpers are lost: about 20 ms.
const SPINS_BETWEEN_LOOKS: u32 = 64 * PATIENCE;

/// On a cache line of its own (two, since processors fetch pairs of them): no thread slows another by what it writes.
#[repr(align(128))]
struct Line<T>(T);

static CLAIMS: Line<Claims> = Line(Claims::new());
/// Parts of the job that are not done yet.
static PENDING: Line<AtomicU32> = Line(AtomicU32::new(0));
/// Raised whenever sleepers are woken.
static WAKE: Line<AtomicU32> = Line(AtomicU32::new(0));
/// One bit for each helper that sleeps or is about to.
static SLEEPING: Line<AtomicU32> = Line(AtomicU32::new(0));
/// The job's function and what it captured: a `&dyn Fn(usize)` in two words.
static JOB: Line<[AtomicUsize; 2]> = Line([const { AtomicUsize::new(0) }; 2]);

/// Threads that may work, set by [`set_workers`].
static WORKERS: AtomicUsize = AtomicUsize::new(1);
/// One bit for each helper that is up.
static UP: AtomicU32 = AtomicU32::new(0);
/// Whether the main thread may sleep while it waits: in a page it may not.
static MAY_SLEEP: AtomicBool = AtomicBool::new(false);
static MAIN_SLEEPS: AtomicBool = AtomicBool::new(false);
/// Nanoseconds of work worth sharing that came before helpers were started.
static UNSHARED: AtomicU64 = AtomicU64::new(0);

std::thread_local! {
    /// 0 for the main thread, which is also every native test's.
    static WORKER: Cell<usize> = const { Cell::new(0) };
    static IN_PART: Cell<bool> = const { Cell::new(false) };
}

/// How many threads may work at most. Changed between kernels only.
pub fn workers() -> usize {
    WORKERS.load(Relaxed)
}

/// The calling thread's number, below [`workers`]. The main thread's is 0.
pub fn worker() -> usize {
    WORKER.get()
}

/// Sets how many threads may work, and whether the main thread may sleep.
pub fn set_workers(count: usize, may_sleep: bool) {
    let count = count.clamp(1, MOST_WORKERS);
    #[cfg(target_arch = "wasm32")]
    stacks::set_aside(count - 1);
    WORKERS.store(count, Relaxed);
    MAY_SLEEP.store(may_sleep, Relaxed);
    wake(); // those who may work again
}

/// Helpers that are up and may work.
pub fn helpers() -> usize {
    (UP.load(Relaxed) & ((1u64 << (workers() - 1)) - 1) as u32).count_ones() as usize
}

/// Whether several threads are to do work that takes so long on one.
fn is_worth_sharing(nanoseconds: u64) -> bool {
    if nanoseconds < WORTH_SHARING || workers() == 1 || IN_PART.get() {
        return false;
    }
    let some_awake = UP.load(Relaxed) & !SLEEPING.0.load(Relaxed) != 0;
    some_awake || nanoseconds >= WORTH_WAKING
}

/// Calls `part(i)` for every i below `count`, in any order, on as many threads as there are; returns when all are done.
/// `nanoseconds` is what all of it takes on one thread, roughly.
/// # Safety: parts may run at the same time, so they write apart, and read nothing that another one writes.
#[inline(always)]
pub unsafe fn share(count: usize, nanoseconds: u64, part: impl Fn(usize)) {
    share_work(count, nanoseconds, &part);
}

// One call for threads and for none: a part's code is in the module once.
unsafe fn share_work(count: usize, nanoseconds: u64, part: &dyn Fn(usize)) {
    if (2..=MOST_PARTS).contains(&count) && is_worth_sharing(nanoseconds) {
        let before = UNSHARED.load(Relaxed);
        if before < WORTH_STARTING {
            UNSHARED.store(before + nanoseconds, Relaxed);
            if before + nanoseconds >= WORTH_STARTING {
                host::start_helpers();
            }
        }
        if UP.load(Relaxed) != 0 {
            return run_job(count, nanoseconds, part);
        }
    }
    (0..count).for_each(part);
}

/// How many parts to cut work into that can be cut anywhere: enough for an even load, but none too small to be worth it;
/// one if it would not be shared.
#[inline(never)]
pub fn parts_for(nanoseconds: u64) -> usize {
    const SMALLEST: u64 = 3_000;
    const PARTS_PER_WORKER: usize = 8;
    if is_worth_sharing(nanoseconds) {
        ((nanoseconds / SMALLEST) as usize).clamp(1, PARTS_PER_WORKER * workers())
    } else {
        1
    }
}

unsafe fn run_job(count: usize, nanoseconds: u64, part: &dyn Fn(usize)) {
    // The job outlives its use: every part is done before this function returns.
    let words: [usize; 2] = core::mem::transmute(part);
    JOB.0[0].store(words[0], Relaxed);
    JOB.0[1].store(words[1], Relaxed);
    PENDING.0.store(count as u32, Relaxed);
    CLAIMS.0.open(count, workers());
    // Either this sees the sleeper, or the sleeper, which says that it sleeps before it looks, sees the job.
    if SLEEPING.0.load(SeqCst) != 0 {
        wake();
    }
    while do_one_part() {}
    wait_for_the_others(nanoseconds);
    lost::assert_none_failed();
}

fn wait_for_the_others(nanoseconds: u64) {
    let mut patience = PATIENCE;
    let mut wait = Wait::of(nanoseconds);
    loop {
        let pending = PENDING.0.load(Acquire);
        if pending == 0 {
            return;
        }
        core::hint::spin_loop();
        if patience > 0 {
            patience -= 1;
            continue;
        }
        if MAY_SLEEP.load(Relaxed) {
            // There are more threads than processors: the helper may need this one.
            MAIN_SLEEPS.store(true, SeqCst);
            wait::nap(&PENDING.0, pending);
            MAIN_SLEEPS.store(false, Relaxed);
        } else {
            patience = SPINS_BETWEEN_LOOKS;
        }
        wait.look(pending);
    }
}

/// Claims a part and does it. False if there is none.
fn do_one_part() -> bool {
    let worker = worker();
    if !CLAIMS.0.are_left_for(worker) {
        return false;
    }
    // Said before the claim, so that there is no moment in which a part is claimed and nobody is known to hold one.
    let _hold = Hold::of(worker);
    let Some(claimed) = CLAIMS.0.claim(worker) else { return false };
    // From here until PENDING is lowered the job cannot end, so what it points at is alive.
    let words = [JOB.0[0].load(Relaxed), JOB.0[1].load(Relaxed)];
    // SAFETY: `run_job` stored the two words of a reference that lives as long as the job.
    let part: &dyn Fn(usize) = unsafe { core::mem::transmute(words) };
    IN_PART.set(true);
    part(claimed);
    IN_PART.set(false);
    finish_part();
    true
}

fn finish_part() {
    let before = PENDING.0.fetch_sub(1, SeqCst);
    if MAIN_SLEEPS.load(SeqCst) && before > 0 {
        wait::wake(&PENDING.0);
    }
}

fn wake() {
    WAKE.0.fetch_add(1, SeqCst);
    wait::wake(&WAKE.0);
}
