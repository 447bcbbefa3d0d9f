//! Reading and adding at indices, which have been checked.

use super::address::{Extent, In, Out, range};
use super::memory::frame_as;
use super::{Status, fitting};
use crate::kernels::gather::resample::SparseRows;
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
pub fn first_invalid_index(count: usize, index: In<i32>, low: i32, high: i32) -> usize {
    // SAFETY: TypeScript passes live storage of the sizes given; so for every binding of this file.
    unsafe { kernels::first_invalid(count, range!(index, count), low, high) }
}

/// What is reached of (outer, size, row) at the rows that an index names.
/// # Safety: `index` points at `count` readable integers.
unsafe fn rows_named(outer: usize, size: usize, row: usize, count: usize, index: *const i32) -> Extent {
    Extent::strided(outer, (size * row) as isize) + Extent::named(count, index, row) + Extent::from(row)
}

/// y[o, i, :] = x[o, index[i], :], rows of `row_bytes`; all contiguous.
#[wasm_bindgen]
pub fn select_rows(outer: usize, size: usize, row_bytes: usize, count: usize, index: In<i32>, x: In<u8>, y: Out<u8>) {
    // SAFETY: see `first_invalid_index`.
    unsafe {
        let index = range!(index, count);
        let x = range!(x, rows_named(outer, size, row_bytes, count, index));
        kernels::select_rows(outer, size, row_bytes, count, index, x, range!(y, [outer, count, row_bytes]));
    }
}

/// y[o, index[i], :] += x[o, i, :], f32, rows of `row` elements; all contiguous.
#[wasm_bindgen]
pub fn add_rows(outer: usize, size: usize, row: usize, count: usize, index: In<i32>, x: In<f32>, y: Out<f32>) {
    // SAFETY: see `first_invalid_index`.
    unsafe {
        let index = range!(index, count);
        let y = range!(y, rows_named(outer, size, row, count, index));
        kernels::add_rows(outer, size, row, count, index, range!(x, [outer, count, row]), y);
    }
}

/// y[o, i, :] = Σ weight · x[o, place, :] over row i of compressed sparse rows, f32; all contiguous.
#[wasm_bindgen]
pub fn resample(
    outer: usize,
    size: usize,
    inner: usize,
    rows: usize,
    terms: usize,
    starts: In<i32>,
    places: In<i32>,
    weights: In<f32>,
    x: In<f32>,
    y: Out<f32>,
) {
    // SAFETY: see `first_invalid_index`; TypeScript has looked at runs and places.
    unsafe {
        let rows_of = SparseRows {
            starts: core::slice::from_raw_parts(range!(starts, rows + 1), rows + 1),
            places: slice_of(range!(places, terms), terms),
            weights: slice_of(range!(weights, terms), terms),
        };
        let (x, y) = (range!(x, [outer, size, inner]), range!(y, [outer, rows, inner]));
        kernels::resample::resample::<Active>([outer, size, inner], rows_of, x, y);
    }
}

/// A slice, of nothing where there is nothing to point at.
/// # Safety: `pointer` points at `count` readable elements.
unsafe fn slice_of<'a, T>(pointer: *const T, count: usize) -> &'a [T] {
    if count == 0 { &[] } else { core::slice::from_raw_parts(pointer, count) }
}

/// What is reached of an operand whose places along an axis an index names.
/// # Safety: `index` reaches what the walk does.
unsafe fn named_along(walk: &Walk<3>, operand: usize, index: *const i32, axis_stride: isize) -> Extent {
    Extent::walked(walk, operand) + Extent::named_along(walk, 1, index, axis_stride)
}

/// y = x at the index along an axis, of elements of 1, 2 or 4 bytes; the frame is a `GatherWalk`, in which x
/// has stride 0 along the axis.
#[wasm_bindgen]
pub fn gather_elements(item_size: usize, axis_stride: isize, index: In<i32>, x: In<u8>, y: Out<u8>) {
    // SAFETY: see `first_invalid_index`.
    unsafe {
        let walk = walk();
        let index = range!(index, Extent::walked(&walk, 1));
        let x = range!(x, named_along(&walk, 2, index, axis_stride).in_bytes(item_size));
        let y = range!(y, Extent::walked(&walk, 0).in_bytes(item_size));
        match item_size {
            1 => kernels::gather(&walk, axis_stride, index, x, y),
            2 => kernels::gather(&walk, axis_stride, index, x.cast::<u16>(), y.cast::<u16>()),
            _ => kernels::gather(&walk, axis_stride, index, x.cast::<u32>(), y.cast::<u32>()),
        }
    }
}

/// y += x at the index along an axis, f32; the frame is a `GatherWalk`, in which y has stride 0 along the axis.
#[wasm_bindgen]
pub fn scatter_add(axis_stride: isize, index: In<i32>, x: In<f32>, y: Out<f32>) {
    // SAFETY: see `first_invalid_index`.
    unsafe {
        let walk = walk();
        let index = range!(index, Extent::walked(&walk, 1));
        let y = range!(y, named_along(&walk, 0, index, axis_stride));
        kernels::scatter_add(&walk, axis_stride, index, range!(x, Extent::walked(&walk, 2)), y);
    }
}

/// As `scatter_add`, of i32.
#[wasm_bindgen]
pub fn scatter_add_i32(axis_stride: isize, index: In<i32>, x: In<i32>, y: Out<i32>) -> Status {
    // SAFETY: see `first_invalid_index`.
    fitting(unsafe {
        let walk = walk();
        let index = range!(index, Extent::walked(&walk, 1));
        let y = range!(y, named_along(&walk, 0, index, axis_stride));
        kernels::integer_scatter_add(&walk, axis_stride, index, range!(x, Extent::walked(&walk, 2)), y)
    })
}

/// How many elements are not zero, f32; -0 is zero, NaN is not.
#[wasm_bindgen]
pub fn count_non_zero(count: usize, x: In<f32>) -> usize {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::non_zero::count_non_zero(count, range!(x, count)) }
}

/// As `count_non_zero`, of i32.
#[wasm_bindgen]
pub fn count_non_zero_i32(count: usize, x: In<i32>) -> usize {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::non_zero::count_non_zero(count, range!(x, count)) }
}

/// As `count_non_zero`, of 1-byte elements.
#[wasm_bindgen]
pub fn count_non_zero_bytes(count: usize, x: In<u8>) -> usize {
    // SAFETY: see `first_invalid_index`.
    unsafe { kernels::non_zero::count_non_zero(count, range!(x, count)) }
}

/// Not collapsed: every axis has its index.
fn shape() -> Walk<0> {
    // SAFETY: TypeScript wrote this frame.
    unsafe { frame_as::<ShapeWalk>() }.walk()
}

/// The indices of the first `count` elements that are not zero, in row-major order: (count, rank). f32, contiguous; the frame
/// is a `ShapeWalk`.
#[wasm_bindgen]
pub fn non_zero(count: usize, x: In<f32>, y: Out<i32>) {
    // SAFETY: see `first_invalid_index`.
    unsafe {
        let shape = shape();
        kernels::non_zero::non_zero(&shape, count, range!(x, shape.len()), range!(y, [count, shape.rank]));
    }
}

/// As `non_zero`, of i32.
#[wasm_bindgen]
pub fn non_zero_i32(count: usize, x: In<i32>, y: Out<i32>) {
    // SAFETY: see `non_zero`.
    unsafe {
        let shape = shape();
        kernels::non_zero::non_zero(&shape, count, range!(x, shape.len()), range!(y, [count, shape.rank]));
    }
}

/// As `non_zero`, of 1-byte elements.
#[wasm_bindgen]
pub fn non_zero_bytes(count: usize, x: In<u8>, y: Out<i32>) {
    // SAFETY: see `non_zero`.
    unsafe {
        let shape = shape();
        kernels::non_zero::non_zero(&shape, count, range!(x, shape.len()), range!(y, [count, shape.rank]));
    }
}

/// y[i, index[i]] = 1, else 0.
#[wasm_bindgen]
pub fn one_hot(count: usize, classes: usize, index: In<i32>, y: Out<f32>) {
    // SAFETY: see `first_invalid_index`.
    unsafe {
        let index = range!(index, count);
        let named = || Extent::strided(count, classes as isize) + Extent::named(count, index, 1);
        kernels::one_hot(count, classes, index, range!(y, Extent::from([count, classes]).and(named())));
    }
}

/// Rows that name each index once, ascending: rows of equal indices are added. Answers how many there are, or -1 if memory is
/// short; outputs have room for `count`.
#[wasm_bindgen]
pub fn coalesce_rows(
    count: usize,
    size: usize,
    indices: In<i32>,
    rows: In<f32>,
    out_indices: Out<i32>,
    out_rows: Out<f32>,
) -> i32 {
    // SAFETY: TypeScript passes live, contiguous storages of these sizes.
    unsafe {
        let (indices, rows) = (range!(indices, count), range!(rows, [count, size]));
        let (out_indices, out_rows) = (range!(out_indices, count), range!(out_rows, [count, size]));
        coalesce::coalesce_rows::<Active>(count, size, indices, rows, out_indices, out_rows)
    }
    .map_or(-1, |unique| unique as i32)
}
