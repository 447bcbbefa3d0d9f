//! The order of rows: (rows, size), contiguous. With count = size the whole row is sorted.

use super::address::{In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status};
use crate::kernels::sort as kernels;
use crate::kernels::sort::search::{self, Search};
use crate::kernels::sort::similar::{self, Rows, Similar};
use crate::kernels::sort::unique;
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

/// The elements in order, each once, how often each is there, and the place of each element among them. Answers how many there
/// are, or -1 if memory is short; outputs have room for `count`. f32.
#[wasm_bindgen]
pub fn unique(count: usize, x: In<f32>, values: Out<f32>, inverse: Out<i32>, counts: Out<i32>) -> i32 {
    let (values, inverse, counts) = (range!(values, count), range!(inverse, count), range!(counts, count));
    // SAFETY: TypeScript passes live, contiguous storages of this size.
    unsafe { unique::unique(count, range!(x, count), values, inverse, counts) }.map_or(-1, |found| found as i32)
}

/// As `unique`, i32.
#[wasm_bindgen]
pub fn unique_i32(count: usize, x: In<i32>, values: Out<i32>, inverse: Out<i32>, counts: Out<i32>) -> i32 {
    let (values, inverse, counts) = (range!(values, count), range!(inverse, count), range!(counts, count));
    // SAFETY: as above.
    unsafe { unique::unique(count, range!(x, count), values, inverse, counts) }.map_or(-1, |found| found as i32)
}

/// How often each whole number below `length` is there.
#[wasm_bindgen]
pub fn count_each(count: usize, length: usize, x: In<i32>, y: Out<i32>) {
    // SAFETY: as above; elements are below `length`.
    unsafe { unique::count_each(count, length, range!(x, count), range!(y, length)) }
}

/// The sum of the weights of each whole number below `length`.
#[wasm_bindgen]
pub fn weigh_each(count: usize, length: usize, x: In<i32>, weights: In<f32>, y: Out<f32>) -> Status {
    let (x, weights, y) = (range!(x, count), range!(weights, count), range!(y, length));
    // SAFETY: as `count_each`.
    unsafe { unique::weigh_each(count, length, x, weights, y) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// Of each element the place in its sequence before which it belongs; an address of 0 is no sorter. `one`: a sequence serves
/// every row. f32.
#[wasm_bindgen]
pub fn search_sorted(
    rows: usize,
    size: usize,
    count: usize,
    one: bool,
    right: bool,
    sequence: In<f32>,
    sorter: In<i32>,
    x: In<f32>,
    y: Out<i32>,
) {
    let of = Search { rows, size, count, one, right };
    let sequences = [if one { 1 } else { rows }, size];
    let (sequence, sorter) = (range!(sequence, sequences), range!(sorter?, sequences));
    // SAFETY: TypeScript passes live, contiguous storages of these sizes, and sorters within the sequences.
    unsafe { search::search_sorted(&of, sequence, sorter, range!(x, [rows, count]), range!(y, [rows, count])) }
}

/// As `search_sorted`, i32.
#[wasm_bindgen]
pub fn search_sorted_i32(
    rows: usize,
    size: usize,
    count: usize,
    one: bool,
    right: bool,
    sequence: In<i32>,
    sorter: In<i32>,
    x: In<i32>,
    y: Out<i32>,
) {
    let of = Search { rows, size, count, one, right };
    let sequences = [if one { 1 } else { rows }, size];
    let (sequence, sorter) = (range!(sequence, sequences), range!(sorter?, sequences));
    // SAFETY: as above.
    unsafe { search::search_sorted(&of, sequence, sorter, range!(x, [rows, count]), range!(y, [rows, count])) }
}
