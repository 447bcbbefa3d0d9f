//! The same in f64, element by element: for deviations whose squares f32 does not hold (10²⁰), or loses (10⁻²⁵ without an ε).
//! What is normal otherwise never comes here, so this need not be fast.

use super::batch::{BatchNorm, Gradient};
use super::{Gradients, Mean};

/// As [`super::layer::row_statistics`] begins: the centre, and the mean square of what is left.
/// # Safety: `x` points at `size` readable floats.
pub unsafe fn row_statistics(size: usize, x: *const f32, centred: bool) -> (Mean, f64) {
    if centred {
        return mean_and_variance(size, |i| *x.add(i));
    }
    let squares: f64 = (0..size).map(|i| f64::from(*x.add(i)).powi(2)).sum();
    (Mean { high: 0.0, low: 0.0 }, squares / size as f64)
}

/// The mean and the variance of the elements that `x` gives.
pub fn mean_and_variance(count: usize, x: impl Fn(usize) -> f32) -> (Mean, f64) {
    let mean = (0..count).map(|i| f64::from(x(i))).sum::<f64>() / count as f64;
    let squares: f64 = (0..count).map(|i| (f64::from(x(i)) - mean).powi(2)).sum();
    let high = mean as f32;
    (Mean { high, low: mean - f64::from(high) }, squares / count as f64)
}

/// A channel's part of [`super::batch_norm_gradient`]. It takes the variance again, of which an f32 has no digit left.
/// # Safety: as [`super::batch_norm_gradient`].
pub unsafe fn batch_norm_gradient(of: &BatchNorm, channel: usize, dy: *const f32, x: *const f32, to: Gradients) {
    let count = of.count();
    let at = |values: *const f32, i: usize| f64::from(*values.add(of.place(channel, i)));
    let (mean, variance) = mean_and_variance(count, |i| *x.add(of.place(channel, i)));
    let (mean, inverse) = (f64::from(mean.high) + mean.low, of.inverse_deviation(variance));
    let unit = |i: usize| (at(x, i) - mean) * inverse;
    let bias: f64 = (0..count).map(|i| at(dy, i)).sum();
    let weight: f64 = (0..count).map(|i| at(dy, i) * unit(i)).sum();
    Gradient { weight: weight as f32, bias: bias as f32, ..Gradient::default() }.write(channel, to);
    if !to.x.is_null() {
        let (scale, bias, weight) = (of.weight(channel) * inverse, bias / count as f64, weight / count as f64);
        for i in 0..count {
            *to.x.add(of.place(channel, i)) = (scale * (at(dy, i) - bias - unit(i) * weight)) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LayerNorm, batch_norm, batch_norm_gradient, layer_norm, layer_norm_gradient};
    use super::*;
    use crate::lane::Scalar;
    use core::ptr::null;

    const SCALES: [f32; 4] = [1e20, 1e37, 1e-18, 1e-25];

    fn values(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1013) as f32 / 253.0 - 2.0).collect()
    }

    /// x̂ of a group, and scale times the gradient of Σ g x̂ by x, without an ε.
    fn exact(x: &[f32], g: &[f32], scale: f32) -> [Vec<f64>; 2] {
        let x: Vec<f64> = x.iter().map(|&x| f64::from(x) / f64::from(scale)).collect();
        let average = |terms: &mut dyn Iterator<Item = f64>| terms.sum::<f64>() / x.len() as f64;
        let mean = average(&mut x.iter().copied());
        let deviation = average(&mut x.iter().map(|x| (x - mean).powi(2))).sqrt();
        let unit: Vec<f64> = x.iter().map(|x| (x - mean) / deviation).collect();
        let g_mean = average(&mut g.iter().map(|&g| f64::from(g)));
        let product = average(&mut g.iter().zip(&unit).map(|(&g, unit)| f64::from(g) * unit));
        let slope = |(&g, unit): (&f32, &f64)| (f64::from(g) - g_mean - unit * product) / deviation;
        let slopes = g.iter().zip(&unit).map(slope).collect();
        [unit, slopes]
    }

    #[track_caller]
    fn assert_close(got: &[f32], want: &[f64], scale: f32) {
        for (got, want) in got.iter().zip(want) {
            let got = f64::from(*got) * f64::from(scale);
            assert!((got - want).abs() <= 4e-6 * want.abs().max(1.0), "{got}, not {want}, at {scale}");
        }
    }

    #[test]
    fn rows_of_any_magnitude_are_as_exact_as_others() {
        let (rows, size) = (3, 37);
        for scale in SCALES {
            let x: Vec<f32> = values(rows * size, 1).iter().map(|x| x * scale).collect();
            let dy = values(rows * size, 2);
            let of = LayerNorm { rows, size, centred: true, epsilon: 0.0, weight: null(), bias: null() };
            let [mut y, mut dx] = [vec![9.0; rows * size], vec![9.0; rows * size]];
            let ([mut mean, mut inverse], [mut dweight, mut dbias]) =
                ([[9.0; 3]; 2], [vec![9.0; size], vec![9.0; size]]);
            // SAFETY: all slices have the sizes given.
            unsafe {
                layer_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), inverse.as_mut_ptr());
                let to = Gradients { x: dx.as_mut_ptr(), weight: dweight.as_mut_ptr(), bias: dbias.as_mut_ptr() };
                let (mean, inverse) = (mean.as_ptr(), inverse.as_ptr());
                layer_norm_gradient::<Scalar>([rows, size], dy.as_ptr(), x.as_ptr(), mean, inverse, null(), to)
                    .unwrap();
            }
            let mut want_dweight = vec![0.0; size];
            for row in (0..rows).map(|row| row * size..(row + 1) * size) {
                let [unit, slopes] = exact(&x[row.clone()], &dy[row.clone()], scale);
                assert_close(&y[row.clone()], &unit, 1.0);
                assert_close(&dx[row.clone()], &slopes, scale);
                let terms = unit.iter().zip(&dy[row]).map(|(unit, &dy)| unit * f64::from(dy));
                want_dweight.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
            }
            assert_close(&dweight, &want_dweight, 1.0);
        }
    }

    #[test]
    fn channels_of_any_magnitude_are_as_exact_as_others() {
        // As columns and as runs; the last channel is ordinary.
        for (planes, channels, size) in [(40, 3, 1), (3, 3, 70)] {
            for scale in SCALES {
                let of_channel = |at: usize| if at / size % channels == 2 { 1.0 } else { scale };
                let x: Vec<f32> =
                    values(planes * channels * size, 1).iter().enumerate().map(|(at, x)| x * of_channel(at)).collect();
                let dy = values(x.len(), 2);
                let of = BatchNorm { planes, channels, size, given: false, epsilon: 0.0, weight: null(), bias: null() };
                let [mut y, mut dx] = [vec![9.0; x.len()], vec![9.0; x.len()]];
                let [mut mean, mut variance, mut dweight, mut dbias] = [[9.0; 3]; 4];
                // SAFETY: all slices have the sizes given.
                unsafe {
                    let (mean, variance) = (mean.as_mut_ptr(), variance.as_mut_ptr());
                    batch_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean, variance).unwrap();
                    let to = Gradients { x: dx.as_mut_ptr(), weight: dweight.as_mut_ptr(), bias: dbias.as_mut_ptr() };
                    batch_norm_gradient::<Scalar>(&of, dy.as_ptr(), x.as_ptr(), mean, variance, to).unwrap();
                }
                for channel in 0..channels {
                    let group = |of_all: &[f32]| -> Vec<f32> {
                        (0..of.count()).map(|i| of_all[of.place(channel, i)]).collect()
                    };
                    let scale = of_channel(of.place(channel, 0));
                    let [unit, slopes] = exact(&group(&x), &group(&dy), scale);
                    assert_close(&group(&y), &unit, 1.0);
                    assert_close(&group(&dx), &slopes, scale);
                    let (mut weight, mut bias) = (0.0, 0.0);
                    for (unit, &dy) in unit.iter().zip(&group(&dy)) {
                        (weight, bias) = (weight + unit * f64::from(dy), bias + f64::from(dy));
                    }
                    assert_close(&[dweight[channel], dbias[channel]], &[weight, bias], 1.0);
                }
            }
        }
    }
}
