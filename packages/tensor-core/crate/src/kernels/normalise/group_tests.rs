//! Group norm, RMS norm, local response norm and running statistics against the definitions in f64, and gradients against
//! differences of those.

use super::*;
use crate::lane::Scalar;
use core::ptr::{null, null_mut};

const EPSILON: f64 = 1e-5;

fn values(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1013) as f32 / 253.0 - 2.0).collect()
}

fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&x| f64::from(x)).collect()
}

#[track_caller]
fn assert_close(got: &[f32], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let error = (f64::from(*got) - want).abs();
        assert!(error <= tolerance * want.abs().max(1.0), "{what} at {i}: {got}, not {want}");
    }
}

/// The gradient of Σ dy · f(x) by differences.
fn slopes(x: &[f64], dy: &[f32], f: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let step = 1e-5;
    let loss = |x: &[f64]| f(x).iter().zip(dy).map(|(y, &dy)| y * f64::from(dy)).sum::<f64>();
    let at = |i: usize, by: f64| {
        let mut moved = x.to_vec();
        moved[i] += by;
        loss(&moved)
    };
    (0..x.len()).map(|i| (at(i, step) - at(i, -step)) / (2.0 * step)).collect()
}

/// samples, groups, channels of a group, size
const GROUPS: [[usize; 4]; 7] =
    [[1, 1, 1, 4], [2, 2, 3, 1], [3, 2, 1, 7], [2, 1, 4, 6], [1, 3, 2, 17], [0, 2, 2, 3], [2, 2, 1, 0]];

fn grouped([samples, groups, channels, size]: [usize; 4], x: &[f64], weight: &[f64], bias: &[f64]) -> Vec<f64> {
    let row_size = channels * size;
    let mut y = vec![0.0; x.len()];
    for row in 0..samples * groups {
        let of = &x[row * row_size..][..row_size];
        let mean = of.iter().sum::<f64>() / row_size as f64;
        let variance = of.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row_size as f64;
        for (i, x) in of.iter().enumerate() {
            let channel = row % groups * channels + i / size;
            y[row * row_size + i] = (x - mean) / (variance + EPSILON).sqrt() * weight[channel] + bias[channel];
        }
    }
    y
}

#[test]
fn groups_match_f64_and_their_gradients_differences_whichever_are_wanted() {
    for shape in GROUPS {
        let [samples, groups, channels, size] = shape;
        let (count, every) = (samples * groups * channels * size, groups * channels);
        let (weight, bias, dy) = (values(every, 1), values(every, 2), values(count, 4));
        for offset in [0.0, 1e4] {
            let x: Vec<f32> = values(count, 3).iter().map(|x| x + offset).collect();
            let epsilon = EPSILON as f32;
            let (weights, biases) = (weight.as_ptr(), bias.as_ptr());
            let of = GroupNorm { samples, groups, channels, size, epsilon, weight: weights, bias: biases };
            let [mut y, mut mean, mut inverse] = [count, samples * groups, samples * groups].map(|n| vec![9.0; n]);
            // SAFETY: all slices have the sizes given.
            unsafe { group_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), mean.as_mut_ptr(), inverse.as_mut_ptr()) };
            let what = format!("{shape:?} + {offset}");
            let [exact, weights, biases] = [&x, &weight, &bias].map(|of| wide(of));
            assert_close(&y, &grouped(shape, &exact, &weights, &biases), 1e-6, &what);
            let run = |wanted: [bool; 3]| {
                let [mut dx, mut dweight, mut dbias] = [dy.clone(), vec![9.0; every], vec![9.0; every]];
                let [x_to, weight_to, bias_to] = [&mut dx, &mut dweight, &mut dbias].map(|of| of.as_mut_ptr());
                let pick = |i: usize, to: *mut f32| if wanted[i] { to } else { null_mut() };
                let to = Gradients { x: pick(0, x_to), weight: pick(1, weight_to), bias: pick(2, bias_to) };
                let dy = if wanted[0] { x_to.cast_const() } else { dy.as_ptr() };
                // SAFETY: all slices have the sizes given.
                unsafe { group_norm_gradient::<Scalar>(&of, dy, x.as_ptr(), mean.as_ptr(), inverse.as_ptr(), to) }
                    .unwrap();
                [dx, dweight, dbias]
            };
            let all = run([true; 3]);
            // Differences do not depend on where x is; far away they have fewer digits.
            let near = wide(&values(count, 3).iter().map(|x| (x + offset) - offset).collect::<Vec<f32>>());
            let wants = [
                slopes(&near, &dy, |x| grouped(shape, x, &weights, &biases)),
                slopes(&weights, &dy, |weights| grouped(shape, &near, weights, &biases)),
                slopes(&biases, &dy, |biases| grouped(shape, &near, &weights, biases)),
            ];
            for (got, want) in all.iter().zip(&wants) {
                assert_close(got, want, 2e-5, &format!("gradients of {what}"));
            }
            for wanted in [[true, false, false], [false, true, false], [false, false, true]] {
                let some = run(wanted);
                for i in (0..3).filter(|&i| wanted[i]) {
                    assert_eq!(some[i], all[i], "{what}, {wanted:?}: gradient {i}");
                }
            }
        }
    }
}

#[test]
fn a_group_without_weights_is_a_row() {
    let (x, [mut of_group, mut of_row]) = (values(6 * 40, 5), [vec![9.0; 240], vec![8.0; 240]]);
    for scale in [1.0, 1e20, 1e-22] {
        let x: Vec<f32> = x.iter().map(|x| x * scale).collect();
        let group =
            GroupNorm { samples: 2, groups: 3, channels: 5, size: 8, epsilon: 0.0, weight: null(), bias: null() };
        let row = LayerNorm { rows: 6, size: 40, centred: true, epsilon: 0.0, weight: null(), bias: null() };
        // SAFETY: six rows of forty.
        unsafe {
            group_norm::<Scalar>(&group, x.as_ptr(), of_group.as_mut_ptr(), null_mut(), null_mut());
            layer_norm::<Scalar>(&row, x.as_ptr(), of_row.as_mut_ptr(), null_mut(), null_mut());
        }
        assert_close(&of_group, &wide(&of_row), 1e-6, &format!("scale {scale}"));
    }
}

#[test]
fn rows_about_zero_match_f64_at_any_magnitude_and_their_gradients_differences() {
    let [rows, size] = [3, 37];
    let weight = values(size, 1);
    let norm = |x: &[f64], weight: &[f64], epsilon: f64| -> Vec<f64> {
        x.chunks(size)
            .flat_map(|row| {
                let root = (row.iter().map(|x| x * x).sum::<f64>() / size as f64 + epsilon).sqrt();
                row.iter().zip(weight).map(move |(x, weight)| x / root * weight)
            })
            .collect()
    };
    for (scale, epsilon) in [(1.0, EPSILON), (1.0, 0.0), (1e20, 0.0), (1e37, 0.0), (1e-25, 0.0)] {
        let x: Vec<f32> = values(rows * size, 3).iter().map(|x| x * scale).collect();
        let dy = values(x.len(), 4);
        let of =
            LayerNorm { rows, size, centred: false, epsilon: epsilon as f32, weight: weight.as_ptr(), bias: null() };
        let [mut y, mut dx, mut inverse, mut dweight] = [x.len(), x.len(), rows, size].map(|n| vec![9.0; n]);
        // SAFETY: all slices have the sizes given; a mean is not wanted.
        unsafe {
            layer_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr(), null_mut(), inverse.as_mut_ptr());
            let to = Gradients { x: dx.as_mut_ptr(), weight: dweight.as_mut_ptr(), bias: null_mut() };
            let (dy, x, inverse) = (dy.as_ptr(), x.as_ptr(), inverse.as_ptr());
            layer_norm_gradient::<Scalar>([rows, size], dy, x, null(), inverse, weight.as_ptr(), to).unwrap();
        }
        let (what, weights) = (format!("scale {scale}, ε {epsilon}"), wide(&weight));
        // In units of the scale, which without an ε changes nothing.
        let units: Vec<f64> = x.iter().map(|&x| f64::from(x) / f64::from(scale)).collect();
        assert_close(&y, &norm(&units, &weights, epsilon), 2e-6, &what);
        let dx: Vec<f32> = dx.iter().map(|dx| dx * scale).collect();
        assert_close(&dx, &slopes(&units, &dy, |x| norm(x, &weights, epsilon)), 1e-5, &what);
        assert_close(&dweight, &slopes(&weights, &dy, |weights| norm(&units, weights, epsilon)), 1e-5, &what);
    }
}

#[test]
fn responses_match_f64_and_their_gradient_differences() {
    for (samples, channels, size, window) in
        [(2, 3, 5, 2), (1, 6, 70, 5), (2, 1, 1, 3), (1, 4, 9, 1), (1, 2, 3, 9), (0, 2, 3, 2), (1, 5, 0, 2)]
    {
        for (alpha, beta, k) in [(0.7, 0.75, 1.0), (0.3, 1.5, 2.0)] {
            let of = Response { samples, channels, size, window, alpha, beta, k };
            let norm = |x: &[f64]| -> Vec<f64> {
                let at = |i: usize| {
                    let (sample, channel, place) = (i / size / channels, i / size % channels, i % size);
                    let first = channel as isize - window as isize / 2;
                    let of_window = (first..first + window as isize).filter(|c| (0..channels as isize).contains(c));
                    let squares: f64 =
                        of_window.map(|c| x[(sample * channels + c as usize) * size + place].powi(2)).sum();
                    x[i] / (f64::from(k) + f64::from(alpha) / window as f64 * squares).powf(f64::from(beta))
                };
                (0..x.len()).map(at).collect()
            };
            let x = values(samples * channels * size, 3);
            let (dy, [mut y, mut dx]) = (values(x.len(), 4), [vec![9.0; x.len()], vec![9.0; x.len()]]);
            // SAFETY: all slices have the sizes given.
            unsafe {
                local_response_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr());
                local_response_norm_gradient::<Scalar>(&of, dy.as_ptr(), x.as_ptr(), dx.as_mut_ptr()).unwrap();
            }
            let what = format!("{samples} × {channels} × {size}, {window} channels, β = {beta}");
            assert_close(&y, &norm(&wide(&x)), 1e-6, &what);
            assert_close(&dx, &slopes(&wide(&x), &dy, norm), 3e-6, &what);
        }
    }
}

#[test]
fn responses_whose_squares_f32_does_not_hold_are_right_too() {
    for beta in [0.75, 0.5] {
        let of = Response { samples: 1, channels: 2, size: 1, window: 3, alpha: 3.0, beta, k: 1.0 };
        let (x, dy, [mut y, mut dx]) = ([3e20f32, -4e20], [1.0, 0.0], [[9.0; 2]; 2]);
        // SAFETY: two channels of one place.
        unsafe {
            local_response_norm::<Scalar>(&of, x.as_ptr(), y.as_mut_ptr());
            local_response_norm_gradient::<Scalar>(&of, dy.as_ptr(), x.as_ptr(), dx.as_mut_ptr()).unwrap();
        }
        // s = 25e40 but for the 1; dx_0 = s^-β (1 - 2 β 9 / 25), dx_1 = 2 β 12 / 25 s^-β.
        let (power, beta) = (25e40f64.powf(-f64::from(beta)), f64::from(beta));
        let want = [3e20 * power, -4e20 * power, power * (1.0 - 0.72 * beta), power * 0.96 * beta];
        for (got, want) in [y, dx].concat().into_iter().zip(want) {
            assert!((f64::from(got) / want - 1.0).abs() < 1e-6, "{got}, not {want}");
        }
    }
}

#[test]
fn given_statistics_are_constants_to_the_gradient() {
    for (planes, channels, size) in [(4, 3, 1), (2, 2, 70), (0, 3, 4)] {
        let (x, dy) = (values(planes * channels * size, 3), values(planes * channels * size, 4));
        let (weight, mean, variance) = (values(channels, 1), values(channels, 2), vec![0.5; channels]);
        let (epsilon, weights) = (EPSILON as f32, weight.as_ptr());
        let of = BatchNorm { planes, channels, size, given: true, epsilon, weight: weights, bias: null() };
        let run = |sums: bool| {
            let [mut dx, mut dweight, mut dbias] = [x.len(), channels, channels].map(|n| vec![9.0; n]);
            let [weight, bias] = [&mut dweight, &mut dbias].map(|of| if sums { of.as_mut_ptr() } else { null_mut() });
            let to = Gradients { x: dx.as_mut_ptr(), weight, bias };
            let (dy, x, mean, variance) = (dy.as_ptr(), x.as_ptr(), mean.as_ptr(), variance.as_ptr());
            // SAFETY: all slices have the sizes given.
            unsafe { batch_norm_gradient::<Scalar>(&of, dy, x, mean, variance, to) }.unwrap();
            [dx, dweight, dbias]
        };
        let [dx, dweight, dbias] = run(true);
        assert_eq!(run(false)[0], dx);
        let inverse = 1.0 / (0.5 + EPSILON).sqrt();
        let channel = |i: usize| i / size % channels;
        let want: Vec<f64> = (0..x.len()).map(|i| f64::from(dy[i]) * f64::from(weight[channel(i)]) * inverse).collect();
        assert_close(&dx, &want, 1e-6, "dx");
        let [mut want_weight, mut want_bias] = [vec![0.0; channels], vec![0.0; channels]];
        for i in 0..x.len() {
            let (dy, d) = (f64::from(dy[i]), f64::from(x[i]) - f64::from(mean[channel(i)]));
            want_weight[channel(i)] += dy * d * inverse;
            want_bias[channel(i)] += dy;
        }
        assert_close(&dweight, &want_weight, 1e-5, "dweight");
        assert_close(&dbias, &want_bias, 1e-5, "dbias");
    }
}

#[test]
fn running_statistics_move_by_the_momentum_or_are_the_mean_of_all() {
    let (mean, variance) = ([2.0, -4.0], [3.0, 6.0]);
    let ([mut running_mean, mut running_variance], mut count) = ([[1.0; 2]; 2], 0);
    let mut step = |momentum: f64, count: *mut i32| {
        let running = [running_mean.as_mut_ptr(), running_variance.as_mut_ptr()];
        // SAFETY: two channels.
        unsafe { update_running(2, momentum, 1.5, [mean.as_ptr(), variance.as_ptr()], running, count) };
        (running_mean, running_variance)
    };
    assert_eq!(step(0.5, null_mut()), ([1.5, -1.5], [2.75, 5.0]));
    assert_eq!(step(f64::NAN, &raw mut count), (mean, [4.5, 9.0]));
    assert_eq!(step(f64::NAN, &raw mut count), (mean, [4.5, 9.0]));
    assert_eq!(count, 2);
}
