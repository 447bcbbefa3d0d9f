//! Blocks of the heap, and the frame through which shapes pass.

use super::address::{Out, range};
use crate::arena::with_arena;
use wasm_bindgen::prelude::wasm_bindgen;

/// Words of the frame: room for each of [`crate::layout::frames`].
const FRAME_WORDS: usize = 64;
static mut FRAME: [i32; FRAME_WORDS] = [0; FRAME_WORDS];

/// Where TypeScript writes the shapes of the next call.
#[wasm_bindgen]
pub fn frame() -> *mut i32 {
    (&raw mut FRAME).cast()
}

/// The frame as TypeScript wrote it for the present call.
/// # Safety: it wrote a `T`, which is one of [`crate::layout::frames`].
pub(super) unsafe fn frame_as<T>() -> &'static T {
    const { assert!(size_of::<T>() <= size_of::<[i32; FRAME_WORDS]>(), "the frame is too small") };
    &*frame().cast()
}

/// A block for `count` elements of `item_size` bytes, or 0 when there is no memory left. The count comes as JavaScript's
/// own number: a 32-bit argument would be what is left of it.
#[wasm_bindgen]
pub fn allocate(count: f64, item_size: usize) -> *mut u8 {
    bytes_of(count, item_size).map_or(core::ptr::null_mut(), |bytes| with_arena(|arena| arena.allocate(bytes)))
}

/// None for what is no number of bytes that can be addressed.
fn bytes_of(count: f64, item_size: usize) -> Option<usize> {
    let whole = count as usize; // saturates, and NaN becomes 0
    (whole as f64 == count && whole < usize::MAX).then(|| whole.checked_mul(item_size)).flatten()
}

/// Gives a block back. TypeScript's `Storage` calls this once for each block, with the size it asked for.
#[wasm_bindgen]
pub fn release(block: *mut u8, bytes: usize) {
    // SAFETY: `Storage` keeps pointer and size together and releases when its last holder goes.
    with_arena(|arena| unsafe { arena.release(block, bytes) });
}

/// Zeros in `bytes` bytes. Engines fill a shared memory from JavaScript byte by byte, at a twentieth of this speed.
#[wasm_bindgen]
pub fn clear(to: Out<u8>, bytes: usize) {
    let to = range!(to, bytes);
    // SAFETY: TypeScript passes live storage of so many bytes.
    unsafe { to.write_bytes(0, bytes) };
}

/// Bytes in freed blocks that are kept for the next request.
#[wasm_bindgen]
pub fn kept_bytes() -> usize {
    with_arena(|arena| arena.kept())
}

#[cfg(test)]
mod tests {
    use super::bytes_of;

    #[test]
    fn sizes_that_would_wrap_are_none() {
        assert_eq!(bytes_of(1000.0, 4), Some(4000));
        assert_eq!(bytes_of(0.0, 4), Some(0));
        let largest = usize::MAX as f64;
        for count in [largest / 4.0 + 4.0, largest, 2.0 * largest, -1.0, 1.5, f64::NAN, f64::INFINITY] {
            assert_eq!(bytes_of(count, 4), None, "{count}");
        }
    }
}
