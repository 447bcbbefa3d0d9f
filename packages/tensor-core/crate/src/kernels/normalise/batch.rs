//! Batch norm (Ioffe & Szegedy 2015): each channel of (planes, channels, size) by its mean and variance over planes and size.
//! Here are the formulas for one channel; how its elements are reached is said in `runs` and in `columns`.

use super::sums::Sums;
use super::{Gradients, Mean, are_held, columns, runs, share_each, wide};
use crate::lane::Lane;

/// From so many elements on, a channel's part of a plane is summed by itself.
const RUN: usize = 64;

/// What a batch norm is taken of.
#[derive(Clone, Copy)]
pub struct BatchNorm {
    pub planes: usize,
    pub channels: usize,
    /// Elements of one channel of one plane.
    pub size: usize,
    /// Whether mean and variance are given, and so constants to the gradient; else they are those of x.
    pub given: bool,
    /// Added to the variance.
    pub epsilon: f32,
    /// (channels), or null for ones.
    pub weight: *const f32,
    /// (channels), or null for zeros.
    pub bias: *const f32,
}

/// y = (x - mean) · scale + shift.
#[derive(Clone, Copy, Default)]
pub struct Affine {
    pub mean: f32,
    pub scale: f32,
    pub shift: f32,
}

/// dx = dy · scale + (x - mean) · slope + rest, and the channel's dweight and dbias.
#[derive(Clone, Copy, Default)]
pub struct Gradient {
    pub scale: f32,
    pub slope: f32,
    pub rest: f32,
    pub weight: f32,
    pub bias: f32,
}

impl BatchNorm {
    /// Elements of a channel.
    pub(super) fn count(&self) -> usize {
        self.planes * self.size
    }

    /// Where the channel's i-th element is.
    pub(super) fn place(&self, channel: usize, i: usize) -> usize {
        (i / self.size * self.channels + channel) * self.size + i % self.size
    }

    /// The mean and the variance of a channel, once more if f32 did not hold the squares.
    /// # Safety: `x` holds the channel.
    pub(super) unsafe fn held(&self, channel: usize, x: *const f32, found: (Mean, f64)) -> (Mean, f64) {
        if are_held(found.1, self.epsilon) {
            return found;
        }
        wide::mean_and_variance(self.count(), |i| *x.add(self.place(channel, i)))
    }

    pub(super) unsafe fn weight(&self, channel: usize) -> f64 {
        if self.weight.is_null() { 1.0 } else { f64::from(*self.weight.add(channel)) }
    }

    pub(super) fn inverse_deviation(&self, variance: f64) -> f64 {
        1.0 / (variance + f64::from(self.epsilon)).sqrt()
    }

    /// # Safety: weight and bias hold the channel.
    pub(super) unsafe fn affine(&self, channel: usize, mean: Mean, variance: f64) -> Affine {
        let scale = self.weight(channel) * self.inverse_deviation(variance);
        let bias = if self.bias.is_null() { 0.0 } else { f64::from(*self.bias.add(channel)) };
        Affine { mean: mean.high, scale: scale as f32, shift: (bias - mean.low * scale) as f32 }
    }

    /// From the sums over the channel of dy, dy d and d, where d = x - mean.
    /// # Safety: the weight holds the channel.
    pub(super) unsafe fn gradient(&self, channel: usize, variance: f32, [dy, product, d]: Sums) -> Gradient {
        let (count, inverse) = (self.count() as f64, self.inverse_deviation(f64::from(variance)));
        let scale = self.weight(channel) * inverse;
        if self.given {
            let weight = (product * inverse) as f32;
            return Gradient { scale: scale as f32, weight, bias: dy as f32, ..Gradient::default() };
        }
        let low = d / count; // what the mean was rounded by
        let product = (product - low * dy) * inverse; // Σ dy x̂
        let slope = -scale * inverse * product / count;
        Gradient {
            scale: scale as f32,
            slope: slope as f32,
            rest: (-scale * dy / count - low * slope) as f32,
            weight: product as f32,
            bias: dy as f32,
        }
    }
}

impl Gradient {
    /// False where the sums over the channel are of no use: dx does without them if the statistics are given.
    pub fn takes_sums(of: &BatchNorm, to: Gradients) -> bool {
        !(of.given && to.weight.is_null() && to.bias.is_null())
    }

    /// dx of dy where the statistics are given: x has no part in it, be it infinite or absent.
    pub fn as_affine(&self) -> Affine {
        Affine { mean: 0.0, scale: self.scale, shift: 0.0 }
    }

    /// Writes dweight and dbias.
    /// # Safety: both hold the channel, or nothing.
    pub unsafe fn write(&self, channel: usize, to: Gradients) {
        if !to.weight.is_null() {
            *to.weight.add(channel) = self.weight;
        }
        if !to.bias.is_null() {
            *to.bias.add(channel) = self.bias;
        }
    }
}

/// y = (x - mean) / √(variance + ε) · weight + bias with each channel's own mean and biased variance, which are written. None if
/// memory is short.
/// # Safety: `x` and `y` point at planes · channels · size valid floats, the same or apart; `mean` and `variance` at
/// `channels` writable ones; weight and bias are as [`BatchNorm`] says.
pub unsafe fn batch_norm<L: Lane>(
    of: &BatchNorm,
    x: *const f32,
    y: *mut f32,
    mean: *mut f32,
    variance: *mut f32,
) -> Option<()> {
    if of.size < RUN {
        return columns::normalise::<L>(of, x, y, mean, variance);
    }
    runs::normalise::<L>(of, x, y, mean, variance);
    Some(())
}

/// As [`batch_norm`] with a mean and a variance that are given.
/// # Safety: as [`batch_norm`].
pub unsafe fn batch_norm_apply<L: Lane>(
    of: &BatchNorm,
    x: *const f32,
    mean: *const f32,
    variance: *const f32,
    y: *mut f32,
) -> Option<()> {
    let affine = |channel: usize| {
        let mean = Mean { high: *mean.add(channel), low: 0.0 };
        of.affine(channel, mean, f64::from(*variance.add(channel)))
    };
    if of.size < RUN {
        return columns::apply::<L>(of, x, y, affine);
    }
    runs::apply::<L>(of, x, y, affine);
    Some(())
}

/// The gradients of [`batch_norm`], which follow x into the statistics too, or of [`batch_norm_apply`] where those are given.
/// # Safety: `dy` and `x` point at planes · channels · size readable floats, `mean` and `variance` at the `channels` that
/// [`batch_norm`] wrote or [`batch_norm_apply`] read; the outputs are as [`Gradients`] says. `dx` may be `dy`; else outputs are apart from inputs.
pub unsafe fn batch_norm_gradient<L: Lane>(
    of: &BatchNorm,
    dy: *const f32,
    x: *const f32,
    mean: *const f32,
    variance: *const f32,
    to: Gradients,
) -> Option<()> {
    // All channels alike, so that no bit depends on which of them a thread has together.
    let held = |channel: usize| are_held(f64::from(*variance.add(channel)), of.epsilon);
    if !of.given && !(0..of.channels).all(held) {
        share_each(of.channels, of.count(), 1, |some| {
            some.for_each(|channel| wide::batch_norm_gradient(of, channel, dy, x, to));
        });
        return Some(());
    }
    if of.size < RUN {
        return columns::gradient::<L>(of, dy, x, mean, variance, to);
    }
    runs::gradient::<L>(of, dy, x, mean, variance, to);
    Some(())
}
