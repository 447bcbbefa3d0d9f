//! Layer norm of rows, (rows, size), group norm of (samples, groups, channels, size), batch norm of planes, (planes, channels,
//! size), and local response norm; all contiguous. An address of 0 is an operand that is absent or a result that is not wanted.

use super::address::{In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status};
use crate::kernels::normalise as kernels;
use crate::kernels::normalise::{BatchNorm, Gradients, GroupNorm, LayerNorm, Response};
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// y = (x - mean) / √(variance + ε) · weight + bias of each row, with its mean and inverse deviation (rows). Unless it is
/// `centred`, 0 stands for the mean: an RMS norm.
#[wasm_bindgen]
pub fn layer_norm(
    rows: usize,
    size: usize,
    centred: bool,
    epsilon: f32,
    x: In<f32>,
    weight: In<f32>,
    bias: In<f32>,
    y: Out<f32>,
    mean: Out<f32>,
    inverse_deviation: Out<f32>,
) {
    let of = LayerNorm { rows, size, centred, epsilon, weight: range!(weight?, size), bias: range!(bias?, size) };
    // SAFETY: TypeScript passes live, contiguous storage of the sizes given; so for every binding of this file.
    unsafe {
        kernels::layer_norm::<Active>(
            &of,
            range!(x, [rows, size]),
            range!(y, [rows, size]),
            range!(mean?, rows),
            range!(inverse_deviation?, rows),
        )
    };
}

/// The gradients of `layer_norm`, which wrote `mean` and `inverse_deviation`; without a mean those of an RMS norm.
#[wasm_bindgen]
pub fn layer_norm_gradient(
    rows: usize,
    size: usize,
    dy: In<f32>,
    x: In<f32>,
    mean: In<f32>,
    inverse_deviation: In<f32>,
    weight: In<f32>,
    dx: Out<f32>,
    dweight: Out<f32>,
    dbias: Out<f32>,
) -> Status {
    let to = Gradients { x: range!(dx?, [rows, size]), weight: range!(dweight?, size), bias: range!(dbias?, size) };
    // SAFETY: see `layer_norm`.
    unsafe {
        kernels::layer_norm_gradient::<Active>(
            [rows, size],
            range!(dy, [rows, size]),
            range!(x, [rows, size]),
            range!(mean?, rows),
            range!(inverse_deviation, rows),
            range!(weight?, size),
            to,
        )
    }
    .map_or(OUT_OF_MEMORY, |()| DONE)
}

/// y = (x - mean) / √(variance + ε) · weight + bias with the mean and the biased variance of each channel, which are written.
#[wasm_bindgen]
pub fn batch_norm(
    planes: usize,
    channels: usize,
    size: usize,
    epsilon: f32,
    x: In<f32>,
    weight: In<f32>,
    bias: In<f32>,
    y: Out<f32>,
    mean: Out<f32>,
    variance: Out<f32>,
) -> Status {
    let (weight, bias) = (range!(weight?, channels), range!(bias?, channels));
    let of = BatchNorm { planes, channels, size, given: false, epsilon, weight, bias };
    // SAFETY: see `layer_norm`.
    unsafe {
        kernels::batch_norm::<Active>(
            &of,
            range!(x, [planes, channels, size]),
            range!(y, [planes, channels, size]),
            range!(mean, channels),
            range!(variance, channels),
        )
    }
    .map_or(OUT_OF_MEMORY, |()| DONE)
}

/// As `batch_norm` with a mean and a variance that are given.
#[wasm_bindgen]
pub fn batch_norm_apply(
    planes: usize,
    channels: usize,
    size: usize,
    epsilon: f32,
    x: In<f32>,
    mean: In<f32>,
    variance: In<f32>,
    weight: In<f32>,
    bias: In<f32>,
    y: Out<f32>,
) -> Status {
    let (weight, bias) = (range!(weight?, channels), range!(bias?, channels));
    let of = BatchNorm { planes, channels, size, given: true, epsilon, weight, bias };
    // SAFETY: see `layer_norm`.
    unsafe {
        kernels::batch_norm_apply::<Active>(
            &of,
            range!(x, [planes, channels, size]),
            range!(mean, channels),
            range!(variance, channels),
            range!(y, [planes, channels, size]),
        )
    }
    .map_or(OUT_OF_MEMORY, |()| DONE)
}

/// The gradients of `batch_norm`, which wrote `mean` and `variance`, or where they were `given` of `batch_norm_apply`.
#[wasm_bindgen]
pub fn batch_norm_gradient(
    planes: usize,
    channels: usize,
    size: usize,
    given: bool,
    epsilon: f32,
    dy: In<f32>,
    x: In<f32>,
    mean: In<f32>,
    variance: In<f32>,
    weight: In<f32>,
    dx: Out<f32>,
    dweight: Out<f32>,
    dbias: Out<f32>,
) -> Status {
    let (weight, bias) = (range!(weight?, channels), core::ptr::null());
    let of = BatchNorm { planes, channels, size, given, epsilon, weight, bias };
    let to = Gradients {
        x: range!(dx?, [planes, channels, size]),
        weight: range!(dweight?, channels),
        bias: range!(dbias?, channels),
    };
    // SAFETY: see `layer_norm`.
    unsafe {
        kernels::batch_norm_gradient::<Active>(
            &of,
            range!(dy, [planes, channels, size]),
            range!(x, [planes, channels, size]),
            range!(mean, channels),
            range!(variance, channels),
            to,
        )
    }
    .map_or(OUT_OF_MEMORY, |()| DONE)
}

/// Running mean and variance (channels) towards those of a batch; see `update_running` of the kernels.
#[wasm_bindgen]
pub fn update_running(
    channels: usize,
    momentum: f64,
    correction: f64,
    mean: In<f32>,
    variance: In<f32>,
    running_mean: Out<f32>,
    running_variance: Out<f32>,
    count: Out<i32>,
) {
    // SAFETY: see `layer_norm`.
    unsafe {
        kernels::update_running(
            channels,
            momentum,
            correction,
            [range!(mean, channels), range!(variance, channels)],
            [range!(running_mean, channels), range!(running_variance, channels)],
            range!(count?, 1),
        )
    };
}

/// y = (x - mean) / √(variance + ε) · weight + bias of each group, with its mean and inverse deviation (samples, groups).
/// Weight and bias are (groups, channels).
#[wasm_bindgen]
pub fn group_norm(
    samples: usize,
    groups: usize,
    channels: usize,
    size: usize,
    epsilon: f32,
    x: In<f32>,
    weight: In<f32>,
    bias: In<f32>,
    y: Out<f32>,
    mean: Out<f32>,
    inverse_deviation: Out<f32>,
) {
    let (weight, bias) = (range!(weight?, [groups, channels]), range!(bias?, [groups, channels]));
    let of = GroupNorm { samples, groups, channels, size, epsilon, weight, bias };
    // SAFETY: see `layer_norm`.
    unsafe {
        kernels::group_norm::<Active>(
            &of,
            range!(x, [samples, groups, channels, size]),
            range!(y, [samples, groups, channels, size]),
            range!(mean?, [samples, groups]),
            range!(inverse_deviation?, [samples, groups]),
        )
    };
}

/// The gradients of `group_norm`, which wrote `mean` and `inverse_deviation`.
#[wasm_bindgen]
pub fn group_norm_gradient(
    samples: usize,
    groups: usize,
    channels: usize,
    size: usize,
    dy: In<f32>,
    x: In<f32>,
    mean: In<f32>,
    inverse_deviation: In<f32>,
    weight: In<f32>,
    dx: Out<f32>,
    dweight: Out<f32>,
    dbias: Out<f32>,
) -> Status {
    let (weight, bias) = (range!(weight?, [groups, channels]), core::ptr::null());
    let of = GroupNorm { samples, groups, channels, size, epsilon: 0.0, weight, bias };
    let to = Gradients {
        x: range!(dx?, [samples, groups, channels, size]),
        weight: range!(dweight?, [groups, channels]),
        bias: range!(dbias?, [groups, channels]),
    };
    // SAFETY: see `layer_norm`.
    unsafe {
        kernels::group_norm_gradient::<Active>(
            &of,
            range!(dy, [samples, groups, channels, size]),
            range!(x, [samples, groups, channels, size]),
            range!(mean, [samples, groups]),
            range!(inverse_deviation, [samples, groups]),
            to,
        )
    }
    .map_or(OUT_OF_MEMORY, |()| DONE)
}

/// y = x / (k + α / window · Σ x² over neighbouring channels)^β of (samples, channels, size).
#[wasm_bindgen]
pub fn local_response_norm(
    samples: usize,
    channels: usize,
    size: usize,
    window: usize,
    alpha: f32,
    beta: f32,
    k: f32,
    x: In<f32>,
    y: Out<f32>,
) {
    let of = Response { samples, channels, size, window, alpha, beta, k };
    // SAFETY: see `layer_norm`.
    unsafe {
        kernels::local_response_norm::<Active>(
            &of,
            range!(x, [samples, channels, size]),
            range!(y, [samples, channels, size]),
        )
    };
}

/// The gradient of `local_response_norm`.
#[wasm_bindgen]
pub fn local_response_norm_gradient(
    samples: usize,
    channels: usize,
    size: usize,
    window: usize,
    alpha: f32,
    beta: f32,
    k: f32,
    dy: In<f32>,
    x: In<f32>,
    dx: Out<f32>,
) -> Status {
    let of = Response { samples, channels, size, window, alpha, beta, k };
    // SAFETY: see `layer_norm`.
    unsafe {
        kernels::local_response_norm_gradient::<Active>(
            &of,
            range!(dy, [samples, channels, size]),
            range!(x, [samples, channels, size]),
            range!(dx, [samples, channels, size]),
        )
    }
    .map_or(OUT_OF_MEMORY, |()| DONE)
}
