//! The gradient by the filters: dw[f][t] sums dy[f][p] · x[taps[t] + place of p] over all pixels of all images: a matrix product,
//! filters × pixels by pixels × taps.
//!
//! The pixels of some images are a block: as many as keep dy's part of them in the second-level cache. Eight
//! taps of a block are packed at a time, and the product's own register tile multiplies all filters by them while they are in the
//! first. Threads share the taps, so that each sum is one thread's, block by block in their order; many blocks are added in groups.
//! With fewer filters, or larger images,
//! dy is packed ([`filter_lanes`]); with few filters lanes run along the pixels ([`direct_gradient`]).

use super::planes::{Planes, Taps};
use super::{Convolution, channel_lanes, direct_gradient, filter_lanes, nanoseconds};
use crate::arena::Scratch;
use crate::crew::{EachWorker, parts_for, share};
use crate::gemm::micro::GemmKernel;
use crate::gemm::order::add;
use crate::gemm::pack::copy_row;
use crate::gemm::product::Product;
use crate::gemm::{Matrix, Output, Start};
use crate::lane::{Lane, WIDTH};
use crate::parts::{Parts, parts, pieces};
use core::ops::Range;

/// Fewest filters that fill lanes of their own.
const FEW_FILTERS: usize = 8;
/// Fewest filters, and fewest taps of larger images, for which taps are packed.
const MANY_FILTERS: usize = 32;
const MANY_TAPS: usize = 256;
/// Taps of a panel.
const PANEL: usize = 2 * WIDTH;
/// Most pixels of a block, fewest if there are so many, and floats of its dy: 256 KB.
const PIXELS: usize = 512;
const FEW_PIXELS: usize = 128;
const LARGEST: usize = 1 << 16;
/// Most floats of the planes of a block's images: 4 MB.
const LARGEST_PLANES: usize = 1 << 20;
/// Between the rows of dy: whole pages apart, six of them would share the same few cache sets.
const GAP: usize = 16;
/// Blocks that are added one after the other.
const FEW_BLOCKS: usize = 64;
/// A 1 × 1 kernel over images of so many pixels or more is a product for each image.
const LARGE_IMAGE: usize = 64;

/// dw (filters, channels / groups, kernel) from x (batch, channels, image) and dy (batch, filters, output).
/// None when there is no memory.
/// # Safety: the operands hold what the sizes say; dw overlaps none of them.
pub unsafe fn filter_gradient<K: GemmKernel>(
    shape: &Convolution,
    x: *const f32,
    dy: *const f32,
    dw: *mut f32,
) -> Option<()> {
    if shape.is_empty() || shape.depth() == 0 {
        dw.write_bytes(0, shape.filters * shape.depth());
        return Some(());
    }
    if channel_lanes::fits(shape) {
        channel_lanes::filter_gradient::<K::Lane>(shape, x, dy, dw)
    } else if shape.is_product() && (shape.image_pixels() >= LARGE_IMAGE || shape.batch == 1) {
        of_product::<K>(shape, x, dy, dw)
    } else if shape.group_filters() < FEW_FILTERS {
        direct_gradient::of_few_filters::<K::Lane>(shape, x, dy, dw)
    } else if is_packed(shape) {
        of_taps::<K>(shape, x, dy, dw)
    } else {
        filter_lanes::of_filters::<K::Lane>(shape, x, dy, dw)
    }
}

/// A 1 × 1 kernel: dw = Σ dy · xᵀ over the images.
unsafe fn of_product<K: GemmKernel>(shape: &Convolution, x: *const f32, dy: *const f32, dw: *mut f32) -> Option<()> {
    let (channels, filters, pixels) = (shape.group_channels(), shape.group_filters(), shape.image_pixels());
    for image in 0..shape.batch {
        for group in 0..shape.groups {
            let a = Matrix::rows(dy.add((image * shape.filters + group * filters) * pixels), pixels);
            let b = Matrix::rows(x.add((image * shape.channels + group * channels) * pixels), pixels).transposed();
            let c = Output { pointer: dw.add(group * filters * channels), row: channels };
            let start = if image == 0 { Start::Zero } else { Start::Output };
            Product { rows: filters, columns: channels, depth: pixels, a, b, start, c, packed: None }.run::<K>()?;
        }
    }
    Some(())
}

/// Whether packing taps pays (measured): not for few filters, nor for images that fill a block, or that take as long to gather as to
/// multiply by few taps.
fn is_packed(shape: &Convolution) -> bool {
    let pixels = shape.output_pixels();
    shape.group_filters() >= MANY_FILTERS && pixels <= PIXELS && (shape.depth() >= MANY_TAPS || pixels < LARGE_IMAGE)
}

unsafe fn of_taps<K: GemmKernel>(shape: &Convolution, x: *const f32, dy: *const f32, dw: *mut f32) -> Option<()> {
    let (filters, depth, pixels) = (shape.group_filters(), shape.depth(), shape.output_pixels());
    let blocks = blocks(shape);
    let planes = Planes::of_images(shape, blocks.longest())?;
    let taps = Taps::of_kernel(shape, &planes)?;
    let longest = blocks.longest() * pixels;
    let gradient_row = longest.next_multiple_of(WIDTH) + GAP;
    let gradient = Scratch::f32s(filters.checked_mul(gradient_row)?)?;
    let panel = EachWorker::f32s((longest + WIDTH) * PANEL)?;
    // As many blocks in a group as there are groups, if there are very many: neither sum is long.
    let of_group = FEW_BLOCKS.max(blocks.count().isqrt());
    let sums = Scratch::f32s(if blocks.count() > of_group { filters.checked_mul(depth)? } else { 0 })?;
    for group in 0..shape.groups {
        let result = Output { pointer: dw.add(group * filters * depth), row: depth };
        let sums = Output { pointer: sums.pointer(), row: depth };
        for (i, images) in blocks.into_iter().enumerate() {
            fill::<K::Lane>(shape, &planes, x, images.clone(), group);
            gather::<K::Lane>(shape, dy, images.clone(), group, gradient.pointer(), gradient_row);
            let to = if i < of_group { result } else { sums };
            let start = if i % of_group == 0 { Start::Zero } else { Start::Output }.matrix(to);
            let time = nanoseconds(filters * depth * images.len() * pixels);
            let cut = pieces(depth.div_ceil(PANEL), parts_for(time), 1);
            share(cut.count(), time, |i| {
                for first in cut.get(i).map(|panel| panel * PANEL) {
                    let width = (depth - first).min(PANEL);
                    // Taps that lack repeat the last one.
                    let eight = core::array::from_fn(|t| *taps.pointer().add(first + t.min(width - 1)) as usize);
                    pack::<K::Lane>(shape, &planes, images.len(), eight, panel.mine());
                    let a = Matrix::rows(gradient.pointer(), gradient_row);
                    let (start, to) = (start.from(0, first), to.from(0, first));
                    K::panel(filters, width, images.len() * pixels, a, panel.mine(), PANEL, start, to);
                }
            });
            if i >= of_group && ((i + 1) % of_group == 0 || i + 1 == blocks.count()) {
                add::<K::Lane>(filters, depth, sums, result);
            }
        }
    }
    Some(())
}

/// Some images at a time. It follows from the shape.
fn blocks(shape: &Convolution) -> Parts {
    let pixels = (LARGEST / shape.group_filters()).clamp(FEW_PIXELS, PIXELS);
    let planes = LARGEST_PLANES / (shape.group_channels() * Planes::size(shape)).max(1);
    parts(shape.batch, (pixels / shape.output_pixels()).min(planes).max(1), 1)
}

/// Puts a group's channels of some images into the planes.
unsafe fn fill<L: Lane>(shape: &Convolution, planes: &Planes, x: *const f32, images: Range<usize>, group: usize) {
    const COPIED: usize = 8; // a value takes as long as so many products
    let (channels, size) = (shape.group_channels(), shape.image_pixels());
    let time = nanoseconds(COPIED * images.len() * channels * size);
    share(images.len(), time, |i| {
        let from = x.add(((images.start + i) * shape.channels + group * channels) * size);
        planes.fill_some::<L>(i * channels..(i + 1) * channels, from, shape.image);
    });
}

/// Copies a group's dy of some images, filters × pixels.
#[inline(never)]
unsafe fn gather<L: Lane>(
    shape: &Convolution,
    dy: *const f32,
    images: Range<usize>,
    group: usize,
    to: *mut f32,
    to_row: usize,
) {
    let (filters, pixels) = (shape.group_filters(), shape.output_pixels());
    for filter in 0..filters {
        for (i, image) in images.clone().enumerate() {
            let from = dy.add((image * shape.filters + group * filters + filter) * pixels);
            copy_row::<L>(pixels, from, to.add(filter * to_row + i * pixels));
        }
    }
}

/// Packs eight taps of some images, pixels × taps. What a row's last lane writes behind its end the next row writes over.
#[inline(never)]
unsafe fn pack<L: Lane>(shape: &Convolution, planes: &Planes, images: usize, taps: [usize; PANEL], mut to: *mut f32) {
    let ([rows, columns], step) = (shape.output, planes.row_step(shape.stride[0]));
    for image in 0..images {
        let mut row = planes.pointer().add(planes.offset(image * shape.group_channels(), 0, 0));
        for _ in 0..rows {
            for x in (0..columns).step_by(WIDTH) {
                for half in [0, WIDTH] {
                    let four = [0, 1, 2, 3].map(|t| L::load(row.add(taps[half + t] + x)));
                    for (i, lane) in L::transpose(four).into_iter().enumerate() {
                        lane.store(to.add((x + i) * PANEL + half));
                    }
                }
            }
            to = to.add(columns * PANEL);
            row = row.wrapping_add(step);
        }
    }
}
