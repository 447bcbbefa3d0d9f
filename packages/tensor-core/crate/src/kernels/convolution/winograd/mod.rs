//! Winograd's F(4 × 4, 3 × 3): 3 × 3 kernels at stride 1 with 36 products a tile of 4 × 4 outputs instead of 144.
//! For each of the 36 points, tiles × channels times channels × filters is a matrix product ([`transform`] has the
//! points and the error, [`filters`] and [`tiles`] the operands).
//!
//! Blocks of tiles keep the transformed image in the second-level cache, and are what threads share. If there is one block
//! only, threads share the filters, which are then transformed part by part just before their products; else all of them
//! once, which takes four times their memory.
//!
//! Direct sum and tiles, best ms of interleaved runs in one process with relaxed SIMD (one core, Zen 4, 53 to 58 GFLOP/s
//! in registers), and GFLOP/s that the direct sum would need for the tiles' time. The gradient by the image takes as long;
//! its direct sum, which repacks the filters, up to a third longer.
//!
//! | channels → filters, image | batch 1 | | | batch 8 | | |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | 32 → 32, 112 × 112 | 4.66 | 2.23 | 104 | 37.7 | 19.0 | 97 |
//! | 64 → 64, 56 × 56 | 4.29 | 1.66 | 139 | 34.5 | 13.8 | 134 |
//! | 128 → 128, 28 × 28 | 4.18 | 1.56 | 149 | 33.5 | 11.3 | 164 |
//! | 256 → 256, 14 × 14 | 4.24 | 2.11 | 110 | 33.9 | 14.1 | 132 |
//! | 512 → 512, 7 × 7 | 4.65 | 4.58 | 50 | 37.1 | 15.4 | 120 |

pub mod filters;
pub mod tiles;
pub mod transform;

use super::Convolution;
use crate::arena::Scratch;
use crate::crew::{EachWorker, parts_for, share, workers};
use crate::gemm::micro::GemmKernel;
use crate::gemm::{Matrix, Output, Start};
use crate::lane::WIDTH;
use crate::parts::{Parts, parts, pieces};
use core::ops::Range;
use filters::Filters;
use tiles::{Block, Tiles};
use transform::SIDE;

/// Products a tile.
const POINTS: usize = SIDE * SIDE;
/// Tiles of a panel.
const PANEL: usize = 2 * WIDTH;
/// Floats of a block's transformed image: 512 KB, but not so few tiles that the filters' matrices are read for little.
const BLOCK: usize = 1 << 17;
const FEW_TILES: usize = 8 * PANEL;
/// Fewest tiles of a block that threads are given: fewer would read the filters for too little.
const FEWEST_TILES: usize = 3 * PANEL;
/// Largest depth of one pass over a panel: as in `gemm::blocking`.
const DEPTH: usize = 512;
/// Filters of a part: their products of a block stay in the cache until the way back.
const FILTERS: usize = 48;
/// What the transforms take, in multiply-adds of a matrix product: of a tile in one channel, of a tile of one filter, and of
/// a kernel (measured).
const READ: usize = 640;
const WRITE: usize = 380;
const FILTER: usize = 270;
/// Floats between the matrices of two points: whole pages apart, 36 stores would share the same few cache sets.
const GAP: usize = 16;

/// Whether a convolution can be computed so: 3 × 3, stride 1, no dilation.
pub fn fits(shape: &Convolution) -> bool {
    [shape.kernel, shape.stride, shape.dilation] == [[3, 3], [1, 1], [1, 1]]
}

/// Whether that is faster than a direct sum. Times are in multiply-adds of a matrix product; the transforms' were
/// measured, and the sum is within a fifth of the whole's for 16 to 512 channels. Few channels, few filters and
/// images of few tiles lose. The batch counts: an image's last bits may differ from one batch size to another.
pub fn pays(shape: &Convolution) -> bool {
    const START: u64 = 8; // beginning and ending a tile of sums, in steps of the depth
    let count = |count: usize| count as u64;
    let (channels, filters) = (count(shape.group_channels()), count(shape.group_filters()));
    let (tiles, pixels) = (count(Tiles::count(shape)), count(shape.batch * shape.output_pixels()));
    let products = count(POINTS) * (channels + START) * filters * tiles.next_multiple_of(count(PANEL));
    let transforms =
        count(READ) * channels * tiles + count(WRITE) * filters * tiles + count(FILTER) * channels * filters;
    let direct = 9 * channels * filters * pixels;
    // A direct sum runs at nine tenths of a product's speed.
    fits(shape) && products + transforms < direct * 11 / 10
}

/// y = x ⋆ filters + bias. None when there is no memory.
/// # Safety: the shape [`fits`] and has outputs; the operands hold what it says; y overlaps none of them.
pub unsafe fn correlate<K: GemmKernel>(
    shape: &Convolution,
    x: *const f32,
    filters: Filters,
    bias: Option<*const f32>,
    y: *mut f32,
) -> Option<()> {
    let [blocks, filter_parts] = cut::<K>(shape);
    let (channels, room, part) = (shape.group_channels(), blocks.longest(), filter_parts.longest());
    // Floats from one point's matrix to the next's.
    let (image_point, product_point) =
        (channels * room.next_multiple_of(PANEL) + GAP, part * room.next_multiple_of(PANEL) + GAP);
    let work = Work {
        shape,
        x,
        bias,
        y,
        tiles: Tiles::new(shape, room)?,
        images: EachWorker::f32s(POINTS * image_point)?,
        products: EachWorker::f32s(POINTS * product_point)?,
        image_point,
        product_point,
        filter_point: part * channels + GAP,
    };
    if blocks.count() > 1 {
        work.by_blocks::<K>(filters, blocks, filter_parts)
    } else {
        work.by_filters::<K>(filters, filter_parts)
    }
}

/// The blocks of tiles and the parts of a group's filters. A tile's outputs do not depend on the cut.
fn cut<K: GemmKernel>(shape: &Convolution) -> [Parts; 2] {
    let (tiles, channels, count) = (Tiles::count(shape), shape.group_channels(), shape.group_filters());
    let largest = (BLOCK / (POINTS * channels.max(1)) / PANEL * PANEL).max(FEW_TILES);
    let wanted = parts_for(nanoseconds(POINTS * tiles * channels * count));
    // As many blocks as the cache asks for, and as many for each thread if that leaves them enough tiles.
    let (cached, even) = (tiles.div_ceil(largest), tiles.div_ceil(largest).next_multiple_of(workers().min(wanted)));
    let blocks = pieces(tiles, if tiles >= even * FEWEST_TILES { even } else { cached }, PANEL);
    let parts_wanted = if blocks.count() > 1 { 1 } else { wanted };
    [blocks, parts(count, FILTERS.min(count.div_ceil(parts_wanted)), K::ROWS)]
}

/// What so many multiply-adds of a matrix product take.
fn nanoseconds(multiply_adds: usize) -> u64 {
    const SPEED: u64 = 25; // a nanosecond
    multiply_adds as u64 / SPEED
}

/// A convolution, and the memory for it: each worker's transformed images and products.
struct Work<'a> {
    shape: &'a Convolution,
    x: *const f32,
    bias: Option<*const f32>,
    y: *mut f32,
    tiles: Tiles<'a>,
    images: EachWorker,
    products: EachWorker,
    image_point: usize,
    product_point: usize,
    filter_point: usize,
}

impl Work<'_> {
    /// Many tiles: filters are transformed once, for all blocks; a block is one worker's, since what it writes and reads again
    /// would cost more on its way from one cache to another than it does to compute.
    unsafe fn by_blocks<K: GemmKernel>(&self, filters: Filters, blocks: Parts, filter_parts: Parts) -> Option<()> {
        let (channels, count) = (self.shape.group_channels(), self.shape.group_filters());
        let weights = Scratch::f32s(filter_parts.count() * POINTS * self.filter_point)?;
        let weights_of = |part: usize| weights.pointer().add(part * POINTS * self.filter_point);
        for group in 0..self.shape.groups {
            let filters = filters.of_group(group);
            share(filter_parts.count(), nanoseconds(FILTER * channels * count), |i| {
                filters.transform::<K::Lane>(filter_parts.get(i), channels, weights_of(i), self.filter_point);
            });
            let time = nanoseconds(POINTS * Tiles::count(self.shape) * channels * count);
            share(blocks.count(), time, |i| {
                let (block, images) = (self.tiles.block(blocks.get(i)), self.images.mine());
                self.read::<K>(&block, group, 0..channels, images);
                for (i, some) in filter_parts.into_iter().enumerate() {
                    self.multiply_and_write::<K>(&block, group, some, weights_of(i), images);
                }
            });
        }
        Some(())
    }

    /// Tiles of one block: the filters are the larger operand. They are transformed part by part, just before their products.
    unsafe fn by_filters<K: GemmKernel>(&self, filters: Filters, filter_parts: Parts) -> Option<()> {
        let (channels, count, tiles) =
            (self.shape.group_channels(), self.shape.group_filters(), Tiles::count(self.shape));
        let weights = EachWorker::f32s(POINTS * self.filter_point)?;
        for group in 0..self.shape.groups {
            let (filters, images) = (filters.of_group(group), self.images.mine());
            let time = nanoseconds(READ * channels * tiles);
            let some_channels = pieces(channels, parts_for(time), 1);
            share(some_channels.count(), time, |i| {
                self.read::<K>(&self.tiles.block(0..tiles), group, some_channels.get(i), images);
            });
            share(filter_parts.count(), nanoseconds((POINTS * tiles + FILTER) * channels * count), |i| {
                filters.transform::<K::Lane>(filter_parts.get(i), channels, weights.mine(), self.filter_point);
                self.multiply_and_write::<K>(
                    &self.tiles.block(0..tiles),
                    group,
                    filter_parts.get(i),
                    weights.mine(),
                    images,
                );
            });
        }
        Some(())
    }

    unsafe fn read<K: GemmKernel>(&self, block: &Block, group: usize, some: Range<usize>, images: *mut f32) {
        let channels = self.shape.group_channels();
        let x = self.x.add(group * channels * self.shape.image_pixels());
        block.read::<K::Lane>(x, some, channels, images, self.image_point);
    }

    unsafe fn multiply_and_write<K: GemmKernel>(
        &self,
        block: &Block,
        group: usize,
        some: Range<usize>,
        weights: *const f32,
        images: *const f32,
    ) {
        let (channels, products) = (self.shape.group_channels(), self.products.mine());
        for point in 0..POINTS {
            let weights = Matrix::rows(weights.add(point * self.filter_point), channels);
            let (images, products) = (images.add(point * self.image_point), products.add(point * self.product_point));
            multiply::<K>(some.len(), block.count(), channels, weights, images, products);
        }
        let first = group * self.shape.group_filters() + some.start;
        let bias = self.bias.map(|bias| bias.add(first));
        let y = self.y.add(first * self.shape.output_pixels());
        block.write::<K::Lane>(products, self.product_point, some.len(), bias, y);
    }
}

/// One point's products, filters × tiles, from panels and to panels; those of `tiles` rounded up to whole lanes.
unsafe fn multiply<K: GemmKernel>(
    filters: usize,
    tiles: usize,
    channels: usize,
    weights: Matrix,
    images: *const f32,
    products: *mut f32,
) {
    for along in parts(channels, DEPTH, 1) {
        for first in (0..tiles).step_by(PANEL) {
            let width = (tiles - first).min(PANEL).next_multiple_of(WIDTH);
            let panel = images.add(first * channels + along.start * PANEL);
            let output = Output { pointer: products.add(first * filters), row: PANEL };
            let start = if along.start == 0 { Start::Zero } else { Start::Output }.matrix(output);
            K::panel(filters, width, along.len(), weights.from(0, along.start), panel, PANEL, start, output);
        }
    }
}
