//! Sorting and selection along rows: (rows, size), contiguous. `k` = size sorts the whole row.

use super::{DONE, OUT_OF_MEMORY, Status};
use crate::kernels::sort as kernels;
use crate::kernels::sort::{Order, Sortable};
use wasm_bindgen::prelude::wasm_bindgen;

fn first<T: Sortable>(
    rows: usize,
    size: usize,
    k: usize,
    descending: bool,
    x: *const T,
    values: *mut T,
    indices: *mut i32,
) -> Status {
    let order = if descending { Order::Descending } else { Order::Ascending };
    // SAFETY: TypeScript passes live, contiguous storage of the sizes given, and k ≤ size.
    match unsafe { kernels::first(rows, size, k, order, x, values, indices) } {
        Some(()) => DONE,
        None => OUT_OF_MEMORY,
    }
}

/// The first `k` of each row in order, and their indices, f32.
#[wasm_bindgen]
pub fn sorted(
    rows: usize,
    size: usize,
    k: usize,
    descending: bool,
    x: *const f32,
    values: *mut f32,
    indices: *mut i32,
) -> Status {
    first(rows, size, k, descending, x, values, indices)
}

/// The first `k` of each row in order, and their indices, i32.
#[wasm_bindgen]
pub fn sorted_i32(
    rows: usize,
    size: usize,
    k: usize,
    descending: bool,
    x: *const i32,
    values: *mut i32,
    indices: *mut i32,
) -> Status {
    first(rows, size, k, descending, x, values, indices)
}
