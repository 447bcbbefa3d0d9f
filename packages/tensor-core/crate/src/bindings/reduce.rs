//! Reductions, whose frame is a `ReductionFrame`, and running sums.

use super::address::{Extent, In, Out, range};
use super::memory::frame_as;
use super::{Status, fitting};
use crate::kernels::reduce as kernels;
use crate::kernels::reduce::{Axes, BoolReduction, Extreme, IntegerReduction, Moment, Reduction};
use crate::lane::Active;
use crate::layout::Walk;
use crate::layout::frames::{ReductionFrame, UnaryWalk};
use wasm_bindgen::prelude::wasm_bindgen;

fn axes() -> Axes {
    // SAFETY: TypeScript wrote this frame.
    let frame = unsafe { frame_as::<ReductionFrame>() };
    Axes::new(frame.kept.walk(), frame.reduced.walk())
}

/// What a reduction reads.
fn read(axes: &Axes) -> Extent {
    Extent::walked(&axes.kept, 1) + Extent::walked(&axes.reduced, 0)
}

/// What it writes.
fn written(axes: &Axes) -> Extent {
    Extent::walked(&axes.kept, 0)
}

/// y = the reduction of x, f32.
#[wasm_bindgen]
pub fn reduce(reduction: Reduction, x: In<f32>, y: Out<f32>) {
    let axes = axes();
    // SAFETY: TypeScript passes live storage that holds what the walks reach; so for every binding of this file.
    unsafe { kernels::reduce::<Active>(reduction, &axes, range!(x, read(&axes)), range!(y, written(&axes))) };
}

/// y = the moment of x, whose sum of squares is divided by `divisor`.
#[wasm_bindgen]
pub fn moment(moment: Moment, divisor: f64, x: In<f32>, y: Out<f32>) {
    let axes = axes();
    // SAFETY: see `reduce`.
    unsafe { kernels::moment::<Active>(moment, divisor, &axes, range!(x, read(&axes)), range!(y, written(&axes))) };
}

/// y = the reduction of x, i32.
#[wasm_bindgen]
pub fn reduce_i32(reduction: IntegerReduction, x: In<i32>, y: Out<i32>) -> Status {
    let axes = axes();
    // SAFETY: see `reduce`.
    fitting(unsafe { kernels::integer_reduce(reduction, &axes, range!(x, read(&axes)), range!(y, written(&axes))) })
}

/// y = the sum of x, u8 or bool, as i32.
#[wasm_bindgen]
pub fn sum_u8(x: In<u8>, y: Out<i32>) -> Status {
    let axes = axes();
    // SAFETY: see `reduce`.
    fitting(unsafe { kernels::byte_sum(&axes, range!(x, read(&axes)), range!(y, written(&axes))) })
}

/// y = the reduction of x, bool.
#[wasm_bindgen]
pub fn reduce_bool(reduction: BoolReduction, x: In<u8>, y: Out<u8>) {
    let axes = axes();
    // SAFETY: see `reduce`.
    unsafe { kernels::bool_reduce(reduction, &axes, range!(x, read(&axes)), range!(y, written(&axes))) };
}

/// y = the position of x's extreme along the one reduced axis, f32.
#[wasm_bindgen]
pub fn argument(extreme: Extreme, x: In<f32>, y: Out<i32>) {
    let axes = axes();
    // SAFETY: see `reduce`.
    unsafe { kernels::argument::<Active>(extreme, &axes, range!(x, read(&axes)), range!(y, written(&axes))) };
}

/// y = the position of x's extreme along the one reduced axis, i32.
#[wasm_bindgen]
pub fn argument_i32(extreme: Extreme, x: In<i32>, y: Out<i32>) {
    let axes = axes();
    // SAFETY: see `reduce`.
    unsafe { kernels::integer_argument(extreme, &axes, range!(x, read(&axes)), range!(y, written(&axes))) };
}

/// Not collapsed: merging axes would let the sum run on into the next row.
fn uncollapsed() -> Walk<2> {
    // SAFETY: TypeScript wrote this frame.
    unsafe { frame_as::<UnaryWalk>() }.walk()
}

/// y = the running sum of x along the last axis of the frame's `UnaryWalk`, f32.
#[wasm_bindgen]
pub fn cumulative_sum(x: In<f32>, y: Out<f32>) {
    let walk = uncollapsed();
    // SAFETY: see `reduce`.
    unsafe { kernels::cumulative_sum(&walk, range!(x, Extent::walked(&walk, 1)), range!(y, Extent::walked(&walk, 0))) };
}

/// y = the running sum of x along the last axis of the frame's `UnaryWalk`, i32.
#[wasm_bindgen]
pub fn cumulative_sum_i32(x: In<i32>, y: Out<i32>) -> Status {
    let walk = uncollapsed();
    // SAFETY: see `reduce`.
    fitting(unsafe {
        kernels::integer_cumulative_sum(&walk, range!(x, Extent::walked(&walk, 1)), range!(y, Extent::walked(&walk, 0)))
    })
}
