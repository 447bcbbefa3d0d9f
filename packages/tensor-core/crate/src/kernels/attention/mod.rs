//! Attention: softmax(q kᵀ · scale + mask) v, and its gradient, without the matrix of all scores (Dao et al., "FlashAttention",
//! 2022, on the tiles of a processor's caches).
//!
//! Forward ([`forward()`]): a tile of keys and values is packed, and for each tile of queries its scores are computed, masked
//! and made weights in place, which the values are summed by; where a later tile of keys brings a larger score, what was summed is scaled
//! down. Of each query its largest score and one over its sum of exponentials stay, and with them the gradient
//! ([`backward()`]) computes weights anew, tile by tile. Threads share items and, forward, tiles of queries: no sum is split.

mod additive;
mod backward;
mod dropout;
mod forward;
mod mask;
#[cfg(test)]
mod tests;
mod tile;

pub use additive::{Additive, additive_scores, additive_scores_gradient};
pub use backward::{Gradients, Incoming, backward};
pub use dropout::Dropout;
pub use forward::{Results, forward};
pub use mask::Mask;

use crate::gemm::Matrix;
use crate::lane::WIDTH;
use crate::layout::Walk;
use core::ops::Range;

/// Columns of a panel of the register tile.
const PANEL: usize = 2 * WIDTH;
/// Queries of a tile: a multiple of the rows of the register tile.
const QUERIES: usize = 48;
/// Queries of a tile where they see the keys up to their own alone: half of what a tile has beyond them is for nothing.
const CAUSAL_QUERIES: usize = 24;
/// Keys of a tile: what is packed of them stays in the second-level cache.
const KEYS: usize = 256;
/// Floats between rows in scratch memory: rows whole pages apart would share the same few cache sets.
const GAP: usize = 16;
/// Floats from one query's scores in a tile to the next one's.
const SCORES: usize = KEYS + GAP;
/// Multiply-adds a nanosecond.
const SPEED: u64 = 25;

/// Operands of a batch of attentions. Rows of queries, keys and values are contiguous.
pub struct Attention {
    pub queries: usize,
    pub keys: usize,
    /// Of a query and a key.
    pub size: usize,
    pub value_size: usize,
    pub scale: f32,
    /// Query i sees the keys up to i alone.
    pub causal: bool,
    pub q: Matrix,
    pub k: Matrix,
    pub v: Matrix,
    pub mask: Mask,
    /// How many keys there are for an item (i32), or null if all are.
    pub lengths: *const i32,
    pub dropout: Option<Dropout>,
    /// Items: q, k, v, mask, lengths.
    pub batch: Walk<5>,
}

/// One item of the batch.
struct Item<'a> {
    of: &'a Attention,
    /// Its place in what is contiguous.
    place: usize,
    q: Matrix,
    k: Matrix,
    v: Matrix,
    mask: Mask,
    /// The keys that there are.
    keys: usize,
}

impl Attention {
    unsafe fn item(&self, place: usize) -> Item<'_> {
        let [q, k, v, mask, length] = self.batch.offsets(place);
        let at = |matrix: Matrix, offset| Matrix { pointer: matrix.pointer.wrapping_offset(offset), ..matrix };
        let keys = if self.lengths.is_null() { self.keys } else { *self.lengths.offset(length) as usize };
        let (q, k, v) = (at(self.q, q), at(self.k, k), at(self.v, v));
        Item { of: self, place, q, k, v, mask: self.mask.from(mask), keys }
    }

    /// What so many products of queries and keys take on one thread, and an exponential for each pair.
    fn nanoseconds(&self, products: usize) -> u64 {
        let pairs = (self.batch.len() * self.queries) as u64 * self.keys as u64;
        pairs * (products * (self.size + self.value_size)) as u64 / SPEED + pairs
    }
}

impl Item<'_> {
    /// How many keys query `i` sees, a mask aside.
    fn seen(&self, i: usize) -> usize {
        if self.of.causal { self.keys.min(i + 1) } else { self.keys }
    }

    /// The tiles of keys.
    fn tiles(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        tiles(0..self.keys, KEYS)
    }

    /// The row of a query in what is contiguous.
    fn row(&self, i: usize) -> usize {
        self.place * self.of.queries + i
    }
}

/// A range in tiles of some size.
fn tiles(whole: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    whole.clone().step_by(size).map(move |first| first..whole.end.min(first + size))
}

fn padded(columns: usize) -> usize {
    columns.next_multiple_of(PANEL)
}
