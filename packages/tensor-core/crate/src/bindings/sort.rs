//! The order of rows: (rows, size), contiguous. `k` = size orders the whole row.

use super::{DONE, OUT_OF_MEMORY, Status};
use crate::kernels::sort as kernels;
use crate::kernels::sort::{Order, Sortable};
use wasm_bindgen::prelude::wasm_bindgen;

fn first<T: Sortable>(rows: usize, size: usize, k: usize, descending: bool, x: *const T, indices: *mut i32) -> Status {
    let order = if descending { Order::Descending } else { Order::Ascending };
    // SAFETY: TypeScript passes live, contiguous storage of the sizes given, and k ≤ size.
    match unsafe { kernels::sorted_indices(rows, size, k, order, x, indices) } {
        Some(()) => DONE,
        None => OUT_OF_MEMORY,
    }
}

/// The indices of the first `k` of each row in order, f32.
#[wasm_bindgen]
pub fn sorted_indices(
    rows: usize,
    size: usize,
    k: usize,
    descending: bool,
    x: *const f32,
    indices: *mut i32,
) -> Status {
    first(rows, size, k, descending, x, indices)
}

/// The indices of the first `k` of each row in order, i32.
#[wasm_bindgen]
pub fn sorted_indices_i32(
    rows: usize,
    size: usize,
    k: usize,
    descending: bool,
    x: *const i32,
    indices: *mut i32,
) -> Status {
    first(rows, size, k, descending, x, indices)
}
