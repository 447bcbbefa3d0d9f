//! The sums over one run that a norm and its gradient need. For the gradient three: of g, of g d and of d, where g is the
//! gradient that comes in and d = x - mean. The last is not zero: the mean was rounded to f32, and so it says by how much.

use crate::kernels::reduce::LONGEST;
use crate::lane::{Lane, WIDTH};

/// Σ g, Σ g d, Σ d.
pub type Sums = [f64; 3];

pub fn add<const N: usize>(a: [f64; N], b: [f64; N]) -> [f64; N] {
    core::array::from_fn(|i| a[i] + b[i])
}

/// Accumulators of each sum.
const ACCUMULATORS: usize = 2;

/// The sums over `count` places, of which `lane(i)` gives g and d of four from i on and `one(i)` of a single one.
#[inline(always)]
pub fn sums_of<L: Lane>(count: usize, lane: impl Fn(usize) -> (L, L), one: impl Fn(usize) -> (f32, f32)) -> Sums {
    const TURN: usize = ACCUMULATORS * WIDTH;
    let zero = L::splat(0.0);
    let (mut totals, mut start) = ([0.0; 3], 0);
    while start + WIDTH <= count {
        let (mut g_sums, mut products, mut d_sums) = ([zero; ACCUMULATORS], [zero; ACCUMULATORS], [zero; ACCUMULATORS]);
        let mut step = |k: usize, at: usize| {
            let (g, d) = lane(at);
            g_sums[k] = g_sums[k].add(g);
            products[k] = g.multiply_add(d, products[k]);
            d_sums[k] = d_sums[k].add(d);
        };
        let end = count.min(start + LONGEST * TURN);
        while start + TURN <= end {
            for k in 0..ACCUMULATORS {
                step(k, start + k * WIDTH);
            }
            start += TURN;
        }
        if start + WIDTH <= end {
            step(0, start);
            start += WIDTH;
        }
        for (total, [a, b]) in totals.iter_mut().zip([g_sums, products, d_sums]) {
            *total += f64::from(a.add(b).sum());
        }
    }
    for (g, d) in (start..count).map(one) {
        totals = add(totals, [f64::from(g), f64::from(g * d), f64::from(d)]);
    }
    totals
}

/// Σ d and Σ d² of a run, where d = x - near.
/// # Safety: `x` points at `count` readable floats.
#[inline(never)]
pub unsafe fn sums_of_deviations<L: Lane>(count: usize, x: *const f32, near: f32) -> [f64; 2] {
    let nears = L::splat(near);
    let deviation = |i| L::load(x.add(i)).sub(nears);
    let [sum, squares, _] =
        sums_of::<L>(count, |i| (deviation(i), deviation(i)), |i| (*x.add(i) - near, *x.add(i) - near));
    [sum, squares]
}
