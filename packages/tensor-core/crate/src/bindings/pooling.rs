//! Pooling of planes and its gradients. The frame, where a function reads it, is a `PoolingFrame`, whose depth has a size
//! of 1.

use super::memory;
use crate::kernels::pooling::Pooling;
use crate::kernels::pooling::average::{Divisor, average, average_gradient};
use crate::kernels::pooling::maximum::{gather, maximum, scatter};
use crate::lane::Active;
use crate::layout::frames::PoolingFrame;
use wasm_bindgen::prelude::wasm_bindgen;

fn shape() -> Pooling {
    // SAFETY: TypeScript wrote this frame.
    unsafe { memory::frame_as::<PoolingFrame>() }.into()
}

/// A window's divisor from one number: 0 the elements inside the image, -1 those of the padding too, else the number.
fn divisor(code: i32) -> Divisor {
    match code {
        0 => Divisor::Inside,
        -1 => Divisor::Padded,
        count => Divisor::Fixed(count as usize),
    }
}

/// y = the largest of each window; its place in the plane (i32) unless `indices` is 0.
#[wasm_bindgen]
pub fn max_pooling(x: *const f32, y: *mut f32, indices: *mut i32) {
    // SAFETY: TypeScript wrote the frame for operands of these sizes.
    unsafe { maximum::<Active>(&shape(), x, y, indices) }
}

/// dx = dy added at the places that `indices` name. False if one lies outside its plane; dx is then undefined.
#[wasm_bindgen]
pub fn max_pooling_scatter(
    planes: usize,
    pixels: usize,
    outputs: usize,
    dy: *const f32,
    indices: *const i32,
    dx: *mut f32,
) -> bool {
    // SAFETY: TypeScript passed the operands' sizes.
    unsafe { scatter([planes, pixels, outputs], dy, indices, dx) }
}

/// y = x at the places that `indices` name. False if one lies outside its plane; y is then undefined.
#[wasm_bindgen]
pub fn max_pooling_gather(
    planes: usize,
    pixels: usize,
    outputs: usize,
    x: *const f32,
    indices: *const i32,
    y: *mut f32,
) -> bool {
    // SAFETY: as above.
    unsafe { gather([planes, pixels, outputs], x, indices, y) }
}

/// y = the sum of each window over its divisor (0 the elements inside the image, -1 the padding's too, else the number).
#[wasm_bindgen]
pub fn average_pooling(divided_by: i32, x: *const f32, y: *mut f32) {
    // SAFETY: TypeScript wrote the frame for operands of these sizes.
    unsafe { average::<Active>(&shape(), divisor(divided_by), x, y) }
}

/// dx = each dy over its divisor, added to every place of its window.
#[wasm_bindgen]
pub fn average_pooling_gradient(divided_by: i32, dy: *const f32, dx: *mut f32) {
    // SAFETY: as above.
    unsafe { average_gradient(&shape(), divisor(divided_by), dy, dx) }
}
