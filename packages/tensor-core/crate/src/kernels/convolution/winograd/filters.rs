//! The filters' side of the products: for each of the 36 points a matrix filters × channels, rows contiguous.

use super::super::Convolution;
use super::transform::{SIDE, filter};
use crate::lane::{Lane, WIDTH};
use core::ops::Range;

/// Weights of a 3 × 3 kernel.
const TAPS: usize = 9;

/// 3 × 3 kernels in memory.
#[derive(Clone, Copy)]
pub struct Filters {
    pointer: *const f32,
    /// Floats from one group's kernels to the next's.
    group_step: usize,
    /// Floats from one filter's kernel to the next's, of the same channel.
    filter_step: usize,
    /// Floats from one channel's kernel to the next's, of the same filter.
    channel_step: usize,
    /// Whether the kernels are to be turned by half a turn.
    is_turned: bool,
}

impl Filters {
    /// A convolution's own, (filters, channels / groups, 3, 3).
    pub fn new(shape: &Convolution, pointer: *const f32) -> Self {
        let filter_step = shape.group_channels() * TAPS;
        let group_step = shape.group_filters() * filter_step;
        Filters { pointer, group_step, filter_step, channel_step: TAPS, is_turned: false }
    }

    /// Those of the convolution's gradient, as [`Convolution::reversed`].
    pub fn reversed(self) -> Self {
        let (filter_step, channel_step) = (self.channel_step, self.filter_step);
        Filters { filter_step, channel_step, is_turned: !self.is_turned, ..self }
    }

    pub fn of_group(self, group: usize) -> Self {
        Filters { pointer: self.pointer.wrapping_add(group * self.group_step), ..self }
    }

    /// Writes the first group's filters `some`, four channels at a time; the next point's matrix begins `point` floats on.
    /// # Safety: the kernels are there; `to` has room for 36 matrices.
    #[inline(never)]
    pub unsafe fn transform<L: Lane>(self, some: Range<usize>, channels: usize, to: *mut f32, point: usize) {
        for (row, filter) in some.enumerate() {
            for channel in (0..channels).step_by(WIDTH) {
                let width = (channels - channel).min(WIDTH);
                let first = self.pointer.add(filter * self.filter_step + channel * self.channel_step);
                // Missing channels repeat the last one: nothing beyond the kernels is read.
                let kernels = core::array::from_fn(|i| first.wrapping_add(i.min(width - 1) * self.channel_step));
                transform_four(self.load::<L>(kernels), width, to.add(row * channels + channel), point);
            }
        }
    }

    /// The taps, each a lane of the four kernels.
    #[inline(always)]
    unsafe fn load<L: Lane>(self, kernels: [*const f32; WIDTH]) -> [L; TAPS] {
        let [a, b, c, d] = L::transpose(kernels.map(|kernel| L::load(kernel)));
        let [e, f, g, h] = L::transpose(kernels.map(|kernel| L::load(kernel.add(WIDTH))));
        let i = L::from_array(kernels.map(|kernel| *kernel.add(TAPS - 1)));
        if self.is_turned { [i, h, g, f, e, d, c, b, a] } else { [a, b, c, d, e, f, g, h, i] }
    }
}

#[inline(always)]
unsafe fn transform_four<L: Lane>(g: [L; TAPS], width: usize, to: *mut f32, point: usize) {
    let columns = [0, 1, 2].map(|j| filter([g[j], g[3 + j], g[6 + j]]));
    for i in 0..SIDE {
        for (j, value) in filter([columns[0][i], columns[1][i], columns[2][i]]).into_iter().enumerate() {
            let to = to.add((i * SIDE + j) * point);
            if width == WIDTH {
                value.store(to);
            } else {
                value.store_first(to, width);
            }
        }
    }
}
