//! The best of one query, gathered as products come: most are only compared with the last of them.

use super::super::{Order, SIGN};
use super::TOGETHER;
use crate::lane::Lane;

/// The best of one query so far.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub(super) struct Best {
    limit: u64,
    pairs: *mut u64,
    room: usize,
    wanted: usize,
    gathered: usize,
    /// The value that `limit` stands for; NaN, which no product is below, while there are too few.
    limit_value: f32,
}

impl Best {
    pub(super) fn new(pairs: *mut u64, room: usize, wanted: usize) -> Self {
        Best { limit: u64::MAX, pairs, room, wanted, gathered: 0, limit_value: f32::NAN }
    }

    /// # Safety: `pairs` has room for `room` pairs, and 0 < wanted < room.
    unsafe fn take(&mut self, value: f32, row: usize) {
        let pair = Order::Descending.pair(value, row);
        if pair >= self.limit {
            return;
        }
        self.pairs.add(self.gathered).write(pair);
        self.gathered += 1;
        if self.gathered == self.room {
            let all = core::slice::from_raw_parts_mut(self.pairs, self.gathered);
            self.limit = *all.select_nth_unstable(self.wanted - 1).1;
            self.limit_value = value_of(self.limit);
            self.gathered = self.wanted;
        }
    }

    /// The pairs that are wanted, in any order.
    /// # Safety: as many were taken.
    pub(super) unsafe fn keep(&self) -> &[u64] {
        let all = core::slice::from_raw_parts_mut(self.pairs, self.gathered);
        if self.wanted < self.gathered {
            all.select_nth_unstable(self.wanted - 1);
        }
        &all[..self.wanted]
    }
}

/// Gathers the products of one query with the rows from `row` on, of which there are `count` or more than four.
#[inline(always)]
pub(super) unsafe fn take<L: Lane>(best: &mut Best, products: L, row: usize, count: usize, scale: *const f32) {
    let count = count.min(TOGETHER);
    let scaled = if scale.is_null() { products } else { products.mul(L::load_first(scale.add(row), count)) };
    let below = scaled.less_equal(L::splat(best.limit_value));
    if L::splat_bits(u32::MAX).and_not(below).any() {
        for (i, &value) in scaled.to_array()[..count].iter().enumerate() {
            best.take(value, row + i);
        }
    }
}

/// The value of a pair in descending order; zeros and NaN are of one kind.
pub(super) fn value_of(pair: u64) -> f32 {
    match !(pair >> 32) as u32 {
        u32::MAX => f32::NAN,
        key if key & SIGN != 0 => f32::from_bits(key ^ SIGN),
        key => f32::from_bits(!key),
    }
}
