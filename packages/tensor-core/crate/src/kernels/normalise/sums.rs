//! The sums over one run that a norm and its gradient need. For the gradient three: of g, of g d and of d, where g is the
//! gradient that comes in and d = x - mean. The last is not zero: the mean was rounded to f32, and so it says by how much.

use super::is_near_zero;
use crate::kernels::reduce::LONGEST;
use crate::lane::{Lane, WIDTH};
use core::array::from_fn;

/// Σ g, Σ g d, Σ d.
pub type Sums = [f64; 3];

pub fn add<const N: usize>(a: [f64; N], b: [f64; N]) -> [f64; N] {
    from_fn(|i| a[i] + b[i])
}

/// N sums over `count` places, in A accumulators each, a power of two: with fewer, additions wait for each other, with more, registers run
/// out. `lane(i, sums)` adds the four from i on, and `one(i)` answers the terms of a single one.
#[inline(always)]
pub fn sums_of<L: Lane, const N: usize, const A: usize>(
    count: usize,
    lane: impl Fn(usize, [L; N]) -> [L; N],
    one: impl Fn(usize) -> [f32; N],
) -> [f64; N] {
    let turn = A * WIDTH;
    let (mut totals, mut start) = ([0.0; N], 0);
    while start + WIDTH <= count {
        let mut sums = [[L::splat(0.0); N]; A];
        let end = count.min(start + LONGEST * turn);
        while start + turn <= end {
            for (k, sums) in sums.iter_mut().enumerate() {
                *sums = lane(start + k * WIDTH, *sums);
            }
            start += turn;
        }
        while start + WIDTH <= end {
            sums[0] = lane(start, sums[0]);
            start += WIDTH;
        }
        let mut left = A;
        while left > 1 {
            left /= 2;
            for k in 0..left {
                sums[k] = from_fn(|i| sums[k][i].add(sums[k + left][i]));
            }
        }
        totals = from_fn(|i| totals[i] + f64::from(sums[0][i].sum()));
    }
    for terms in (start..count).map(one) {
        totals = add(totals, terms.map(f64::from));
    }
    totals
}

/// Σ d and Σ d² of a run, where d = x - near.
/// # Safety: `x` points at `count` readable floats.
#[inline(never)]
pub unsafe fn sums_of_deviations<L: Lane>(count: usize, x: *const f32, near: f32) -> [f64; 2] {
    let nears = L::splat(near);
    sums_of::<L, 2, 4>(
        count,
        |i, [sum, squares]| {
            let d = L::load(x.add(i)).sub(nears);
            [sum.add(d), d.multiply_add(d, squares)]
        },
        |i| {
            let d = *x.add(i) - near;
            [d, d * d]
        },
    )
}

/// What the sums of a gradient are taken of.
#[derive(Clone, Copy)]
pub struct Terms {
    pub dy: *const f32,
    pub x: *const f32,
    /// Of each element, or null for ones.
    pub weight: *const f32,
}

impl Terms {
    /// Those from an element on.
    /// # Safety: there are that many.
    pub unsafe fn from(self, at: usize) -> Self {
        let Terms { dy, x, weight } = self;
        Terms { dy: dy.add(at), x: x.add(at), weight: weight.wrapping_add(if weight.is_null() { 0 } else { at }) }
    }

    /// Σ g, Σ g d and Σ d of a run, where g = dy · weight and d = x - mean. Where the mean [`is_near_zero`] Σ d is 0.
    /// # Safety: there are `count` of each.
    pub unsafe fn sums<L: Lane>(self, count: usize, mean: f32, inverse_deviation: f64) -> Sums {
        let of = match (is_near_zero(mean, inverse_deviation), self.weight.is_null()) {
            (true, true) => sums_about_zero::<L, false>,
            (true, false) => sums_about_zero::<L, true>,
            (false, true) => sums_about::<L, false>,
            (false, false) => sums_about::<L, true>,
        };
        of(self, count, mean)
    }
}

#[inline(never)]
unsafe fn sums_about_zero<L: Lane, const WEIGHT: bool>(
    Terms { dy, x, weight }: Terms,
    count: usize,
    mean: f32,
) -> Sums {
    let [g, product] = sums_of::<L, 2, 4>(
        count,
        |i, [g_sum, products]| {
            let dy = L::load(dy.add(i));
            let g = if WEIGHT { dy.mul(L::load(weight.add(i))) } else { dy };
            [g_sum.add(g), g.multiply_add(L::load(x.add(i)), products)]
        },
        |i| {
            let g = if WEIGHT { *dy.add(i) * *weight.add(i) } else { *dy.add(i) };
            [g, g * *x.add(i)]
        },
    );
    [g, product - f64::from(mean) * g, 0.0]
}

#[inline(never)]
unsafe fn sums_about<L: Lane, const WEIGHT: bool>(Terms { dy, x, weight }: Terms, count: usize, mean: f32) -> Sums {
    let means = L::splat(mean);
    sums_of::<L, 3, 2>(
        count,
        |i, [g_sum, products, d_sum]| {
            let (dy, d) = (L::load(dy.add(i)), L::load(x.add(i)).sub(means));
            let g = if WEIGHT { dy.mul(L::load(weight.add(i))) } else { dy };
            [g_sum.add(g), g.multiply_add(d, products), d_sum.add(d)]
        },
        |i| {
            let (g, d) = (if WEIGHT { *dy.add(i) * *weight.add(i) } else { *dy.add(i) }, *x.add(i) - mean);
            [g, g * d, d]
        },
    )
}
