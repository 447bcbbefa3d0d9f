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
use crate::lane::WIDTH;
use crate::parts::pieces;
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
}

/// False where the squares of the deviations are too large for f32, or too small beside an ε as small: `wide` has them then.
fn are_held(variance: f64, epsilon: f32) -> bool {
    // Squares that f32 loses, below 1e-38, are nothing to the least, and gradients go by the reciprocal of the most.
    const LEAST: f64 = 1e-30;
    const MOST: f64 = 1e30;
    variance < MOST && (variance > LEAST || f64::from(epsilon) > LEAST)
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

/// Calls `f` with the place and the length of each lane of a run.
#[inline(always)]
fn for_each_lane(count: usize, mut f: impl FnMut(usize, usize)) {
    let full = count / WIDTH * WIDTH;
    let mut at = 0;
    while at < full {
        f(at, WIDTH);
        at += WIDTH;
    }
    if full < count {
        f(full, count - full);
    }
}
