//! Reading and adding at indices, which have been checked.

use super::memory::frame_as;
use super::{Status, fitting};
use crate::kernels::{coalesce, gather as kernels};
use crate::lane::Active;
use crate::layout::Walk;
use crate::layout::frames::{GatherWalk, ShapeWalk};
use wasm_bindgen::prelude::wasm_bindgen;

fn walk() -> Walk<3> {
    // SAFETY: TypeScript wrote this frame.
    unsafe { frame_as::<GatherWalk>() }.walk().collapsed()
}

/// Position of the first index that is not in low..high; `count` if there is none.
#[wasm_bindgen]
pub fn first_invalid_index(count: usize, index: *const i32, low: i32, high: i32) -> usize {
    // SAFETY: TypeScript passes live storage of the sizes given; so for every binding of this file.
    unsafe { kernels::first_invalid(count, index, low, high) }
}

/// y[o, i, :] = x[o, index[i], :], rows of `row_bytes`; all contiguous.
#[wasm_bindgen]
pub fn select_rows(
    outer: usize,
    size: usize,
    row_bytes: usize,
    count: usize,
    index: *const i32,
    x: *const u8,
    y: *mut u8,
) {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::select_rows(outer, size, row_bytes, count, index, x, y) };
}

/// y[o, index[i], :] += x[o, i, :], f32, rows of `row` elements; all contiguous.
#[wasm_bindgen]
pub fn add_rows(outer: usize, size: usize, row: usize, count: usize, index: *const i32, x: *const f32, y: *mut f32) {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::add_rows(outer, size, row, count, index, x, y) };
}

/// y = x at the index along an axis, of elements of 1, 2 or 4 bytes; the frame is a `GatherWalk`, in which x
/// has stride 0 along the axis.
#[wasm_bindgen]
pub fn gather_elements(item_size: usize, axis_stride: isize, index: *const i32, x: *const u8, y: *mut u8) {
    // SAFETY: see `first_invalid_index`.
    unsafe {
        match item_size {
            1 => kernels::gather(&walk(), axis_stride, index, x, y),
            2 => kernels::gather(&walk(), axis_stride, index, x.cast::<u16>(), y.cast::<u16>()),
            _ => kernels::gather(&walk(), axis_stride, index, x.cast::<u32>(), y.cast::<u32>()),
        }
    }
}

/// y += x at the index along an axis, f32; the frame is a `GatherWalk`, in which y has stride 0 along the axis.
#[wasm_bindgen]
pub fn scatter_add(axis_stride: isize, index: *const i32, x: *const f32, y: *mut f32) {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::scatter_add(&walk(), axis_stride, index, x, y) };
}

/// As `scatter_add`, of i32.
#[wasm_bindgen]
pub fn scatter_add_i32(axis_stride: isize, index: *const i32, x: *const i32, y: *mut i32) -> Status {
    // SAFETY: see `first_invalid_index`.
    fitting(unsafe { kernels::integer_scatter_add(&walk(), axis_stride, index, x, y) })
}

/// How many elements are not zero, f32; -0 is zero, NaN is not.
#[wasm_bindgen]
pub fn count_non_zero(count: usize, x: *const f32) -> usize {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::non_zero::count_non_zero(count, x) }
}

/// As `count_non_zero`, of i32.
#[wasm_bindgen]
pub fn count_non_zero_i32(count: usize, x: *const i32) -> usize {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::non_zero::count_non_zero(count, x) }
}

/// As `count_non_zero`, of 1-byte elements.
#[wasm_bindgen]
pub fn count_non_zero_bytes(count: usize, x: *const u8) -> usize {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::non_zero::count_non_zero(count, x) }
}

/// Not collapsed: every axis has its index.
fn shape() -> Walk<0> {
    // SAFETY: TypeScript wrote this frame.
    unsafe { frame_as::<ShapeWalk>() }.walk()
}

/// The indices of the first `count` elements that are not zero, in row-major order: (count, rank). f32, contiguous; the frame
/// is a `ShapeWalk`.
#[wasm_bindgen]
pub fn non_zero(count: usize, x: *const f32, y: *mut i32) {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::non_zero::non_zero(&shape(), count, x, y) };
}

/// As `non_zero`, of i32.
#[wasm_bindgen]
pub fn non_zero_i32(count: usize, x: *const i32, y: *mut i32) {
    // SAFETY: see `non_zero`.
    unsafe { kernels::non_zero::non_zero(&shape(), count, x, y) };
}

/// As `non_zero`, of 1-byte elements.
#[wasm_bindgen]
pub fn non_zero_bytes(count: usize, x: *const u8, y: *mut i32) {
    // SAFETY: see `non_zero`.
    unsafe { kernels::non_zero::non_zero(&shape(), count, x, y) };
}

/// y[i, index[i]] = 1, else 0.
#[wasm_bindgen]
pub fn one_hot(count: usize, classes: usize, index: *const i32, y: *mut f32) {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::one_hot(count, classes, index, y) };
}

/// Rows that name each index once, ascending: rows of equal indices are added. Answers how many there are, or -1 if memory is
/// short; outputs have room for `count`.
#[wasm_bindgen]
pub fn coalesce_rows(
    count: usize,
    size: usize,
    indices: *const i32,
    rows: *const f32,
    out_indices: *mut i32,
    out_rows: *mut f32,
) -> i32 {
    // SAFETY: TypeScript passes live, contiguous storages of these sizes.
    unsafe { coalesce::coalesce_rows::<Active>(count, size, indices, rows, out_indices, out_rows) }
        .map_or(-1, |unique| unique as i32)
}
