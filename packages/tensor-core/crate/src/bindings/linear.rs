//! Matrix products.

use super::address::{Extent, In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status, memory};
use crate::gemm::batch::multiply_batch;
use crate::gemm::blocking;
use crate::gemm::micro::SixByEight;
use crate::gemm::product::Product;
use crate::gemm::{Matrix, Output, Start};
use crate::lane::Active;
use crate::layout::frames::ProductFrame;
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
/// `pack_right` wrote it, which then serves a product of one item. The frame is a `ProductFrame`.
#[wasm_bindgen]
pub fn multiply(a: In<f32>, b: In<f32>, packed: In<f32>, bias: In<f32>, c: Out<f32>, start: ProductStart) -> Status {
    // SAFETY: TypeScript wrote a complete frame for operands of these sizes.
    unsafe {
        let frame = memory::frame_as::<ProductFrame>();
        let [rows, columns, depth] = [frame.rows as usize, frame.columns as usize, frame.depth as usize];
        let batch = frame.batch.walk();
        let matrix = |operand, (count, stride): (usize, i32), (other_count, other_stride): (usize, i32)| {
            Extent::walked(&batch, operand)
                + Extent::strided(count, stride as isize)
                + Extent::strided(other_count, other_stride as isize)
        };
        let a = range!(a, matrix(0, (rows, frame.a_row_stride), (depth, frame.a_column_stride)));
        let b = range!(b, matrix(1, (depth, frame.b_row_stride), (columns, frame.b_column_stride)));
        let c = range!(c, matrix(2, (rows, frame.c_row_stride), (columns, 1)));
        let packed = range!(packed?, packed_size(depth, columns));
        let product = Product {
            rows,
            columns,
            depth,
            a: Matrix { pointer: a, row: frame.a_row_stride as usize, column: frame.a_column_stride as usize },
            b: Matrix { pointer: b, row: frame.b_row_stride as usize, column: frame.b_column_stride as usize },
            start: match start {
                ProductStart::Zero => Start::Zero,
                ProductStart::Output => Start::Output,
                ProductStart::BiasPerColumn => Start::PerColumn(range!(bias, columns)),
                ProductStart::BiasPerRow => Start::PerRow(range!(bias, rows)),
            },
            c: Output { pointer: c, row: frame.c_row_stride as usize },
            packed: (!packed.is_null()).then_some(packed),
        };
        multiply_batch::<SixByEight<Active>>(product, batch).map_or(OUT_OF_MEMORY, |()| DONE)
    }
}

/// Floats that `pack_right` writes.
#[wasm_bindgen]
pub fn packed_size(depth: usize, columns: usize) -> usize {
    blocking::packed_size::<SixByEight<Active>>(depth, columns)
}

/// B (depth × columns, of the given strides) in the order in which products read it.
#[wasm_bindgen]
pub fn pack_right(depth: usize, columns: usize, b: In<f32>, row: usize, column: usize, packed: Out<f32>) {
    let matrix = || Extent::strided(depth, row as isize) + Extent::strided(columns, column as isize);
    let (b, packed) = (range!(b, matrix()), range!(packed, packed_size(depth, columns)));
    // SAFETY: TypeScript passes live storage of these sizes, and room for `packed_size` floats.
    unsafe { blocking::pack_whole::<SixByEight<Active>>(depth, columns, Matrix { pointer: b, row, column }, packed) }
}
