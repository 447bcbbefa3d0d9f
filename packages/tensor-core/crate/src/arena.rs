//! The arena: storage for tensors and scratch for kernels, from lists of freed blocks by size class.
//!
//! A training step asks for the same sizes again and again, so a freed block is kept for the next asker of its class
//! and handed out in a few nanoseconds. Classes are eight an octave: at most an eighth of a block is unused. When the
//! system has no more, all kept blocks go back to it and the request is tried once more, so memory kept for one shape
//! never starves another. Every request is fallible: no kernel ever meets a null pointer unawares.

use std::alloc::{Layout, alloc, dealloc};

/// Blocks start at a cache line, so that no two tensors share one.
pub const ALIGNMENT: usize = 64;
const CLASSES_PER_OCTAVE_LOG2: u32 = 3;
const SMALLEST_LOG2: u32 = 6;
const CLASSES: usize = ((usize::BITS - SMALLEST_LOG2) << CLASSES_PER_OCTAVE_LOG2) as usize;

/// Freed blocks by class, threaded through their own first word.
pub struct Arena {
    free: [*mut u8; CLASSES],
    used: usize,
    kept: usize,
    /// Bytes that were asked for, of each block that is handed out, by its address.
    #[cfg(feature = "checked")]
    live: std::collections::BTreeMap<usize, usize>,
}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

impl Arena {
    pub const fn new() -> Self {
        Arena {
            free: [core::ptr::null_mut(); CLASSES],
            used: 0,
            kept: 0,
            #[cfg(feature = "checked")]
            live: std::collections::BTreeMap::new(),
        }
    }

    /// A block of at least `bytes` bytes of any content, or null when there is no memory left.
    pub fn allocate(&mut self, bytes: usize) -> *mut u8 {
        let block = self.take(bytes);
        #[cfg(feature = "checked")]
        if !block.is_null() {
            self.live.insert(block.addr(), bytes);
        }
        block
    }

    fn take(&mut self, bytes: usize) -> *mut u8 {
        let Some((class, size)) = class_of(bytes) else { return core::ptr::null_mut() };
        let block = self.free[class];
        if !block.is_null() {
            // SAFETY: blocks in a list hold the next one in their first word, written by `release`.
            self.free[class] = unsafe { block.cast::<*mut u8>().read() };
            self.kept -= size;
            self.used += size;
            return block;
        }
        let Ok(layout) = Layout::from_size_align(size, ALIGNMENT) else { return core::ptr::null_mut() };
        // SAFETY: the layout's size is at least one class, so never zero.
        let mut block = unsafe { alloc(layout) };
        if block.is_null() && self.kept > 0 {
            self.trim();
            // SAFETY: as above.
            block = unsafe { alloc(layout) };
        }
        if !block.is_null() {
            self.used += size;
        }
        block
    }

    /// Takes a block back.
    /// # Safety: `block` came from `allocate` of this arena with the same `bytes`, and nothing uses it any more.
    pub unsafe fn release(&mut self, block: *mut u8, bytes: usize) {
        #[cfg(feature = "checked")]
        match self.live.remove(&block.addr()) {
            Some(asked) if asked == bytes => {}
            asked => crate::bindings::address::violated(&format!(
                "the block at {} was given back with {bytes} bytes; asked for were {asked:?}",
                block.addr()
            )),
        }
        let Some((class, size)) = class_of(bytes) else { return };
        block.cast::<*mut u8>().write(self.free[class]);
        self.free[class] = block;
        self.used -= size;
        self.kept += size;
    }

    /// Gives all kept blocks back to the system.
    pub fn trim(&mut self) {
        for class in 0..CLASSES {
            while !self.free[class].is_null() {
                let block = self.free[class];
                // SAFETY: the list is threaded through the blocks; each was allocated with its class's layout.
                unsafe {
                    self.free[class] = block.cast::<*mut u8>().read();
                    dealloc(block, Layout::from_size_align_unchecked(size_of_class(class), ALIGNMENT));
                }
            }
        }
        self.kept = 0;
    }

    /// The block that an address lies in, as it was asked for.
    #[cfg(feature = "checked")]
    pub fn block_at(&self, address: usize) -> Option<core::ops::Range<usize>> {
        let (&start, &bytes) = self.live.range(..=address).next_back()?;
        (address <= start + bytes).then_some(start..start + bytes)
    }

    /// Whether bytes lie within one block, as it was asked for.
    #[cfg(feature = "checked")]
    pub fn holds(&self, bytes: &core::ops::Range<i64>) -> bool {
        let Ok(first) = usize::try_from(bytes.start) else { return false };
        self.block_at(first).is_some_and(|block| bytes.end <= block.end as i64)
    }

    /// Bytes in blocks that are handed out, rounded up to their classes.
    pub fn used(&self) -> usize {
        self.used
    }

    /// Bytes in freed blocks kept for the next request.
    pub fn kept(&self) -> usize {
        self.kept
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        self.trim();
    }
}

/// Class of the smallest block that holds `bytes`, and its size. None when no block can be that large.
fn class_of(bytes: usize) -> Option<(usize, usize)> {
    let bytes = bytes.max(1 << SMALLEST_LOG2);
    let octave = usize::BITS - 1 - bytes.leading_zeros();
    let step = octave - CLASSES_PER_OCTAVE_LOG2;
    let size = bytes.checked_add((1 << step) - 1)? >> step << step;
    // Rounding up may have entered the next octave; recompute from the size itself.
    let octave = usize::BITS - 1 - size.leading_zeros();
    let within = (size >> (octave - CLASSES_PER_OCTAVE_LOG2)) & ((1 << CLASSES_PER_OCTAVE_LOG2) - 1);
    Some(((((octave - SMALLEST_LOG2) << CLASSES_PER_OCTAVE_LOG2) as usize) + within, size))
}

fn size_of_class(class: usize) -> usize {
    let octave = SMALLEST_LOG2 + (class as u32 >> CLASSES_PER_OCTAVE_LOG2);
    let within = class & ((1 << CLASSES_PER_OCTAVE_LOG2) - 1);
    ((1 << CLASSES_PER_OCTAVE_LOG2) + within) << (octave - CLASSES_PER_OCTAVE_LOG2)
}

/// Scratch memory of a kernel: taken from the arena, given back when dropped.
pub struct Scratch {
    pointer: *mut u8,
    bytes: usize,
}

impl Scratch {
    /// Room for `count` `f32`s of any content, or None when there is no memory left.
    pub fn f32s(count: usize) -> Option<Self> {
        let bytes = count.checked_mul(4)?;
        let pointer = with_arena(|arena| arena.allocate(bytes));
        // Lazily: a `Scratch` over null would be released when dropped.
        (!pointer.is_null()).then(|| Scratch { pointer, bytes })
    }

    pub fn pointer(&self) -> *mut f32 {
        self.pointer.cast()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: the block came from the same arena with the same size and dies with this value.
        with_arena(|arena| unsafe { arena.release(self.pointer, self.bytes) });
    }
}

thread_local! {
    // Only the main thread allocates (see `crew`); the cell also gives every native test thread its own arena.
    static ARENA: core::cell::RefCell<Arena> = const { core::cell::RefCell::new(Arena::new()) };
}

/// Runs `f` with the process's arena.
pub fn with_arena<R>(f: impl FnOnce(&mut Arena) -> R) -> R {
    ARENA.with_borrow_mut(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_what_they_are_asked_for_and_waste_at_most_an_eighth() {
        for bytes in (0..5000).chain([1 << 20, (1 << 20) + 1, 123_456_789]) {
            let (class, size) = class_of(bytes).unwrap();
            assert_eq!(size_of_class(class), size, "{bytes}");
            assert!(size >= bytes && (bytes < 64 || size - bytes <= bytes / 8), "{bytes} in {size}");
        }
    }

    #[test]
    fn a_freed_block_is_handed_out_again() {
        let mut arena = Arena::new();
        let a = arena.allocate(1000);
        // SAFETY: `a` was just allocated with this size.
        unsafe { arena.release(a, 1000) };
        assert_eq!(arena.allocate(990), a);
        assert_eq!(arena.kept(), 0);
        // SAFETY: as above.
        unsafe { arena.release(a, 990) };
        assert_eq!(arena.used(), 0);
    }

    #[test]
    fn impossible_requests_are_refused_not_fatal() {
        let mut arena = Arena::new();
        assert!(arena.allocate(usize::MAX).is_null());
        assert!(arena.allocate(isize::MAX as usize).is_null());
        assert!(!arena.allocate(64).is_null());
    }

    #[test]
    fn scratch_that_cannot_be_had_is_none_and_leaves_the_arena_as_it_was() {
        let before = with_arena(|arena| (arena.used(), arena.kept()));
        assert!(Scratch::f32s(usize::MAX / 8).is_none());
        assert!(Scratch::f32s(usize::MAX).is_none());
        assert_eq!(with_arena(|arena| (arena.used(), arena.kept())), before);
    }
}
