//! Layer norm (Ba, Kiros & Hinton 2016): each row by its own mean and variance, as PyTorch's `layer_norm`.

use super::sums::{add, sums_of_deviations};
use super::{Mean, are_held, for_each_lane, nanoseconds, share_each, wide};
use crate::crew::{parts_for, share};
use crate::kernels::reduce::{join_parts, parts_of, sum};
use crate::lane::Lane;
use crate::parts::pieces;

/// What a layer norm is taken of.
#[derive(Clone, Copy)]
pub struct LayerNorm {
    pub rows: usize,
    pub size: usize,
    /// Added to the variance.
    pub epsilon: f32,
    /// (size), or null for ones.
    pub weight: *const f32,
    /// (size), or null for zeros.
    pub bias: *const f32,
}

/// y = (x - mean) / √(variance + ε) · weight + bias: (rows, size) → (rows, size), with each row's mean and inverse deviation
/// unless null.
/// # Safety: `x` and `y` point at rows · size valid floats, the same or apart; `mean` and `inverse_deviation` at `rows`
/// writable ones or at nothing; weight and bias are as [`LayerNorm`] says.
pub unsafe fn layer_norm<L: Lane>(
    of: &LayerNorm,
    x: *const f32,
    y: *mut f32,
    mean: *mut f32,
    inverse_deviation: *mut f32,
) {
    let size = of.size;
    let cut = parts_of(size, 1);
    share_each(of.rows, size, 1, |some| {
        for row in some {
            let (x, y) = (x.add(row * size), y.add(row * size));
            let [total] = join_parts(cut, 1, [0.0], add, |some| [sum::<L>(some.len(), x.add(some.start))]);
            let near = (total / size as f64) as f32;
            let sums =
                join_parts(cut, 1, [0.0; 2], add, |some| sums_of_deviations::<L>(some.len(), x.add(some.start), near));
            let (mut centre, mut variance) = Mean::and_variance(near, sums, size);
            if !are_held(variance, of.epsilon) {
                (centre, variance) = wide::mean_and_variance(size, |i| *x.add(i));
            }
            let inverse = 1.0 / (variance + f64::from(of.epsilon)).sqrt();
            if !mean.is_null() {
                *mean.add(row) = centre.high;
            }
            if !inverse_deviation.is_null() {
                *inverse_deviation.add(row) = inverse as f32;
            }
            write_row::<L>(of, x, y, centre, inverse);
        }
    });
}

unsafe fn write_row<L: Lane>(of: &LayerNorm, x: *const f32, y: *mut f32, mean: Mean, inverse: f64) {
    let write = match (of.weight.is_null(), of.bias.is_null()) {
        (true, true) => write_run::<L, false, false>,
        (true, false) => write_run::<L, false, true>,
        (false, true) => write_run::<L, true, false>,
        (false, false) => write_run::<L, true, true>,
    };
    // (x - mean) · inverse = (x - high) · inverse - low · inverse
    let constants = [mean.high, inverse as f32, (-mean.low * inverse) as f32];
    let time = nanoseconds(of.size);
    let cut = pieces(of.size, parts_for(time), 64);
    share(cut.count(), time, |i| {
        let (at, count) = (cut.get(i).start, cut.get(i).len());
        write(count, x.add(at), of.weight.wrapping_add(at), of.bias.wrapping_add(at), y.add(at), constants);
    });
}

#[inline(never)]
unsafe fn write_run<L: Lane, const WEIGHT: bool, const BIAS: bool>(
    count: usize,
    x: *const f32,
    weight: *const f32,
    bias: *const f32,
    y: *mut f32,
    constants: [f32; 3],
) {
    let [mean, inverse, shift] = constants.map(L::splat);
    for_each_lane(count, |at, n| {
        let unit = L::load_first(x.add(at), n).sub(mean).multiply_add(inverse, shift);
        let result = match (WEIGHT, BIAS) {
            (false, false) => unit,
            (false, true) => unit.add(L::load_first(bias.add(at), n)),
            (true, false) => unit.mul(L::load_first(weight.add(at), n)),
            (true, true) => unit.multiply_add(L::load_first(weight.add(at), n), L::load_first(bias.add(at), n)),
        };
        result.store_first(y.add(at), n);
    });
}
