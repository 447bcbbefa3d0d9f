//! Sleeping until a word changes.

use core::sync::atomic::AtomicU32;

/// Sleeps until somebody wakes those who sleep on the word; not at all if it is no longer `expected`.
pub fn sleep(word: &AtomicU32, expected: u32) {
    const FOREVER: i64 = -1;
    sleep_for(word, expected, FOREVER);
}

/// As `sleep`, but for 20 ms at most.
pub fn nap(word: &AtomicU32, expected: u32) {
    const NANOSECONDS: i64 = 20_000_000;
    sleep_for(word, expected, NANOSECONDS);
}

#[cfg(all(target_arch = "wasm32", target_feature = "atomics"))]
fn sleep_for(word: &AtomicU32, expected: u32, nanoseconds: i64) {
    // SAFETY: the word is live and aligned; the memory is shared, or there would be no second thread.
    unsafe { core::arch::wasm32::memory_atomic_wait32(word.as_ptr().cast(), expected as i32, nanoseconds) };
}

/// Wakes all who sleep on the word.
#[cfg(all(target_arch = "wasm32", target_feature = "atomics"))]
pub fn wake(word: &AtomicU32) {
    // SAFETY: the word is live and aligned.
    unsafe { core::arch::wasm32::memory_atomic_notify(word.as_ptr().cast(), u32::MAX) };
}

/// Natively, for the tests: short sleeps.
#[cfg(not(all(target_arch = "wasm32", target_feature = "atomics")))]
fn sleep_for(word: &AtomicU32, expected: u32, nanoseconds: i64) {
    use core::time::Duration;
    let start = std::time::Instant::now();
    let is_over = || nanoseconds >= 0 && start.elapsed() >= Duration::from_nanos(nanoseconds as u64);
    while word.load(core::sync::atomic::Ordering::SeqCst) == expected && !is_over() {
        std::thread::sleep(Duration::from_micros(20));
    }
}

/// Natively nobody has to be woken.
#[cfg(not(all(target_arch = "wasm32", target_feature = "atomics")))]
pub fn wake(_word: &AtomicU32) {}
