//! Local response norm (Krizhevsky, Sutskever & Hinton 2012, section 3.3): each element by the squares at its place in
//! neighbouring channels,
//!
//! y = x · s^-β,  s = k + α / n Σ x² over the n channels around its own, those beyond the edge being 0 (PyTorch's α / n).
//!
//! With the channels of j's window W(j), dx_i = dy_i s_i^-β - 2 α β / n · x_i Σ dy_j x_j s_j^(-β - 1) over j with i in W(j).

use super::for_each_lane;
use crate::crew::{EachWorker, parts_for, share};
use crate::kernels::transcendental::pow;
use crate::lane::Lane;
use crate::parts::pieces;
use core::ops::Range;

/// Places that go through all channels together, so that their window stays in the cache.
const TILE: usize = 64;

/// What a local response norm is taken of.
#[derive(Clone, Copy)]
pub struct Response {
    pub samples: usize,
    pub channels: usize,
    /// Elements of a channel of a sample.
    pub size: usize,
    /// Channels of a window, one at least: half of them before an element's own, which is one of those after.
    pub window: usize,
    pub alpha: f32,
    pub beta: f32,
    pub k: f32,
}

impl Response {
    /// The channels that `channel` is divided by, or with `back` those that are divided by it.
    fn around(&self, channel: usize, back: bool) -> Range<usize> {
        let (half, rest) = (self.window / 2, (self.window - 1) / 2);
        let (before, after) = if back { (rest, half) } else { (half, rest) };
        channel.saturating_sub(before)..self.channels.min(channel + after + 1)
    }

    /// Calls `f` with where a tile begins and its places, on as many threads as it is worth.
    unsafe fn share_tiles(&self, f: impl Fn(usize, usize)) {
        const NANOSECONDS: usize = 4; // of an element
        let tiles = self.size.div_ceil(TILE);
        let time = (self.samples * self.channels * self.size * NANOSECONDS) as u64;
        let cut = pieces(self.samples * tiles, parts_for(time), 1);
        share(cut.count(), time, |i| {
            for tile in cut.get(i) {
                let (sample, place) = (tile / tiles, tile % tiles * TILE);
                f(sample * self.channels * self.size + place, TILE.min(self.size - place));
            }
        });
    }

    /// s = m² · t of a lane, as t and m; m is 1 unless f32 does not hold the squares.
    /// # Safety: `x` points at its place in the first channel.
    #[inline(always)]
    unsafe fn spread<L: Lane>(&self, x: *const f32, n: usize, channel: usize) -> [L; 2] {
        let one = L::splat(1.0);
        let spread = self.spread_over(x, n, channel, one);
        if !L::splat(f32::MAX).less(spread).any() {
            return [spread, one];
        }
        let mut most = one;
        for other in self.around(channel, false) {
            most = most.max(L::load_first(x.add(other * self.size), n).abs());
        }
        let scale = most.less(L::splat(f32::INFINITY)).select(most, one);
        [self.spread_over(x, n, channel, scale), scale]
    }

    /// s / scale².
    #[inline(never)]
    unsafe fn spread_over<L: Lane>(&self, x: *const f32, n: usize, channel: usize, scale: L) -> L {
        let (inverse, mut squares) = (L::splat(1.0).div(scale), L::splat(0.0));
        for other in self.around(channel, false) {
            let share = L::load_first(x.add(other * self.size), n).mul(inverse);
            squares = share.multiply_add(share, squares);
        }
        squares.multiply_add(L::splat(self.alpha / self.window as f32), L::splat(self.k).mul(inverse).mul(inverse))
    }

    /// x · s^-β.
    #[inline(always)]
    fn over_power<L: Lane>(&self, x: L, [spread, scale]: [L; 2]) -> L {
        if self.beta == 0.75 {
            // The usual one, several times faster than a power.
            let (root, root_scale) = (spread.sqrt(), scale.sqrt());
            return x.div(scale.mul(root_scale)).div(root.mul(root.sqrt()));
        }
        let outer = power_of(scale, self.beta);
        x.mul(outer).mul(power_of(spread, self.beta)).mul(outer)
    }
}

#[inline(never)]
fn power_of<L: Lane>(spread: L, beta: f32) -> L {
    pow(spread, L::splat(-beta))
}

/// # Safety: `x` and `y` point at samples · channels · size valid floats, apart.
pub unsafe fn local_response_norm<L: Lane>(of: &Response, x: *const f32, y: *mut f32) {
    of.share_tiles(|first, places| {
        for channel in 0..of.channels {
            for_each_lane(places, |at, n| {
                let own = first + at + channel * of.size;
                let spread = of.spread::<L>(x.add(first + at), n, channel);
                of.over_power(L::load_first(x.add(own), n), spread).store_first(y.add(own), n);
            });
        }
    });
}

/// The gradient of [`local_response_norm`]. None if memory is short.
/// # Safety: `dy`, `x` and `dx` point at samples · channels · size valid floats; `dx` is apart from the others.
pub unsafe fn local_response_norm_gradient<L: Lane>(
    of: &Response,
    dy: *const f32,
    x: *const f32,
    dx: *mut f32,
) -> Option<()> {
    // Of each element of a tile dy x s^(-β - 1) · m, and 1 / m, which only times an x of the same magnitude f32 holds.
    let room = of.channels * TILE;
    let both = EachWorker::f32s(2 * room)?;
    let factor = -2.0 * of.alpha * of.beta / of.window as f32;
    of.share_tiles(|first, places| {
        let products = both.mine();
        let inverses = products.add(room);
        for channel in 0..of.channels {
            for_each_lane(places, |at, n| {
                let (own, in_tile) = (first + at + channel * of.size, channel * TILE + at);
                let [spread, scale] = of.spread::<L>(x.add(first + at), n, channel);
                let direct = of.over_power(L::load_first(dy.add(own), n), [spread, scale]);
                direct.store_first(dx.add(own), n);
                let inverse = L::splat(1.0).div(scale);
                let product = direct.mul(L::load_first(x.add(own), n).mul(inverse)).div(spread);
                product.store_first(products.add(in_tile), n);
                inverse.store_first(inverses.add(in_tile), n);
            });
        }
        for channel in 0..of.channels {
            for_each_lane(places, |at, n| {
                let own = first + at + channel * of.size;
                let (x, mut sum) = (L::load_first(x.add(own), n), L::splat(0.0));
                for other in of.around(channel, true) {
                    let in_tile = other * TILE + at;
                    let share = x.mul(L::load_first(inverses.add(in_tile), n));
                    sum = share.multiply_add(L::load_first(products.add(in_tile), n), sum);
                }
                sum.multiply_add(L::splat(factor), L::load_first(dx.add(own), n)).store_first(dx.add(own), n);
            });
        }
    });
    Some(())
}
