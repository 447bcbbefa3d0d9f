//! Rows in scratch memory, which begin at multiples of a stride and may be written up to the next multiple of a panel.

use crate::gemm::pack::copy_row;
use crate::gemm::{Matrix, Output};
use crate::lane::{Lane, WIDTH};
use core::ops::Range;

/// Rows of floats, `row` apart.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    pub pointer: *mut f32,
    pub row: usize,
}

impl Rows {
    pub fn at(self, i: usize, j: usize) -> *mut f32 {
        self.pointer.wrapping_add(i * self.row + j)
    }

    pub fn columns_from(self, j: usize) -> Self {
        Rows { pointer: self.at(0, j), ..self }
    }

    pub fn matrix(self) -> Matrix {
        Matrix::rows(self.pointer, self.row)
    }

    pub fn output(self) -> Output {
        Output { pointer: self.pointer, row: self.row }
    }

    /// Copies rows that lie without gaps; zeros if there are none.
    /// # Safety: `from` is null or holds `count` × `columns` values, for which there is room.
    pub unsafe fn fill<L: Lane>(self, count: usize, columns: usize, from: *const f32) {
        for i in 0..count {
            let to = self.at(i, 0);
            if from.is_null() {
                to.write_bytes(0, columns);
            } else {
                copy_row::<L>(columns, from.add(i * columns), to);
            }
        }
    }
}

/// x ← f(x) for some columns (whole panels) of `count` rows; two lanes move together, so that their latencies overlap.
/// # Safety: the columns can be read and written.
#[inline(always)]
pub unsafe fn map_rows<L: Lane>(count: usize, columns: &Range<usize>, x: Rows, f: impl Fn(L) -> L) {
    for i in 0..count {
        for j in columns.clone().step_by(2 * WIDTH) {
            let at = x.at(i, j);
            let (a, b) = (f(L::load(at)), f(L::load(at.add(WIDTH))));
            a.store(at);
            b.store(at.add(WIDTH));
        }
    }
}
