//! Pooling of planes and its gradients. The frame, where a function reads it, is a `PoolingFrame`, whose depth has a size
//! of 1.

use super::address::{Extent, In, Out, range};
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

/// Elements of all planes.
fn images(&Pooling { planes, image: [rows, columns], .. }: &Pooling) -> Extent {
    Extent::from([planes, rows, columns])
}

/// Elements of all planes once they are pooled.
fn outputs(&Pooling { planes, output: [rows, columns], .. }: &Pooling) -> Extent {
    Extent::from([planes, rows, columns])
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
pub fn max_pooling(x: In<f32>, y: Out<f32>, indices: Out<i32>) {
    // SAFETY: TypeScript wrote the frame for operands of these sizes.
    unsafe {
        let shape = shape();
        let indices = range!(indices?, outputs(&shape));
        maximum::<Active>(&shape, range!(x, images(&shape)), range!(y, outputs(&shape)), indices)
    }
}

/// dx = dy added at the places that `indices` name. False if one lies outside its plane; dx is then undefined.
#[wasm_bindgen]
pub fn max_pooling_scatter(
    planes: usize,
    pixels: usize,
    outputs: usize,
    dy: In<f32>,
    indices: In<i32>,
    dx: Out<f32>,
) -> bool {
    // SAFETY: TypeScript passed the operands' sizes.
    unsafe {
        scatter(
            [planes, pixels, outputs],
            range!(dy, [planes, outputs]),
            range!(indices, [planes, outputs]),
            range!(dx, [planes, pixels]),
        )
    }
}

/// y = x at the places that `indices` name. False if one lies outside its plane; y is then undefined.
#[wasm_bindgen]
pub fn max_pooling_gather(
    planes: usize,
    pixels: usize,
    outputs: usize,
    x: In<f32>,
    indices: In<i32>,
    y: Out<f32>,
) -> bool {
    // SAFETY: as above.
    unsafe {
        gather(
            [planes, pixels, outputs],
            range!(x, [planes, pixels]),
            range!(indices, [planes, outputs]),
            range!(y, [planes, outputs]),
        )
    }
}

/// y = the sum of each window over its divisor (0 the elements inside the image, -1 the padding's too, else the number).
#[wasm_bindgen]
pub fn average_pooling(divided_by: i32, x: In<f32>, y: Out<f32>) {
    // SAFETY: TypeScript wrote the frame for operands of these sizes.
    unsafe {
        let shape = shape();
        let (x, y) = (range!(x, images(&shape)), range!(y, outputs(&shape)));
        average::<Active>(&shape, divisor(divided_by), x, y)
    }
}

/// dx = each dy over its divisor, added to every place of its window.
#[wasm_bindgen]
pub fn average_pooling_gradient(divided_by: i32, dy: In<f32>, dx: Out<f32>) {
    // SAFETY: as above.
    unsafe {
        let shape = shape();
        let (dy, dx) = (range!(dy, outputs(&shape)), range!(dx, images(&shape)));
        average_gradient(&shape, divisor(divided_by), dy, dx)
    }
}
