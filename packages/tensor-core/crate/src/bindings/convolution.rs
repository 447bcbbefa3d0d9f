//! Convolution and its gradients. The frame of all is a `ConvolutionFrame`, whose depth has a size of 1. Operands are
//! contiguous, NCHW and OIHW.

use super::address::{Extent, In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status, memory};
use crate::gemm::micro::SixByEight;
use crate::kernels::convolution::filter_gradient::filter_gradient;
use crate::kernels::convolution::image_gradient::image_gradient;
use crate::kernels::convolution::{self, Algorithm, Convolution, convolve};
use crate::lane::Active;
use crate::layout::frames::ConvolutionFrame;
use wasm_bindgen::prelude::wasm_bindgen;

type Kernel = SixByEight<Active>;

fn frame() -> &'static ConvolutionFrame {
    // SAFETY: TypeScript wrote this frame.
    unsafe { memory::frame_as::<ConvolutionFrame>() }
}

/// The shape, and how it is computed: as its definition says if the frame wants that, else as is `fastest`.
fn shape(fastest: impl Fn(&Convolution) -> Algorithm) -> (Convolution, Algorithm) {
    let shape = frame().into();
    (shape, if frame().exact == 0 { fastest(&shape) } else { Algorithm::direct(&shape) })
}

fn images(of: &Convolution) -> Extent {
    Extent::from([of.batch, of.channels, of.image[0], of.image[1]])
}

fn weights(of: &Convolution) -> Extent {
    Extent::from([of.filters, of.channels / of.groups.max(1), of.kernel[0], of.kernel[1]])
}

fn outputs(of: &Convolution) -> Extent {
    Extent::from([of.batch, of.filters, of.output[0], of.output[1]])
}

/// y = x ⋆ weight + bias; no bias if `bias` is 0.
#[wasm_bindgen]
pub fn convolution(x: In<f32>, weight: In<f32>, bias: In<f32>, y: Out<f32>) -> Status {
    let (shape, algorithm) = shape(Algorithm::fastest);
    let bias = range!(bias?, shape.filters);
    let bias = (!bias.is_null()).then_some(bias);
    let (x, weight, y) = (range!(x, images(&shape)), range!(weight, weights(&shape)), range!(y, outputs(&shape)));
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
pub fn convolution_image_gradient(dy: In<f32>, weight: In<f32>, dx: Out<f32>) -> Status {
    let (shape, algorithm) = shape(Algorithm::fastest_gradient);
    let (dy, weight, dx) = (range!(dy, outputs(&shape)), range!(weight, weights(&shape)), range!(dx, images(&shape)));
    // SAFETY: as above.
    unsafe { image_gradient::<Kernel>(&shape, algorithm, dy, weight, dx) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// dw, the gradient by the filters.
#[wasm_bindgen]
pub fn convolution_filter_gradient(x: In<f32>, dy: In<f32>, dw: Out<f32>) -> Status {
    let shape: Convolution = frame().into();
    let (x, dy, dw) = (range!(x, images(&shape)), range!(dy, outputs(&shape)), range!(dw, weights(&shape)));
    // SAFETY: as above.
    unsafe { filter_gradient::<Kernel>(&shape, x, dy, dw) }.map_or(OUT_OF_MEMORY, |()| DONE)
}
