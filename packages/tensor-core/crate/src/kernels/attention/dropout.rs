//! Weights that are left out by chance.

use super::Item;
use crate::kernels::random::{Stream, unit};
use crate::lane::Lane;
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
    pub unsafe fn drop_row<L: Lane>(&self, i: usize, keys: Range<usize>, x: *mut f32) {
        let Some(Dropout { stream, keep }) = self.of.dropout else { return };
        let first = self.row(i) as u64 * self.of.keys.div_ceil(4) as u64 + (keys.start / 4) as u64;
        let stream = Stream { counter: stream.counter.wrapping_add(first), ..stream };
        let keep = L::splat(keep);
        stream.for_each_lane::<L>(keys.len(), |j, n, words| {
            let x = x.add(j);
            L::load_first(x, n).and(unit(words).less(keep)).store_first(x, n);
        });
    }
}
