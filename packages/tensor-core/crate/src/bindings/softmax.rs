//! Softmax and cross-entropy over rows: (rows, size), contiguous.

use super::address::{Extent, In, Out, range};
use crate::kernels::softmax as kernels;
use crate::kernels::softmax::CrossEntropy;
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// y = softmax x of each row.
#[wasm_bindgen]
pub fn softmax(rows: usize, size: usize, x: In<f32>, y: Out<f32>) {
    // SAFETY: TypeScript passes live, contiguous storage of the sizes given; so for every binding of this file.
    unsafe { kernels::softmax::<Active>(rows, size, range!(x, [rows, size]), range!(y, [rows, size])) };
}

/// y = log softmax x of each row.
#[wasm_bindgen]
pub fn log_softmax(rows: usize, size: usize, x: In<f32>, y: Out<f32>) {
    // SAFETY: see `softmax`.
    unsafe { kernels::log_softmax::<Active>(rows, size, range!(x, [rows, size]), range!(y, [rows, size])) };
}

/// y = log Σ exp x of each row: (rows, size) → (rows).
#[wasm_bindgen]
pub fn log_sum_exp(rows: usize, size: usize, x: In<f32>, y: Out<f32>) {
    // SAFETY: see `softmax`.
    unsafe { kernels::log_sum_exp::<Active>(rows, size, range!(x, [rows, size]), range!(y, rows)) };
}

/// dx of y = softmax x.
#[wasm_bindgen]
pub fn softmax_gradient(rows: usize, size: usize, y: In<f32>, dy: In<f32>, dx: Out<f32>) {
    // SAFETY: see `softmax`.
    unsafe {
        kernels::softmax_gradient::<Active>(
            rows,
            size,
            range!(y, [rows, size]),
            range!(dy, [rows, size]),
            range!(dx, [rows, size]),
        )
    };
}

/// dx of y = log softmax x.
#[wasm_bindgen]
pub fn log_softmax_gradient(rows: usize, size: usize, y: In<f32>, dy: In<f32>, dx: Out<f32>) {
    // SAFETY: see `softmax`.
    unsafe {
        kernels::log_softmax_gradient::<Active>(
            rows,
            size,
            range!(y, [rows, size]),
            range!(dy, [rows, size]),
            range!(dx, [rows, size]),
        )
    };
}

/// Loss, target's weight and log Σ exp of each row, that in two parts, and the mean loss. `weights` of the classes may be 0 for
/// none, and so may be any result but the loss; targets have been checked to be classes or `ignored`.
#[wasm_bindgen]
pub fn cross_entropy(
    rows: usize,
    classes: usize,
    logits: In<f32>,
    targets: In<i32>,
    weights: In<f32>,
    ignored: i32,
    smoothing: f32,
    loss: Out<f32>,
    weight: Out<f32>,
    log_sum_exp: Out<f32>,
    mean: Out<f32>,
) {
    let mean = range!(mean?, 1);
    let of = CrossEntropy {
        rows,
        classes,
        logits: range!(logits, [rows, classes]),
        targets: range!(targets, rows),
        weights: range!(weights?, classes),
        ignored,
        smoothing,
        is_mean: !mean.is_null(),
    };
    let (weight, log_sum_exp) = (range!(weight?, rows), range!(log_sum_exp?, [rows, 2]));
    // SAFETY: see `softmax`.
    unsafe { kernels::cross_entropy::<Active>(&of, range!(loss, rows), weight, log_sum_exp, mean) };
}

/// Gradient of the logits from that of the rows' losses, which have a stride of 1, or of 0 if they share one, or from that of
/// their mean.
#[wasm_bindgen]
pub fn cross_entropy_gradient(
    rows: usize,
    classes: usize,
    logits: In<f32>,
    targets: In<i32>,
    weights: In<f32>,
    ignored: i32,
    smoothing: f32,
    log_sum_exp: In<f32>,
    d_loss: In<f32>,
    d_loss_stride: usize,
    is_mean: bool,
    dx: Out<f32>,
) {
    let of = CrossEntropy {
        rows,
        classes,
        logits: range!(logits, [rows, classes]),
        targets: range!(targets, rows),
        weights: range!(weights?, classes),
        ignored,
        smoothing,
        is_mean,
    };
    // SAFETY: see `softmax`.
    unsafe {
        kernels::cross_entropy_gradient::<Active>(
            &of,
            range!(log_sum_exp, [rows, 2]),
            range!(d_loss, Extent::strided(rows, d_loss_stride as isize)),
            d_loss_stride,
            range!(dx, [rows, classes]),
        )
    };
}
