//! Products of tiles.

use super::PANEL;
use crate::gemm::micro::GemmKernel;
use crate::gemm::pack::pack_panels;
use crate::gemm::vector::{dots, rows_times_matrix};
use crate::gemm::{Matrix, Output, Start};
use crate::kernels::elementwise::map_run;
use crate::lane::Lane;

/// A matrix that tiles of rows are multiplied by.
#[derive(Clone, Copy)]
pub enum Factor {
    /// Panels of columns, where column `first` begins at `first * step`, and rows are `row` apart.
    Panels { pointer: *const f32, step: usize, row: usize },
    /// As it lies, its rows or its columns contiguous: what a few rows are not worth packing for.
    AsItLies(Matrix),
}

impl Factor {
    /// Packs depth × columns values.
    /// # Safety: the matrix holds them, its rows or its columns contiguous; `room` as many, columns padded.
    pub unsafe fn packed<K: GemmKernel>(matrix: Matrix, [depth, columns]: [usize; 2], room: *mut f32) -> Self {
        pack_panels::<K::Lane>(depth, columns, matrix, room);
        Factor::Panels { pointer: room, step: depth, row: PANEL }
    }

    /// C = start + A · B for the first rows and columns of B.
    /// # Safety: A holds rows × depth, C rows × columns values; `own` has room for the sweep of a few rows; rows of panels are
    /// readable up to the next panel.
    #[inline(never)]
    pub unsafe fn multiply<K: GemmKernel>(
        self,
        [rows, columns, depth]: [usize; 3],
        a: Matrix,
        start: Start,
        c: Output,
        own: *mut f32,
    ) {
        if rows == 0 {
            return; // the register tile has at least one
        }
        let start = start.matrix(c);
        match self {
            Factor::Panels { pointer, step, row } => {
                for first in (0..columns).step_by(PANEL) {
                    let width = PANEL.min(columns - first);
                    let panel = pointer.add(first * step);
                    K::panel(rows, width, depth, a, panel, row, start.from(0, first), c.from(0, first));
                }
            }
            Factor::AsItLies(b) if b.row == 1 => dots::<K::Lane>(rows, columns, depth, a, b, start, c),
            Factor::AsItLies(b) => rows_times_matrix::<K::Lane>([rows, columns, depth], a, b, start, c, own),
        }
    }
}

/// One row after the other, each factor times as large.
/// # Safety: `from` holds rows × columns values, rows contiguous; `to` has room for rows `to_row` apart.
pub unsafe fn scale_rows<L: Lane>([rows, columns]: [usize; 2], factor: f32, from: Matrix, to: *mut f32, to_row: usize) {
    let factor = L::splat(factor);
    for i in 0..rows {
        map_run::<L, 4>(columns, from.from(i, 0).pointer, to.add(i * to_row), &|x: L| x.mul(factor));
    }
}
