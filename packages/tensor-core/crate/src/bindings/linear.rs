//! Matrix products.

use super::{DONE, OUT_OF_MEMORY, Status, memory};
use crate::gemm::batch::multiply_batch;
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

/// C = start + A · B for every item of a batch; `bias` is read only if the start names it.
///
/// Frame: rows, columns, depth (A is rows × depth, B depth × columns), then strides in elements: A's row and column, B's
/// row and column, C's row; then the walk over the batch axes: rank, sizes, strides of A, of B, of C.
#[wasm_bindgen]
pub fn multiply(a: *const f32, b: *const f32, bias: *const f32, c: *mut f32, start: ProductStart) -> Status {
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
        };
        multiply_batch::<SixByEight<Active>>(product, Walk::read(frame.add(8))).map_or(OUT_OF_MEMORY, |()| DONE)
    }
}
