//! Work over a walk, cut along one of its axes.

use super::{parts_for, share};
use crate::layout::Walk;
use crate::parts::pieces;

/// Elements of the last axis that stay together: whole cache lines, and whole turns of unrolled loops.
const GRAIN: usize = 64;

/// Calls `part` with pieces of the walk, each with every operand's offset to its first element, on as many threads as it is
/// worth. `nanoseconds` is what all of it takes on one.
/// # Safety: as [`share`], for every piece of the walk.
#[inline(always)]
pub unsafe fn share_walk<const N: usize>(walk: &Walk<N>, nanoseconds: u64, part: impl Fn(&Walk<N>, [isize; N])) {
    share_pieces(walk, nanoseconds, &part);
}

unsafe fn share_pieces<const N: usize>(walk: &Walk<N>, nanoseconds: u64, part: &dyn Fn(&Walk<N>, [isize; N])) {
    let wanted = parts_for(nanoseconds);
    if wanted == 1 {
        return part(walk, [0; N]);
    }
    let axis = (0..walk.rank).find(|&axis| walk.sizes[axis] >= wanted).unwrap_or(walk.largest_axis());
    let cut = pieces(walk.sizes[axis], wanted, if axis + 1 == walk.rank { GRAIN } else { 1 });
    share(cut.count(), nanoseconds, |i| {
        let (walk, offsets) = walk.part(axis, cut.get(i));
        part(&walk, offsets);
    });
}
