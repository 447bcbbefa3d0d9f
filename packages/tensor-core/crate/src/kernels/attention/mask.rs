//! What keeps queries from keys.

use super::Item;
use crate::kernels::elementwise::zip_run;
use crate::lane::Lane;
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
            for j in 0..keys.len() {
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
