//! Matrix products.

use super::{DONE, OUT_OF_MEMORY, Status, memory};
use crate::gemm::batch::multiply_batch;
use crate::gemm::blocking;
use crate::gemm::micro::SixByEight;
use crate::gemm::product::Product;
use crate::gemm::{Matrix, Output, Start};
use crate::lane::Active;
use crate::layout::Walk;
use wasm_bindgen::prelude::wasm_bindgen;

/// What a product is added to.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum ProductStart {
    Zero,
    /// The output's present content.
    Output,
    /// `bias[column]`
    BiasPerColumn,
    /// `bias[row]`
    BiasPerRow,
}

/// C = start + A · B for every item of a batch; `bias` is read only if the start names it. `packed` is 0, or B as
/// `pack_right` wrote it, which then serves a product of one item.
///
/// Frame: rows, columns, depth (A is rows × depth, B depth × columns), then strides in elements: A's row and column, B's
/// row and column, C's row; then the walk over the batch axes: rank, sizes, strides of A, of B, of C.
#[wasm_bindgen]
pub fn multiply(
    a: *const f32,
    b: *const f32,
    packed: *const f32,
    bias: *const f32,
    c: *mut f32,
    start: ProductStart,
) -> Status {
    // SAFETY: TypeScript wrote a complete frame for operands of these sizes.
    unsafe {
        let frame = memory::frame().cast_const();
        let word = |i: usize| *frame.add(i) as usize;
        let product = Product {
            rows: word(0),
            columns: word(1),
            depth: word(2),
            a: Matrix { pointer: a, row: word(3), column: word(4) },
            b: Matrix { pointer: b, row: word(5), column: word(6) },
            start: match start {
                ProductStart::Zero => Start::Zero,
                ProductStart::Output => Start::Output,
                ProductStart::BiasPerColumn => Start::PerColumn(bias),
                ProductStart::BiasPerRow => Start::PerRow(bias),
            },
            c: Output { pointer: c, row: word(7) },
            packed: (!packed.is_null()).then_some(packed),
        };
        multiply_batch::<SixByEight<Active>>(product, Walk::read(frame.add(8))).map_or(OUT_OF_MEMORY, |()| DONE)
    }
}

/// Floats that `pack_right` writes.
#[wasm_bindgen]
pub fn packed_size(depth: usize, columns: usize) -> usize {
    blocking::packed_size::<SixByEight<Active>>(depth, columns)
}

/// B (depth × columns, of the given strides) in the order in which products read it.
#[wasm_bindgen]
pub fn pack_right(depth: usize, columns: usize, b: *const f32, row: usize, column: usize, packed: *mut f32) {
    // SAFETY: TypeScript passes live storage of these sizes, and room for `packed_size` floats.
    unsafe { blocking::pack_whole::<SixByEight<Active>>(depth, columns, Matrix { pointer: b, row, column }, packed) }
}
