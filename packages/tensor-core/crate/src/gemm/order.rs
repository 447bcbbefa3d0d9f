//! The order in which a product's terms are added. A sum of f32s that runs on and on loses a bit each time it doubles, so
//! sums run over [`RUN`] terms at most, from zero or a bias, and what they come to is added to what C holds; two runs are a
//! block, and blocks are added in groups (Higham, "The accuracy of floating point summation", 1993, section 3). All of it follows
//! from the depth alone: an element is the same sum whichever way it is computed, whatever the number of threads.

use super::{Matrix, Output, Start};
use crate::lane::{Lane, WIDTH};
use crate::parts::{Parts, parts};
use core::ops::Range;

/// Most products that are summed one after the other: 0.1 · 0.1 over and over is off by 9e-7 after 256, by 4e-6 after 512.
/// A second run costs a hundredth, so it begins late; runs of a long sum are no longer than 256.
pub const RUN: usize = 400;
/// Largest depth of a block. A panel of B (512 × 8 floats, 16 KB) fills half of a first-level cache.
pub const DEPTH: usize = 512;
/// Blocks of a group, if there are not very many, and how deep they are together.
const FEW_BLOCKS: usize = 32;
pub const GROUP: usize = FEW_BLOCKS * DEPTH;

/// The length of the runs, all but the last, in which so many terms are summed: as few as can be, and nearly equal.
pub fn run_length(depth: usize) -> usize {
    if depth <= RUN { depth } else { depth.div_ceil(depth.div_ceil(RUN)) }
}

/// The blocks of a depth.
pub fn blocks(depth: usize) -> Parts {
    parts(depth, DEPTH, 1)
}

/// Whether the blocks are more than one group.
pub fn is_long(depth: usize) -> bool {
    depth > GROUP
}

/// Calls `block` for each block of the depth with what it is added to and where the sums go: to C for the first group; to
/// `sums`, which is then added to C, for the others, if the depth [`is_long`].
/// # Safety: start and C hold rows × columns values, and so does `sums` if it is used.
#[inline(always)]
pub unsafe fn in_groups<L: Lane>(
    [rows, columns, depth]: [usize; 3],
    start: Matrix,
    c: Output,
    sums: Output,
    mut block: impl FnMut(Range<usize>, Matrix, Output),
) {
    let blocks = blocks(depth);
    // As many in a group as there are groups, if there are very many: neither sum is long.
    let group = FEW_BLOCKS.max(blocks.count().isqrt());
    for (i, along) in blocks.into_iter().enumerate() {
        let output = if i < group { c } else { sums };
        let before = match i {
            0 => start,
            _ if i % group == 0 => Start::Zero.matrix(output),
            _ => Start::Output.matrix(output),
        };
        block(along, before, output);
        if i >= group && ((i + 1) % group == 0 || i + 1 == blocks.count()) {
            add::<L>(rows, columns, sums, c);
        }
    }
}

/// C += sums.
/// # Safety: both hold rows × columns values.
#[inline(never)]
pub unsafe fn add<L: Lane>(rows: usize, columns: usize, sums: Output, c: Output) {
    for i in 0..rows {
        let (from, to) = (sums.from(i, 0).pointer, c.from(i, 0).pointer);
        for j in (0..columns).step_by(WIDTH) {
            let count = (columns - j).min(WIDTH);
            L::load_first(to.add(j), count).add(L::load_first(from.add(j), count)).store_first(to.add(j), count);
        }
    }
}
