//! Blocks of the heap, and the frame through which shapes pass.

use crate::arena::with_arena;
use wasm_bindgen::prelude::wasm_bindgen;

/// Words of the frame: room for a walk of several operands at the largest rank.
pub const FRAME_WORDS: usize = 128;
static mut FRAME: [i32; FRAME_WORDS] = [0; FRAME_WORDS];

/// Where TypeScript writes the shapes of the next call.
#[wasm_bindgen]
pub fn frame() -> *mut i32 {
    (&raw mut FRAME).cast()
}

/// A block of at least `bytes` bytes, or 0 when there is no memory left.
#[wasm_bindgen]
pub fn allocate(bytes: usize) -> *mut u8 {
    with_arena(|arena| arena.allocate(bytes))
}

/// Gives a block back. TypeScript's `Storage` calls this once for each block, with the size it asked for.
#[wasm_bindgen]
pub fn release(block: *mut u8, bytes: usize) {
    // SAFETY: `Storage` keeps pointer and size together and releases when its last holder goes.
    with_arena(|arena| unsafe { arena.release(block, bytes) });
}

/// Bytes in freed blocks that are kept for the next request.
#[wasm_bindgen]
pub fn kept_bytes() -> usize {
    with_arena(|arena| arena.kept())
}
