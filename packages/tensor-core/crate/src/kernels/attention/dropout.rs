//! Weights that are left out by chance.

use super::Item;
use crate::kernels::random::{Stream, unit};
use core::ops::Range;

/// Each weight stays with a probability, and is divided by it.
#[derive(Clone, Copy)]
pub struct Dropout {
    /// Each query's row of weights begins with a block.
    pub stream: Stream,
    pub keep: f32,
}

impl Dropout {
    /// What a weight that stays is multiplied by.
    pub fn factor(&self) -> f32 {
        if self.keep == 0.0 { 0.0 } else { 1.0 / self.keep }
    }
}

impl Item<'_> {
    /// What weights are multiplied by for those that are left out.
    pub fn factor(&self) -> f32 {
        self.of.dropout.map_or(1.0, |dropout| dropout.factor())
    }

    /// Zero for each of query `i`'s weights that is left out, of some keys from a multiple of four on.
    /// # Safety: `x` holds one for each of the keys.
    pub unsafe fn drop_row(&self, i: usize, keys: Range<usize>, x: *mut f32) {
        let Some(Dropout { stream, keep }) = self.of.dropout else { return };
        let first = self.row(i) as u64 * self.of.keys.div_ceil(4) as u64 + (keys.start / 4) as u64;
        let stream = Stream { counter: stream.counter.wrapping_add(first), ..stream };
        stream.for_each_word(keys.len(), |j, word| {
            // Written either way: no branch tells which it is.
            let kept = unit(word) < keep;
            *x.add(j) = f32::from_bits((*x.add(j)).to_bits() & 0u32.wrapping_sub(u32::from(kept)));
        });
    }
}
