//! Updates of parameters, in place. The caller bumps the storages' versions.

use crate::kernels::optimise as kernels;
use crate::kernels::optimise::rows::{self, Rows};
use crate::kernels::optimise::{Adam, Sgd};
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// One step of SGD. `velocity` may be 0 without momentum; `first` marks a velocity that holds nothing yet.
#[wasm_bindgen]
pub fn sgd(
    count: usize,
    parameter: *mut f32,
    gradient: *const f32,
    velocity: *mut f32,
    rate: f32,
    momentum: f32,
    dampening: f32,
    weight_decay: f32,
    nesterov: bool,
    first: bool,
    scale: f32,
) {
    let of = Sgd { rate, momentum, dampening, weight_decay, nesterov, first, scale };
    // SAFETY: TypeScript passes live, contiguous storages of `count` floats; so for every binding of this file.
    unsafe { kernels::sgd::<Active>(&of, count, parameter, gradient, velocity) };
}

/// One step, number `step` from 1, of Adam, or of AdamW if `decoupled`. `largest` is 0, or AMSGrad's largest mean square.
#[wasm_bindgen]
pub fn adam(
    count: usize,
    parameter: *mut f32,
    gradient: *const f32,
    mean: *mut f32,
    square: *mut f32,
    largest: *mut f32,
    rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    weight_decay: f64,
    decoupled: bool,
    step: u32,
    scale: f32,
) {
    let of = Adam { rate, beta1, beta2, epsilon, weight_decay, decoupled, step, scale };
    // SAFETY: see `sgd`.
    unsafe { kernels::adam::<Active>(&of, count, parameter, gradient, mean, square, largest) };
}

/// Σ x².
#[wasm_bindgen]
pub fn sum_of_squares(count: usize, x: *const f32) -> f64 {
    // SAFETY: see `sgd`.
    unsafe { kernels::sum_of_squares::<Active>(count, x) }
}

/// One step of SGD on the rows of a table that `indices` name: ascending, each once. Rows have `size` floats.
#[wasm_bindgen]
pub fn sgd_rows(
    count: usize,
    size: usize,
    indices: *const i32,
    parameter: *mut f32,
    gradient: *const f32,
    velocity: *mut f32,
    rate: f32,
    momentum: f32,
    dampening: f32,
    nesterov: bool,
    first: bool,
    scale: f32,
) {
    let of = Sgd { rate, momentum, dampening, weight_decay: 0.0, nesterov, first, scale };
    // SAFETY: TypeScript checked that indices ascend within the table, and passes live, contiguous storages.
    unsafe { rows::sgd_rows::<Active>(&of, Rows { count, size, indices }, parameter, gradient, velocity) };
}

/// One step, number `step` from 1, of Adam on the rows of a table that `indices` name, as PyTorch's SparseAdam.
#[wasm_bindgen]
pub fn adam_rows(
    count: usize,
    size: usize,
    indices: *const i32,
    parameter: *mut f32,
    gradient: *const f32,
    mean: *mut f32,
    square: *mut f32,
    rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    step: u32,
    scale: f32,
) {
    let of = Adam { rate, beta1, beta2, epsilon, weight_decay: 0.0, decoupled: false, step, scale };
    // SAFETY: see `sgd_rows`.
    unsafe { rows::adam_rows::<Active>(&of, Rows { count, size, indices }, parameter, gradient, mean, square) };
}
