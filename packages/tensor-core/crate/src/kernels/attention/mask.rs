//! What keeps queries from keys.

use super::Item;
use crate::kernels::elementwise::zip_run;
use crate::lane::{Lane, WIDTH};
use core::ops::Range;

/// What is added to scores, or which of them take part. Element (i, j) is at i · row + j · column.
#[derive(Clone, Copy)]
pub struct Mask {
    /// f32, or null.
    pub added: *const f32,
    /// Truth values, or null.
    pub taking_part: *const u8,
    pub row: isize,
    pub column: isize,
}

impl Mask {
    /// The mask of an item.
    pub(super) fn from(self, offset: isize) -> Self {
        let Mask { added, taking_part, .. } = self;
        // One of them is null, and stays so.
        let added = if added.is_null() { added } else { added.wrapping_offset(offset) };
        let taking_part = if taking_part.is_null() { taking_part } else { taking_part.wrapping_offset(offset) };
        Mask { added, taking_part, ..self }
    }
}

impl Item<'_> {
    /// Adds the mask to the scores of query `i` with some keys; -∞ where it does not see one.
    /// # Safety: `scores` holds one for each of the keys.
    #[inline(never)]
    pub unsafe fn mask_row<L: Lane>(&self, i: usize, keys: Range<usize>, scores: *mut f32) {
        let Mask { added, taking_part, row, column } = self.mask;
        let start = i as isize * row + keys.start as isize * column;
        if !added.is_null() && column == 1 {
            zip_run::<L, 4>(keys.len(), added.offset(start), scores, scores, &|mask: L, score| score.add(mask));
        } else if !added.is_null() {
            for j in 0..keys.len() {
                *scores.add(j) += *added.offset(start + j as isize * column);
            }
        } else if !taking_part.is_null() {
            let whole = if column == 1 { keys.len() / WIDTH * WIDTH } else { 0 };
            keep_some::<L>(whole, taking_part.offset(start), scores);
            for j in whole..keys.len() {
                if *taking_part.offset(start + j as isize * column) == 0 {
                    *scores.add(j) = f32::NEG_INFINITY;
                }
            }
        }
        for j in self.seen(i).clamp(keys.start, keys.end)..keys.end {
            *scores.add(j - keys.start) = f32::NEG_INFINITY;
        }
    }
}

/// -∞ where there is no truth, a lane of scores at a time.
/// # Safety: there are `count` scores and truth values, 0 or 1: a multiple of a lane's.
unsafe fn keep_some<L: Lane>(count: usize, taking_part: *const u8, scores: *mut f32) {
    // As floats, four truth values are 0 or something else, each in its own byte.
    let bytes = L::from_array([0xff, 0xff00, 0xff_0000, 0xff00_0000].map(f32::from_bits));
    let (zero, never) = (L::splat(0.0), L::splat(f32::NEG_INFINITY));
    for j in (0..count).step_by(WIDTH) {
        let four = L::splat_bits(taking_part.add(j).cast::<u32>().read_unaligned());
        four.and(bytes).equal(zero).select(never, L::load(scores.add(j))).store(scores.add(j));
    }
}
