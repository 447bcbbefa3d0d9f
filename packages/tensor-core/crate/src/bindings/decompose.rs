//! Eigenvalues and singular values of batches of matrices, contiguous, whose elements are finite.

use super::address::{In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status};
use crate::kernels::decompose::singular::{Singular, singular_values};
use crate::kernels::decompose::symmetric::{self, Triangle};
use wasm_bindgen::prelude::wasm_bindgen;

/// Eigenvalues (batch, n), ascending, and eigenvectors as columns (batch, n, n) of symmetric matrices, of which the triangle
/// counts that is below (1) or above (2) the diagonal, or the mean of both (0).
#[wasm_bindgen]
pub fn symmetric_eigen(
    batch: usize,
    n: usize,
    triangle: usize,
    x: In<f32>,
    values: Out<f32>,
    vectors: Out<f32>,
) -> Status {
    let (x, values, vectors) = (range!(x, [batch, n, n]), range!(values, [batch, n]), range!(vectors, [batch, n, n]));
    let triangle = match triangle {
        1 => Triangle::Lower,
        2 => Triangle::Upper,
        _ => Triangle::Both,
    };
    // SAFETY: TypeScript passes live, contiguous storage of these sizes.
    unsafe { symmetric::symmetric_eigen(batch, n, triangle, x, values, vectors) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// U, s and Vᵀ of matrices (batch, rows, columns); `full`: U and Vᵀ are square.
#[wasm_bindgen]
pub fn singular(
    batch: usize,
    rows: usize,
    columns: usize,
    full: bool,
    x: In<f32>,
    u: Out<f32>,
    s: Out<f32>,
    vt: Out<f32>,
) -> Status {
    let few = rows.min(columns);
    let (u_count, v_count) = if full { (rows, columns) } else { (few, few) };
    let (x, s) = (range!(x, [batch, rows, columns]), range!(s, [batch, few]));
    let (u, vt) = (range!(u, [batch, rows, u_count]), range!(vt, [batch, v_count, columns]));
    // SAFETY: TypeScript passes live, contiguous storage of these sizes.
    unsafe { singular_values(&Singular { batch, rows, columns, full }, x, u, s, vt) }.map_or(OUT_OF_MEMORY, |()| DONE)
}
