//! Convolution and its gradients. The frame of all is a `ConvolutionFrame`, whose depth has a size of 1. Operands are
//! contiguous, NCHW and OIHW.

use super::{DONE, OUT_OF_MEMORY, Status, memory};
use crate::gemm::micro::SixByEight;
use crate::kernels::convolution::filter_gradient::filter_gradient;
use crate::kernels::convolution::image_gradient::image_gradient;
use crate::kernels::convolution::{self, Algorithm, Convolution, convolve};
use crate::lane::Active;
use crate::layout::frames::ConvolutionFrame;
use wasm_bindgen::prelude::wasm_bindgen;

type Kernel = SixByEight<Active>;

fn shape() -> Convolution {
    // SAFETY: TypeScript wrote this frame.
    unsafe { memory::frame_as::<ConvolutionFrame>() }.into()
}

/// y = x ⋆ weight + bias; no bias if `bias` is 0.
#[wasm_bindgen]
pub fn convolution(x: *const f32, weight: *const f32, bias: *const f32, y: *mut f32) -> Status {
    let bias = (!bias.is_null()).then_some(bias);
    let shape = shape();
    let algorithm = Algorithm::fastest(&shape);
    // SAFETY: TypeScript wrote the frame for operands of these sizes.
    unsafe { convolve::<Kernel>(&shape, algorithm, x, weight, bias, y) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// From now on convolutions are direct sums only.
#[wasm_bindgen]
pub fn use_direct_sums() {
    convolution::use_direct_sums();
}

/// dx, the gradient by the image (and the transposed convolution of dy).
#[wasm_bindgen]
pub fn convolution_image_gradient(dy: *const f32, weight: *const f32, dx: *mut f32) -> Status {
    let shape = shape();
    let algorithm = Algorithm::fastest_gradient(&shape);
    // SAFETY: as above.
    unsafe { image_gradient::<Kernel>(&shape, algorithm, dy, weight, dx) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// dw, the gradient by the filters.
#[wasm_bindgen]
pub fn convolution_filter_gradient(x: *const f32, dy: *const f32, dw: *mut f32) -> Status {
    // SAFETY: as above.
    unsafe { filter_gradient::<Kernel>(&shape(), x, dy, dw) }.map_or(OUT_OF_MEMORY, |()| DONE)
}
