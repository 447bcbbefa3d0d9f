//! Stacks for helpers, set aside by the main thread: a helper asks the allocator for one as it starts, at any moment, and
//! should not grow the memory then.

use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering::*};
use std::alloc::System;

use super::MOST_WORKERS;

/// Bytes of a helper's stack, whole pages. No other block has this size and alignment: those of the arena begin at cache lines.
pub const STACK_BYTES: usize = 4 * 65_536;
/// As bindgen's start of a thread asks for it.
const STACK_ALIGNMENT: usize = 16;

static STACKS: [AtomicUsize; MOST_WORKERS - 1] = [const { AtomicUsize::new(0) }; MOST_WORKERS - 1];
static SET_ASIDE: AtomicUsize = AtomicUsize::new(0);

/// Sets stacks aside for `helpers` helpers, those that have one included. Where memory is short, a helper asks for its own.
pub fn set_aside(helpers: usize) {
    for i in SET_ASIDE.fetch_max(helpers, Relaxed)..helpers {
        // SAFETY: the layout has a size.
        let stack = unsafe { System.alloc(Layout::from_size_align_unchecked(STACK_BYTES, STACK_ALIGNMENT)) };
        STACKS[i].store(stack as usize, Release);
    }
}

fn is_stack(layout: Layout) -> bool {
    (layout.size(), layout.align()) == (STACK_BYTES, STACK_ALIGNMENT)
}

struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

// SAFETY: every block is the system's, and goes back to it with the layout that it came with.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_stack(layout) {
            let taken = STACKS.iter().map(|stack| stack.swap(0, AcqRel)).find(|&stack| stack != 0);
            if let Some(stack) = taken {
                return stack as *mut u8;
            }
        }
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_stack(layout) {
            // A helper that was dismissed: the next one takes it.
            let free = |stack: &&AtomicUsize| stack.compare_exchange(0, block as usize, AcqRel, Relaxed).is_ok();
            if STACKS[..SET_ASIDE.load(Relaxed)].iter().find(free).is_some() {
                return;
            }
        }
        System.dealloc(block, layout);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        System.realloc(block, layout, size)
    }
}
