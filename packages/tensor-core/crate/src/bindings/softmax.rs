//! Softmax and cross-entropy over rows: (rows, size), contiguous.

use crate::kernels::softmax as kernels;
use crate::kernels::softmax::CrossEntropy;
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// y = softmax x of each row.
#[wasm_bindgen]
pub fn softmax(rows: usize, size: usize, x: *const f32, y: *mut f32) {
    // SAFETY: TypeScript passes live, contiguous storage of the sizes given; so for every binding of this file.
    unsafe { kernels::softmax::<Active>(rows, size, x, y) };
}

/// y = log softmax x of each row.
#[wasm_bindgen]
pub fn log_softmax(rows: usize, size: usize, x: *const f32, y: *mut f32) {
    // SAFETY: see `softmax`.
    unsafe { kernels::log_softmax::<Active>(rows, size, x, y) };
}

/// y = log Σ exp x of each row: (rows, size) → (rows).
#[wasm_bindgen]
pub fn log_sum_exp(rows: usize, size: usize, x: *const f32, y: *mut f32) {
    // SAFETY: see `softmax`.
    unsafe { kernels::log_sum_exp::<Active>(rows, size, x, y) };
}

/// dx of y = softmax x.
#[wasm_bindgen]
pub fn softmax_gradient(rows: usize, size: usize, y: *const f32, dy: *const f32, dx: *mut f32) {
    // SAFETY: see `softmax`.
    unsafe { kernels::softmax_gradient::<Active>(rows, size, y, dy, dx) };
}

/// dx of y = log softmax x.
#[wasm_bindgen]
pub fn log_softmax_gradient(rows: usize, size: usize, y: *const f32, dy: *const f32, dx: *mut f32) {
    // SAFETY: see `softmax`.
    unsafe { kernels::log_softmax_gradient::<Active>(rows, size, y, dy, dx) };
}

/// Loss, target's weight and log Σ exp of each row, that in two parts. `weights` of the classes may be 0 for none; targets have been
/// checked to be classes or `ignored`.
#[wasm_bindgen]
pub fn cross_entropy(
    rows: usize,
    classes: usize,
    logits: *const f32,
    targets: *const i32,
    weights: *const f32,
    ignored: i32,
    smoothing: f32,
    loss: *mut f32,
    weight: *mut f32,
    log_sum_exp: *mut f32,
) {
    let of = CrossEntropy { rows, classes, logits, targets, weights, ignored, smoothing };
    // SAFETY: see `softmax`.
    unsafe { kernels::cross_entropy::<Active>(&of, loss, weight, log_sum_exp) };
}

/// Gradient of the logits from that of the rows' losses, which have a stride of 1, or of 0 if they share one.
#[wasm_bindgen]
pub fn cross_entropy_gradient(
    rows: usize,
    classes: usize,
    logits: *const f32,
    targets: *const i32,
    weights: *const f32,
    ignored: i32,
    smoothing: f32,
    log_sum_exp: *const f32,
    d_loss: *const f32,
    d_loss_stride: usize,
    dx: *mut f32,
) {
    let of = CrossEntropy { rows, classes, logits, targets, weights, ignored, smoothing };
    // SAFETY: see `softmax`.
    unsafe { kernels::cross_entropy_gradient::<Active>(&of, log_sum_exp, d_loss, d_loss_stride, dx) };
}
