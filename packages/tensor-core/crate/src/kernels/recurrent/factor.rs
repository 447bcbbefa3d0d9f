//! The matrix that each step multiplies a few rows by.

use super::rows::Rows;
use super::{PANEL, padded};
use crate::gemm::micro::GemmKernel;
use crate::gemm::vector::{self, dots, rows_times_matrix};
use crate::gemm::{Matrix, Output, pack};
use core::ops::Range;

/// Up to this many rows the matrix is read as it lies: packed, it would keep too few sums moving.
const FEW_ROWS: usize = 3;

/// Groups of equally many columns, each packed into panels of its own if many rows come, and more than once. A single step
/// packs nothing: it reads the matrix as it lies, or is given the whole product ([`Factor::with_product`]).
pub struct Factor {
    rows: usize,
    depth: usize,
    columns: usize,
    /// All groups side by side; its rows or its columns are contiguous.
    matrix: Matrix,
    packed: Option<*const f32>,
    /// A · B of all groups side by side, if it is known.
    product: Option<Rows>,
}

impl Factor {
    /// # Safety: the matrix holds depth × (groups · columns) values; `room` has as many floats as [`Factor::room`] says.
    pub unsafe fn new<K: GemmKernel>(
        [rows, depth, columns]: [usize; 3],
        groups: usize,
        steps: usize,
        matrix: Matrix,
        room: *mut f32,
    ) -> Self {
        let packs = Self::room([rows, depth, columns], groups, steps) > 0;
        if packs {
            for group in 0..groups {
                let to = room.add(group * padded(columns) * depth);
                pack::pack_panels::<K::Lane>(depth, columns, matrix.from(0, group * columns), to);
            }
        }
        Factor { rows, depth, columns, matrix, packed: packs.then_some(room), product: None }
    }

    /// The factor of rows that were multiplied already.
    pub fn with_product(self, product: Rows) -> Self {
        Factor { product: Some(product), ..self }
    }

    /// Floats that it is packed into.
    pub fn room([rows, depth, columns]: [usize; 3], groups: usize, steps: usize) -> usize {
        if rows > FEW_ROWS && steps > 1 { groups * padded(columns) * depth } else { 0 }
    }

    /// Floats that [`Factor::multiply`] needs.
    pub fn own_room(rows: usize, depth: usize, columns: usize) -> usize {
        vector::room(rows, columns, depth, true)
    }

    /// C = start + A · B for `block` of the columns of a group. Start and C begin at the group's first column and are in
    /// scratch memory: the columns up to the next panel are written too.
    /// # Safety: A holds rows × depth values, start and C rows × padded columns; `own` is room for this thread alone.
    pub unsafe fn multiply<K: GemmKernel>(
        &self,
        group: usize,
        block: &Range<usize>,
        a: Matrix,
        start: Matrix,
        c: Output,
        own: *mut f32,
    ) {
        let Factor { rows, depth, columns, matrix, packed, product } = *self;
        let at = |first| (start.from(0, first), c.from(0, first));
        if let Some(product) = product {
            for i in 0..rows {
                for j in block.start..block.end.min(columns) {
                    *c.from(i, j).pointer = *start.from(i, j).pointer + *product.at(i, group * columns + j);
                }
            }
            return;
        }
        if let Some(packed) = packed {
            for first in block.clone().step_by(PANEL) {
                let (start, c) = at(first);
                let panel = packed.add((group * padded(columns) + first) * depth);
                K::panel(rows, PANEL, depth, a, panel, PANEL, start, c);
            }
            return;
        }
        let (start, c) = at(block.start);
        let (b, count) = (matrix.from(0, group * columns + block.start), block.end.min(columns) - block.start);
        if matrix.row == 1 {
            dots::<K::Lane>(rows, count, depth, a, b, start, c);
        } else {
            rows_times_matrix::<K::Lane>([rows, count, depth], a, b, start, c, own);
        }
    }
}
