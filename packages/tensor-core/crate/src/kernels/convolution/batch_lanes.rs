//! The gradient by the image of several small images, at stride 1: lanes run along the batch, so a pixel's sum holds the taps
//! that meet an output and no others. Lanes along the pixels of a row multiply the border too: of a 5 × 5 kernel over 14
//! columns, 10 products of 16 are no zeros.
//!
//! dy is turned round: last output first, for each output its filters, for each filter the eight images. So the taps of a
//! kernel's row that meet an output are one run of dy and one run of the weights. Terms come in the order in which
//! [`super::image_gradient`] adds them, and zeros are all that it adds besides: an image has the same bits either way.

use super::{Convolution, FEW_FILTERS, LATE, nanoseconds};
use crate::crew::{EachWorker, parts_for, share, workers};
use crate::gemm::Matrix;
use crate::gemm::micro::{accumulate, row_groups};
use crate::gemm::order::RUN;
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;
use core::ops::Range;

/// Images that move together.
pub const IMAGES: usize = 2 * WIDTH;
/// Most floats of a turned dy: 512 KB, a second-level cache.
const LARGEST: usize = 1 << 17;
/// Most channels that move together.
const CHANNELS: usize = 6;

/// Whether whole blocks of images, if there are any, are faster this way.
pub fn pays(shape: &Convolution) -> bool {
    shape.batch >= IMAGES && fits(shape)
}

/// Whether this way multiplies less, by more than turning dy and dx costs. Sums that lanes of pixels would take in parts stay with
/// them. The batch has no say: an image's terms are in the order of this way if it fits.
pub fn fits(shape: &Convolution) -> bool {
    /// Multiply-adds that turning a value costs, and packing one for lanes of pixels (measured).
    const TURN: usize = 4;
    const PACK: usize = 3;
    /// A tile of three channels of [`super::direct`] takes as long as one of five: it has more lanes than there are registers.
    const SPILLED: usize = 2;
    let (channels, filters) = (shape.group_channels(), shape.group_filters());
    let (is_few, [kernel, columns]) = (channels <= FEW_FILTERS, [shape.kernel[1], shape.image[1]]);
    let longest = if is_few { LATE } else { RUN };
    let is_small = filters * shape.kernel[0] * kernel <= longest && filters * shape.output_pixels() * IMAGES <= LARGEST;
    if channels < 3 || !is_small || shape.stride != [1, 1] || shape.dilation != [1, 1] {
        return false;
    }
    let [down, across] =
        [0, 1].map(|axis| (0..shape.image[axis]).map(|place| live(shape, axis, place).len()).sum::<usize>());
    // Of one filter and one row of taps.
    let turned = filters * shape.output_pixels() + channels * shape.image_pixels();
    let here = channels * across + TURN * turned / (filters * down).max(1);
    let there = if is_few {
        (channels + if channels % 4 == 3 { SPILLED } else { 0 }) * columns.next_multiple_of(WIDTH)
    } else {
        (channels + PACK) * columns
    };
    here * 8 <= there * kernel * 7
}

/// The taps that meet an output from a row (or column) of the image.
fn live(shape: &Convolution, axis: usize, place: usize) -> Range<usize> {
    let after = place + shape.padding[axis] + 1;
    let end = after.min(shape.kernel[axis]);
    after.saturating_sub(shape.output[axis]).min(end)..end
}

/// dx of as many images as make up whole blocks, by `weights` of channels × (kernel rows · kernel columns · filters), group
/// after group. None when there is no memory.
/// # Safety: the operands hold what the sizes say; dx overlaps none of them; it [`pays`] for the shape.
pub unsafe fn image_gradient<L: Lane>(
    shape: &Convolution,
    weights: *const f32,
    dy: *const f32,
    dx: *mut f32,
) -> Option<()> {
    const ENOUGH: usize = 4; // blocks for each thread
    let (channels, filters) = (shape.group_channels(), shape.group_filters());
    let (outputs, depth) = (shape.output_pixels(), filters * shape.kernel[0] * shape.kernel[1]);
    let lanes = Lanes {
        shape,
        gradient: EachWorker::f32s(outputs.checked_mul(filters * IMAGES)?)?,
        row: EachWorker::f32s((CHANNELS * shape.image[1] + WIDTH) * IMAGES)?,
    };
    let blocks = shape.batch / IMAGES * shape.groups;
    let time = nanoseconds(blocks * IMAGES * channels * depth * outputs);
    let wanted = if blocks >= ENOUGH * workers() { 1 } else { parts_for(time).div_ceil(blocks) };
    let cut = pieces(shape.image[0], wanted, 1);
    share(blocks * cut.count(), time, |i| {
        let (block, rows) = (i / cut.count(), cut.get(i % cut.count()));
        let (image, group) = (block / shape.groups * IMAGES, block % shape.groups);
        let met = |y: usize, tap: usize| (y + shape.padding[0] + 1).saturating_sub(tap).min(shape.output[0]);
        lanes.read::<L>(
            dy.add((image * shape.filters + group * filters) * outputs),
            met(rows.start, shape.kernel[0]) * shape.output[1]..met(rows.end - 1, 0) * shape.output[1],
        );
        let dx = dx.add((image * shape.channels + group * channels) * shape.image_pixels());
        let weights = Matrix::rows(weights.add(group * channels * depth), depth);
        for y in rows {
            lanes.image_row::<L>(y, weights, dx.add(y * shape.image[1]));
        }
    });
    Some(())
}

/// A group of a block of images.
struct Lanes<'a> {
    shape: &'a Convolution,
    /// dy: outputs, the last one first, × filters × images.
    gradient: EachWorker,
    /// A row of dx: channels × columns × images.
    row: EachWorker,
}

impl Lanes<'_> {
    /// Turns some outputs of the group's dy, the first image's at `dy`.
    #[inline(never)]
    unsafe fn read<L: Lane>(&self, dy: *const f32, some: Range<usize>) {
        let (filters, outputs) = (self.shape.group_filters(), self.shape.output_pixels());
        let step = self.shape.filters * outputs;
        for first in some.clone().step_by(WIDTH) {
            let count = (some.end - first).min(WIDTH);
            let mut to = self.gradient.mine().add((outputs - 1 - first) * filters * IMAGES);
            for filter in 0..filters {
                let from = dy.add(filter * outputs + first);
                for half in 0..2 {
                    let from = from.add(half * WIDTH * step);
                    let four = L::transpose(load_four(from, step, count));
                    for (i, images) in four.into_iter().enumerate().take(count) {
                        images.store(to.wrapping_sub(i * filters * IMAGES).add(half * WIDTH));
                    }
                }
                to = to.add(IMAGES);
            }
        }
    }

    /// Row `y` of all channels, the first image's and channel's at `dx`.
    unsafe fn image_row<L: Lane>(&self, y: usize, weights: Matrix, dx: *mut f32) {
        let mut channel = 0;
        for (groups, size) in row_groups(self.shape.group_channels()) {
            let sums = match size {
                6 => Self::sums::<L, 6>,
                5 => Self::sums::<L, 5>,
                4 => Self::sums::<L, 4>,
                _ => Self::sums::<L, 3>,
            };
            for _ in 0..groups {
                sums(self, y, weights.from(channel, 0));
                self.write::<L>(size, dx.add(channel * self.shape.image_pixels()));
                channel += size;
            }
        }
    }

    /// Row `y` of `R` channels.
    #[inline(never)]
    unsafe fn sums<L: Lane, const R: usize>(&self, y: usize, weights: Matrix) {
        let (shape, filters) = (self.shape, self.shape.group_filters());
        let ([_, kernel], [height, width]) = (shape.kernel, shape.output);
        let (gradient, columns) = (self.gradient.mine(), shape.image[1]);
        let down = live(shape, 0, y);
        // Where the turned dy has what the tap 0 meets, which may be before its beginning.
        let above = height.wrapping_sub(1 + y + shape.padding[0]);
        for x in 0..columns {
            let across = live(shape, 1, x);
            let left = width.wrapping_sub(1 + x + shape.padding[1]);
            let mut sums = [[L::splat(0.0); 2]; R];
            if !across.is_empty() {
                for tap in down.clone() {
                    let place = above.wrapping_add(tap) * width + left.wrapping_add(across.start);
                    let (a, b) = ((tap * kernel + across.start) * filters, place * filters * IMAGES);
                    accumulate(across.len() * filters, weights.from(0, a), gradient.add(b), IMAGES, &mut sums);
                }
            }
            for (channel, [low, high]) in sums.into_iter().enumerate() {
                let to = self.row.mine().add((channel * columns + x) * IMAGES);
                low.store(to);
                high.store(to.add(WIDTH));
            }
        }
    }

    /// Puts the row of some channels where it belongs, the first image's at `dx`.
    #[inline(never)]
    unsafe fn write<L: Lane>(&self, channels: usize, dx: *mut f32) {
        let (columns, step) = (self.shape.image[1], self.shape.channels * self.shape.image_pixels());
        for channel in 0..channels {
            for first in (0..columns).step_by(WIDTH) {
                let count = (columns - first).min(WIDTH);
                let from = self.row.mine().add((channel * columns + first) * IMAGES);
                let to = dx.add(channel * self.shape.image_pixels() + first);
                for half in 0..2 {
                    let four = L::transpose(load_four(from.add(half * WIDTH), IMAGES, WIDTH));
                    for (i, pixels) in four.into_iter().enumerate() {
                        let to = to.add((half * WIDTH + i) * step);
                        if count == WIDTH { pixels.store(to) } else { pixels.store_first(to, count) }
                    }
                }
            }
        }
    }
}

/// The first `count` values of four rows.
#[inline(always)]
unsafe fn load_four<L: Lane>(from: *const f32, step: usize, count: usize) -> [L; WIDTH] {
    let row = |i: usize| {
        let from = from.add(i * step);
        if count == WIDTH { L::load(from) } else { L::load_first(from, count) }
    };
    [row(0), row(1), row(2), row(3)]
}
