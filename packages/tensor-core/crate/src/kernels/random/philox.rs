//! Philox 4×32 with ten rounds: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).

use crate::crew::{parts_for, share};
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;
use core::array::from_fn;
use core::ops::Range;

const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
/// The golden ratio and √3 - 1, as fractions of 2³².
const WEYL: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];
const ROUNDS: usize = 10;

/// The block of a counter under a key.
#[inline(always)]
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..ROUNDS {
        let low = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
        let high = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
        counter = [
            (high >> 32) as u32 ^ counter[1] ^ key[0],
            high as u32,
            (low >> 32) as u32 ^ counter[3] ^ key[1],
            low as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

/// Lanes whose blocks turn together: one alone would wait for its own products.
const TOGETHER: usize = 2;

/// The blocks of some counters under a key, word by word: an element of each lane for each counter.
#[inline(always)]
fn philox_by_lane<L: Lane>(mut counters: [[L; 4]; TOGETHER], mut key: [u32; 2]) -> [[L; 4]; TOGETHER] {
    for _ in 0..ROUNDS {
        let keys = key.map(L::splat_bits);
        counters = counters.map(|counter| {
            let [low, low_rest] = counter[0].multiply_wide_bits(MULTIPLIERS[0]);
            let [high, high_rest] = counter[2].multiply_wide_bits(MULTIPLIERS[1]);
            [high_rest.xor(counter[1]).xor(keys[0]), high, low_rest.xor(counter[3]).xor(keys[1]), low]
        });
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counters
}

/// The blocks of a seed from a counter on.
#[derive(Clone, Copy)]
pub struct Stream {
    pub seed: [u32; 2],
    pub counter: u64,
}

impl Stream {
    /// Block `i` from the counter. `attempt` gives other words at the same place, for whoever must reject some.
    #[inline(always)]
    pub fn block(&self, i: usize, attempt: u32) -> [u32; 4] {
        let counter = self.counter.wrapping_add(i as u64);
        philox([counter as u32, (counter >> 32) as u32, attempt, 0], self.seed)
    }

    /// The blocks from `i` on, each in a lane: the same words as [`Stream::block`] gives without an attempt.
    #[inline(never)] // once in the module, not in every kernel that draws
    fn blocks<L: Lane>(&self, i: usize) -> [[L; WIDTH]; TOGETHER] {
        let counters = from_fn(|lane| {
            let counters: [u64; WIDTH] = from_fn(|k| self.counter.wrapping_add((i + lane * WIDTH + k) as u64));
            let words = |from: u32| L::from_array(counters.map(|counter| f32::from_bits((counter >> from) as u32)));
            [words(0), words(32), L::splat_bits(0), L::splat_bits(0)]
        });
        philox_by_lane(counters, self.seed).map(L::transpose)
    }

    /// Calls `fill` with pieces of `count` numbers that are four a block, and the stream from a piece's first block on, on as
    /// many threads as it is worth.
    /// # Safety: as [`share`].
    pub unsafe fn share(self, count: usize, fill: impl Fn(Stream, Range<usize>)) {
        const GRAIN: usize = 64;
        let nanoseconds = 2 * count as u64; // each
        let cut = pieces(count, parts_for(nanoseconds), GRAIN);
        share(cut.count(), nanoseconds, |i| {
            let some = cut.get(i);
            fill(Stream { counter: self.counter.wrapping_add(some.start as u64 / 4), ..self }, some);
        });
    }

    /// Calls `f` with the position, the length and the words, as bits, of each lane of `count` numbers: those of `for_each_word`.
    #[inline(always)]
    pub fn for_each_lane<L: Lane>(&self, count: usize, mut f: impl FnMut(usize, usize, L)) {
        const LANES: usize = TOGETHER * WIDTH;
        let full = count / (LANES * WIDTH) * (LANES * WIDTH);
        for start in (0..full).step_by(LANES * WIDTH) {
            let blocks = self.blocks::<L>(start / WIDTH);
            (0..LANES).for_each(|k| f(start + k * WIDTH, WIDTH, blocks[k / WIDTH][k % WIDTH]));
        }
        if full < count {
            let blocks = self.blocks::<L>(full / WIDTH);
            for (at, &words) in (full..count).step_by(WIDTH).zip(blocks.as_flattened()) {
                f(at, WIDTH.min(count - at), words);
            }
        }
    }

    /// Calls `f` with the position and the word of each of `count` numbers.
    #[inline(always)]
    pub fn for_each_word(&self, count: usize, mut f: impl FnMut(usize, u32)) {
        for i in 0..count / 4 {
            for (k, word) in self.block(i, 0).into_iter().enumerate() {
                f(4 * i + k, word);
            }
        }
        let done = count / 4 * 4;
        if done < count {
            for (k, word) in self.block(count / 4, 0).into_iter().enumerate().take(count - done) {
                f(done + k, word);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    /// kat_vectors of Random123 (philox4x32, 10 rounds).
    #[test]
    fn known_answers() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn words_are_the_same_by_the_lane_also_where_the_counter_carries() {
        for counter in [0, 1000, u64::from(u32::MAX) - 2, u64::MAX - 1] {
            let stream = Stream { seed: [7, 11], counter };
            for count in [0, 1, 4, 15, 16, 17, 32, 71] {
                let mut want = vec![];
                stream.for_each_word(count, |_, word| want.push(word));
                let mut words = vec![];
                stream.for_each_lane::<Scalar>(count, |at, n, lane| {
                    assert_eq!(at, words.len());
                    words.extend(lane.to_array()[..n].iter().map(|word| word.to_bits()));
                });
                assert_eq!(words, want, "{count} from {counter}");
            }
        }
    }

    #[test]
    fn words_are_the_blocks_in_order_and_carry_into_the_high_counter() {
        let stream = Stream { seed: [1, 2], counter: u64::from(u32::MAX) };
        let mut words = vec![];
        stream.for_each_word(7, |i, word| words.push((i, word)));
        let blocks = [philox([u32::MAX, 0, 0, 0], [1, 2]), philox([0, 1, 0, 0], [1, 2])].concat();
        assert_eq!(words, blocks.into_iter().take(7).enumerate().collect::<Vec<_>>());
    }
}
