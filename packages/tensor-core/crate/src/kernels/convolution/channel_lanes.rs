//! Depthwise convolution of small images by kernels of 3 × 3, and both its gradients: lanes run along four channels, so that a row of seven pixels
//! leaves none of them idle, and a stride costs nothing. A channel's image is read into a plane of lanes with a border of zeros and
//! its result written back from lanes: two transpositions, which take as long as the sums; what they replace, a bordered copy
//! of each channel and a call for each of its rows, took ten times as long for images of 2 × 2.
//!
//! Terms are added in the order of the taps, as [`super::depthwise`] adds them. An image's bits depend neither on the batch nor
//! on the number of threads, which share the channels.

use super::planes::Taps;
use super::{Convolution, nanoseconds};
use crate::crew::{EachWorker, parts_for, share};
use crate::lane::{Lane, WIDTH};
use crate::parts::{parts, pieces};
use core::ops::Range;

/// Most pixels of a plane: of an image that is convolved with stride 1, which lanes along its long rows convolve as fast, and with
/// another (measured).
const LARGEST: usize = 24 * 24;
const LARGEST_STRIDED: usize = 64 * 64;
/// Outputs whose products are summed one after the other, and then carried over to f64.
const RUN: usize = 256;
/// Taps of a 3 × 3 kernel, whose weights or sums stay in registers.
const TAPS: usize = 9;

/// Whether this is the way: one filter of 3 × 3 a channel, channels enough, and images not too large. The batch has no say.
pub fn fits(shape: &Convolution) -> bool {
    let largest = if shape.stride == [1, 1] { LARGEST } else { LARGEST_STRIDED };
    let [rows, columns] = plane(shape);
    shape.group_channels() == 1
        && shape.group_filters() == 1
        && shape.groups >= WIDTH
        && shape.kernel == [3, 3]
        && rows.saturating_mul(columns) <= largest
}

/// Rows and columns of a plane: the padding before, and the image or what the taps reach, whichever ends later.
fn plane(shape: &Convolution) -> [usize; 2] {
    [0, 1].map(|axis| {
        let last = shape.output[axis].saturating_sub(1).saturating_mul(shape.stride[axis]);
        let reach =
            last.saturating_add((shape.kernel[axis] - 1).saturating_mul(shape.dilation[axis])).saturating_add(1);
        reach.max(shape.padding[axis].saturating_add(shape.image[axis]))
    })
}

/// y (batch, channels, output) = x ⋆ weight + bias. None when there is no memory.
/// # Safety: the operands hold what the sizes say, y overlaps none of them, and the shape [`fits`] and has outputs.
pub unsafe fn convolve<L: Lane>(
    shape: &Convolution,
    x: *const f32,
    weight: *const f32,
    bias: Option<*const f32>,
    y: *mut f32,
) -> Option<()> {
    let lanes = Lanes::new(shape)?;
    lanes.share_fours(|four| {
        let weights = four.weights::<L>(weight, shape.depth(), lanes.weights.mine(), false);
        let start = bias.map_or(L::splat(0.0), |bias| four.gather(bias, 1, 0));
        for image in 0..shape.batch {
            lanes.read_image::<L>(x.add(image * shape.channels * shape.image_pixels()), &four);
            lanes.correlate::<L>(weights, start);
            lanes.write_outputs::<L>(y.add(image * shape.channels * shape.output_pixels()), &four);
        }
    });
    Some(())
}

/// dx (batch, channels, image) from dy (batch, channels, output). None when there is no memory.
/// # Safety: as [`convolve`].
pub unsafe fn image_gradient<L: Lane>(
    shape: &Convolution,
    dy: *const f32,
    weight: *const f32,
    dx: *mut f32,
) -> Option<()> {
    if let Some(reversed) = shape.reversed().filter(fits) {
        let lanes = Lanes::new(&reversed)?;
        lanes.share_fours(|four| {
            let weights = four.weights::<L>(weight, shape.depth(), lanes.weights.mine(), true);
            for image in 0..shape.batch {
                lanes.read_image::<L>(dy.add(image * shape.channels * shape.output_pixels()), &four);
                lanes.correlate::<L>(weights, L::splat(0.0));
                lanes.write_outputs::<L>(dx.add(image * shape.channels * shape.image_pixels()), &four);
            }
        });
        return Some(());
    }
    let lanes = Lanes::new(shape)?;
    lanes.share_fours(|four| {
        let weights = four.weights::<L>(weight, shape.depth(), lanes.weights.mine(), false);
        for image in 0..shape.batch {
            lanes.read_outputs::<L>(dy.add(image * shape.channels * shape.output_pixels()), &four);
            lanes.scatter::<L>(weights);
            lanes.write_image::<L>(dx.add(image * shape.channels * shape.image_pixels()), &four);
        }
    });
    Some(())
}

/// dw (channels, 1, kernel). None when there is no memory.
/// # Safety: as [`convolve`].
pub unsafe fn filter_gradient<L: Lane>(shape: &Convolution, x: *const f32, dy: *const f32, dw: *mut f32) -> Option<()> {
    let lanes = Lanes::new(shape)?;
    let depth = shape.depth();
    lanes.share_fours(|four| {
        let totals = lanes.totals.mine().cast::<[f64; WIDTH]>();
        core::slice::from_raw_parts_mut(totals, depth).fill([0.0; WIDTH]);
        for image in 0..shape.batch {
            lanes.read_image::<L>(x.add(image * shape.channels * shape.image_pixels()), &four);
            lanes.read_outputs::<L>(dy.add(image * shape.channels * shape.output_pixels()), &four);
            lanes.sum::<L>(totals);
        }
        for tap in 0..depth {
            for (i, total) in (*totals.add(tap)).into_iter().enumerate().take(four.count) {
                *dw.add((four.first + i) * depth + tap) = total as f32;
            }
        }
    });
    Some(())
}

/// Four channels that follow each other; of the last ones there may be fewer, and the last one stands in for those that lack.
struct Four {
    first: usize,
    count: usize,
}

impl Four {
    /// The element `at` of each channel, whose own begin `step` apart.
    #[inline(always)]
    unsafe fn gather<L: Lane>(&self, from: *const f32, step: usize, at: usize) -> L {
        L::from_array(self.channels(from, step).map(|from| *from.add(at)))
    }

    #[inline(always)]
    fn channels(&self, from: *const f32, step: usize) -> [*const f32; WIDTH] {
        core::array::from_fn(|i| from.wrapping_add((self.first + i.min(self.count - 1)) * step))
    }

    /// Lanes of the kernels' weights, turned by half a turn or not, in `to`.
    unsafe fn weights<L: Lane>(&self, from: *const f32, depth: usize, to: *mut f32, is_turned: bool) -> *const f32 {
        for tap in 0..depth {
            let at = if is_turned { depth - 1 - tap } else { tap };
            self.gather::<L>(from, depth, at).store(to.add(tap * WIDTH));
        }
        to
    }
}

/// A convolution, and each worker's lanes.
struct Lanes<'a> {
    shape: &'a Convolution,
    /// Columns of the plane, and its rows.
    columns: usize,
    rows: usize,
    /// In floats, from the place of an output's first tap.
    taps: Taps,
    plane: EachWorker,
    outputs: EachWorker,
    weights: EachWorker,
    /// f64s: twice as many floats.
    totals: EachWorker,
}

impl<'a> Lanes<'a> {
    unsafe fn new(shape: &'a Convolution) -> Option<Self> {
        let ([rows, columns], depth) = (plane(shape), shape.depth());
        let mut taps = Taps::new(depth, 0)?;
        for y in 0..shape.kernel[0] {
            for x in 0..shape.kernel[1] {
                taps.push((y * shape.dilation[0] * columns + x * shape.dilation[1]) * WIDTH);
            }
        }
        let plane = EachWorker::f32s(rows * columns * WIDTH)?;
        for plane in plane.all() {
            plane.write_bytes(0, rows * columns * WIDTH);
        }
        let outputs = EachWorker::f32s(shape.output_pixels() * WIDTH)?;
        let (weights, totals) = (EachWorker::f32s(depth * WIDTH)?, EachWorker::f32s(2 * depth * WIDTH)?);
        Some(Lanes { shape, columns, rows, taps, plane, outputs, weights, totals })
    }

    /// Calls `each` for all channels, four by four, on as many threads as it is worth.
    /// # Safety: as [`share`], for each four.
    unsafe fn share_fours(&self, each: impl Fn(Four)) {
        /// What reading and writing a pixel takes, in products.
        const TURN: usize = 4;
        let Convolution { batch, channels, .. } = *self.shape;
        let work = self.shape.depth() * self.shape.output_pixels() + TURN * self.shape.image_pixels();
        let (time, fours) = (nanoseconds(batch * channels * work), channels.div_ceil(WIDTH));
        let cut = pieces(fours, parts_for(time), 1);
        share(cut.count(), time, |i| {
            for first in cut.get(i).map(|four| four * WIDTH) {
                each(Four { first, count: (channels - first).min(WIDTH) });
            }
        });
    }

    /// Where a row of the image begins in the plane.
    fn row(&self, y: usize) -> *mut f32 {
        let [top, left] = self.shape.padding;
        self.plane.mine().wrapping_add(((top + y) * self.columns + left) * WIDTH)
    }

    /// Reads an image inside the border.
    #[inline(never)]
    unsafe fn read_image<L: Lane>(&self, x: *const f32, four: &Four) {
        let [height, width] = self.shape.image;
        let channels = four.channels(x, height * width);
        for y in 0..height {
            read::<L>(channels.map(|channel| channel.add(y * width)), width, self.row(y));
        }
    }

    /// Writes what lies inside the border.
    #[inline(never)]
    unsafe fn write_image<L: Lane>(&self, x: *mut f32, four: &Four) {
        let [height, width] = self.shape.image;
        let channels = four.channels(x, height * width);
        for y in 0..height {
            write::<L>(self.row(y), width, channels.map(|channel| channel.add(y * width).cast_mut()), four.count);
        }
    }

    #[inline(never)]
    unsafe fn read_outputs<L: Lane>(&self, dy: *const f32, four: &Four) {
        let count = self.shape.output_pixels();
        read::<L>(four.channels(dy, count), count, self.outputs.mine());
    }

    #[inline(never)]
    unsafe fn write_outputs<L: Lane>(&self, y: *mut f32, four: &Four) {
        let count = self.shape.output_pixels();
        write::<L>(self.outputs.mine(), count, four.channels(y, count).map(<*const f32>::cast_mut), four.count);
    }

    /// outputs = start + Σ weights · plane
    #[inline(never)]
    unsafe fn correlate<L: Lane>(&self, weights: *const f32, start: L) {
        let weights: [L; TAPS] = core::array::from_fn(|t| L::load(weights.add(t * WIDTH)));
        let mut to = self.outputs.mine();
        self.for_rows::<TAPS>(0..self.shape.output[0], 0, |mut places, step, count| {
            for _ in 0..count {
                let mut sum = start;
                for (place, weight) in places.iter_mut().zip(weights) {
                    sum = weight.multiply_add(L::load(*place), sum);
                    *place = place.wrapping_add(step);
                }
                sum.store(to);
                to = to.add(WIDTH);
            }
        });
    }

    /// plane = what the outputs' lanes times the weights add up to at the places of the taps.
    #[inline(never)]
    unsafe fn scatter<L: Lane>(&self, weights: *const f32) {
        self.plane.mine().write_bytes(0, self.rows * self.columns * WIDTH);
        for tap in 0..self.shape.depth() {
            let weight = L::load(weights.add(tap * WIDTH));
            let mut from = self.outputs.mine();
            self.for_rows::<1>(0..self.shape.output[0], tap, |[place], step, count| {
                let mut place = place.cast_mut();
                for _ in 0..count {
                    weight.multiply_add(L::load(from), L::load(place)).store(place);
                    (from, place) = (from.add(WIDTH), place.wrapping_add(step));
                }
            });
        }
    }

    /// totals[t] += Σ outputs · plane at the tap's places.
    unsafe fn sum<L: Lane>(&self, totals: *mut [f64; WIDTH]) {
        let [rows, columns] = self.shape.output;
        for rows in parts(rows, (RUN / columns).max(1), 1) {
            self.sum_rows::<L>(rows, totals);
        }
    }

    #[inline(never)]
    unsafe fn sum_rows<L: Lane>(&self, rows: Range<usize>, totals: *mut [f64; WIDTH]) {
        let mut sums = [L::splat(0.0); TAPS];
        let mut from = self.outputs.mine().add(rows.start * self.shape.output[1] * WIDTH);
        self.for_rows::<TAPS>(rows, 0, |mut places, step, count| {
            for _ in 0..count {
                let dy = L::load(from);
                for (place, sum) in places.iter_mut().zip(sums.iter_mut()) {
                    *sum = dy.multiply_add(L::load(*place), *sum);
                    *place = place.wrapping_add(step);
                }
                from = from.add(WIDTH);
            }
        });
        for (t, sum) in sums.into_iter().enumerate() {
            for (total, sum) in (*totals.add(t)).iter_mut().zip(sum.to_array()) {
                *total += f64::from(sum);
            }
        }
    }

    /// Calls `row(places, step, count)` for each of these rows of outputs: where its first output meets `T` taps, and how far apart the next
    /// ones' places are.
    #[inline(always)]
    unsafe fn for_rows<const T: usize>(
        &self,
        rows: Range<usize>,
        first: usize,
        mut row: impl FnMut([*const f32; T], usize, usize),
    ) {
        let [down, across] = self.shape.stride;
        for y in rows {
            let start = self.plane.mine().wrapping_add(y * down * self.columns * WIDTH).cast_const();
            let places = core::array::from_fn(|t| start.wrapping_add(*self.taps.pointer().add(first + t) as usize));
            row(places, across * WIDTH, self.shape.output[1]);
        }
    }
}

/// Lanes of `count` values of four channels each.
#[inline(always)]
unsafe fn read<L: Lane>(from: [*const f32; WIDTH], count: usize, to: *mut f32) {
    for i in blocks(count) {
        let width = i.len();
        let four =
            from.map(
                |from| {
                    if width == WIDTH { L::load(from.add(i.start)) } else { L::load_first(from.add(i.start), width) }
                },
            );
        for (j, lane) in L::transpose(four).into_iter().enumerate().take(width) {
            lane.store(to.add((i.start + j) * WIDTH));
        }
    }
}

/// The other way, to the first `channels` channels.
#[inline(always)]
unsafe fn write<L: Lane>(from: *const f32, count: usize, to: [*mut f32; WIDTH], channels: usize) {
    for i in blocks(count) {
        let width = i.len();
        // Lanes that lack repeat the last one: nothing behind them is read.
        let four = [0, 1, 2, 3].map(|j: usize| L::load(from.add((i.start + j.min(width - 1)) * WIDTH)));
        for (to, lane) in to.into_iter().zip(L::transpose(four)).take(channels) {
            if width == WIDTH { lane.store(to.add(i.start)) } else { lane.store_first(to.add(i.start), width) }
        }
    }
}

fn blocks(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(WIDTH).map(move |i| i..(i + WIDTH).min(count))
}
