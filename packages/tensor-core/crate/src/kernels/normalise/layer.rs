//! Layer norm (Ba, Kiros & Hinton 2016): each row by its own mean and variance, as PyTorch's `layer_norm`; and RMS norm
//! (Zhang & Sennrich 2019), which is the same about 0 instead of the mean.

use super::sums::{add, sums_of_deviations};
use super::{GUESSED_BY, Mean, are_held, for_each_lane, guess_of, nanoseconds, share_along, share_each, wide};
use crate::kernels::reduce::{join_parts, parts_of, sum};
use crate::lane::Lane;
use crate::parts::Parts;

/// What a layer norm is taken of.
#[derive(Clone, Copy)]
pub struct LayerNorm {
    pub rows: usize,
    pub size: usize,
    /// Whether deviations are from the mean of the row; else from 0.
    pub centred: bool,
    /// Added to the variance.
    pub epsilon: f32,
    /// (size), or null for ones.
    pub weight: *const f32,
    /// (size), or null for zeros.
    pub bias: *const f32,
}

/// y = (x - mean) / √(variance + ε) · weight + bias: (rows, size) → (rows, size), with each row's mean and inverse deviation
/// unless null; the mean is taken for 0 unless `centred`.
/// # Safety: `x` and `y` point at rows · size valid floats, the same or apart; `mean` and `inverse_deviation` at `rows`
/// writable ones or at nothing; weight and bias are as [`LayerNorm`] says.
pub unsafe fn layer_norm<L: Lane>(
    of: &LayerNorm,
    x: *const f32,
    y: *mut f32,
    mean: *mut f32,
    inverse_deviation: *mut f32,
) {
    let (size, cut) = (of.size, parts_of(of.size, 1));
    share_each(of.rows, size, 1, |some| {
        for row in some {
            let (x, y) = (x.add(row * size), y.add(row * size));
            let (centre, inverse) = row_statistics::<L>(size, cut, x, of.centred, of.epsilon);
            if !mean.is_null() {
                *mean.add(row) = centre.high;
            }
            if !inverse_deviation.is_null() {
                *inverse_deviation.add(row) = inverse as f32;
            }
            write_row::<L>(size, [of.weight, of.bias], x, y, centre, inverse);
        }
    });
}

/// What deviations of a row are from, and one over the root of their mean square and ε.
/// # Safety: `x` points at `size` readable floats, of which `cut` is [`parts_of`].
#[inline(never)]
pub unsafe fn row_statistics<L: Lane>(
    size: usize,
    cut: Parts,
    x: *const f32,
    centred: bool,
    epsilon: f32,
) -> (Mean, f64) {
    let sums =
        |near| join_parts(cut, 1, [0.0; 2], add, |some| sums_of_deviations::<L>(some.len(), x.add(some.start), near));
    let (mut centre, mut variance) = if centred {
        let guess = || guess_of(|i| L::load(x.add(i * (size / GUESSED_BY))));
        Mean::and_variance_of(
            size,
            guess,
            || join_parts(cut, 1, [0.0], add, |some| [sum::<L>(some.len(), x.add(some.start))])[0],
            sums,
        )
    } else {
        (Mean { high: 0.0, low: 0.0 }, sums(0.0)[1] / size as f64)
    };
    if !are_held(variance, epsilon) {
        (centre, variance) = wide::row_statistics(size, x, centred);
    }
    (centre, 1.0 / (variance + f64::from(epsilon)).sqrt())
}

/// y = (x - mean) · inverse · weight + bias for a row with a weight and a bias, or nulls, for each of its elements.
/// # Safety: each pointer that is not null holds `size` floats.
pub unsafe fn write_row<L: Lane>(
    size: usize,
    [weight, bias]: [*const f32; 2],
    x: *const f32,
    y: *mut f32,
    mean: Mean,
    inverse: f64,
) {
    let write = match (weight.is_null(), bias.is_null()) {
        (true, true) => write_run::<L, false, false>,
        (true, false) => write_run::<L, false, true>,
        (false, true) => write_run::<L, true, false>,
        (false, false) => write_run::<L, true, true>,
    };
    // (x - mean) · inverse = (x - high) · inverse - low · inverse
    let constants = [mean.high, inverse as f32, (-mean.low * inverse) as f32];
    share_along(size, nanoseconds(size), |some| {
        let at = some.start;
        write(some.len(), x.add(at), weight.wrapping_add(at), bias.wrapping_add(at), y.add(at), constants);
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
