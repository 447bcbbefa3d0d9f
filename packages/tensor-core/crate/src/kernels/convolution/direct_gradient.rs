//! The gradient by few filters, depthwise above all: lanes run along the pixels of an output row, and one pass sums five
//! or six taps of one or two filters. Neither dy nor the image is packed. Sums of a run of pixels are carried over to f64.

use super::planes::{Planes, Taps};
use super::runs::Runs;
use super::{Convolution, nanoseconds};
use crate::lane::{Lane, WIDTH};
use crate::parts::parts;
use core::ops::Range;

/// Pixels that are summed one after the other, in four lanes.
const RUN: usize = 1024;

/// dw (filters, channels / groups, kernel). None when there is no memory.
/// # Safety: the operands hold what the sizes say; dw overlaps none of them.
pub unsafe fn of_few_filters<L: Lane>(shape: &Convolution, x: *const f32, dy: *const f32, dw: *mut f32) -> Option<()> {
    let (channels, filters, depth) = (shape.group_channels(), shape.group_filters(), shape.depth());
    let outputs = shape.output_pixels();
    let planes = Planes::of_input(shape)?;
    let taps = Taps::of_kernel(shape, &planes)?;
    let mut runs = Runs::new(shape, filters * depth)?;
    runs.sum::<L>(nanoseconds(filters * depth * outputs), |image, group, sums| {
        planes.fill::<L>(x.add((image * shape.channels + group * channels) * shape.image_pixels()), shape.image);
        let sweep = Sweep {
            source: planes.pointer(),
            taps: taps.pointer(),
            depth,
            rows: shape.output[0],
            columns: shape.output[1],
            row_step: planes.row_step(shape.stride[0]),
        };
        let mut filter = 0;
        while filter < filters {
            let gradient = dy.add((image * shape.filters + group * filters + filter) * outputs);
            let to = sums.add(filter * depth);
            if filter + 2 <= filters {
                sweep.all_taps::<L, 2>(gradient, to);
                filter += 2;
            } else {
                sweep.all_taps::<L, 1>(gradient, to);
                filter += 1;
            }
        }
    });
    dw.copy_from_nonoverlapping(runs.total(0), shape.filters * depth);
    Some(())
}

/// One group of one image in its planes.
struct Sweep {
    source: *const f32,
    taps: *const u32,
    depth: usize,
    rows: usize,
    columns: usize,
    row_step: usize,
}

impl Sweep {
    /// Sums of `F` filters += what this image gives, in passes of five or six taps, whichever leaves fewer over.
    unsafe fn all_taps<L: Lane, const F: usize>(&self, gradient: *const f32, sums: *mut f32) {
        let passes = self.depth.div_ceil(6);
        if passes * 5 >= self.depth {
            (0..passes).for_each(|i| self.pass::<L, F, 5>(i * 5, gradient, sums));
        } else {
            (0..passes).for_each(|i| self.pass::<L, F, 6>(i * 6, gradient, sums));
        }
    }

    /// `T` taps from `first` on; a pass that lacks some repeats the last one in their place.
    #[inline(never)]
    unsafe fn pass<L: Lane, const F: usize, const T: usize>(&self, first: usize, gradient: *const f32, to: *mut f32) {
        let mut totals = [[0.0; F]; T];
        let across = parts(self.columns, RUN, WIDTH);
        for rows in parts(self.rows, (RUN / self.columns).max(1), 1) {
            for columns in across {
                self.block::<L, F, T>(first, gradient, rows.clone(), columns, &mut totals);
            }
        }
        for (t, totals) in totals.into_iter().enumerate().take(self.depth - first) {
            for (f, total) in totals.into_iter().enumerate() {
                *to.add(f * self.depth + first + t) += total as f32;
            }
        }
    }

    /// Totals += what some pixels give.
    #[inline(always)]
    unsafe fn block<L: Lane, const F: usize, const T: usize>(
        &self,
        first: usize,
        gradient: *const f32,
        rows: Range<usize>,
        columns: Range<usize>,
        totals: &mut [[f64; F]; T],
    ) {
        let mut sums = [[L::splat(0.0); F]; T];
        let mut sources = [self.source; T];
        for (t, source) in sources.iter_mut().enumerate() {
            let tap = *self.taps.add((first + t).min(self.depth - 1)) as usize;
            *source = self.source.add(tap + rows.start * self.row_step + columns.start);
        }
        let mut gradients = [gradient; F];
        for (f, gradient) in gradients.iter_mut().enumerate() {
            *gradient = gradient.add((f * self.rows + rows.start) * self.columns + columns.start);
        }
        // Several rows are whole ones, and follow each other.
        let columns = columns.len();
        let rest = columns % WIDTH;
        for _ in rows {
            let mut left = columns / WIDTH;
            while left != 0 {
                step::<L, F, T>(&mut sums, &mut sources, &mut gradients, WIDTH);
                left -= 1;
            }
            if rest != 0 {
                step::<L, F, T>(&mut sums, &mut sources, &mut gradients, rest);
            }
            for source in &mut sources {
                *source = source.wrapping_add(self.row_step - columns);
            }
        }
        for (sums, totals) in sums.into_iter().zip(totals) {
            for (sum, total) in sums.into_iter().zip(totals) {
                *total += f64::from(sum.sum());
            }
        }
    }
}

/// One lane of `count` pixels; pointers move on by as many.
#[inline(always)]
unsafe fn step<L: Lane, const F: usize, const T: usize>(
    sums: &mut [[L; F]; T],
    sources: &mut [*const f32; T],
    gradients: &mut [*const f32; F],
    count: usize,
) {
    let load = |from| if count == WIDTH { L::load(from) } else { L::load_first(from, count) };
    let mut lanes = [L::splat(0.0); F];
    for (lane, gradient) in lanes.iter_mut().zip(gradients.iter_mut()) {
        *lane = load(*gradient);
        *gradient = gradient.add(count);
    }
    for (source, sums) in sources.iter_mut().zip(sums.iter_mut()) {
        let x = load(*source);
        for (sum, dy) in sums.iter_mut().zip(lanes) {
            *sum = dy.multiply_add(x, *sum);
        }
        *source = source.add(count);
    }
}
