//! The gradient by the image, which is also the transposed convolution: dx[c][y][x] sums weight[f][c][k] · dy[f][o] over
//! every tap k and output o that met at (y, x), that is o · stride + k · dilation = y + padding.
//!
//! Image rows with the same remainder of (y + padding) modulo the stride share their taps, and so do columns. Each such
//! phase is one correlation, at stride 1, of the zero-bordered dy with those taps alone: nothing is multiplied by the
//! zeros that a stride would insert.

use super::planes::{Planes, Taps};
use super::winograd::{self, filters::Filters};
use super::{Algorithm, Convolution, Correlation, Rooms, batch_lanes, channel_lanes, columns, for_each_item};
use crate::arena::Scratch;
use crate::crew::EachWorker;
use crate::gemm::batch::multiply_batch;
use crate::gemm::micro::GemmKernel;
use crate::gemm::product::Product;
use crate::gemm::{Matrix, Output, Start};
use crate::layout::Walk;
use core::ops::Range;

/// The image rows (or columns) of one remainder, and the taps that meet them.
#[derive(Clone, Copy)]
struct Phase {
    /// The first of the rows and how many there are, `stride` apart.
    first: usize,
    count: usize,
    /// The output that would meet the first row through a tap at the same place.
    output: usize,
    /// The first tap, how many there are and how far apart.
    tap: usize,
    taps: usize,
    tap_step: usize,
}

impl Phase {
    fn new(shape: &Convolution, axis: usize, remainder: usize) -> Self {
        let (stride, padding) = (shape.stride[axis], shape.padding[axis]);
        let (dilation, kernel) = (shape.dilation[axis], shape.kernel[axis]);
        let first = (remainder + stride - padding % stride) % stride;
        let count = shape.image[axis].saturating_sub(first).div_ceil(stride);
        // Taps with tap · dilation = remainder modulo the stride follow each other evenly.
        let meets = |tap: &usize| tap * dilation % stride == remainder;
        let tap_step = (1..=stride).find(|step| step * dilation % stride == 0).unwrap_or(stride);
        let tap = (0..tap_step).find(meets).unwrap_or(kernel);
        let taps = kernel.saturating_sub(tap).div_ceil(tap_step);
        Phase { first, count, output: (first + padding) / stride, tap, taps, tap_step }
    }

    /// The number of outputs that each of the taps looks back.
    fn backs(self, shape: &Convolution, axis: usize) -> impl Iterator<Item = usize> {
        (0..self.taps).map(move |i| self.back(shape, axis, i))
    }

    fn back(self, shape: &Convolution, axis: usize, i: usize) -> usize {
        (self.tap + i * self.tap_step) * shape.dilation[axis] / shape.stride[axis]
    }

    /// Which of the taps find an output, and not its border, from the `row`-th of the rows.
    fn live(self, shape: &Convolution, axis: usize, row: usize) -> Range<usize> {
        let outputs = self.output + row; // the taps' look back leads from here to before 0, or after the last
        let begin = self.backs(shape, axis).take_while(|back| outputs >= shape.output[axis] + back).count();
        let end = self.backs(shape, axis).take_while(|back| outputs >= *back).count();
        begin.min(end)..end
    }
}

/// dx (batch, channels, image) from dy (batch, filters, output) and weight (filters, channels / groups, kernel).
/// None when there is no memory.
/// # Safety: the operands hold what the sizes say; dx overlaps none of them; the algorithm is for the shape reversed.
pub unsafe fn image_gradient<K: GemmKernel>(
    shape: &Convolution,
    algorithm: Algorithm,
    dy: *const f32,
    weight: *const f32,
    dx: *mut f32,
) -> Option<()> {
    let (channels, filters, depth) = (shape.group_channels(), shape.group_filters(), shape.depth());
    let (pixels, outputs) = (shape.image_pixels(), shape.output_pixels());
    if shape.batch * shape.channels * pixels == 0 {
        return Some(());
    }
    if shape.is_empty() {
        dx.write_bytes(0, shape.batch * shape.channels * pixels);
        return Some(());
    }
    if algorithm == Algorithm::Winograd {
        let filters = Filters::new(shape, weight).reversed();
        return winograd::correlate::<K>(&shape.reversed()?, dy, filters, None, dx);
    }
    let source = |image: usize, group: usize| dy.add((image * shape.filters + group * filters) * outputs);
    let target = |image: usize, group: usize| dx.add((image * shape.channels + group * channels) * pixels);
    if columns::fits_gradient(shape) {
        return columns::image_gradient::<K>(shape, dy, weight, dx);
    }
    if algorithm == Algorithm::Product {
        let images = Walk::along(shape.batch, [0, shape.filters * outputs, shape.channels * pixels]);
        for group in 0..shape.groups {
            let a = Matrix::rows(weight.add(group * filters * depth), depth).transposed();
            let (b, start) = (Matrix::rows(source(0, group), pixels), Start::Zero);
            let c = Output { pointer: target(0, group), row: pixels };
            multiply_batch::<K>(
                Product { rows: channels, columns: pixels, depth: filters, a, b, start, c, packed: None },
                images,
            )?;
        }
        return Some(());
    }
    if channel_lanes::fits(shape) {
        return channel_lanes::image_gradient::<K::Lane>(shape, dy, weight, dx);
    }
    if batch_lanes::pays(shape) {
        let whole = shape.batch - shape.batch % batch_lanes::IMAGES;
        let weights = Scratch::f32s(shape.filters * depth)?;
        for phase in phases(shape) {
            repack(shape, weight, phase, weights.pointer());
        }
        batch_lanes::image_gradient::<K::Lane>(shape, weights.pointer(), dy, dx)?;
        if whole == shape.batch {
            return Some(());
        }
        let rest = Convolution { batch: shape.batch - whole, ..*shape };
        return image_gradient::<K>(&rest, algorithm, source(whole, 0), weight, target(whole, 0));
    }
    let prepared = Prepared::new(shape, weight)?;
    for_each_item(shape, |image, group| {
        prepared.planes.fill::<K::Lane>(source(image, group), shape.output);
        prepared.correlate::<K>(shape, group, target(image, group));
    });
    Some(())
}

/// What is the same for every image: bordered planes of dy, and for each phase its taps and weights.
struct Prepared {
    planes: Planes,
    /// Phase after phase: offsets of tap rows × (filters, tap columns [`in_order`]), and for each image row the live part.
    taps: Taps,
    /// Phase after phase, group after group: channels × as many weights, in the same order.
    weights: Scratch,
    /// One phase's result, channels × pixels, when a stride spreads it over the image.
    spread: Option<EachWorker>,
    /// What the correlations need.
    rooms: Rooms,
}

impl Prepared {
    unsafe fn new(shape: &Convolution, weight: *const f32) -> Option<Self> {
        let (filters, depth) = (shape.group_filters(), shape.depth());
        // The furthest look back, and the last output that any image row or column meets.
        let back = |axis: usize| (shape.kernel[axis] - 1) * shape.dilation[axis] / shape.stride[axis];
        let reach = |axis: usize| (shape.image[axis] - 1 + shape.padding[axis]) / shape.stride[axis] + back(axis) + 1;
        let planes = Planes::new(filters, [reach(0), reach(1)], [back(0), back(1)], 1)?;
        let image_rows = shape.image[0] * shape.stride[1];
        let mut taps = Taps::new(filters * shape.kernel[0] * shape.kernel[1], image_rows)?;
        let weights = Scratch::f32s(shape.filters * depth)?;
        let mut to = weights.pointer();
        let (mut largest, mut deepest, filters_last) = (0, 0, batch_lanes::fits(shape));
        for [rows, columns] in phases(shape) {
            largest = largest.max(rows.count * columns.count);
            let [outer, inner] = in_order(filters_last, [columns.taps, filters]);
            for up in rows.backs(shape, 0) {
                for (i, j) in (0..outer).flat_map(|i| (0..inner).map(move |j| (i, j))) {
                    let [tap, filter] = in_order(filters_last, [i, j]);
                    let left = columns.back(shape, 1, tap);
                    taps.push(planes.offset(filter, rows.output + back(0) - up, columns.output + back(1) - left));
                }
            }
            let row_depth = filters * columns.taps;
            deepest = deepest.max(rows.taps * row_depth);
            for row in 0..rows.count {
                let live = rows.live(shape, 0, row);
                taps.push_row(live.start * row_depth..live.end * row_depth);
            }
            to = repack(shape, weight, [rows, columns], to);
        }
        let is_spread = shape.stride != [1, 1];
        let spread = if is_spread { Some(EachWorker::f32s(shape.group_channels() * largest)?) } else { None };
        let rooms = Rooms::new(shape.group_channels(), largest, deepest)?;
        Some(Prepared { planes, taps, weights, spread, rooms })
    }

    /// All phases of one group of one image, whose dy is in the planes.
    unsafe fn correlate<K: GemmKernel>(&self, shape: &Convolution, group: usize, dx: *mut f32) {
        let (channels, filters) = (shape.group_channels(), shape.group_filters());
        let (mut taps, mut live) = (self.taps.pointer(), self.taps.live());
        let mut weights = self.weights.pointer().cast_const();
        for [rows, columns] in phases(shape) {
            let depth = rows.taps * filters * columns.taps;
            let count = rows.count * columns.count;
            let result = self.spread.as_ref().map_or(dx, EachWorker::mine);
            let output = Output { pointer: result, row: count };
            let correlation = Correlation {
                source: self.planes.pointer(),
                taps,
                along: 0..depth,
                live,
                rows: rows.count,
                columns: columns.count,
                row_step: self.planes.row_step(1),
                filters: channels,
                weights: Matrix::rows(weights.add(group * channels * depth), depth),
                start: Start::Zero.matrix(output),
                output,
            };
            if count > 0 {
                correlation.run::<K>(&self.rooms);
                if self.spread.is_some() {
                    spread(shape, [rows, columns], result, dx);
                }
            }
            (taps, live) = (taps.add(depth), live.add(rows.count));
            weights = weights.add(shape.groups * channels * depth);
        }
    }
}

/// What belongs to the taps of a row and what to the filters, in the order in which they are summed: filters last where
/// [`batch_lanes`] fits, so that an image has the same bits alone; elsewhere last the taps, which share a filter's cache line.
fn in_order<T>(filters_last: bool, [taps, filters]: [T; 2]) -> [T; 2] {
    if filters_last { [taps, filters] } else { [filters, taps] }
}

fn phases(shape: &Convolution) -> impl Iterator<Item = [Phase; 2]> {
    let [down, across] = shape.stride;
    (0..down * across).map(move |i| [Phase::new(shape, 0, i / across), Phase::new(shape, 1, i % across)])
}

/// Writes a phase's weights, for every group channels × (tap rows · filters and tap columns), and returns where the next
/// phase's go.
unsafe fn repack(shape: &Convolution, weight: *const f32, [rows, columns]: [Phase; 2], mut to: *mut f32) -> *mut f32 {
    let (channels, filters, [height, width]) = (shape.group_channels(), shape.group_filters(), shape.kernel);
    let kernel = height * width;
    let filters_last = batch_lanes::fits(shape);
    let [outer, inner] = in_order(filters_last, [columns.taps, filters]);
    let [outer_step, inner_step] = in_order(filters_last, [columns.tap_step, channels * kernel]);
    for group in 0..shape.groups {
        for channel in 0..channels {
            for y in 0..rows.taps {
                let row = (rows.tap + y * rows.tap_step) * width + columns.tap;
                let from = weight.wrapping_add((group * filters * channels + channel) * kernel + row);
                for i in 0..outer {
                    for j in 0..inner {
                        *to = *from.add(i * outer_step + j * inner_step);
                        to = to.add(1);
                    }
                }
            }
        }
    }
    to
}

/// Puts a phase's pixels at their places in the image.
unsafe fn spread(shape: &Convolution, [rows, columns]: [Phase; 2], mut from: *const f32, dx: *mut f32) {
    for channel in 0..shape.group_channels() {
        for y in 0..rows.count {
            let row = (channel * shape.image[0] + rows.first + y * shape.stride[0]) * shape.image[1] + columns.first;
            for x in 0..columns.count {
                *dx.add(row + x * shape.stride[1]) = *from;
                from = from.add(1);
            }
        }
    }
}
