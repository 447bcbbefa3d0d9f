//! Winograd's F(4 × 4, 3 × 3): 3 × 3 kernels at stride 1 with 36 products a tile of 4 × 4 outputs instead of 144.
//! For each of the 36 points, tiles × channels times channels × filters is a matrix product ([`transform`] has the
//! points and the error, [`filters`] and [`tiles`] the operands).
//!
//! Blocks of tiles keep the transformed image in the second-level cache. If there is one block only, filters are
//! transformed part by part just before their products; else all of them once, which takes four times their memory.
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
use crate::gemm::micro::GemmKernel;
use crate::gemm::{Matrix, Output, Start};
use crate::lane::WIDTH;
use crate::parts::parts;
use filters::Filters;
use tiles::Tiles;
use transform::SIDE;

/// Products a tile.
const POINTS: usize = SIDE * SIDE;
/// Tiles of a panel.
const PANEL: usize = 2 * WIDTH;
/// Floats of a block's transformed image: 512 KB, but not so few tiles that the filters' matrices are read for little.
const BLOCK: usize = 1 << 17;
const FEW_TILES: usize = 8 * PANEL;
/// Largest depth of one pass over a panel: as in `gemm::blocking`.
const DEPTH: usize = 512;
/// Filters of a part: their products of a block stay in the cache until the way back.
const FILTERS: usize = 48;
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
    const READ: u64 = 640; // a tile in one channel
    const WRITE: u64 = 380; // a tile of one filter
    const FILTER: u64 = 270; // a kernel
    const START: u64 = 8; // beginning and ending a tile of sums, in steps of the depth
    let count = |count: usize| count as u64;
    let (channels, filters) = (count(shape.group_channels()), count(shape.group_filters()));
    let (tiles, pixels) = (count(Tiles::count(shape)), count(shape.batch * shape.output_pixels()));
    let products = count(POINTS) * (channels + START) * filters * tiles.next_multiple_of(count(PANEL));
    let transforms = READ * channels * tiles + WRITE * filters * tiles + FILTER * channels * filters;
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
    let (channels, count) = (shape.group_channels(), shape.group_filters());
    let tiles = Tiles::count(shape);
    let largest = (BLOCK / (POINTS * channels.max(1)) / PANEL * PANEL).max(FEW_TILES);
    let blocks = || parts(tiles, largest, PANEL);
    let filter_parts = || parts(count, FILTERS, K::ROWS);
    let room = largest.min(tiles).next_multiple_of(PANEL);
    let part = filter_parts().next()?.len();
    // Floats from one point's matrix to the next's.
    let (image_point, filter_point, product_point) = (channels * room + GAP, part * channels + GAP, part * room + GAP);
    let keeps_filters = blocks().nth(1).is_some();
    let kept = if keeps_filters { filter_parts().count() } else { 1 };
    let mut images = Scratch::f32s(POINTS * image_point)?;
    let mut weights = Scratch::f32s(kept * POINTS * filter_point)?;
    let mut products = Scratch::f32s(POINTS * product_point)?;
    let (images, products) = (images.as_mut_ptr(), products.as_mut_ptr());
    let mut at = Tiles::new(shape, room)?;

    for group in 0..shape.groups {
        let filters = filters.of_group(group);
        for block in blocks() {
            at.begin(block.clone());
            for channel in 0..channels {
                let x = x.add((group * channels + channel) * shape.image_pixels());
                at.read::<K::Lane>(x, images, image_point, panels(channels, channel));
            }
            for (i, some) in filter_parts().enumerate() {
                let weights = weights.as_mut_ptr().add(if keeps_filters { i * POINTS * filter_point } else { 0 });
                if block.start == 0 || !keeps_filters {
                    filters.transform::<K::Lane>(some.clone(), channels, weights, filter_point);
                }
                for point in 0..POINTS {
                    let weights = Matrix::rows(weights.add(point * filter_point), channels);
                    let (images, products) = (images.add(point * image_point), products.add(point * product_point));
                    multiply::<K>(some.len(), block.len(), channels, weights, images, products);
                }
                for (row, filter) in some.clone().map(|filter| group * count + filter).enumerate() {
                    let bias = bias.map_or(0.0, |bias| *bias.add(filter));
                    let y = y.add(filter * shape.output_pixels());
                    at.write::<K::Lane>(products, product_point, panels(some.len(), row), bias, y);
                }
            }
        }
    }
    Some(())
}

/// Where the elements of a row begin, for the tiles from a given one on, in panels of `rows` rows of eight tiles.
fn panels(rows: usize, row: usize) -> impl Fn(usize) -> usize {
    move |tile| (tile / PANEL * rows + row) * PANEL + tile % PANEL
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
