//! Reductions, whose frame is a `ReductionFrame`, and running sums.

use super::memory::frame_as;
use super::{Status, fitting};
use crate::kernels::reduce as kernels;
use crate::kernels::reduce::{Axes, BoolReduction, Extreme, IntegerReduction, Reduction};
use crate::lane::Active;
use crate::layout::Walk;
use crate::layout::frames::{ReductionFrame, UnaryWalk};
use wasm_bindgen::prelude::wasm_bindgen;

fn axes() -> Axes {
    // SAFETY: TypeScript wrote this frame.
    let frame = unsafe { frame_as::<ReductionFrame>() };
    Axes::new(frame.kept.walk(), frame.reduced.walk())
}

/// y = the reduction of x, f32.
#[wasm_bindgen]
pub fn reduce(reduction: Reduction, x: *const f32, y: *mut f32) {
    // SAFETY: TypeScript passes live storage that holds what the walks reach; so for every binding of this file.
    unsafe { kernels::reduce::<Active>(reduction, &axes(), x, y) };
}

/// y = the reduction of x, i32.
#[wasm_bindgen]
pub fn reduce_i32(reduction: IntegerReduction, x: *const i32, y: *mut i32) -> Status {
    // SAFETY: see `reduce`.
    fitting(unsafe { kernels::integer_reduce(reduction, &axes(), x, y) })
}

/// y = the sum of x, u8 or bool, as i32.
#[wasm_bindgen]
pub fn sum_u8(x: *const u8, y: *mut i32) -> Status {
    // SAFETY: see `reduce`.
    fitting(unsafe { kernels::byte_sum(&axes(), x, y) })
}

/// y = the reduction of x, bool.
#[wasm_bindgen]
pub fn reduce_bool(reduction: BoolReduction, x: *const u8, y: *mut u8) {
    // SAFETY: see `reduce`.
    unsafe { kernels::bool_reduce(reduction, &axes(), x, y) };
}

/// y = the position of x's extreme along the one reduced axis, f32.
#[wasm_bindgen]
pub fn argument(extreme: Extreme, x: *const f32, y: *mut i32) {
    // SAFETY: see `reduce`.
    unsafe { kernels::argument::<Active>(extreme, &axes(), x, y) };
}

/// y = the position of x's extreme along the one reduced axis, i32.
#[wasm_bindgen]
pub fn argument_i32(extreme: Extreme, x: *const i32, y: *mut i32) {
    // SAFETY: see `reduce`.
    unsafe { kernels::integer_argument(extreme, &axes(), x, y) };
}

/// Not collapsed: merging axes would let the sum run on into the next row.
fn uncollapsed() -> Walk<2> {
    // SAFETY: TypeScript wrote this frame.
    unsafe { frame_as::<UnaryWalk>() }.walk()
}

/// y = the running sum of x along the last axis of the frame's `UnaryWalk`, f32.
#[wasm_bindgen]
pub fn cumulative_sum(x: *const f32, y: *mut f32) {
    // SAFETY: see `reduce`.
    unsafe { kernels::cumulative_sum(&uncollapsed(), x, y) };
}

/// y = the running sum of x along the last axis of the frame's `UnaryWalk`, i32.
#[wasm_bindgen]
pub fn cumulative_sum_i32(x: *const i32, y: *mut i32) -> Status {
    // SAFETY: see `reduce`.
    fitting(unsafe { kernels::integer_cumulative_sum(&uncollapsed(), x, y) })
}
