//! The order of rows: (rows, size), contiguous. With count = size the whole row is sorted.

use super::address::{In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status};
use crate::kernels::sort as kernels;
use crate::kernels::sort::similar::{self, Rows, Similar};
use crate::kernels::sort::{Order, Sortable};
use crate::lane::Active;
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
    x: In<f32>,
    values: Out<f32>,
    indices: Out<i32>,
) -> Status {
    let (values, indices) = (range!(values?, [rows, count]), range!(indices?, [rows, count]));
    run([rows, size, count], descending, range!(x, [rows, size]), values, indices)
}

/// As `sorted`, i32.
#[wasm_bindgen]
pub fn sorted_i32(
    rows: usize,
    size: usize,
    count: usize,
    descending: bool,
    x: In<i32>,
    values: Out<i32>,
    indices: Out<i32>,
) -> Status {
    let (values, indices) = (range!(values?, [rows, count]), range!(indices?, [rows, count]));
    run([rows, size, count], descending, range!(x, [rows, size]), values, indices)
}

/// The rows with the largest products with each query, in descending order. Elements of rows take `item` bytes: 4 are f32, 2
/// f16, 1 i8. An address of 0 is no scale.
#[wasm_bindgen]
pub fn similar_rows(
    queries: usize,
    rows: usize,
    size: usize,
    count: usize,
    item: usize,
    query: In<f32>,
    x: In<u8>,
    scale: In<f32>,
    values: Out<f32>,
    indices: Out<i32>,
) -> Status {
    let from = range!(x, [rows, size, item]);
    let stored = match item {
        1 => Rows::I8(from.cast()),
        2 => Rows::F16(from.cast()),
        _ => Rows::F32(from.cast()),
    };
    let shape = Similar { queries, rows, size, count };
    let (query, scale) = (range!(query, [queries, size]), range!(scale?, rows));
    let (values, indices) = (range!(values, [queries, count]), range!(indices, [queries, count]));
    // SAFETY: TypeScript passes live, contiguous storage of the sizes given, and count ≤ rows.
    unsafe { similar::similar_rows::<Active>(&shape, query, stored, scale, values, indices) }
        .map_or(OUT_OF_MEMORY, |()| DONE)
}
