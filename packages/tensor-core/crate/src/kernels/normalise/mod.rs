//! Norms of rows, groups and channels: y = (x - mean) / √(variance + ε) · weight + bias, and their gradients. Variances are biased
//! (divided by the count) and taken from deviations, never from squares of x; sums are carried over to f64, and a mean that
//! f32 would round is kept in two parts: x = 10⁴ ± 1 comes out as exact as x = ±1.
//!
//! `layer` has statistics for each row, and `group` rows with a weight for each channel; `batch` for each channel, whose
//! elements are `runs` or, of few pixels, `columns`, and `running` keeps them. `response` is a norm by neighbouring channels.

mod batch;
mod columns;
mod group;
#[cfg(test)]
mod group_tests;
mod layer;
mod layer_gradient;
mod response;
mod running;
mod runs;
mod sums;
#[cfg(test)]
mod tests;
mod wide;

pub use batch::{BatchNorm, batch_norm, batch_norm_apply, batch_norm_gradient};
pub use group::{GroupNorm, group_norm, group_norm_gradient};
pub use layer::{LayerNorm, layer_norm};
pub use layer_gradient::layer_norm_gradient;
pub use response::{Response, local_response_norm, local_response_norm_gradient};
pub use running::update_running;

use crate::crew::{parts_for, share, workers};
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;
use core::array::from_fn;
use core::ops::Range;

/// Where the gradients go, each unless it is null.
#[derive(Clone, Copy)]
pub struct Gradients {
    /// As x.
    pub x: *mut f32,
    /// As the weight.
    pub weight: *mut f32,
    /// As the bias.
    pub bias: *mut f32,
}

/// What normalising so many elements takes on one thread, in nanoseconds.
fn nanoseconds(elements: usize) -> u64 {
    const SPEED: u64 = 2; // elements a nanosecond
    elements as u64 / SPEED
}

/// Elements whose mean is taken as it is, and not guessed from some of them.
const FEW: usize = 256;
/// Lanes by which a mean is guessed: with as many the guess is an eighth of a deviation away, if they are like the others.
const GUESSED_BY: usize = 16;

/// The mean of lanes that `lane` answers, of number 0 to [`GUESSED_BY`], or about.
#[inline(always)]
fn guess_of<L: Lane>(lane: impl Fn(usize) -> L) -> f32 {
    let pairs: [L; 4] = from_fn(|i| lane(i).add(lane(4 + i)).add(lane(8 + i).add(lane(12 + i))));
    pairs[0].add(pairs[1]).add(pairs[2].add(pairs[3])).sum() / (GUESSED_BY * WIDTH) as f32
}

/// A mean as the sum of an f32 and what that is short of.
#[derive(Clone, Copy)]
struct Mean {
    high: f32,
    low: f64,
}

impl Mean {
    /// The mean and the variance of `count` elements from the sums of d and of d², where d = x - near and `near` is the mean
    /// but for the rounding of a sum in f32: Chan, Golub & LeVeque, "Algorithms for computing the sample variance" (1983).
    fn and_variance(near: f32, [sum, squares]: [f64; 2], count: usize) -> (Self, f64) {
        let beside = sum / count as f64;
        let mean = f64::from(near) + beside;
        let high = mean as f32;
        let variance = squares / count as f64 - beside * beside;
        (Mean { high, low: mean - f64::from(high) }, if variance < 0.0 { 0.0 } else { variance })
    }

    /// The mean and the variance of `count` elements, of which `sums(near)` answers those sums, in one pass if what `guess`
    /// answers is as near as that takes, else in one more for `total`, the sum of all. Of few elements that is the better guess.
    fn and_variance_of(
        count: usize,
        guess: impl Fn() -> f32,
        total: impl Fn() -> f64,
        sums: impl Fn(f32) -> [f64; 2],
    ) -> (Self, f64) {
        let mut is_guess = count > FEW;
        loop {
            let near = if is_guess { guess() } else { (total() / count as f64) as f32 };
            let sums = sums(near);
            let of_all = Mean::and_variance(near, sums, count);
            let beside = sums[0] / count as f64;
            // No further than a deviation away: so the difference of squares loses one bit at most. NaN is no answer.
            if !is_guess || beside * beside <= of_all.1 {
                return of_all;
            }
            is_guess = false;
        }
    }
}

/// False where the squares of the deviations are too large for f32, or too small beside an ε as small: `wide` has them then.
fn are_held(variance: f64, epsilon: f32) -> bool {
    // Squares that f32 loses, below 1e-38, are nothing to the least, and gradients go by the reciprocal of the most.
    const LEAST: f64 = 1e-30;
    const MOST: f64 = 1e30;
    variance < MOST && (variance > LEAST || f64::from(epsilon) > LEAST)
}

/// Whether a mean is no further from 0 than a deviation. Then x itself is summed as exactly as x - mean, and what f32 rounds
/// of the mean is no more than it rounds of any x.
fn is_near_zero(mean: f32, inverse_deviation: f64) -> bool {
    (f64::from(mean) * inverse_deviation).abs() <= 1.0
}

/// Calls `f` with parts of 0..count, of `each` elements apiece and of `grain` or more together, on as many threads as it is
/// worth. With too few for that `f` has them all, on this thread, and may share what it does for one.
/// # Safety: as [`share`], for each of them.
#[inline(always)]
unsafe fn share_each(count: usize, each: usize, grain: usize, f: impl Fn(Range<usize>)) {
    const ENOUGH: usize = 3; // for each thread
    let time = nanoseconds(count * each);
    let wanted = if count / grain >= ENOUGH * workers() { parts_for(time) } else { 1 };
    let cut = pieces(count, wanted, grain);
    share(cut.count(), time, |i| f(cut.get(i)));
}

/// Calls `f` with parts of a row of `count`, on as many threads as it is worth.
/// # Safety: as [`share`], for each element.
#[inline(always)]
unsafe fn share_along(count: usize, time: u64, f: impl Fn(Range<usize>)) {
    let wanted = parts_for(time);
    if wanted == 1 {
        return f(0..count); // most rows are short, and cutting takes divisions
    }
    let cut = pieces(count, wanted, 64);
    share(cut.count(), time, |i| f(cut.get(i)));
}

/// Calls `f` with the place and the length of each lane of a run.
#[inline(always)]
fn for_each_lane(count: usize, mut f: impl FnMut(usize, usize)) {
    let full = count / WIDTH * WIDTH;
    let mut at = 0;
    while at + 2 * WIDTH <= full {
        f(at, WIDTH);
        f(at + WIDTH, WIDTH);
        at += 2 * WIDTH;
    }
    while at < full {
        f(at, WIDTH);
        at += WIDTH;
    }
    if full < count {
        f(full, count - full);
    }
}
