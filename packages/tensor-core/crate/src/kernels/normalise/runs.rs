//! Batch norm of planes: a channel is one contiguous run in each of them.

use super::batch::{Affine, BatchNorm, Gradient};
use super::sums::{Sums, Terms, add, sums_of_deviations};
use super::{GUESSED_BY, Gradients, Mean, for_each_lane, guess_of, nanoseconds, share_each};
use crate::crew::{parts_for, share};
use crate::kernels::reduce::{join_parts, parts_of, sum};
use crate::lane::Lane;
use crate::parts::pieces;
use core::ops::Range;
use core::ptr::null;

/// Where a channel's runs are, one a plane.
#[derive(Clone, Copy)]
struct Runs {
    planes: usize,
    size: usize,
    first: usize,
    step: usize,
}

impl Runs {
    fn of(norm: &BatchNorm, channel: usize) -> Self {
        let BatchNorm { planes, channels, size, .. } = *norm;
        Runs { planes, size, first: channel * size, step: channels * size }
    }

    /// Where one of [`GUESSED_BY`] lanes is, one after another further down the planes and along a run.
    fn sample(&self, i: usize) -> usize {
        self.first + i * self.planes / GUESSED_BY * self.step + i * (self.size / GUESSED_BY)
    }

    /// The sums of what `run` answers for the places where the runs begin.
    unsafe fn sums<const N: usize>(&self, run: impl Fn(usize) -> [f64; N]) -> [f64; N] {
        join_parts(parts_of(self.planes, self.size), self.size, [0.0; N], add, |some| {
            some.fold([0.0; N], |total, plane| add(total, run(self.first + plane * self.step)))
        })
    }

    /// Calls `run` with the places where the runs begin, on as many threads as it is worth.
    unsafe fn share(&self, run: impl Fn(usize)) {
        let time = nanoseconds(self.planes * self.size);
        let cut = pieces(self.planes, parts_for(time), 1);
        share(cut.count(), time, |i| cut.get(i).for_each(|plane| run(self.first + plane * self.step)));
    }
}

unsafe fn share_channels(of: &BatchNorm, some: impl Fn(Range<usize>)) {
    share_each(of.channels, of.count(), 1, some);
}

/// # Safety: as [`super::batch_norm`].
pub unsafe fn normalise<L: Lane>(of: &BatchNorm, x: *const f32, y: *mut f32, mean: *mut f32, variance: *mut f32) {
    share_channels(of, |some| {
        for channel in some {
            let runs = Runs::of(of, channel);
            let found = Mean::and_variance_of(
                of.count(),
                || guess_of(|i| L::load(x.add(runs.sample(i)))),
                || runs.sums(|at| [sum::<L>(of.size, x.add(at))])[0],
                |near| runs.sums(|at| sums_of_deviations::<L>(of.size, x.add(at), near)),
            );
            let (centre, spread) = of.held(channel, x, found);
            (*mean.add(channel), *variance.add(channel)) = (centre.high, spread as f32);
            let affine = of.affine(channel, centre, spread);
            runs.share(|at| affine_run::<L>(of.size, x.add(at), y.add(at), affine));
        }
    });
}

/// # Safety: as [`super::batch_norm_apply`].
pub unsafe fn apply<L: Lane>(of: &BatchNorm, x: *const f32, y: *mut f32, affine: impl Fn(usize) -> Affine) {
    share_channels(of, |some| {
        for channel in some {
            let affine = affine(channel);
            Runs::of(of, channel).share(|at| affine_run::<L>(of.size, x.add(at), y.add(at), affine));
        }
    });
}

/// # Safety: as [`super::batch_norm_gradient`].
pub unsafe fn gradient<L: Lane>(
    of: &BatchNorm,
    dy: *const f32,
    x: *const f32,
    mean: *const f32,
    variance: *const f32,
    to: Gradients,
) {
    share_channels(of, |some| {
        for channel in some {
            let (runs, mean) = (Runs::of(of, channel), *mean.add(channel));
            let inverse = of.inverse_deviation(f64::from(*variance.add(channel)));
            let terms = Terms { dy, x, weight: null() };
            let run = |at: usize| terms.from(at).sums::<L>(of.size, mean, inverse);
            let sums = if Gradient::takes_sums(of, to) { runs.sums(run) } else { Sums::default() };
            let gradient = of.gradient(channel, *variance.add(channel), sums);
            gradient.write(channel, to);
            if of.given && !to.x.is_null() {
                runs.share(|at| affine_run::<L>(of.size, dy.add(at), to.x.add(at), gradient.as_affine()));
            } else if !to.x.is_null() {
                runs.share(|at| gradient_run::<L>(of.size, dy.add(at), x.add(at), to.x.add(at), mean, gradient));
            }
        }
    });
}

/// # Safety: `x` and `y` point at `count` valid floats, the same or apart.
#[inline(never)]
pub unsafe fn affine_run<L: Lane>(count: usize, x: *const f32, y: *mut f32, affine: Affine) {
    let [mean, scale, shift] = [affine.mean, affine.scale, affine.shift].map(L::splat);
    for_each_lane(count, |at, n| {
        L::load_first(x.add(at), n).sub(mean).multiply_add(scale, shift).store_first(y.add(at), n);
    });
}

#[inline(never)]
unsafe fn gradient_run<L: Lane>(
    count: usize,
    dy: *const f32,
    x: *const f32,
    dx: *mut f32,
    mean: f32,
    gradient: Gradient,
) {
    let [mean, scale, slope, rest] = [mean, gradient.scale, gradient.slope, gradient.rest].map(L::splat);
    for_each_lane(count, |at, n| {
        let deviation = L::load_first(x.add(at), n).sub(mean);
        let dy = L::load_first(dy.add(at), n);
        dy.multiply_add(scale, deviation.multiply_add(slope, rest)).store_first(dx.add(at), n);
    });
}
