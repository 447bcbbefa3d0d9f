//! Two-dimensional convolution (cross-correlation, as in PyTorch) and both its gradients, for any stride, padding,
//! dilation and groups. Shapes are NCHW and OIHW, contiguous.
//!
//! Which algorithm, in this order:
//! - a 1 × 1 kernel with stride 1 and no padding is a matrix product over the image as it lies ([`Convolution::is_product`]);
//! - 3 × 3 kernels with stride 1 and enough channels, filters and pixels: [`winograd`] ([`winograd::pays`]), whose error is
//!   a share of the largest output, two or three times the direct sum's ([`winograd::transform`]);
//! - one filter of 3 × 3 a channel and small images: [`channel_lanes`], gradients too;
//! - few outputs an image: [`columns`], its gradient by the image too;
//! - one filter a group: [`depthwise`]; up to [`FEW_FILTERS`]: [`direct`]; both read the image through a table of taps;
//! - else [`implicit`]: eight output pixels at a time are packed and multiplied by all filters.
//!
//! All but the first two read zero-bordered copies of a group's channels ([`planes`]), in which every stride, padding and
//! dilation has become a table of offsets. The gradient by the image is the same correlation over the output's gradient
//! ([`image_gradient`]), but in batches of small images lanes run along the batch ([`batch_lanes`]); the gradient by the
//! filters is a product of dy by taps that are packed ([`filter_gradient`]); the gradient by the bias is a plain sum over batch and
//! pixels (`kernels::reduce`).

mod batch_lanes;
mod channel_lanes;
mod columns;
pub mod depthwise;
pub mod direct;
pub mod direct_gradient;
pub mod filter_gradient;
mod filter_lanes;
pub mod image_gradient;
pub mod implicit;
pub mod planes;
mod runs;
pub mod winograd;

use crate::crew::{EachWorker, share, workers};
use crate::gemm::batch::multiply_batch;
use crate::gemm::micro::GemmKernel;
use crate::gemm::order::{GROUP, add};
use crate::gemm::product::Product;
use crate::gemm::{Matrix, Output, Start};
use crate::layout::frames::ConvolutionFrame;
use crate::layout::{Walk, rows_and_columns};
use crate::parts::{Parts, parts};
use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use planes::{Planes, Taps};
use winograd::filters::Filters;

/// Up to this many filters a group, packing eight pixels costs more than it saves (measured).
pub const FEW_FILTERS: usize = 8;

/// The longest sum that so few filters do not take in parts.
const LATE: usize = 800;

/// Sizes of a convolution. Pairs are (rows, columns).
#[derive(Clone, Copy, Debug)]
pub struct Convolution {
    pub batch: usize,
    pub groups: usize,
    /// Channels of the input, all groups together.
    pub channels: usize,
    /// Channels of the output, all groups together.
    pub filters: usize,
    pub image: [usize; 2],
    pub kernel: [usize; 2],
    pub output: [usize; 2],
    pub stride: [usize; 2],
    /// Zeros before the first row and the first column; how many follow the last ones is in the output's size.
    pub padding: [usize; 2],
    pub dilation: [usize; 2],
}

impl From<&ConvolutionFrame> for Convolution {
    fn from(frame: &ConvolutionFrame) -> Self {
        Convolution {
            batch: frame.batch as usize,
            groups: frame.groups as usize,
            channels: frame.channels as usize,
            filters: frame.filters as usize,
            image: rows_and_columns(frame.image),
            kernel: rows_and_columns(frame.kernel),
            output: rows_and_columns(frame.output),
            stride: rows_and_columns(frame.stride),
            padding: rows_and_columns(frame.padding),
            dilation: rows_and_columns(frame.dilation),
        }
    }
}

impl Convolution {
    /// Channels that a filter sees.
    pub fn group_channels(&self) -> usize {
        self.channels / self.groups
    }

    /// Filters that see the same channels.
    pub fn group_filters(&self) -> usize {
        self.filters / self.groups
    }

    pub fn image_pixels(&self) -> usize {
        self.image[0] * self.image[1]
    }

    pub fn output_pixels(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Weights of one filter.
    pub fn depth(&self) -> usize {
        self.group_channels() * self.kernel[0] * self.kernel[1]
    }

    /// Whether each output pixel sees just the input pixel at its own place.
    pub fn is_product(&self) -> bool {
        self.kernel == [1, 1] && self.stride == [1, 1] && self.padding == [0, 0] && self.output == self.image
    }

    /// The gradient by the image as a convolution of dy, by the kernels turned by half a turn and with channels and
    /// filters exchanged. None if there is a stride, or a padding that the kernel does not reach across.
    pub fn reversed(&self) -> Option<Self> {
        let padding = |axis: usize| ((self.kernel[axis] - 1) * self.dilation[axis]).checked_sub(self.padding[axis]);
        let padding = [padding(0)?, padding(1)?];
        let [channels, filters] = [self.filters, self.channels];
        let [image, output] = [self.output, self.image];
        (self.stride == [1, 1]).then_some(Convolution { channels, filters, image, output, padding, ..*self })
    }

    fn is_empty(&self) -> bool {
        self.batch == 0 || self.filters == 0 || self.output_pixels() == 0
    }
}

static DIRECT_SUMS: AtomicBool = AtomicBool::new(false);

/// From now on the fastest algorithm is a direct one: the tiles' choice depends on the size of the batch, and so do an image's
/// last bits.
pub fn use_direct_sums() {
    DIRECT_SUMS.store(true, Relaxed);
}

/// How a convolution, or its gradient by the image, is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// A matrix product over the image as it lies.
    Product,
    /// [`winograd`], for shapes that it [`winograd::fits`].
    Winograd,
    /// A correlation of [`planes`].
    Planes,
}

impl Algorithm {
    /// The products of the definition and nothing else: each output is off by a share of its own terms.
    pub fn direct(shape: &Convolution) -> Self {
        if shape.is_product() { Algorithm::Product } else { Algorithm::Planes }
    }

    pub fn fastest(shape: &Convolution) -> Self {
        if winograd::pays(shape) && !DIRECT_SUMS.load(Relaxed) { Algorithm::Winograd } else { Self::direct(shape) }
    }

    /// The fastest for the gradient by the image.
    pub fn fastest_gradient(shape: &Convolution) -> Self {
        let is_faster = shape.reversed().is_some_and(|reversed| winograd::pays(&reversed));
        if is_faster && !DIRECT_SUMS.load(Relaxed) { Algorithm::Winograd } else { Self::direct(shape) }
    }
}

/// One correlation of prepared planes: output[f][p] = start[f] + Σ weights[f][t] · source[taps[t] + place of p].
#[derive(Clone)]
pub struct Correlation {
    pub source: *const f32,
    /// Offset into the source, one for each weight of a filter.
    pub taps: *const u32,
    /// Which of them are summed: all, but for a part of a long sum.
    pub along: Range<usize>,
    /// For each output row, where the weights begin and end that meet more than the border.
    pub live: *const [u32; 2],
    /// Output pixels are `rows` × `columns`; a row's first pixel has its place `row_step` after the row before's.
    pub rows: usize,
    pub columns: usize,
    pub row_step: usize,
    pub filters: usize,
    /// filters × depth, rows contiguous.
    pub weights: Matrix,
    /// One value a filter (column stride 0).
    pub start: Matrix,
    /// filters × (rows · columns).
    pub output: Output,
}

impl Correlation {
    /// The part of the depth that meets more than the border in any of the output rows `first..=last`.
    /// # Safety: the rows are the output's.
    #[inline(always)]
    unsafe fn live_depth(&self, first: usize, last: usize) -> Range<usize> {
        let ([a, b], [c, d]) = (*self.live.add(first), *self.live.add(last));
        let begin = (a.min(c) as usize).max(self.along.start);
        begin..(b.max(d) as usize).min(self.along.end).max(begin)
    }

    /// What it takes on one thread.
    fn nanoseconds(&self) -> u64 {
        nanoseconds(self.filters * self.along.len() * self.rows * self.columns)
    }

    /// Computes all filters for all pixels, with room for so many filters and pixels and at least so many weights a filter.
    /// # Safety: everything holds what the sizes say, and eight floats may be read from any tap of any pixel.
    pub unsafe fn run<K: GemmKernel>(&self, rooms: &Rooms) {
        let parts = parts_of_sum(self.filters, self.along.len());
        if parts.count() == 1 {
            return self.run_part::<K>(rooms);
        }
        let sums = rooms.sums.as_ref().map_or(self.output.pointer, EachWorker::mine);
        for along in parts {
            if along.start == 0 {
                Correlation { along, ..self.clone() }.run_part::<K>(rooms);
                continue;
            }
            let (pixels, output) = (self.output.row, Output { pointer: sums, row: self.output.row });
            let start = Start::Zero.matrix(output);
            Correlation { along, start, output, ..self.clone() }.run_part::<K>(rooms);
            add::<K::Lane>(self.filters, pixels, output, self.output);
        }
    }

    unsafe fn run_part<K: GemmKernel>(&self, rooms: &Rooms) {
        match self.filters {
            1 => depthwise::correlate::<K::Lane>(self),
            2..=FEW_FILTERS => direct::correlate::<K::Lane>(self, &rooms.own),
            _ => implicit::correlate::<K>(self, &rooms.own),
        }
    }
}

/// The parts in which a long sum over the weights of a filter is taken: as in [`crate::gemm::order`], which the kernel of many
/// filters keeps to by itself as far as a group. With few filters a second part costs a twentieth, so it begins later.
fn parts_of_sum(filters: usize, depth: usize) -> Parts {
    const LENGTH: usize = 256;
    let longest = match filters {
        0..=FEW_FILTERS if depth <= LATE => LATE,
        0..=FEW_FILTERS => LENGTH.max(depth.isqrt()),
        _ => GROUP,
    };
    parts(depth, longest, 1)
}

/// Room that each worker needs for correlations.
pub struct Rooms {
    own: EachWorker,
    /// The parts of a long sum, all but the first.
    sums: Option<EachWorker>,
}

impl Rooms {
    /// For correlations of so many filters, pixels and, at most, weights a filter.
    pub fn new(filters: usize, pixels: usize, depth: usize) -> Option<Self> {
        let own = EachWorker::f32s(match filters {
            1 => 0,
            2..=FEW_FILTERS => direct::room(depth),
            _ => implicit::room(depth),
        })?;
        let is_long = parts_of_sum(filters, depth).count() > 1;
        let sums = if is_long { Some(EachWorker::f32s(filters.checked_mul(pixels)?)?) } else { None };
        Some(Rooms { own, sums })
    }
}

/// What direct sums of so many products take on one thread.
fn nanoseconds(products: usize) -> u64 {
    const SPEED: u64 = 20; // a nanosecond
    products as u64 / SPEED
}

/// Calls `item` for every image and group, side by side if there are enough of them to keep all threads busy; else in turn,
/// and then the threads share each one's work.
/// # Safety: as [`share`].
unsafe fn for_each_item(shape: &Convolution, item: impl Fn(usize, usize)) {
    const ENOUGH: usize = 4; // for each thread
    let (count, products) = (shape.batch * shape.groups, shape.filters * shape.depth() * shape.output_pixels());
    let at = |i: usize| item(i / shape.groups, i % shape.groups);
    if count >= ENOUGH * workers() {
        share(count, nanoseconds(shape.batch * products), at);
    } else {
        (0..count).for_each(at);
    }
}

/// y = x ⋆ weight + bias. x (batch, channels, image), weight (filters, channels / groups, kernel), bias (filters) or
/// none, y (batch, filters, output). None when there is no memory.
/// # Safety: the operands hold what the sizes say; y overlaps none of them; the algorithm is one for the shape.
pub unsafe fn convolve<K: GemmKernel>(
    shape: &Convolution,
    algorithm: Algorithm,
    x: *const f32,
    weight: *const f32,
    bias: Option<*const f32>,
    y: *mut f32,
) -> Option<()> {
    if shape.is_empty() {
        return Some(());
    }
    let (channels, filters, depth) = (shape.group_channels(), shape.group_filters(), shape.depth());
    let (pixels, outputs) = (shape.image_pixels(), shape.output_pixels());
    if algorithm == Algorithm::Winograd {
        return winograd::correlate::<K>(shape, x, Filters::new(shape, weight), bias, y);
    }
    let source = |image: usize, group: usize| x.add((image * shape.channels + group * channels) * pixels);
    let weights = |group: usize| Matrix::rows(weight.add(group * filters * depth), depth);
    let start = |group: usize| bias.map_or(Start::Zero, |bias| Start::PerRow(bias.add(group * filters)));
    let output = |image: usize, group: usize| {
        let pointer = y.add((image * shape.filters + group * filters) * outputs);
        Output { pointer, row: outputs }
    };
    if algorithm == Algorithm::Product {
        let images = Walk::along(shape.batch, [0, shape.channels * pixels, shape.filters * outputs]);
        for group in 0..shape.groups {
            let (a, b) = (weights(group), Matrix::rows(source(0, group), pixels));
            let (start, c) = (start(group), output(0, group));
            multiply_batch::<K>(
                Product { rows: filters, columns: pixels, depth, a, b, start, c, packed: None },
                images,
            )?;
        }
        return Some(());
    }
    if channel_lanes::fits(shape) {
        return channel_lanes::convolve::<K::Lane>(shape, x, weight, bias, y);
    }
    if columns::fits(shape) {
        return columns::convolve::<K>(shape, x, weight, bias, y);
    }
    let planes = Planes::of_input(shape)?;
    let taps = Taps::of_kernel(shape, &planes)?;
    let rooms = Rooms::new(filters, outputs, depth)?;
    for_each_item(shape, |image, group| {
        planes.fill::<K::Lane>(source(image, group), shape.image);
        let output = output(image, group);
        let correlation = Correlation {
            source: planes.pointer(),
            taps: taps.pointer(),
            along: 0..depth,
            live: taps.live(),
            rows: shape.output[0],
            columns: shape.output[1],
            row_step: planes.row_step(shape.stride[0]),
            filters,
            weights: weights(group),
            start: start(group).matrix(output),
            output,
        };
        correlation.run::<K>(&rooms);
    });
    Some(())
}

#[cfg(test)]
mod tests;
