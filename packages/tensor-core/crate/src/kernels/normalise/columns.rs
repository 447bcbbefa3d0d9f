//! Batch norm of planes whose channels have few elements, one at least (features): an element's place in its plane is a
//! column, columns are summed over the planes, neighbouring ones side by side, and a channel is some neighbouring columns.

use super::batch::{Affine, BatchNorm, Gradient};
use super::{Gradients, Mean, nanoseconds, share_each};
use crate::arena::Scratch;
use crate::crew::{parts_for, share};
use crate::kernels::reduce::LONGEST;
use crate::lane::{Lane, WIDTH};
use crate::parts::{Parts, pieces};
use core::array::from_fn;
use core::ops::Range;
use core::slice::from_raw_parts_mut;

/// Columns that stay with one thread.
const GRAIN: usize = 64;
/// Numbers kept for each column: the mean, then the factors of its result.
const CONSTANTS: usize = 4;
/// Lanes of columns that go down the planes together.
const TOGETHER: usize = 2;

/// The columns of a batch norm, with memory for what is known of each.
struct Columns<'a> {
    of: &'a BatchNorm,
    /// Columns of a plane.
    width: usize,
    /// Parts of the planes, by the shape alone.
    parts: Parts,
    /// (CONSTANTS, width)
    constants: Scratch,
    /// (parts, sums, width) of f64
    totals: Scratch,
    /// The most sums that are taken at a time.
    sums: usize,
}

impl<'a> Columns<'a> {
    #[inline(never)]
    fn new(of: &'a BatchNorm, sums: usize) -> Option<Self> {
        const ELEMENTS: usize = 1 << 15; // of a part worth a thread's while
        const TOTALS: usize = 1 << 14;
        const MOST: usize = 16;
        let width = of.channels * of.size;
        let most = (TOTALS / width.max(1)).clamp(1, MOST);
        let parts = pieces(of.planes, (of.planes * width / ELEMENTS).clamp(1, most), 1);
        Some(Columns {
            of,
            width,
            parts,
            constants: Scratch::f32s(CONSTANTS * width)?,
            totals: Scratch::f32s(2 * sums * width * parts.count())?,
            sums,
        })
    }

    /// Calls `f` with ranges of channels, on as many threads as it is worth.
    unsafe fn share(&self, f: impl Fn(Range<usize>)) {
        share_each(self.of.channels, self.of.count(), GRAIN.div_ceil(self.of.size.max(1)), f);
    }

    fn columns_of(&self, channels: &Range<usize>) -> Range<usize> {
        channels.start * self.of.size..channels.end * self.of.size
    }

    unsafe fn constants(&self, which: usize) -> *mut f32 {
        self.constants.pointer().add(which * self.width)
    }

    /// Of each column of a part, sum number `i`.
    unsafe fn totals(&self, part: usize, i: usize) -> *mut f64 {
        self.totals.pointer().cast::<f64>().add((part * self.sums + i) * self.width)
    }

    /// Gives all columns of a channel the same constants, from number `first` on.
    #[inline(never)]
    unsafe fn set(&self, first: usize, channel: usize, values: &[f32]) {
        for (i, &value) in values.iter().enumerate() {
            let of_channel = self.constants(first + i).add(channel * self.of.size);
            from_raw_parts_mut(of_channel, self.of.size).fill(value);
        }
    }

    /// Takes N sums over the planes for each of the channels' columns, of what `terms` answers for the place of a lane, its
    /// length and the means.
    #[inline(always)]
    unsafe fn add_up<L: Lane, const N: usize>(
        &self,
        channels: &Range<usize>,
        terms: impl Fn(usize, usize, L) -> [L; N] + Copy,
    ) {
        let (columns, width) = (self.columns_of(channels), self.width);
        share(self.parts.count(), nanoseconds(self.of.planes * columns.len()), |part| {
            let (planes, mean) = (self.parts.get(part), self.constants(0).cast_const());
            let totals: [*mut f64; N] = from_fn(|i| self.totals(part, i));
            for totals in totals {
                from_raw_parts_mut(totals.add(columns.start), columns.len()).fill(0.0);
            }
            let terms = held(terms);
            for block in planes.clone().step_by(LONGEST) {
                let block = block..planes.end.min(block + LONGEST);
                for_each_chunk(
                    columns.clone(),
                    |column| sum_chunk::<L, N, TOGETHER>(&block, width, column, WIDTH, mean, totals, terms),
                    |column, n| sum_chunk::<L, N, 1>(&block, width, column, n, mean, totals, terms),
                );
            }
        });
    }

    /// A channel's sum number `i`, its columns' and parts' together.
    #[inline(never)]
    unsafe fn sum(&self, channel: usize, i: usize) -> f64 {
        let columns = channel * self.of.size..(channel + 1) * self.of.size;
        let of_part = |part: usize| columns.clone().map(|column| *self.totals(part, i).add(column)).sum::<f64>();
        (0..self.parts.count()).map(of_part).sum()
    }

    /// Writes what `result` answers for the place of a lane, its length and N constants, for all of the channels' columns, on
    /// as many threads as it is worth.
    #[inline(always)]
    unsafe fn write<L: Lane, const N: usize>(
        &self,
        channels: &Range<usize>,
        y: *mut f32,
        result: impl Fn(usize, usize, [L; N]) -> L + Copy,
    ) {
        let (columns, width) = (self.columns_of(channels), self.width);
        let time = nanoseconds(self.of.planes * columns.len());
        let cut = pieces(self.of.planes, parts_for(time), 1);
        share(cut.count(), time, |i| {
            let (planes, constants) = (cut.get(i), from_fn(|i| self.constants(i).cast_const()));
            let result = held(result);
            for_each_chunk(
                columns.clone(),
                |column| write_chunk::<L, N, TOGETHER>(&planes, width, column, WIDTH, constants, y, result),
                |column, n| write_chunk::<L, N, 1>(&planes, width, column, n, constants, y, result),
            );
        });
    }

    #[inline(never)]
    unsafe fn write_affine<L: Lane>(&self, channels: &Range<usize>, x: *const f32, y: *mut f32) {
        self.write::<L, 3>(channels, y, move |place, n, [mean, scale, shift]| {
            L::load_first(x.add(place), n).sub(mean).multiply_add(scale, shift)
        });
    }
}

/// A copy of what a closure captured, which no write to memory can change, so that a loop reads it once.
#[inline(always)]
fn held<T: Copy>(captured: T) -> T {
    captured
}

/// Calls `chunk` with the first column of each `TOGETHER` lanes, and `rest` with that and the length of lanes that remain.
#[inline(always)]
fn for_each_chunk(columns: Range<usize>, chunk: impl Fn(usize), rest: impl Fn(usize, usize)) {
    let mut column = columns.start;
    while column + TOGETHER * WIDTH <= columns.end {
        chunk(column);
        column += TOGETHER * WIDTH;
    }
    while column < columns.end {
        let n = WIDTH.min(columns.end - column);
        rest(column, n);
        column += n;
    }
}

/// Adds the sums of `LANES` lanes of columns, each of length `n`, over at most `LONGEST` planes to the totals.
#[inline(always)]
unsafe fn sum_chunk<L: Lane, const N: usize, const LANES: usize>(
    planes: &Range<usize>,
    width: usize,
    column: usize,
    n: usize,
    mean: *const f32,
    totals: [*mut f64; N],
    terms: impl Fn(usize, usize, L) -> [L; N],
) {
    let mean: [L; LANES] = from_fn(|lane| L::load_first(mean.add(column + lane * WIDTH), n));
    let mut sums = [[L::splat(0.0); LANES]; N];
    for plane in planes.clone() {
        for lane in 0..LANES {
            let terms = terms(plane * width + column + lane * WIDTH, n, mean[lane]);
            (0..N).for_each(|i| sums[i][lane] = sums[i][lane].add(terms[i]));
        }
    }
    for (totals, sums) in totals.into_iter().zip(sums) {
        for (lane, sum) in sums.into_iter().enumerate() {
            let totals = totals.add(column + lane * WIDTH);
            (0..n).for_each(|i| *totals.add(i) += f64::from(sum.to_array()[i]));
        }
    }
}

/// Writes `LANES` lanes of columns, each of length `n`.
#[inline(always)]
unsafe fn write_chunk<L: Lane, const N: usize, const LANES: usize>(
    planes: &Range<usize>,
    width: usize,
    column: usize,
    n: usize,
    constants: [*const f32; N],
    y: *mut f32,
    result: impl Fn(usize, usize, [L; N]) -> L,
) {
    let constants: [[L; N]; LANES] =
        from_fn(|lane| constants.map(|constants| L::load_first(constants.add(column + lane * WIDTH), n)));
    for plane in planes.clone() {
        for lane in 0..LANES {
            let place = plane * width + column + lane * WIDTH;
            result(place, n, constants[lane]).store_first(y.add(place), n);
        }
    }
}

/// # Safety: as [`super::batch_norm`].
pub unsafe fn normalise<L: Lane>(
    of: &BatchNorm,
    x: *const f32,
    y: *mut f32,
    mean: *mut f32,
    variance: *mut f32,
) -> Option<()> {
    let columns = Columns::new(of, 2)?;
    columns.share(|channels| {
        columns.add_up::<L, 1>(&channels, move |place, n, _| [L::load_first(x.add(place), n)]);
        let near = |channel: usize| mean.add(channel);
        for channel in channels.clone() {
            *near(channel) = (columns.sum(channel, 0) / of.count() as f64) as f32;
            columns.set(0, channel, &[*near(channel)]);
        }
        columns.add_up::<L, 2>(&channels, move |place, n, near| {
            let deviation = L::load_first(x.add(place), n).sub(near);
            [deviation, deviation.mul(deviation)]
        });
        for channel in channels.clone() {
            let sums = from_fn(|i| columns.sum(channel, i));
            let (centre, spread) = of.held(channel, x, Mean::and_variance(*near(channel), sums, of.count()));
            (*mean.add(channel), *variance.add(channel)) = (centre.high, spread as f32);
            let Affine { mean, scale, shift } = of.affine(channel, centre, spread);
            columns.set(0, channel, &[mean, scale, shift]);
        }
        columns.write_affine::<L>(&channels, x, y);
    });
    Some(())
}

/// # Safety: as [`super::batch_norm_apply`].
pub unsafe fn apply<L: Lane>(
    of: &BatchNorm,
    x: *const f32,
    y: *mut f32,
    affine: impl Fn(usize) -> Affine,
) -> Option<()> {
    let columns = Columns::new(of, 0)?;
    columns.share(|channels| {
        for channel in channels.clone() {
            let Affine { mean, scale, shift } = affine(channel);
            columns.set(0, channel, &[mean, scale, shift]);
        }
        columns.write_affine::<L>(&channels, x, y);
    });
    Some(())
}

/// # Safety: as [`super::batch_norm_gradient`].
pub unsafe fn gradient<L: Lane>(
    of: &BatchNorm,
    dy: *const f32,
    x: *const f32,
    mean: *const f32,
    variance: *const f32,
    to: Gradients,
) -> Option<()> {
    let columns = Columns::new(of, 3)?;
    columns.share(|channels| {
        for channel in channels.clone() {
            columns.set(0, channel, &[*mean.add(channel)]);
        }
        let takes_sums = Gradient::takes_sums(of, to);
        if takes_sums {
            columns.add_up::<L, 3>(&channels, move |place, n, mean| {
                let (dy, deviation) = (L::load_first(dy.add(place), n), L::load_first(x.add(place), n).sub(mean));
                [dy, dy.mul(deviation), deviation]
            });
        }
        for channel in channels.clone() {
            let sum = |i| if takes_sums { columns.sum(channel, i) } else { 0.0 };
            let gradient = of.gradient(channel, *variance.add(channel), from_fn(sum));
            gradient.write(channel, to);
            if of.given {
                let Affine { mean, scale, shift } = gradient.as_affine();
                columns.set(0, channel, &[mean, scale, shift]);
            } else {
                columns.set(1, channel, &[gradient.scale, gradient.slope, gradient.rest]);
            }
        }
        if of.given && !to.x.is_null() {
            columns.write_affine::<L>(&channels, dy, to.x);
        } else if !to.x.is_null() {
            columns.write::<L, 4>(&channels, to.x, move |place, n, [mean, scale, slope, rest]| {
                let (dy, deviation) = (L::load_first(dy.add(place), n), L::load_first(x.add(place), n).sub(mean));
                dy.multiply_add(scale, deviation.multiply_add(slope, rest))
            });
        }
    });
    Some(())
}
