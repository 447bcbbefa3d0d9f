//! One product, and which way it is computed.

use super::blocking::{self, PACKED_ELEMENTS, PACKED_ROWS};
use super::micro::GemmKernel;
use super::vector::{self, dots, outer, rows_times_matrix};
use super::{Matrix, Output, Start, pack};
use crate::arena::Scratch;
use crate::crew::{EachWorker, parts_for, share};
use crate::parts::pieces;

/// Up to this many rows, and no more than half the depth, dot products along a transposed B are cheaper than packing it.
const DOT_ROWS: usize = 20;
/// Up to this many rows a B whose rows are contiguous is swept, whatever its size; up to [`PACKED_ROWS`] if it has more than
/// [`PACKED_ELEMENTS`], pieces of which would not be read from the first-level cache a second time.
const SWEPT_ROWS: usize = 3;
/// Columns that a thread takes at once when reading B is what takes the time.
const COLUMNS: usize = 64;
/// Multiply-adds a nanosecond at most; and with one row or a depth of one, where reading B or writing C takes the time.
const SPEED: u64 = 25;
const READING_SPEED: u64 = 8;

/// C (rows × columns) = start + A (rows × depth) · B (depth × columns).
#[derive(Clone, Copy, Debug)]
pub struct Product {
    pub rows: usize,
    pub columns: usize,
    pub depth: usize,
    pub a: Matrix,
    pub b: Matrix,
    pub start: Start,
    pub c: Output,
    /// B as [`blocking::pack_whole`] packed it, for a B that is multiplied by again and again.
    pub packed: Option<*const f32>,
}

/// Memory for packing: one that all threads see, and one for each.
pub struct Room<Shared, Own = Shared> {
    pub shared: Shared,
    pub own: Own,
}

enum Way {
    /// C is empty.
    Nothing,
    /// A few rows, and B with contiguous rows.
    Sweep,
    /// One row or a few, and B with contiguous columns.
    Dots,
    /// A column times a contiguous row: the gradient of a layer's weights by one example.
    Outer,
    Blocks,
}

impl Product {
    /// Computes it, on as many threads as it is worth. None when there is no memory for packing.
    /// # Safety: operands hold what their sizes say; C overlaps neither A nor B.
    pub unsafe fn run<K: GemmKernel>(self) -> Option<()> {
        let this = self.upright();
        let room = this.room::<K>();
        let (shared, own) = (Scratch::f32s(room.shared)?, EachWorker::f32s(room.own)?);
        this.run_in::<K>(Room { shared: shared.pointer(), own: || own.mine() });
        Some(())
    }

    /// A column is a row of the transposed product: Cᵀ = Bᵀ · Aᵀ.
    pub fn upright(self) -> Self {
        let Product { rows, columns, depth, a, b, start, c, .. } = self;
        if columns != 1 || c.row != 1 || rows <= 1 {
            return self;
        }
        let start = match start {
            Start::PerColumn(bias) => Start::PerRow(bias),
            Start::PerRow(bias) => Start::PerColumn(bias),
            same => same,
        };
        let (a, b, c) = (b.transposed(), a.transposed(), Output { row: rows, ..c });
        Product { rows: 1, columns: rows, depth, a, b, start, c, packed: None }
    }

    fn way(&self) -> Way {
        let Product { rows, columns, depth, a, b, start, .. } = *self;
        if rows == 0 || columns == 0 {
            Way::Nothing
        } else if b.column == 1 && (rows <= SWEPT_ROWS || (rows <= PACKED_ROWS && depth * columns > PACKED_ELEMENTS)) {
            Way::Sweep
        } else if b.row == 1 && (rows == 1 || (rows <= DOT_ROWS.min(depth / 2) && a.column == 1)) {
            Way::Dots
        } else if b.column == 1 && depth == 1 && matches!(start, Start::Zero | Start::PerRow(_)) {
            Way::Outer
        } else {
            Way::Blocks
        }
    }

    /// What it takes on one thread.
    pub fn nanoseconds(&self) -> u64 {
        let speed = match self.way() {
            Way::Blocks => SPEED,
            Way::Outer => READING_SPEED,
            _ => SPEED.min(READING_SPEED * self.rows as u64),
        };
        self.rows as u64 * self.columns as u64 * self.depth as u64 / speed
    }

    /// Floats that [`Product::run_in`] needs.
    pub fn room<K: GemmKernel>(&self) -> Room<usize> {
        match self.way() {
            Way::Nothing | Way::Outer => Room { shared: 0, own: 0 },
            Way::Sweep => Room { shared: 0, own: self.sweep_room() },
            Way::Dots => Room { shared: if self.a.column == 1 { 0 } else { self.depth }, own: 0 },
            Way::Blocks => blocking::room::<K>(self),
        }
    }

    fn sweep_room(&self) -> usize {
        vector::room(self.rows, self.columns, self.depth, matches!(self.start, Start::Output))
    }

    /// Computes it, upright, with memory that is already there; `own` answers each thread with its own.
    /// # Safety: as [`Product::run`]; there is as much room as [`Product::room`] says.
    pub unsafe fn run_in<K: GemmKernel>(self, room: Room<*mut f32, impl Fn() -> *mut f32>) {
        let Product { rows, depth, start, c, .. } = self;
        let start = start.matrix(c);
        match self.way() {
            Way::Nothing => {}
            Way::Sweep => self.share_columns(|some| {
                let (b, start, c) = (self.b.from(0, some.start), start.from(0, some.start), c.from(0, some.start));
                rows_times_matrix::<K::Lane>([rows, some.len(), depth], self.a, b, start, c, (room.own)());
            }),
            Way::Dots => {
                let a = if rows == 1 { self.contiguous_row::<K>(room.shared) } else { self.a };
                self.share_columns(|some| {
                    let (b, start, c) = (self.b.from(0, some.start), start.from(0, some.start), c.from(0, some.start));
                    dots::<K::Lane>(rows, some.len(), depth, a, b, start, c);
                });
            }
            Way::Outer => {
                let nanoseconds = self.nanoseconds();
                let cut = pieces(rows, parts_for(nanoseconds), 1);
                share(cut.count(), nanoseconds, |i| {
                    let some = cut.get(i);
                    let (a, start, c) = (self.a.from(some.start, 0), start.from(some.start, 0), c.from(some.start, 0));
                    outer::<K::Lane>(some.len(), self.columns, a, self.b.pointer, start, c);
                });
            }
            Way::Blocks => blocking::multiply_blocks::<K>(&self, room),
        }
    }

    unsafe fn share_columns(&self, some: impl Fn(core::ops::Range<usize>)) {
        let nanoseconds = self.nanoseconds();
        let cut = pieces(self.columns, parts_for(nanoseconds), COLUMNS);
        share(cut.count(), nanoseconds, |i| some(cut.get(i)));
    }

    /// The one row of A, copied if its elements lie apart.
    unsafe fn contiguous_row<K: GemmKernel>(&self, room: *mut f32) -> Matrix {
        if self.a.column == 1 || self.depth <= 1 {
            return Matrix { column: 1, ..self.a };
        }
        pack::copy::<K::Lane>(1, self.depth, self.a, room, self.depth);
        Matrix::rows(room, self.depth)
    }
}
