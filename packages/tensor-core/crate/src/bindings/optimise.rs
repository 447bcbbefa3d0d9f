//! Updates of parameters, in place. The caller bumps the storages' versions.

use super::address::{Extent, In, Out, range};
use crate::kernels::optimise as kernels;
use crate::kernels::optimise::rows::{self, Rows};
use crate::kernels::optimise::{Adam, Sgd};
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// One step of SGD. `velocity` may be 0 without momentum; `first` marks a velocity that holds nothing yet.
#[wasm_bindgen]
pub fn sgd(
    count: usize,
    parameter: Out<f32>,
    gradient: In<f32>,
    velocity: Out<f32>,
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
    unsafe {
        kernels::sgd::<Active>(&of, count, range!(parameter, count), range!(gradient, count), range!(velocity?, count))
    };
}

/// One step, number `step` from 1, of Adam, or of AdamW if `decoupled`. `largest` is 0, or AMSGrad's largest mean square.
#[wasm_bindgen]
pub fn adam(
    count: usize,
    parameter: Out<f32>,
    gradient: In<f32>,
    mean: Out<f32>,
    square: Out<f32>,
    largest: Out<f32>,
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
    unsafe {
        kernels::adam::<Active>(
            &of,
            count,
            range!(parameter, count),
            range!(gradient, count),
            range!(mean, count),
            range!(square, count),
            range!(largest?, count),
        )
    };
}

/// Σ x².
#[wasm_bindgen]
pub fn sum_of_squares(count: usize, x: In<f32>) -> f64 {
    // SAFETY: see `sgd`.
    unsafe { kernels::sum_of_squares::<Active>(count, range!(x, count)) }
}

/// The indices, and how far the rows of a table go that they name.
/// # Safety: live storage of `count` indices.
unsafe fn named_rows(count: usize, size: usize, indices: In<i32>) -> (*const i32, impl Fn() -> Extent) {
    let indices = range!(indices, count);
    (indices, move || Extent::named(count, indices, size) + Extent::from(size))
}

/// One step of SGD on the rows of a table that `indices` name: ascending, each once. Rows have `size` floats.
#[wasm_bindgen]
pub fn sgd_rows(
    count: usize,
    size: usize,
    indices: In<i32>,
    parameter: Out<f32>,
    gradient: In<f32>,
    velocity: Out<f32>,
    rate: f32,
    momentum: f32,
    dampening: f32,
    nesterov: bool,
    first: bool,
    scale: f32,
) {
    let of = Sgd { rate, momentum, dampening, weight_decay: 0.0, nesterov, first, scale };
    // SAFETY: TypeScript checked that indices ascend within the table, and passes live, contiguous storages.
    unsafe {
        let (indices, table) = named_rows(count, size, indices);
        rows::sgd_rows::<Active>(
            &of,
            Rows { count, size, indices },
            range!(parameter, table()),
            range!(gradient, [count, size]),
            range!(velocity?, table()),
        )
    };
}

/// One step, number `step` from 1, of Adam on the rows of a table that `indices` name, as PyTorch's SparseAdam.
#[wasm_bindgen]
pub fn adam_rows(
    count: usize,
    size: usize,
    indices: In<i32>,
    parameter: Out<f32>,
    gradient: In<f32>,
    mean: Out<f32>,
    square: Out<f32>,
    rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    step: u32,
    scale: f32,
) {
    let of = Adam { rate, beta1, beta2, epsilon, weight_decay: 0.0, decoupled: false, step, scale };
    // SAFETY: see `sgd_rows`.
    unsafe {
        let (indices, table) = named_rows(count, size, indices);
        rows::adam_rows::<Active>(
            &of,
            Rows { count, size, indices },
            range!(parameter, table()),
            range!(gradient, [count, size]),
            range!(mean, table()),
            range!(square, table()),
        )
    };
}
