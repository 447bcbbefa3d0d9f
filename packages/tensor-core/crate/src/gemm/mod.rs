//! Matrix products: C = start + A · B, f32, by a register tile ([`micro`]) inside a cache-blocked loop nest
//! ([`blocking`]), with kernels of their own where A is a vector or a few rows ([`vector`]). What is added to what, so that
//! long sums keep their digits, is said in [`order`].
//!
//! Operands may have any strides: a transposed or sliced tensor needs no copy of its own, [`pack`] reads it in place.

pub mod batch;
pub mod blocking;
pub mod micro;
pub mod order;
pub mod pack;
pub mod product;
pub mod vector;

/// An operand that is read: element (i, j) is at `pointer + i * row + j * column`.
#[derive(Clone, Copy, Debug)]
pub struct Matrix {
    pub pointer: *const f32,
    pub row: usize,
    pub column: usize,
}

impl Matrix {
    /// A matrix whose rows are contiguous.
    pub fn rows(pointer: *const f32, row: usize) -> Self {
        Matrix { pointer, row, column: 1 }
    }

    /// The matrix that begins at element (i, j).
    pub fn from(self, i: usize, j: usize) -> Self {
        Matrix { pointer: self.pointer.wrapping_add(i * self.row + j * self.column), ..self }
    }

    pub fn transposed(self) -> Self {
        Matrix { row: self.column, column: self.row, ..self }
    }
}

/// The output: element (i, j) is at `pointer + i * row + j`.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    pub pointer: *mut f32,
    pub row: usize,
}

impl Output {
    /// The output that begins at element (i, j).
    pub fn from(self, i: usize, j: usize) -> Self {
        Output { pointer: self.pointer.wrapping_add(i * self.row + j), ..self }
    }
}

/// What the products are added to, so that biases and running sums cost no pass of their own.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    Zero,
    /// What the output holds already.
    Output,
    /// One value for each column: a dense layer's bias.
    PerColumn(*const f32),
    /// One value for each row: a convolution's bias.
    PerRow(*const f32),
}

static ZERO: f32 = 0.0;

impl Start {
    /// The start as a matrix whose columns are contiguous (column stride 1) or all alike (column stride 0).
    pub fn matrix(self, c: Output) -> Matrix {
        match self {
            Start::Zero => Matrix { pointer: &raw const ZERO, row: 0, column: 0 },
            Start::Output => Matrix { pointer: c.pointer, row: c.row, column: 1 },
            Start::PerColumn(bias) => Matrix { pointer: bias, row: 0, column: 1 },
            Start::PerRow(bias) => Matrix { pointer: bias, row: 1, column: 0 },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
