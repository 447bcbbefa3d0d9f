//! A part that nobody will finish. A process of its own: its crew has stopped for good afterwards.

use core::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use unfold_core::crew::{self, StopReason};

/// Parts of a job that a helper gets to, with what it does there and what the main thread does meanwhile.
fn share_with_helper(on_helper: impl Fn() + Sync) {
    let has_begun = AtomicBool::new(false);
    // SAFETY: parts write nothing but a flag.
    unsafe {
        crew::share(2, 1_000_000_000, |_| {
            if crew::worker() == 1 {
                has_begun.store(true, SeqCst);
                on_helper();
            } else {
                while !has_begun.load(SeqCst) {
                    std::thread::yield_now();
                }
            }
        });
    }
}

#[test]
fn a_part_is_waited_for_while_its_helper_lives_and_lost_once_it_is_gone() {
    crew::set_workers(2, true);
    let helper = std::thread::spawn(|| crew::help(1));
    while crew::helpers() < 1 {
        std::thread::yield_now();
    }
    // Dismissed in the midst of a part: the part is done, then it leaves, and it is not missed.
    let is_done = AtomicBool::new(false);
    share_with_helper(|| {
        crew::dismiss_helpers();
        std::thread::sleep(Duration::from_millis(100)); // several looks
        is_done.store(true, SeqCst);
    });
    assert!(is_done.load(SeqCst));
    helper.join().unwrap();
    assert_eq!((crew::helpers(), crew::stop_reason()), (0, StopReason::None));
    // Another of its number comes, and is gone while it holds a part.
    crew::expect_helper(1);
    std::thread::spawn(|| crew::help(1));
    while crew::helpers() < 1 {
        std::thread::yield_now();
    }
    let lost = catch_unwind(AssertUnwindSafe(|| {
        share_with_helper(|| {
            crew::helper_is_gone(1);
            loop {
                std::thread::park();
            }
        });
    }));
    assert!(lost.is_err(), "the job was said to be done");
    assert_eq!(crew::stop_reason(), StopReason::Lost);
}
