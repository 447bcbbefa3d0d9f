//! Layer norm of rows, (rows, size), and batch norm of planes, (planes, channels, size); all contiguous. An address of 0 is
//! an operand that is absent or a result that is not wanted.

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
    x: *const f32,
    weight: *const f32,
    bias: *const f32,
    y: *mut f32,
    mean: *mut f32,
    inverse_deviation: *mut f32,
) {
    let of = LayerNorm { rows, size, epsilon, weight, bias };
    // SAFETY: TypeScript passes live, contiguous storage of the sizes given; so for every binding of this file.
    unsafe { kernels::layer_norm::<Active>(&of, x, y, mean, inverse_deviation) };
}

/// The gradients of `layer_norm`, which wrote `mean` and `inverse_deviation`.
#[wasm_bindgen]
pub fn layer_norm_gradient(
    rows: usize,
    size: usize,
    dy: *const f32,
    x: *const f32,
    mean: *const f32,
    inverse_deviation: *const f32,
    weight: *const f32,
    dx: *mut f32,
    dweight: *mut f32,
    dbias: *mut f32,
) -> Status {
    let to = Gradients { x: dx, weight: dweight, bias: dbias };
    // SAFETY: see `layer_norm`.
    unsafe { kernels::layer_norm_gradient::<Active>([rows, size], dy, x, mean, inverse_deviation, weight, to) }
        .map_or(OUT_OF_MEMORY, |()| DONE)
}

/// y = (x - mean) / √(variance + ε) · weight + bias with the mean and the biased variance of each channel, which are written.
#[wasm_bindgen]
pub fn batch_norm(
    planes: usize,
    channels: usize,
    size: usize,
    epsilon: f32,
    x: *const f32,
    weight: *const f32,
    bias: *const f32,
    y: *mut f32,
    mean: *mut f32,
    variance: *mut f32,
) -> Status {
    let of = BatchNorm { planes, channels, size, epsilon, weight, bias };
    // SAFETY: see `layer_norm`.
    unsafe { kernels::batch_norm::<Active>(&of, x, y, mean, variance) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// As `batch_norm` with a mean and a variance that are given.
#[wasm_bindgen]
pub fn batch_norm_apply(
    planes: usize,
    channels: usize,
    size: usize,
    epsilon: f32,
    x: *const f32,
    mean: *const f32,
    variance: *const f32,
    weight: *const f32,
    bias: *const f32,
    y: *mut f32,
) -> Status {
    let of = BatchNorm { planes, channels, size, epsilon, weight, bias };
    // SAFETY: see `layer_norm`.
    unsafe { kernels::batch_norm_apply::<Active>(&of, x, mean, variance, y) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// The gradients of `batch_norm`, which wrote `mean` and `variance`.
#[wasm_bindgen]
pub fn batch_norm_gradient(
    planes: usize,
    channels: usize,
    size: usize,
    epsilon: f32,
    dy: *const f32,
    x: *const f32,
    mean: *const f32,
    variance: *const f32,
    weight: *const f32,
    dx: *mut f32,
    dweight: *mut f32,
    dbias: *mut f32,
) -> Status {
    let of = BatchNorm { planes, channels, size, epsilon, weight, bias: core::ptr::null() };
    let to = Gradients { x: dx, weight: dweight, bias: dbias };
    // SAFETY: see `layer_norm`.
    unsafe { kernels::batch_norm_gradient::<Active>(&of, dy, x, mean, variance, to) }.map_or(OUT_OF_MEMORY, |()| DONE)
}
