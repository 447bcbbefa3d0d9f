//! Sleeping until a word changes.

use core::sync::atomic::AtomicU32;

/// Sleeps until somebody wakes those who sleep on the word; not at all if it is no longer `expected`.
#[cfg(all(target_arch = "wasm32", target_feature = "atomics"))]
pub fn sleep(word: &AtomicU32, expected: u32) {
    const FOREVER: i64 = -1;
    // SAFETY: the word is live and aligned; the memory is shared, or there would be no second thread.
    unsafe { core::arch::wasm32::memory_atomic_wait32(word.as_ptr().cast(), expected as i32, FOREVER) };
}

/// Wakes all who sleep on the word.
#[cfg(all(target_arch = "wasm32", target_feature = "atomics"))]
pub fn wake(word: &AtomicU32) {
    // SAFETY: the word is live and aligned.
    unsafe { core::arch::wasm32::memory_atomic_notify(word.as_ptr().cast(), u32::MAX) };
}

/// Natively, for the tests: a nap.
#[cfg(not(all(target_arch = "wasm32", target_feature = "atomics")))]
pub fn sleep(word: &AtomicU32, expected: u32) {
    while word.load(core::sync::atomic::Ordering::SeqCst) == expected {
        std::thread::sleep(core::time::Duration::from_micros(20));
    }
}

/// Natively nobody has to be woken.
#[cfg(not(all(target_arch = "wasm32", target_feature = "atomics")))]
pub fn wake(_word: &AtomicU32) {}
