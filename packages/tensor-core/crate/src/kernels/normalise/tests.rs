//! Against the definitions in f64; gradients against differences of the definitions, and where those would take too long
//! against the formula that the differences have confirmed.

use super::*;
use crate::lane::Scalar;
use core::ptr::{null, null_mut};

const EPSILON: f32 = 1e-5;

fn values(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1013) as f32 / 253.0 - 2.0).collect()
}

fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&x| f64::from(x)).collect()
}

fn moments(x: &[f64]) -> (f64, f64) {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    (mean, x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / x.len() as f64)
}

/// (x - mean) / √(variance + ε) of a whole slice.
fn normal(x: &[f64]) -> Vec<f64> {
    let (mean, variance) = moments(x);
    x.iter().map(|x| (x - mean) / (variance + f64::from(EPSILON)).sqrt()).collect()
}

/// The gradient of Σ g · normal(x) by x.
fn slopes(x: &[f64], g: &[f64]) -> Vec<f64> {
    let (count, unit) = (x.len() as f64, normal(x));
    let deviation = (moments(x).1 + f64::from(EPSILON)).sqrt();
    let g_mean = g.iter().sum::<f64>() / count;
    let product_mean = g.iter().zip(&unit).map(|(g, unit)| g * unit).sum::<f64>() / count;
    let formula = |i: usize| (g[i] - g_mean - unit[i] * product_mean) / deviation;
    if x.len() <= 100 {
        let step = 1e-5 * deviation;
        for i in 0..x.len() {
            let loss = |by: f64| {
                let mut moved = x.to_vec();
                moved[i] += by;
                normal(&moved).iter().zip(g).map(|(y, g)| y * g).sum::<f64>()
            };
            let difference = (loss(step) - loss(-step)) / (2.0 * step);
            let error = (difference - formula(i)).abs() * deviation;
            assert!(error < 1e-5, "the formula gives {}, differences {difference}", formula(i));
        }
    }
    (0..x.len()).map(formula).collect()
}

/// Sums of many terms, whose rounding is measured by their magnitudes.
#[track_caller]
fn assert_close_sums(got: &[f32], want: &[f64], magnitudes: &[f64], what: &str) {
    for (i, ((got, want), magnitude)) in got.iter().zip(want).zip(magnitudes).enumerate() {
        let error = (f64::from(*got) - want).abs();
        assert!(error <= 3e-7 * magnitude.max(1.0), "{what} at {i}: {got}, not {want}");
    }
}

#[track_caller]
fn assert_close(got: &[f32], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let error = (f64::from(*got) - want).abs();
        assert!(error <= tolerance * want.abs().max(1.0), "{what} at {i}: {got}, not {want}");
    }
}

const ROWS: [(usize, usize); 12] = [
    (1, 1),
    (3, 2),
    (5, 10),
    (2, 33),
    (70, 64),
    (33, 7),
    (40, 1500),
    (150, 129),
    (3, 4099),
    (0, 5),
    (2, 40_000),
    (1, 140_003),
];

#[test]
fn rows_and_their_statistics_match_f64_even_far_from_zero() {
    for (rows, size) in ROWS {
        let (weight, bias) = (values(size, 1), values(size, 2));
        for offset in [0.0, 1e4, -3e5] {
            let x: Vec<f32> = values(rows * size, 3).iter().map(|x| x + offset).collect();
            for (with_weight, with_bias) in [(false, false), (true, false), (false, true), (true, true)] {
                let of = LayerNorm {
                    rows,
                    size,
                    centred: true,
                    epsilon: EPSILON,
                    weight: if with_weight { weight.as_ptr() } else { null() },
                    bias: if with_bias { bias.as_ptr() } else { null() },
                };
                let (mut y, mut mean, mut inverse) = (vec![9.0; rows * size], vec![9.0; rows], vec![9.0; rows]);
                // SAFETY: all slices have the sizes given.
                unsafe {
                    layer_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), inverse.as_mut_ptr())
                };
                for row in 0..rows {
                    let x = wide(&x[row * size..][..size]);
                    let (want_mean, variance) = moments(&x);
                    let tolerance = 6e-8 * want_mean.abs() + 1e-7 * variance.sqrt();
                    assert!((f64::from(mean[row]) - want_mean).abs() <= tolerance, "{rows} {size} {offset}");
                    let want_inverse = 1.0 / (variance + f64::from(EPSILON)).sqrt();
                    assert!((f64::from(inverse[row]) / want_inverse - 1.0).abs() < 1e-6, "{rows} {size} {offset}");
                    let affine = |(i, unit): (usize, f64)| {
                        unit * if with_weight { f64::from(weight[i]) } else { 1.0 }
                            + if with_bias { f64::from(bias[i]) } else { 0.0 }
                    };
                    let want: Vec<f64> = normal(&x).into_iter().enumerate().map(affine).collect();
                    assert_close(&y[row * size..][..size], &want, 1e-6, &format!("{rows} × {size} + {offset}"));
                }
            }
        }
    }
}

#[test]
fn gradients_of_rows_match_f64_whichever_are_wanted() {
    for (rows, size) in ROWS {
        let weight = values(size, 1);
        for (offset, weighted) in [(0.0, false), (0.0, true), (1.0, true), (1e4, true)] {
            let x: Vec<f32> = values(rows * size, 3).iter().map(|x| x + offset).collect();
            let dy = values(rows * size, 4);
            let weight = if weighted { weight.clone() } else { vec![1.0; size] };
            let of = LayerNorm { rows, size, centred: true, epsilon: EPSILON, weight: null(), bias: null() };
            let (mut y, mut mean, mut inverse) = (vec![9.0; rows * size], vec![9.0; rows], vec![9.0; rows]);
            // SAFETY: all slices have the sizes given.
            unsafe { layer_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), inverse.as_mut_ptr()) };
            let run = |wanted: [bool; 3]| {
                let [mut dx, mut dweight, mut dbias] = [dy.clone(), vec![9.0; size], vec![9.0; size]];
                let [x_to, weight_to, bias_to] = [&mut dx, &mut dweight, &mut dbias].map(|of| of.as_mut_ptr());
                let pick = |i: usize, to: *mut f32| if wanted[i] { to } else { null_mut() };
                let to = Gradients { x: pick(0, x_to), weight: pick(1, weight_to), bias: pick(2, bias_to) };
                let weight = if weighted { weight.as_ptr() } else { null() };
                // dx is written over dy, which may be.
                let dy = if wanted[0] { x_to.cast_const() } else { dy.as_ptr() };
                // SAFETY: all slices have the sizes given.
                unsafe {
                    layer_norm_gradient::<Scalar>(
                        [rows, size],
                        dy,
                        x.as_ptr(),
                        mean.as_ptr(),
                        inverse.as_ptr(),
                        weight,
                        to,
                    )
                }
                .unwrap();
                [dx, dweight, dbias]
            };
            let all = run([true; 3]);
            let [mut want_dweight, mut want_dbias, mut sizes, mut bias_sizes] = [0; 4].map(|_| vec![0.0; size]);
            let what = format!("{rows} × {size} + {offset}");
            for row in 0..rows {
                let (x, dy) = (wide(&x[row * size..][..size]), wide(&dy[row * size..][..size]));
                let g: Vec<f64> = dy.iter().zip(&weight).map(|(dy, &weight)| dy * f64::from(weight)).collect();
                assert_close(&all[0][row * size..][..size], &slopes(&x, &g), 4e-6, &format!("dx {what}"));
                for (i, unit) in normal(&x).into_iter().enumerate() {
                    want_dweight[i] += dy[i] * unit;
                    want_dbias[i] += dy[i];
                    sizes[i] += (dy[i] * unit).abs();
                    bias_sizes[i] += dy[i].abs();
                }
            }
            assert_close_sums(&all[1], &want_dweight, &sizes, &format!("dweight {what}"));
            assert_close_sums(&all[2], &want_dbias, &bias_sizes, &format!("dbias {what}"));
            for wanted in [[true, false, false], [false, true, false], [false, true, true], [true, false, true]] {
                let some = run(wanted);
                for i in (0..3).filter(|&i| wanted[i]) {
                    assert_eq!(some[i], all[i], "{what}, {wanted:?}: gradient {i}");
                }
            }
        }
    }
}

#[test]
fn equal_elements_give_the_bias_and_no_elements_nothing() {
    let (x, bias, mut y) = ([7.7; 6], [1.0, 2.0, 3.0], [9.0; 6]);
    let of = LayerNorm { rows: 2, size: 3, centred: true, epsilon: EPSILON, weight: null(), bias: bias.as_ptr() };
    // SAFETY: two rows of three; the statistics are not wanted.
    unsafe { layer_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), null_mut(), null_mut()) };
    assert_eq!(y, [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]);
    let of = LayerNorm { rows: 2, size: 0, ..of };
    let mut statistics = [9.0; 2];
    let mean = statistics.as_mut_ptr();
    // SAFETY: two rows of nothing.
    unsafe {
        layer_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean, null_mut());
        let to = Gradients { x: y.as_mut_ptr(), weight: y.as_mut_ptr(), bias: y.as_mut_ptr() };
        layer_norm_gradient::<Scalar>([2, 0], x.as_ptr(), x.as_ptr(), mean, mean, null(), to).unwrap();
    }
    assert_eq!(y, [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]);
}

#[test]
fn a_mean_that_is_guessed_wrong_costs_no_digit() {
    // What the guess goes by is 10⁶ from all others, some of it or all.
    let (planes, size) = (3, 40_960);
    let is_guessed_by = |i: usize| i % (size / GUESSED_BY) < WIDTH;
    for odd_ones in 1..=planes {
        let odd = |i: usize| if i / size < odd_ones && is_guessed_by(i % size) { 1e6 } else { 0.0 };
        let x: Vec<f32> = values(planes * size, 3).iter().enumerate().map(|(i, x)| x + odd(i)).collect();
        let (mut y, mut mean, mut other) = (vec![9.0; x.len()], vec![9.0; planes], vec![9.0; planes]);
        let layer = LayerNorm { rows: planes, size, centred: true, epsilon: EPSILON, weight: null(), bias: null() };
        // SAFETY: all slices have the sizes given.
        unsafe { layer_norm::<Scalar>(&layer, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), other.as_mut_ptr()) };
        for row in 0..planes {
            let x = wide(&x[row * size..][..size]);
            let (want_mean, variance) = moments(&x);
            assert!((f64::from(mean[row]) - want_mean).abs() <= 6e-8 * want_mean.abs() + 1e-7 * variance.sqrt());
            let want_inverse = 1.0 / (variance + f64::from(EPSILON)).sqrt();
            assert!((f64::from(other[row]) / want_inverse - 1.0).abs() < 1e-6, "row {row} with {odd_ones} odd");
            assert_close(&y[row * size..][..size], &normal(&x), 1e-6, &format!("row {row} with {odd_ones} odd"));
        }
        let (channels, weight, bias) = (1, null(), null());
        let batch = BatchNorm { planes, channels, size, given: false, epsilon: EPSILON, weight, bias };
        // SAFETY: as above, with one channel.
        unsafe {
            batch_norm::<Scalar>(&batch, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), other.as_mut_ptr()).unwrap();
        }
        let (want_mean, variance) = moments(&wide(&x));
        assert!((f64::from(mean[0]) - want_mean).abs() <= 6e-8 * want_mean.abs() + 1e-7 * variance.sqrt());
        assert!((f64::from(other[0]) / variance - 1.0).abs() < 1e-6, "{odd_ones} odd: {}, not {variance}", other[0]);
        assert_close(&y, &normal(&wide(&x)), 1e-6, &format!("a channel with {odd_ones} odd"));
    }
}

#[test]
fn nan_and_infinity_are_not_hidden() {
    for odd in [f32::NAN, f32::INFINITY] {
        for size in [2, 9, 70] {
            let mut x = values(3 * size, 0);
            x[size + 1] = odd;
            let (mut y, mut statistics) = (vec![9.0; 3 * size], [[9.0; 3]; 2]);
            let [mean, other] = statistics.each_mut().map(|of| of.as_mut_ptr());
            let layer = LayerNorm { rows: 3, size, centred: true, epsilon: EPSILON, weight: null(), bias: null() };
            let batch = BatchNorm {
                planes: 1,
                channels: 3,
                size,
                given: false,
                epsilon: EPSILON,
                weight: null(),
                bias: null(),
            };
            for of_batch in [false, true] {
                // SAFETY: three rows, or channels, of `size`.
                unsafe {
                    match of_batch {
                        false => layer_norm::<Scalar>(&layer, x.as_ptr(), y.as_mut_ptr(), mean, other),
                        true => batch_norm::<Scalar>(&batch, x.as_ptr(), y.as_mut_ptr(), mean, other).unwrap(),
                    }
                }
                for (i, y) in y.iter().enumerate() {
                    assert_eq!(y.is_nan(), i / size == 1, "{odd} of {size}, {of_batch}: {i}");
                }
                for statistic in statistics {
                    assert_eq!(statistic.map(f32::is_finite), [true, false, true], "{odd} of {size}, {of_batch}");
                }
            }
        }
    }
}

const PLANES: [(usize, usize, usize); 15] = [
    (1, 1, 1),
    (1, 1, 9),
    (4, 3, 1),
    (70, 37, 1),
    (9000, 5, 1),
    (5, 3, 2),
    (3, 5, 49),
    (70, 13, 7),
    (2, 3, 64),
    (3, 2, 501),
    (1, 2, 140_003),
    (60, 1, 2500),
    (0, 3, 4),
    (2, 0, 70),
    (2, 3, 0),
];

/// The elements of one channel.
fn channel<T: Copy>(x: &[T], (planes, channels, size): (usize, usize, usize), channel: usize) -> Vec<T> {
    (0..planes).flat_map(|plane| x[(plane * channels + channel) * size..][..size].to_vec()).collect()
}

#[test]
fn channels_and_their_statistics_match_f64_even_far_from_zero() {
    for shape in PLANES {
        let (planes, channels, size) = shape;
        let (weight, bias) = (values(channels, 1), values(channels, 2));
        for (offset, affine) in [(0.0, false), (0.0, true), (1e4, true), (-3e5, false)] {
            let x: Vec<f32> = values(planes * channels * size, 3).iter().map(|x| x + offset).collect();
            let of = BatchNorm {
                planes,
                channels,
                size,
                given: false,
                epsilon: EPSILON,
                weight: if affine { weight.as_ptr() } else { null() },
                bias: if affine { bias.as_ptr() } else { null() },
            };
            let [mut y, mut again] = [0, 1].map(|_| vec![9.0; x.len()]);
            let [mut mean, mut variance] = [0, 1].map(|_| vec![9.0; channels]);
            // SAFETY: all slices have the sizes given.
            unsafe {
                let (mean, variance) = (mean.as_mut_ptr(), variance.as_mut_ptr());
                batch_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean, variance).unwrap();
                batch_norm_apply::<Scalar>(&of, x.as_ptr(), mean, variance, again.as_mut_ptr()).unwrap();
            }
            for c in 0..channels {
                let (what, x) = (format!("{shape:?} + {offset}"), wide(&channel(&x, shape, c)));
                let (want_mean, want_variance) = moments(&x);
                let near = |got: f32, want: f64, tolerance: f64| {
                    (f64::from(got) - want).abs() <= tolerance || got.is_nan() && want.is_nan()
                };
                assert!(near(mean[c], want_mean, 6e-8 * want_mean.abs() + 1e-7 * want_variance.sqrt()), "{what}: mean");
                assert!(near(variance[c], want_variance, 1e-6 * want_variance), "{what}: variance");
                let (weight, bias) = if affine { (weight[c], bias[c]) } else { (1.0, 0.0) };
                let want: Vec<f64> = normal(&x).iter().map(|y| y * f64::from(weight) + f64::from(bias)).collect();
                assert_close(&channel(&y, shape, c), &want, 1e-6, &what);
                let scale = f64::from(weight) / (f64::from(variance[c]) + f64::from(EPSILON)).sqrt();
                let given = |x: &f64| (x - f64::from(mean[c])) * scale + f64::from(bias);
                let want: Vec<f64> = x.iter().map(given).collect();
                assert_close(&channel(&again, shape, c), &want, 1e-6, &format!("{what} with given statistics"));
            }
        }
    }
}

#[test]
fn gradients_of_channels_match_f64_whichever_are_wanted() {
    for shape in PLANES {
        let (planes, channels, size) = shape;
        let weight = values(channels, 1);
        for (offset, weighted) in [(0.0, false), (0.0, true), (1.0, true), (1e4, true)] {
            let x: Vec<f32> = values(planes * channels * size, 3).iter().map(|x| x + offset).collect();
            let dy = values(x.len(), 4);
            let of = BatchNorm {
                planes,
                channels,
                size,
                given: false,
                epsilon: EPSILON,
                weight: if weighted { weight.as_ptr() } else { null() },
                bias: null(),
            };
            let (mut y, mut mean, mut variance) = (vec![9.0; x.len()], vec![9.0; channels], vec![9.0; channels]);
            // SAFETY: all slices have the sizes given.
            unsafe {
                batch_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), variance.as_mut_ptr())
                    .unwrap();
            }
            let run = |wanted: [bool; 3]| {
                let [mut dx, mut dweight, mut dbias] = [dy.clone(), vec![9.0; channels], vec![9.0; channels]];
                let [x_to, weight_to, bias_to] = [&mut dx, &mut dweight, &mut dbias].map(|of| of.as_mut_ptr());
                let pick = |i: usize, to: *mut f32| if wanted[i] { to } else { null_mut() };
                let to = Gradients { x: pick(0, x_to), weight: pick(1, weight_to), bias: pick(2, bias_to) };
                let dy = if wanted[0] { x_to.cast_const() } else { dy.as_ptr() };
                // SAFETY: all slices have the sizes given.
                unsafe {
                    batch_norm_gradient::<Scalar>(&of, dy, x.as_ptr(), mean.as_ptr(), variance.as_ptr(), to).unwrap();
                }
                [dx, dweight, dbias]
            };
            let all = run([true; 3]);
            let what = format!("{shape:?} + {offset}");
            for c in 0..channels {
                let (x, dy) = (wide(&channel(&x, shape, c)), wide(&channel(&dy, shape, c)));
                let weight = if weighted { f64::from(weight[c]) } else { 1.0 };
                let g: Vec<f64> = dy.iter().map(|dy| dy * weight).collect();
                assert_close(&channel(&all[0], shape, c), &slopes(&x, &g), 4e-6, &format!("dx {what}"));
                let terms: Vec<f64> = dy.iter().zip(normal(&x)).map(|(dy, unit)| dy * unit).collect();
                for (i, terms) in [(1, terms), (2, dy)] {
                    if of.count() > 0 {
                        let magnitude = terms.iter().map(|term| term.abs()).sum();
                        assert_close_sums(&all[i][c..=c], &[terms.iter().sum()], &[magnitude], &format!("{i} {what}"));
                    }
                }
            }
            for wanted in [[true, false, false], [false, true, false], [false, false, true]] {
                let some = run(wanted);
                for i in (0..3).filter(|&i| wanted[i]) {
                    let bits = |x: &[f32]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                    assert_eq!(bits(&some[i]), bits(&all[i]), "{what}, {wanted:?}: gradient {i}");
                }
            }
        }
    }
}
