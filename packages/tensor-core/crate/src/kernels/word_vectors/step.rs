//! One step: a row to be told by what is known from others.

use super::Loss;
use crate::kernels::transcendental::exp_to_zero;
use crate::kernels::transcendental::log;
use crate::lane::{Lane, WIDTH};

/// Beyond it nothing is learnt: the word is known for what it is (MAX_EXP of the first program, word2vec.c).
const CERTAIN: f32 = 6.0;
/// Beyond it the loss stays the same: a float holds its power.
const FURTHEST: f32 = 80.0;
/// Likelihoods are multiplied down to it, then a logarithm is taken.
const LEAST: f32 = 1e-30;

/// Likelihood of what was there. Its logarithm is taken of many steps at once.
pub struct Likelihood {
    product: f32,
    pub loss: Loss,
}

impl Likelihood {
    pub fn new() -> Self {
        Likelihood { product: 1.0, loss: Loss::default() }
    }

    #[inline(always)]
    unsafe fn see<L: Lane>(&mut self, share: f32) {
        if self.product * share < LEAST {
            self.take_stock::<L>();
        }
        self.product *= share;
    }

    #[inline(never)]
    unsafe fn take_stock<L: Lane>(&mut self) {
        self.loss.sum -= f64::from(log::<L>()(L::splat(self.product)).to_array()[0]);
        self.product = 1.0;
    }

    pub unsafe fn finish<L: Lane>(mut self) -> Loss {
        if self.product != 1.0 {
            self.take_stock::<L>();
        }
        self.loss
    }
}

/// Tells by `row` whether it `is` the one: both `row` and `error` change. `error` may be `known` itself.
/// # Safety: all have `size` floats; `row` is apart from the others.
#[inline(never)] // once in the module
pub unsafe fn tell<L: Lane>(
    size: usize,
    rate: f32,
    known: *const f32,
    error: *mut f32,
    row: *mut f32,
    is: bool,
    likelihood: &mut Likelihood,
) {
    let x = dot::<L>(size, known, row);
    // Of being wrong against being right.
    let odds = exp_to_zero::<L>()(L::splat(if is { -x } else { x }.clamp(-FURTHEST, FURTHEST))).to_array()[0];
    let right = 1.0 / (1.0 + odds);
    likelihood.see::<L>(right);
    if x.abs() >= CERTAIN {
        return;
    }
    let steps = L::splat(if is { rate } else { -rate } * odds * right);
    for_each_lane(size, |at, n| {
        let (h, o, e) = (known.add(at), row.add(at), error.add(at));
        let (known, row) = (L::load_first(h, n), L::load_first(o, n));
        row.multiply_add(steps, L::load_first(e, n)).store_first(e, n);
        known.multiply_add(steps, row).store_first(o, n);
    });
}

/// Calls `f` with the start and the length of each lane.
#[inline(always)]
unsafe fn for_each_lane(size: usize, mut f: impl FnMut(usize, usize)) {
    let full = size / WIDTH * WIDTH;
    for at in (0..full).step_by(WIDTH) {
        f(at, WIDTH);
    }
    if full < size {
        f(full, size - full);
    }
}

/// x · y
#[inline(always)]
pub unsafe fn dot<L: Lane>(size: usize, x: *const f32, y: *const f32) -> f32 {
    const CHAINS: usize = 4;
    let mut sums = [L::splat(0.0); CHAINS];
    let mut add = |chain: usize, at: usize, n: usize| {
        sums[chain] = L::load_first(x.add(at), n).multiply_add(L::load_first(y.add(at), n), sums[chain]);
    };
    let whole = size / (CHAINS * WIDTH) * (CHAINS * WIDTH);
    for at in (0..whole).step_by(CHAINS * WIDTH) {
        add(0, at, WIDTH);
        add(1, at + WIDTH, WIDTH);
        add(2, at + 2 * WIDTH, WIDTH);
        add(3, at + 3 * WIDTH, WIDTH);
    }
    for at in (whole..size).step_by(WIDTH) {
        add(0, at, WIDTH.min(size - at));
    }
    sums[0].add(sums[1]).add(sums[2].add(sums[3])).sum()
}

/// sum += each of the rows, in their order.
#[inline(never)]
pub unsafe fn add_all<L: Lane>(size: usize, rows: &[*const f32], sum: *mut f32) {
    for_each_lane(size, |at, n| {
        let start = L::load_first(sum.add(at), n);
        rows.iter().fold(start, |sum, row| sum.add(L::load_first(row.add(at), n))).store_first(sum.add(at), n);
    });
}

/// sum += x
#[inline(never)]
pub unsafe fn add<L: Lane>(size: usize, x: *const f32, sum: *mut f32) {
    for_each_lane(size, |at, n| {
        L::load_first(sum.add(at), n).add(L::load_first(x.add(at), n)).store_first(sum.add(at), n);
    });
}

/// x *= by
#[inline(never)]
pub unsafe fn scale<L: Lane>(size: usize, by: f32, x: *mut f32) {
    let by = L::splat(by);
    for_each_lane(size, |at, n| L::load_first(x.add(at), n).mul(by).store_first(x.add(at), n));
}
