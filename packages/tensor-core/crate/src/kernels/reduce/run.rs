//! Folds of contiguous runs. Parts of bounded length are folded in lanes, and their results in f64: the error of a sum
//! does not grow with its length. Where parts begin and end follows from the length alone.

use crate::lane::{Lane, WIDTH};

/// Steps along a column that are folded in one register.
pub const LONGEST: usize = 32;
/// Accumulators of a contiguous run.
const ACCUMULATORS: usize = 8;
/// An associative operation with its identity, on lanes within a run and in f64 across runs.
pub trait Fold<L> {
    const IDENTITY: f32;
    /// What is folded of an element.
    #[inline(always)]
    fn of(x: L, _centre: L) -> L {
        x
    }
    fn step(a: L, b: L) -> L;
    fn join(a: f64, b: f64) -> f64;
    /// What becomes of all elements' fold.
    fn finish(total: f64) -> f64 {
        total
    }
}

pub struct Add;
pub struct Multiply;
pub struct Largest;
/// As [`Largest`], passing over NaN.
struct LargestNumber;
pub struct Smallest;
/// The power of two at or below the largest magnitude; 1 where that is 0, ∞ or NaN.
pub struct Magnitude;
/// The sum of the squared distances to a centre.
pub struct Squares;

impl<L: Lane> Fold<L> for Add {
    const IDENTITY: f32 = 0.0;
    #[inline(always)]
    fn step(a: L, b: L) -> L {
        a.add(b)
    }
    fn join(a: f64, b: f64) -> f64 {
        a + b
    }
}

impl<L: Lane> Fold<L> for Multiply {
    const IDENTITY: f32 = 1.0;
    #[inline(always)]
    fn step(a: L, b: L) -> L {
        a.mul(b)
    }
    fn join(a: f64, b: f64) -> f64 {
        a * b
    }
}

impl<L: Lane> Fold<L> for Largest {
    const IDENTITY: f32 = f32::NEG_INFINITY;
    #[inline(always)]
    fn step(a: L, b: L) -> L {
        a.max(b)
    }
    fn join(a: f64, b: f64) -> f64 {
        if a > b || a.is_nan() { a } else { b }
    }
}

impl<L: Lane> Fold<L> for LargestNumber {
    const IDENTITY: f32 = f32::NEG_INFINITY;
    #[inline(always)]
    fn step(a: L, b: L) -> L {
        a.pseudo_max(b) // one instruction where `max` is eight
    }
    fn join(a: f64, b: f64) -> f64 {
        if a < b { b } else { a }
    }
}

impl<L: Lane> Fold<L> for Smallest {
    const IDENTITY: f32 = f32::INFINITY;
    #[inline(always)]
    fn step(a: L, b: L) -> L {
        a.min(b)
    }
    fn join(a: f64, b: f64) -> f64 {
        if a < b || a.is_nan() { a } else { b }
    }
}

impl<L: Lane> Fold<L> for Magnitude {
    const IDENTITY: f32 = 0.0;
    #[inline(always)]
    fn of(x: L, _centre: L) -> L {
        x.abs()
    }
    #[inline(always)]
    fn step(a: L, b: L) -> L {
        a.max(b)
    }
    fn join(a: f64, b: f64) -> f64 {
        if a > b || a.is_nan() { a } else { b }
    }
    fn finish(total: f64) -> f64 {
        const EXPONENT: u64 = 0x7ff << 52; // no f32 is subnormal as an f64
        if total > 0.0 && total < f64::INFINITY { f64::from_bits(total.to_bits() & EXPONENT) } else { 1.0 }
    }
}

impl<L: Lane> Fold<L> for Squares {
    const IDENTITY: f32 = 0.0;
    #[inline(always)]
    fn of(x: L, centre: L) -> L {
        let distance = x.sub(centre);
        distance.mul(distance)
    }
    #[inline(always)]
    fn step(a: L, b: L) -> L {
        a.add(b)
    }
    fn join(a: f64, b: f64) -> f64 {
        a + b
    }
}

/// The largest of a contiguous run, NaN if any is.
/// # Safety: `x` points at `count` readable floats.
pub unsafe fn largest<L: Lane>(count: usize, x: *const f32) -> f32 {
    fold_run::<L, Largest>(count, x, 0.0) as f32
}

/// The largest of a contiguous run, passing over NaN; -∞ if there is nothing else.
/// # Safety: `x` points at `count` readable floats.
pub unsafe fn largest_number<L: Lane>(count: usize, x: *const f32) -> f32 {
    fold_run::<L, LargestNumber>(count, x, 0.0) as f32
}

/// The smallest of a contiguous run, NaN if any is.
/// # Safety: `x` points at `count` readable floats.
pub unsafe fn smallest<L: Lane>(count: usize, x: *const f32) -> f32 {
    fold_run::<L, Smallest>(count, x, 0.0) as f32
}

/// The sum of a contiguous run.
/// # Safety: `x` points at `count` readable floats.
pub unsafe fn sum<L: Lane>(count: usize, x: *const f32) -> f64 {
    fold_run::<L, Add>(count, x, 0.0)
}

/// The sum of f(x) over a contiguous run.
/// # Safety: `x` points at `count` readable floats.
#[inline(always)]
pub unsafe fn sum_of<L: Lane>(count: usize, x: *const f32, f: impl Fn(L) -> L) -> f64 {
    fold_loaded::<L, Add, ACCUMULATORS>(count, |i| f(L::load(x.add(i))), |i| f(L::load_splat(x.add(i))).to_array()[0])
}

/// The sum of a · b over two contiguous runs.
/// # Safety: `a` and `b` point at `count` readable floats.
#[inline(always)]
pub unsafe fn sum_of_products<L: Lane>(count: usize, a: *const f32, b: *const f32) -> f64 {
    sum_of_pairs::<L>(count, a, b, L::mul)
}

/// The sum of f(a, b) over two contiguous runs.
/// # Safety: `a` and `b` point at `count` readable floats.
#[inline(always)]
pub unsafe fn sum_of_pairs<L: Lane>(count: usize, a: *const f32, b: *const f32, f: impl Fn(L, L) -> L) -> f64 {
    fold_loaded::<L, Add, ACCUMULATORS>(
        count,
        |i| f(L::load(a.add(i)), L::load(b.add(i))),
        |i| f(L::load_splat(a.add(i)), L::load_splat(b.add(i))).to_array()[0],
    )
}

/// y = f(x) over a contiguous run, and the sum of y.
/// # Safety: `x` and `y` point at `count` valid floats; they are the same or apart.
#[inline(always)]
pub unsafe fn map_and_sum<L: Lane>(count: usize, x: *const f32, y: *mut f32, f: impl Fn(L) -> L) -> f64 {
    let lane = |i| {
        let result = f(L::load(x.add(i)));
        result.store(y.add(i));
        result
    };
    let one = |i| {
        let [result, ..] = f(L::load_splat(x.add(i))).to_array();
        *y.add(i) = result;
        result
    };
    fold_loaded::<L, Add, 2>(count, lane, one) // two, which leave registers for the constants of f
}

/// A contiguous run.
/// # Safety: `x` points at `count` readable floats.
#[inline(never)]
pub unsafe fn fold_run<L: Lane, F: Fold<L>>(count: usize, x: *const f32, centre: f32) -> f64 {
    let centre = L::splat(centre);
    let one = |i| F::of(L::load_splat(x.add(i)), centre).to_array()[0];
    fold_loaded::<L, F, ACCUMULATORS>(count, |i| F::of(L::load(x.add(i)), centre), one)
}

/// `count` elements, of which `lane(i)` gives four from i on and `one(i)` a single one, by parts that fill each of `A`
/// accumulators at most `LONGEST` times.
#[inline(always)]
fn fold_loaded<L: Lane, F: Fold<L>, const A: usize>(
    count: usize,
    lane: impl Fn(usize) -> L,
    one: impl Fn(usize) -> f32,
) -> f64 {
    let mut total = f64::from(F::IDENTITY);
    for start in (0..count).step_by(LONGEST * A * WIDTH) {
        let end = count.min(start + LONGEST * A * WIDTH);
        let mut sums = [L::splat(F::IDENTITY); A];
        let mut i = start;
        while i + A * WIDTH <= end {
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum = F::step(*sum, lane(i + k * WIDTH));
            }
            i += A * WIDTH;
        }
        while i + WIDTH <= end {
            sums[0] = F::step(sums[0], lane(i));
            i += WIDTH;
        }
        let mut left = A; // a power of two
        while left > 1 {
            left /= 2;
            for k in 0..left {
                sums[k] = F::step(sums[2 * k], sums[2 * k + 1]);
            }
        }
        total = sums[0].to_array().into_iter().fold(total, |total, part| F::join(total, f64::from(part)));
        while i < end {
            total = F::join(total, f64::from(one(i)));
            i += 1;
        }
    }
    total
}
