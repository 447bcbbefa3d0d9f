//! The threads that share work. The main thread's loader starts helpers, each an instance over the same memory.

use crate::crew;
use wasm_bindgen::prelude::wasm_bindgen;

/// Sets how many threads may work, the main thread being one, and whether the main thread may sleep.
#[wasm_bindgen]
pub fn set_workers(count: usize, may_sleep: bool) {
    crew::set_workers(count, may_sleep);
}

/// How many helpers are up and may work.
#[wasm_bindgen]
pub fn helpers() -> usize {
    crew::helpers()
}

/// A helper's whole life, as number `index` from 1 on; returns once it is dismissed.
#[wasm_bindgen]
pub fn help(index: usize) {
    crew::help(index);
}

/// Lets a helper that is to be started come up. None of its number is there any more.
#[wasm_bindgen]
pub fn expect_helper(index: usize) {
    crew::expect_helper(index);
}

/// Has all helpers leave `help`, each after the part that it holds. More work that is worth it asks for helpers again.
#[wasm_bindgen]
pub fn dismiss_helpers() {
    crew::dismiss_helpers();
}

/// Notes that a helper's thread has ended.
#[wasm_bindgen]
pub fn helper_is_gone(index: usize) {
    crew::helper_is_gone(index);
}

/// Notes, on a helper, that the part it was doing trapped.
#[wasm_bindgen]
pub fn helper_has_failed() {
    crew::helper_has_failed();
}

/// Why the core stopped, if a helper is the reason: 0 if not, 1 if a part trapped there, 2 if one ended while it held a part.
#[wasm_bindgen]
pub fn stop_reason() -> u32 {
    crew::stop_reason() as u32
}
