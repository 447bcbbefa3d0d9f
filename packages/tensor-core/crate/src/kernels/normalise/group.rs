//! Group norm (Wu & He 2018): each sample's channels in groups, each group by its own mean and variance, then a weight and a
//! bias for each channel. A group of one channel is an instance norm (Ulyanov, Vedaldi & Lempitsky 2016).
//!
//! A group is one row of memory; what channels have of their own goes by runs of it.

use super::batch::Affine;
use super::layer::{row_statistics, write_row};
use super::runs::affine_run;
use super::sums::Terms;
use super::{Gradients, for_each_lane, nanoseconds, share_each};
use crate::arena::Scratch;
use crate::crew::{parts_for, share};
use crate::kernels::reduce::parts_of;
use crate::lane::Lane;
use crate::parts::pieces;
use core::ptr::null;
use core::slice::from_raw_parts_mut;

/// What a group norm is taken of: (samples, groups, channels, size).
#[derive(Clone, Copy)]
pub struct GroupNorm {
    pub samples: usize,
    pub groups: usize,
    /// Channels of a group.
    pub channels: usize,
    /// Elements of a channel.
    pub size: usize,
    /// Added to the variance.
    pub epsilon: f32,
    /// (groups, channels), or null for ones.
    pub weight: *const f32,
    /// (groups, channels), or null for zeros.
    pub bias: *const f32,
}

impl GroupNorm {
    fn rows(&self) -> usize {
        self.samples * self.groups
    }

    /// Elements of a group.
    fn row_size(&self) -> usize {
        self.channels * self.size
    }

    /// Where the weights of a row begin.
    fn first_channel(&self, row: usize) -> usize {
        row % self.groups * self.channels
    }

    /// Calls `f` with each channel of a row, on as many threads as it is worth.
    unsafe fn share_channels(&self, f: impl Fn(usize)) {
        let time = nanoseconds(self.row_size());
        let wanted = parts_for(time);
        if wanted == 1 {
            return (0..self.channels).for_each(f);
        }
        let cut = pieces(self.channels, wanted, 1);
        share(cut.count(), time, |i| cut.get(i).for_each(&f));
    }
}

/// Number `at` of some, or what stands for each if there are none.
unsafe fn or(values: *const f32, at: usize, otherwise: f64) -> f64 {
    if values.is_null() { otherwise } else { f64::from(*values.add(at)) }
}

/// y = (x - mean) / √(variance + ε) · weight + bias, with each group's mean and inverse deviation unless null.
/// # Safety: `x` and `y` point at samples · groups · channels · size valid floats, the same or apart; `mean` and
/// `inverse_deviation` at samples · groups writable ones or at nothing; weight and bias are as [`GroupNorm`] says.
pub unsafe fn group_norm<L: Lane>(
    of: &GroupNorm,
    x: *const f32,
    y: *mut f32,
    mean: *mut f32,
    inverse_deviation: *mut f32,
) {
    let (row_size, cut) = (of.row_size(), parts_of(of.row_size(), 1));
    share_each(of.rows(), row_size, 1, |some| {
        for row in some {
            let (x, y, first) = (x.add(row * row_size), y.add(row * row_size), of.first_channel(row));
            let (centre, inverse) = row_statistics::<L>(row_size, cut, x, true, of.epsilon);
            if !mean.is_null() {
                *mean.add(row) = centre.high;
            }
            if !inverse_deviation.is_null() {
                *inverse_deviation.add(row) = inverse as f32;
            }
            if of.size == 1 {
                let own = |values: *const f32| if values.is_null() { values } else { values.add(first) };
                write_row::<L>(row_size, [own(of.weight), own(of.bias)], x, y, centre, inverse);
                continue;
            }
            of.share_channels(|channel| {
                let scale = or(of.weight, first + channel, 1.0) * inverse;
                let shift = or(of.bias, first + channel, 0.0) - centre.low * scale;
                let affine = Affine { mean: centre.high, scale: scale as f32, shift: shift as f32 };
                affine_run::<L>(of.size, x.add(channel * of.size), y.add(channel * of.size), affine);
            });
        }
    });
}

/// The gradients of [`group_norm`], each unless its pointer is null. With g = dy · weight and x̂ = (x - mean) / deviation,
///
/// dx = (g - mean(g) - x̂ mean(g x̂)) / deviation,  dweight = Σ dy x̂ and dbias = Σ dy over samples and places.
///
/// None if memory is short.
/// # Safety: `dy`, `x` and `to.x` point at as many valid floats as x has, `mean` and `inverse_deviation` at those that
/// [`group_norm`] wrote; `to.x` may be `dy`; else outputs are apart from inputs.
pub unsafe fn group_norm_gradient<L: Lane>(
    of: &GroupNorm,
    dy: *const f32,
    x: *const f32,
    mean: *const f32,
    inverse_deviation: *const f32,
    to: Gradients,
) -> Option<()> {
    let (row_size, count) = (of.row_size(), of.row_size() as f64);
    if row_size == 0 {
        // Statistics of nothing are NaN, and sums over nothing 0.
        for output in [to.weight, to.bias].into_iter().filter(|output| !output.is_null()) {
            from_raw_parts_mut(output, of.groups * of.channels).fill(0.0);
        }
        return Some(());
    }
    // Σ dy, Σ dy d and Σ d of each channel of each sample, where d = x - mean; then Σ dy and Σ dy x̂.
    let scratch = Scratch::f32s(2 * 3 * of.rows() * of.channels)?;
    let all = scratch.pointer().cast::<[f64; 3]>();
    share_each(of.rows(), 2 * row_size, 1, |some| {
        for row in some {
            let (dy, x, first) = (dy.add(row * row_size), x.add(row * row_size), of.first_channel(row));
            let (mean, inverse) = (*mean.add(row), *inverse_deviation.add(row));
            let (sums, wide) = (all.add(row * of.channels), f64::from(inverse));
            of.share_channels(|channel| {
                let at = channel * of.size;
                *sums.add(channel) = Terms { dy, x, weight: null() }.from(at).sums::<L>(of.size, mean, wide);
            });
            let [mut g_sum, mut product_sum, mut d_sum] = [0.0; 3];
            for channel in 0..of.channels {
                let ([dy, product, d], weight) = (*sums.add(channel), or(of.weight, first + channel, 1.0));
                g_sum += weight * dy;
                product_sum += weight * product;
                d_sum += d;
            }
            let low = d_sum / count; // what the mean was rounded by
            for channel in 0..of.channels {
                let [dy, product, _] = &mut *sums.add(channel);
                *product = (*product - low * *dy) * wide;
            }
            let product_mean = (product_sum - low * g_sum) / count * wide;
            let [shift, slope, rest] = [-low * wide, -product_mean * wide, -g_sum / count * wide].map(|of| of as f32);
            if to.x.is_null() {
                continue;
            }
            let dx = to.x.add(row * row_size);
            of.share_channels(|channel| {
                let (at, scale) = (channel * of.size, (or(of.weight, first + channel, 1.0) * wide) as f32);
                let constants = [mean, inverse, shift, scale, slope, rest];
                gradient_run::<L>(of.size, dy.add(at), x.add(at), dx.add(at), constants);
            });
        }
    });
    for (output, which) in [(to.bias, 0), (to.weight, 1)] {
        if output.is_null() {
            continue;
        }
        let every = of.groups * of.channels;
        for channel in 0..every {
            let total: f64 = (0..of.samples).map(|sample| (*all.add(sample * every + channel))[which]).sum();
            *output.add(channel) = total as f32;
        }
    }
    Some(())
}

/// dx = dy · scale + x̂ · slope + rest with x̂ = (x - mean) · inverse + shift.
#[inline(never)]
unsafe fn gradient_run<L: Lane>(count: usize, dy: *const f32, x: *const f32, dx: *mut f32, constants: [f32; 6]) {
    let [mean, inverse, shift, scale, slope, rest] = constants.map(L::splat);
    for_each_lane(count, |at, n| {
        let unit = L::load_first(x.add(at), n).sub(mean).multiply_add(inverse, shift);
        let dx_lane = L::load_first(dy.add(at), n).multiply_add(scale, unit.multiply_add(slope, rest));
        dx_lane.store_first(dx.add(at), n);
    });
}
