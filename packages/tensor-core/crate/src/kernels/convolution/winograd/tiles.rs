//! The image's side of the products, and the way back: tiles of 4 × 4 outputs, each from 6 × 6 inputs that overlap its
//! neighbours' by two. Four tiles share a lane, wherever they lie: in a row, at the end of one, in several images.

use super::super::Convolution;
use super::PANEL;
use super::transform::{SIDE, TILE, image, output};
use crate::crew::EachWorker;
use crate::gemm::pack::copy_row;
use crate::lane::{Lane, WIDTH};
use core::ops::Range;

/// Channels that are read together.
const TOGETHER: usize = 2;

/// Where a tile is.
#[derive(Clone, Copy)]
struct Place {
    /// Offset of its inputs in the strip.
    source: usize,
    /// Offset of its outputs in a filter's image, of the first image.
    target: usize,
    /// How much of it is in the output.
    rows: usize,
    columns: usize,
}

/// The tiles of a group's output, row after row, image after image.
pub struct Tiles<'a> {
    shape: &'a Convolution,
    /// Tile rows of an image, and tiles in a row.
    down: usize,
    across: usize,
    /// Each worker's, for the block that it works on.
    places: EachWorker,
    strips: EachWorker,
}

impl<'a> Tiles<'a> {
    pub fn count(shape: &Convolution) -> usize {
        shape.batch * shape.output[0].div_ceil(TILE) * shape.output[1].div_ceil(TILE)
    }

    /// Room for blocks of up to `largest` tiles.
    pub fn new(shape: &'a Convolution, largest: usize) -> Option<Self> {
        let [down, across] = shape.output.map(|size| size.div_ceil(TILE));
        let touched = largest.div_ceil(across) + 1;
        let places = largest.next_multiple_of(WIDTH) * size_of::<Place>();
        Some(Tiles {
            shape,
            down,
            across,
            places: EachWorker::f32s(places.div_ceil(size_of::<f32>()))?,
            strips: EachWorker::f32s(TOGETHER * touched * SIDE * (across * TILE + 2))?,
        })
    }

    /// Floats of a row of the strip.
    fn row(&self) -> usize {
        self.across * TILE + 2
    }

    /// The tiles of `range`, for the calling worker, until it asks for others.
    /// # Safety: they are tiles, at least one and not more than there is room for.
    pub unsafe fn block(&self, range: Range<usize>) -> Block<'_> {
        let tile_rows = range.start / self.across..range.end.div_ceil(self.across);
        let (row, size, strip) = (self.row(), self.shape.output, self.strips.mine());
        strip.write_bytes(0, TOGETHER * tile_rows.len() * SIDE * row);
        let places = self.places.mine().cast::<Place>();
        let padded = range.len().next_multiple_of(WIDTH);
        for i in 0..padded {
            let tile = (range.start + i).min(range.end - 1);
            let (tile_row, x) = (tile / self.across, tile % self.across * TILE);
            let (image, y) = (tile_row / self.down, tile_row % self.down * TILE);
            places.add(i).write(Place {
                source: (tile_row - tile_rows.start) * SIDE * row + x,
                target: image * self.shape.filters * self.shape.output_pixels() + y * size[1] + x,
                rows: (size[0] - y).min(TILE),
                columns: (size[1] - x).min(TILE),
            });
        }
        Block { tiles: self, count: range.len(), tile_rows, places: core::slice::from_raw_parts(places, padded), strip }
    }
}

/// The tiles that a worker works on.
pub struct Block<'a> {
    tiles: &'a Tiles<'a>,
    count: usize,
    /// The tile rows that it touches.
    tile_rows: Range<usize>,
    /// Where the tiles are, the last one repeated until they are a whole number of lanes.
    places: &'a [Place],
    /// For each of [`TOGETHER`] channels and each of the tile rows, six rows inside a border of zeros.
    strip: *mut f32,
}

impl Block<'_> {
    pub fn count(&self) -> usize {
        self.count
    }

    /// Copies what the block sees of one channel, the first image's at `x`, into a strip. All channels fill the same
    /// parts of it, so the border stays zero.
    unsafe fn fill<L: Lane>(&self, x: *const f32, strip: *mut f32) {
        let (shape, down, row) = (self.tiles.shape, self.tiles.down, self.tiles.row());
        let ([top, left], [height, width]) = (shape.padding, shape.image);
        let columns = width.min(row.saturating_sub(left));
        let mut to = strip.wrapping_add(left);
        for tile_row in self.tile_rows.clone() {
            let (image, y) = (tile_row / down, tile_row % down * TILE);
            let plane = x.add(image * shape.channels * shape.image_pixels());
            for y in y..y + SIDE {
                if y >= top && y - top < height {
                    copy_row::<L>(columns, plane.add((y - top) * width), to);
                }
                to = to.wrapping_add(row);
            }
        }
    }

    /// Bᵀ d B of the block's tiles in channels `some`, the first image's channel 0 at `x`. Each point's results are in panels
    /// of [`PANEL`] tiles of one of `channels` after the other; the next point's begin `point` floats on. Two channels are
    /// taken together: their tiles of a panel are one cache line.
    /// # Safety: every image holds the channels; `to` has room.
    #[inline(never)]
    pub unsafe fn read<L: Lane>(&self, x: *const f32, some: Range<usize>, channels: usize, to: *mut f32, point: usize) {
        let (pixels, strip_floats) = (self.tiles.shape.image_pixels(), self.tile_rows.len() * SIDE * self.tiles.row());
        for first in some.clone().step_by(TOGETHER) {
            let count = (some.end - first).min(TOGETHER);
            for i in 0..count {
                self.fill::<L>(x.add((first + i) * pixels), self.strip.add(i * strip_floats));
            }
            let mut to = to.add(first * PANEL);
            for panel in self.places.chunks(PANEL) {
                for channel in 0..count {
                    let (strip, to) = (self.strip.add(channel * strip_floats), to.add(channel * PANEL));
                    for (i, four) in panel.chunks_exact(WIDTH).enumerate() {
                        self.read_four::<L>(four, strip, to.add(i * WIDTH), point);
                    }
                }
                to = to.wrapping_add(channels * PANEL);
            }
        }
    }

    /// Four tiles of one channel.
    #[inline(always)]
    unsafe fn read_four<L: Lane>(&self, four: &[Place], strip: *const f32, to: *mut f32, point: usize) {
        let (row, from) = (self.tiles.row(), [0, 1, 2, 3].map(|tile| strip.add(four[tile].source)));
        // Written out: LLVM does not unroll a loop here, and the rows would go through memory, three times as slow.
        let [a, b] = read_rows::<L>(from, row);
        let [c, d] = read_rows::<L>(from.map(|from| from.add(2 * row)), row);
        let [e, f] = read_rows::<L>(from.map(|from| from.add(4 * row)), row);
        for j in 0..SIDE {
            let column = image([a[j], b[j], c[j], d[j], e[j], f[j]]);
            for (i, value) in column.into_iter().enumerate() {
                value.store(to.add((i * SIDE + j) * point));
            }
        }
    }

    /// Aᵀ m A + bias of the block's tiles, for filters whose outputs follow one another, the first image's at `y`. Each point's
    /// products are in panels of [`PANEL`] tiles of one filter after the other, which is the order in which they are taken:
    /// filter by filter, each cache line would be fetched twice. The next point's begin `point` floats on.
    /// # Safety: the products are there, and a bias for each filter if for any; every image has room for the filters' outputs.
    #[inline(never)]
    pub unsafe fn write<L: Lane>(
        &self,
        mut from: *const f32,
        point: usize,
        filters: usize,
        bias: Option<*const f32>,
        y: *mut f32,
    ) {
        let pixels = self.tiles.shape.output_pixels();
        for panel in self.places.chunks(PANEL) {
            for filter in 0..filters {
                let bias = L::splat(bias.map_or(0.0, |bias| *bias.add(filter)));
                let y = y.wrapping_add(filter * pixels);
                for (i, four) in panel.chunks_exact(WIDTH).enumerate() {
                    self.write_four(four, from.add(i * WIDTH), point, bias, y);
                }
                from = from.add(PANEL);
            }
        }
    }

    /// Four tiles of one filter.
    #[inline(always)]
    unsafe fn write_four<L: Lane>(&self, four: &[Place], from: *const f32, point: usize, bias: L, y: *mut f32) {
        let width = self.tiles.shape.output[1];
        let mut rows = [[L::splat(0.0); SIDE]; TILE];
        for j in 0..SIDE {
            let column = [0, 1, 2, 3, 4, 5].map(|i| L::load(from.add((i * SIDE + j) * point)));
            for (row, value) in rows.iter_mut().zip(output(column)) {
                row[j] = value;
            }
        }
        let is_whole = four.iter().all(|place| place.rows == TILE && place.columns == TILE);
        for (i, row) in rows.into_iter().enumerate() {
            let pixels = L::transpose(output(row).map(|pixel| pixel.add(bias)));
            for (place, pixels) in four.iter().zip(pixels) {
                let to = y.wrapping_add(place.target + i * width);
                if is_whole {
                    pixels.store(to);
                } else if i < place.rows {
                    pixels.store_first(to, place.columns);
                }
            }
        }
    }
}

/// Two rows of four tiles, their columns transformed.
#[inline(always)]
unsafe fn read_rows<L: Lane>(from: [*const f32; WIDTH], row: usize) -> [[L; SIDE]; 2] {
    let [a, b, c, d] = L::transpose(from.map(|from| L::load(from)));
    let [e, f, g, h] = L::transpose(from.map(|from| L::load(from.add(row))));
    // The last two columns of both.
    let [m, n, o, p] = L::transpose(from.map(|from| L::load_pairs(from.add(WIDTH), from.add(row + WIDTH))));
    [image([a, b, c, d, m, n]), image([e, f, g, h, o, p])]
}
