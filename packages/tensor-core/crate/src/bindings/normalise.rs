//! Layer norm of rows, (rows, size), and batch norm of planes, (planes, channels, size); all contiguous. An address of 0 is
//! an operand that is absent or a result that is not wanted.

use super::address::{In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status};
use crate::kernels::normalise as kernels;
use crate::kernels::normalise::{BatchNorm, Gradients, LayerNorm};
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// y = (x - mean) / √(variance + ε) · weight + bias of each row, with its mean and inverse deviation (rows).
#[wasm_bindgen]
pub fn layer_norm(
    rows: usize,
    size: usize,
    epsilon: f32,
    x: In<f32>,
    weight: In<f32>,
    bias: In<f32>,
    y: Out<f32>,
    mean: Out<f32>,
    inverse_deviation: Out<f32>,
) {
    let of = LayerNorm { rows, size, epsilon, weight: range!(weight?, size), bias: range!(bias?, size) };
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

/// The gradients of `layer_norm`, which wrote `mean` and `inverse_deviation`.
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
            range!(mean, rows),
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
    let of =
        BatchNorm { planes, channels, size, epsilon, weight: range!(weight?, channels), bias: range!(bias?, channels) };
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
    let of =
        BatchNorm { planes, channels, size, epsilon, weight: range!(weight?, channels), bias: range!(bias?, channels) };
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

/// The gradients of `batch_norm`, which wrote `mean` and `variance`.
#[wasm_bindgen]
pub fn batch_norm_gradient(
    planes: usize,
    channels: usize,
    size: usize,
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
    let of = BatchNorm { planes, channels, size, epsilon, weight: range!(weight?, channels), bias: core::ptr::null() };
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
