//! The order of rows: (rows, size), contiguous. With count = size the whole row is sorted.

use super::{DONE, OUT_OF_MEMORY, Status};
use crate::kernels::sort as kernels;
use crate::kernels::sort::{Order, Sortable};
use wasm_bindgen::prelude::wasm_bindgen;

fn run<T: Sortable>(shape: [usize; 3], descending: bool, x: *const T, values: *mut T, indices: *mut i32) -> Status {
    let order = if descending { Order::Descending } else { Order::Ascending };
    // SAFETY: TypeScript passes live, contiguous storage of the sizes given, and count ≤ size.
    unsafe { kernels::sorted(shape, order, x, values, indices) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// The first `count` of each row in order and their indices, f32; an address of 0 is a result that is not wanted.
#[wasm_bindgen]
pub fn sorted(
    rows: usize,
    size: usize,
    count: usize,
    descending: bool,
    x: *const f32,
    values: *mut f32,
    indices: *mut i32,
) -> Status {
    run([rows, size, count], descending, x, values, indices)
}

/// As `sorted`, i32.
#[wasm_bindgen]
pub fn sorted_i32(
    rows: usize,
    size: usize,
    count: usize,
    descending: bool,
    x: *const i32,
    values: *mut i32,
    indices: *mut i32,
) -> Status {
    run([rows, size, count], descending, x, values, indices)
}
