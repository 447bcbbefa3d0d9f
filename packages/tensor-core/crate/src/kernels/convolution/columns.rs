//! Convolutions with few outputs an image, and their gradient by the image, as one product over the pixels of many images: what
//! the taps of a pixel meet is a column (im2col, Chellapilla et al. 2006). The other ways take images one by one: of the eight
//! columns of a tile four are idle where an image has four outputs, and all weights are read again for each of them.
//!
//! An element is the same sum of the same terms with any number of images and threads ([`crate::gemm::order`]).

use super::planes::{Planes, Taps};
use super::{Convolution, FEW_FILTERS, batch_lanes, nanoseconds};
use crate::arena::Scratch;
use crate::crew::{parts_for, share};
use crate::gemm::micro::GemmKernel;
use crate::gemm::pack::copy_row;
use crate::gemm::product::Product;
use crate::gemm::{Matrix, Output, Start};
use crate::lane::{Lane, WIDTH};
use crate::parts::{parts, pieces};
use core::ops::Range;

/// Pixels of a tile of the product.
const TILE: usize = 2 * WIDTH;
/// Most outputs of an image, and fewest weights of a filter; by the image, most outputs (measured).
const OUTPUTS: usize = 32;
const DEPTH: usize = 64;
const GRADIENT_OUTPUTS: usize = 8;
/// Most floats of the columns of some images, if there are several: 4 MB.
const LARGEST: usize = 1 << 20;

/// Whether this is the way: tiles would be a fifth idle or more. The batch has no say, so an image's bits do not depend on it.
pub fn fits(shape: &Convolution) -> bool {
    let pixels = shape.output_pixels();
    let idle = pixels.next_multiple_of(TILE) - pixels;
    shape.group_filters() > FEW_FILTERS && shape.depth() >= DEPTH && pixels <= OUTPUTS && 4 * idle >= pixels
}

/// The same for the gradient by the image.
pub fn fits_gradient(shape: &Convolution) -> bool {
    let is_small = shape.output_pixels() <= GRADIENT_OUTPUTS && !batch_lanes::fits(shape);
    is_small && shape.group_filters() > FEW_FILTERS && shape.depth() >= DEPTH
}

/// y = x ⋆ weight + bias. None when there is no memory.
/// # Safety: the operands hold what the sizes say, y overlaps none of them, and the shape has outputs.
pub unsafe fn convolve<K: GemmKernel>(
    shape: &Convolution,
    x: *const f32,
    weight: *const f32,
    bias: Option<*const f32>,
    y: *mut f32,
) -> Option<()> {
    let (filters, depth) = (shape.group_filters(), shape.depth());
    let lot = Lot::new(shape)?;
    for (images, group) in lot.items() {
        let count = images.len() * shape.output_pixels();
        lot.fill::<K::Lane>(x, &images, group);
        lot.share_taps(|tap, at| lot.read_column::<K::Lane>(tap, at, images.len()));
        let c = Output { pointer: lot.results.pointer(), row: count };
        let start = bias.map_or(Start::Zero, |bias| Start::PerRow(bias.add(group * filters)));
        let a = Matrix::rows(weight.add(group * filters * depth), depth);
        let b = Matrix::rows(lot.columns.pointer(), count);
        Product { rows: filters, columns: count, depth, a, b, start, c, packed: None }.run::<K>()?;
        lot.each_output(images, group, |at, here| {
            copy_row::<K::Lane>(shape.output_pixels(), lot.results.pointer().add(here), y.add(at));
        });
    }
    Some(())
}

/// dx from dy and weight. None when there is no memory.
/// # Safety: as [`convolve`]; dx overlaps none of the operands.
pub unsafe fn image_gradient<K: GemmKernel>(
    shape: &Convolution,
    dy: *const f32,
    weight: *const f32,
    dx: *mut f32,
) -> Option<()> {
    let (filters, depth) = (shape.group_filters(), shape.depth());
    let lot = Lot::new(shape)?;
    for (images, group) in lot.items() {
        let count = images.len() * shape.output_pixels();
        lot.each_output(images.clone(), group, |at, here| {
            copy_row::<K::Lane>(shape.output_pixels(), dy.add(at), lot.results.pointer().add(here));
        });
        let a = Matrix::rows(weight.add(group * filters * depth), depth).transposed();
        let b = Matrix::rows(lot.results.pointer(), count);
        let c = Output { pointer: lot.columns.pointer(), row: count };
        Product { rows: depth, columns: count, depth: filters, a, b, start: Start::Zero, c, packed: None }
            .run::<K>()?;
        lot.planes.clear();
        lot.share_taps(|tap, at| lot.add_column::<K::Lane>(tap, at, images.len()));
        lot.empty::<K::Lane>(dx, &images, group);
    }
    Some(())
}

/// Some images of a group at a time.
struct Lot<'a> {
    shape: &'a Convolution,
    /// Most images of it.
    images: usize,
    planes: Planes,
    taps: Taps,
    /// Weights of a filter × pixels of all images.
    columns: Scratch,
    /// Filters × pixels of all images.
    results: Scratch,
}

impl<'a> Lot<'a> {
    unsafe fn new(shape: &'a Convolution) -> Option<Self> {
        let (pixels, depth) = (shape.output_pixels(), shape.depth());
        let largest = (shape.group_channels() * Planes::size(shape)).max(depth * pixels);
        let images = parts(shape.batch, (LARGEST / largest).max(1), 1).longest();
        let planes = Planes::of_images(shape, images)?;
        let taps = Taps::of_kernel(shape, &planes)?;
        let columns = Scratch::f32s(depth.checked_mul(images * pixels)?)?;
        let results = Scratch::f32s(shape.group_filters().checked_mul(images * pixels)?)?;
        Some(Lot { shape, images, planes, taps, columns, results })
    }

    /// The images, some at a time, and their groups.
    fn items(&self) -> impl Iterator<Item = (Range<usize>, usize)> {
        let groups = self.shape.groups;
        let cut = parts(self.shape.batch, self.images, 1);
        cut.into_iter().flat_map(move |images| (0..groups).map(move |group| (images.clone(), group)))
    }

    /// Calls `each(place in y, place among the results)` for the outputs of each image's filters.
    unsafe fn each_output(&self, images: Range<usize>, group: usize, each: impl Fn(usize, usize)) {
        let (filters, pixels) = (self.shape.group_filters(), self.shape.output_pixels());
        for filter in 0..filters {
            for (i, image) in images.clone().enumerate() {
                let at = (image * self.shape.filters + group * filters + filter) * pixels;
                each(at, (filter * images.len() + i) * pixels);
            }
        }
    }

    /// Calls `each(offset in the first image's planes, number)` for all taps, those of a channel on one thread.
    unsafe fn share_taps(&self, each: impl Fn(usize, usize)) {
        const COPIED: usize = 4; // a value takes as long as so many products
        let (channels, depth) = (self.shape.group_channels(), self.shape.depth());
        let time = nanoseconds(COPIED * depth * self.images * self.shape.output_pixels());
        let (cut, kernel) = (pieces(channels, parts_for(time), 1), depth / channels);
        share(cut.count(), time, |i| {
            for channel in cut.get(i) {
                for at in channel * kernel..(channel + 1) * kernel {
                    each(*self.taps.pointer().add(at) as usize, at);
                }
            }
        });
    }

    /// Calls `row(place in the planes, place in the columns)` for each row of outputs of each image.
    #[inline(always)]
    fn each_row(&self, tap: usize, at: usize, images: usize, mut row: impl FnMut(usize, usize)) {
        let ([rows, columns], step) = (self.shape.output, self.planes.row_step(self.shape.stride[0]));
        let mut to = at * images * rows * columns;
        for image in 0..images {
            let from = tap + self.planes.offset(image * self.shape.group_channels(), 0, 0);
            for y in 0..rows {
                row(from + y * step, to);
                to += columns;
            }
        }
    }

    /// What a tap meets.
    #[inline(never)]
    unsafe fn read_column<L: Lane>(&self, tap: usize, at: usize, images: usize) {
        let (planes, to, columns) = (self.planes.pointer(), self.columns.pointer(), self.shape.output[1]);
        self.each_row(tap, at, images, |place, here| copy_row::<L>(columns, planes.add(place), to.add(here)));
    }

    /// Adds to what a tap meets.
    #[inline(never)]
    unsafe fn add_column<L: Lane>(&self, tap: usize, at: usize, images: usize) {
        let (planes, from, columns) = (self.planes.pointer().cast_mut(), self.columns.pointer(), self.shape.output[1]);
        self.each_row(tap, at, images, |place, here| {
            for x in (0..columns).step_by(WIDTH) {
                let (count, place, here) = ((columns - x).min(WIDTH), planes.add(place + x), from.add(here + x));
                L::load_first(place, count).add(L::load_first(here, count)).store_first(place, count);
            }
        });
    }

    /// Puts the images' channels into the planes.
    unsafe fn fill<L: Lane>(&self, x: *const f32, images: &Range<usize>, group: usize) {
        let channels = self.shape.group_channels();
        for (i, image) in images.clone().enumerate() {
            let from = x.add((image * self.shape.channels + group * channels) * self.shape.image_pixels());
            self.planes.fill_some::<L>(i * channels..(i + 1) * channels, from, self.shape.image);
        }
    }

    /// And the other way.
    unsafe fn empty<L: Lane>(&self, dx: *mut f32, images: &Range<usize>, group: usize) {
        let channels = self.shape.group_channels();
        for (i, image) in images.clone().enumerate() {
            let to = dx.add((image * self.shape.channels + group * channels) * self.shape.image_pixels());
            self.planes.empty_some::<L>(i * channels..(i + 1) * channels, to, self.shape.image);
        }
    }
}
