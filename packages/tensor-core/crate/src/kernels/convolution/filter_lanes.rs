//! The gradient by filters that are too few, or over images that are too large, for what [`super::filter_gradient`] packs: the register tile holds six taps by eight
//! filters while it runs over the output pixels: taps are read from the bordered image rows as they lie, dy is packed as eight
//! filters a pixel.
//!
//! Images are added in their order, in as many runs as follow from the shape ([`Runs`]), and the runs' sums then in theirs; an
//! image's pixels in blocks of [`PIXELS`], and many blocks in groups.

use super::planes::{Planes, Taps};
use super::runs::Runs;
use super::{Convolution, nanoseconds};
use crate::crew::{EachWorker, parts_for, share};
use crate::gemm::micro::row_groups;
use crate::gemm::{Matrix, pack};
use crate::kernels::elementwise::zip_run;
use crate::lane::{Lane, WIDTH};
use crate::parts::{parts, pieces};

/// Filters of a panel.
const PANEL: usize = 2 * WIDTH;
/// Pixels of dy packed at a time, and summed one after the other.
const PIXELS: usize = 256;
/// Blocks of pixels that are added one after the other.
const FEW_BLOCKS: usize = 64;

/// dw (filters, channels / groups, kernel). None when there is no memory.
/// # Safety: the operands hold what the sizes say; dw overlaps none of them.
pub unsafe fn of_filters<L: Lane>(shape: &Convolution, x: *const f32, dy: *const f32, dw: *mut f32) -> Option<()> {
    let (channels, filters, depth) = (shape.group_channels(), shape.group_filters(), shape.depth());
    let (pixels, [rows, columns]) = (shape.output_pixels(), shape.output);
    let planes = Planes::of_input(shape)?;
    let taps = Taps::of_kernel(shape, &planes)?;
    let row_step = planes.row_step(shape.stride[0]);
    // Some rows, or a part of one.
    let row_blocks = parts(rows, (PIXELS / columns).max(1), 1);
    let column_blocks = parts(columns, PIXELS, 1);
    let blocks = parts(row_blocks.count() * column_blocks.count(), FEW_BLOCKS, 1);
    let packed = EachWorker::f32s(row_blocks.longest() * column_blocks.longest() * PANEL)?;
    // For every panel of filters depth × 8, as the tile leaves it.
    let panels = filters.div_ceil(PANEL);
    let panel_size = depth * PANEL;
    let some_blocks = EachWorker::f32s(if blocks.count() > 1 { panel_size } else { 0 })?;
    let time = nanoseconds(filters * depth * pixels);
    let mut runs = Runs::new(shape, panels * panel_size)?;
    runs.sum::<L>(time, |image, group, sums| {
        planes.fill::<L>(x.add((image * shape.channels + group * channels) * shape.image_pixels()), shape.image);
        let (source, gradient) = (planes.pointer(), dy.add((image * shape.filters + group * filters) * pixels));
        let cut = pieces(panels, parts_for(time), 1);
        share(cut.count(), time, |i| {
            for panel in cut.get(i) {
                let (of_panel, width) = (sums.add(panel * panel_size), (filters - panel * PANEL).min(PANEL));
                for some in blocks {
                    let to = if blocks.count() > 1 { some_blocks.mine() } else { of_panel };
                    if blocks.count() > 1 {
                        to.write_bytes(0, panel_size);
                    }
                    for block in some {
                        let rows = row_blocks.get(block / column_blocks.count());
                        let columns_of_block = column_blocks.get(block % column_blocks.count());
                        let first = rows.start * columns + columns_of_block.start;
                        let by_pixel =
                            Matrix { pointer: gradient.add(panel * PANEL * pixels + first), row: 1, column: pixels };
                        pack::pack_panels::<L>(rows.len() * columns_of_block.len(), width, by_pixel, packed.mine());
                        let sweep = Sweep {
                            source: source.add(rows.start * row_step + columns_of_block.start),
                            taps: taps.pointer(),
                            rows: rows.len(),
                            columns: columns_of_block.len(),
                            row_gap: row_step - columns_of_block.len(),
                            gradient: packed.mine(),
                            sums: to,
                        };
                        sweep.all_taps::<L>(depth, width);
                    }
                    if blocks.count() > 1 {
                        zip_run::<L, 4>(panel_size, of_panel, to, of_panel, &L::add);
                    }
                }
            }
        });
    });
    for group in 0..shape.groups {
        for panel in 0..panels {
            let by_tap = Matrix { pointer: runs.total(group).add(panel * panel_size), row: 1, column: PANEL };
            let to = dw.add((group * filters + panel * PANEL) * depth);
            pack::copy::<L>((filters - panel * PANEL).min(PANEL), depth, by_tap, to, depth);
        }
    }
    Some(())
}

/// sums[t][f] += Σ source[taps[t] + place of p] · gradient[p][f] over `rows` × `columns` pixels and eight filters.
#[derive(Clone, Copy)]
struct Sweep {
    source: *const f32,
    taps: *const u32,
    rows: usize,
    columns: usize,
    /// From the end of one row of pixels to the beginning of the next.
    row_gap: usize,
    gradient: *const f32,
    sums: *mut f32,
}

impl Sweep {
    /// Taps in groups of at most six, of which the first `filters` columns are wanted.
    unsafe fn all_taps<L: Lane>(mut self, depth: usize, filters: usize) {
        debug_assert!(depth > 0, "a tile has a tap at least");
        for (groups, size) in row_groups(depth) {
            let tiles = match (size, filters > WIDTH) {
                (6, true) => Self::tiles::<L, 6, 2>,
                (5, true) => Self::tiles::<L, 5, 2>,
                (4, true) => Self::tiles::<L, 4, 2>,
                (3, true) => Self::tiles::<L, 3, 2>,
                (2, true) => Self::tiles::<L, 2, 2>,
                (_, true) => Self::tiles::<L, 1, 2>,
                (6, false) => Self::tiles::<L, 6, 1>,
                (5, false) => Self::tiles::<L, 5, 1>,
                (4, false) => Self::tiles::<L, 4, 1>,
                (3, false) => Self::tiles::<L, 3, 1>,
                (2, false) => Self::tiles::<L, 2, 1>,
                (_, false) => Self::tiles::<L, 1, 1>,
            };
            tiles(self, groups);
            (self.taps, self.sums) = (self.taps.add(groups * size), self.sums.add(groups * size * PANEL));
        }
    }

    /// `groups` times `T` taps by `N` lanes of filters.
    #[inline(never)]
    unsafe fn tiles<L: Lane, const T: usize, const N: usize>(self, groups: usize) {
        let (mut taps, mut to) = (self.taps, self.sums);
        for _ in 0..groups {
            let mut sums = [[L::splat(0.0); N]; T];
            let mut pixels = [self.source; T];
            for (t, pixels) in pixels.iter_mut().enumerate() {
                *pixels = self.source.add(*taps.add(t) as usize);
            }
            let mut gradient = self.gradient;
            for _ in 0..self.rows {
                let mut left = self.columns;
                while left != 0 {
                    let mut lanes = [L::splat(0.0); N];
                    for (n, lane) in lanes.iter_mut().enumerate() {
                        *lane = L::load(gradient.add(n * WIDTH));
                    }
                    for (pixel, sums) in pixels.iter_mut().zip(sums.iter_mut()) {
                        let x = L::load_splat(*pixel);
                        for (sum, lane) in sums.iter_mut().zip(lanes) {
                            *sum = x.multiply_add(lane, *sum);
                        }
                        *pixel = pixel.add(1);
                    }
                    gradient = gradient.add(PANEL);
                    left -= 1;
                }
                pixels = pixels.map(|pixel| pixel.wrapping_add(self.row_gap));
            }
            for t in 0..T {
                for n in 0..N {
                    let to = to.add(t * PANEL + n * WIDTH);
                    L::load(to).add(sums[t][n]).store(to);
                }
            }
            (taps, to) = (taps.add(T), to.add(T * PANEL));
        }
    }
}
