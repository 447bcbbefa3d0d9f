//! The loop nest: columns of C, then depth, then rows, so that a block of B stays in the second-level cache and a panel
//! of it in the first. Every tile of C is computed alone, from its rows of A and its columns of B: threads can share
//! the tiles in any way without a bit changing.

use super::micro::GemmKernel;
use super::order::{DEPTH, blocks, in_groups, is_long};
use super::product::{Product, Room};
use super::{Matrix, Output, pack};
use crate::crew::{parts_for, share};
use crate::parts::{parts, pieces};
use core::ops::Range;

/// Largest number of columns of a block of B (at most 2 MB).
const COLUMNS: usize = 1024;
/// Largest number of rows of a block of A (at most 192 KB).
const ROWS: usize = 96;
/// Floats between the ends of a packed A's rows: rows whole pages apart would share the same few cache sets.
const ROW_GAP: usize = 16;
/// Packing B is paid back from this many rows and this many elements of B on (measured: 256 × 256 is better unpacked).
pub const PACKED_ROWS: usize = 32;
pub const PACKED_ELEMENTS: usize = 256 * 256;
/// Floats packed in a nanosecond.
const PACKED: u64 = 2;

/// Whether B, and whether A, is packed.
struct Packs {
    a: bool,
    b: bool,
}

impl Packs {
    fn of(product: &Product) -> Self {
        let Product { rows, columns, depth, a, b, .. } = *product;
        let pays = rows > PACKED_ROWS && depth * columns > PACKED_ELEMENTS;
        Packs { a: a.column != 1 && depth > 1, b: product.packed.is_some() || b.column != 1 || pays }
    }
}

/// Floats that packing takes.
pub fn room<K: GemmKernel>(product: &Product) -> Room<usize> {
    let (packs, depth) = (Packs::of(product), DEPTH.min(product.depth));
    let columns = COLUMNS.min(product.columns).next_multiple_of(K::COLUMNS);
    let shared = match product.packed {
        Some(_) => 0,
        None => depth * if packs.b { columns } else { K::COLUMNS },
    };
    let shared = shared + if is_long(product.depth) { product.rows * columns } else { 0 };
    Room { shared, own: if packs.a { (ROWS + K::ROWS).min(product.rows) * (depth + ROW_GAP) } else { 0 } }
}

/// Floats of a B that is packed as a whole.
pub fn packed_size<K: GemmKernel>(depth: usize, columns: usize) -> usize {
    parts(columns, COLUMNS, K::COLUMNS)
        .into_iter()
        .map(|across| depth * across.len().next_multiple_of(K::COLUMNS))
        .sum()
}

/// Packs all blocks of B, one after the other in the order in which they are multiplied.
/// # Safety: B holds depth × columns values, `to` has room for [`packed_size`].
pub unsafe fn pack_whole<K: GemmKernel>(depth: usize, columns: usize, b: Matrix, mut to: *mut f32) {
    for across in parts(columns, COLUMNS, K::COLUMNS) {
        for along in blocks(depth) {
            pack::pack_panels::<K::Lane>(along.len(), across.len(), b.from(along.start, across.start), to);
            to = to.add(along.len() * across.len().next_multiple_of(K::COLUMNS));
        }
    }
}

/// Computes a product block by block.
/// # Safety: as [`Product::run`]; there is as much room as [`room`] says, `own` for each worker.
pub unsafe fn multiply_blocks<K: GemmKernel>(product: &Product, room: Room<*mut f32, impl Fn() -> *mut f32>) {
    let packs = Packs::of(product);
    let mut packed = product.packed;
    for across in parts(product.columns, COLUMNS, K::COLUMNS) {
        let (rows, columns, depth) = (product.rows, across.len(), product.depth);
        let sums = Output { pointer: room.shared, row: columns };
        let to_pack = if is_long(depth) { room.shared.add(rows * columns) } else { room.shared };
        let c = product.c.from(0, across.start);
        let start = product.start.matrix(product.c).from(0, across.start);
        in_groups::<K::Lane>([rows, columns, depth], start, c, sums, |along, start, output| {
            let block = Block { product, packs: &packs, across: across.clone(), along, start, output };
            if let Some(whole) = packed {
                block.multiply::<K>(whole, &room.own);
                packed = Some(whole.add(block.along.len() * columns.next_multiple_of(K::COLUMNS)));
            } else {
                block.pack_b::<K>(to_pack);
                block.multiply::<K>(to_pack, &room.own);
            }
        });
    }
}

/// What a block of B contributes to C.
struct Block<'a> {
    product: &'a Product,
    packs: &'a Packs,
    /// Columns of C and B.
    across: Range<usize>,
    /// Rows of B, columns of A.
    along: Range<usize>,
    /// What it is added to, and where the sums go: from the first of the columns on.
    start: Matrix,
    output: Output,
}

impl Block<'_> {
    /// Packs the block of B, or only its last columns where they do not fill a panel.
    unsafe fn pack_b<K: GemmKernel>(&self, to: *mut f32) {
        let (depth, columns) = (self.along.len(), self.across.len());
        let b = self.product.b.from(self.along.start, self.across.start);
        if self.packs.b {
            let nanoseconds = (depth * columns) as u64 / PACKED;
            let cut = pieces(columns, parts_for(nanoseconds), K::COLUMNS);
            share(cut.count(), nanoseconds, |i| {
                let some = cut.get(i);
                pack::pack_panels::<K::Lane>(depth, some.len(), b.from(0, some.start), to.add(some.start * depth));
            });
        } else if columns % K::COLUMNS != 0 {
            let whole = columns - columns % K::COLUMNS;
            pack::pack_panels::<K::Lane>(depth, columns - whole, b.from(0, whole), to);
        }
    }

    /// Adds A times the block to C.
    unsafe fn multiply<K: GemmKernel>(&self, b_packed: *const f32, a_packed: &impl Fn() -> *mut f32) {
        let (rows, columns, depth) = (self.product.rows, self.across.len(), self.along.len());
        let part = Product { rows, columns, depth, ..*self.product };
        let wanted = parts_for(part.nanoseconds());
        // Rows of a packed A are packed once, so they are cut finer rather than the columns.
        let tallest = if self.packs.a { ROWS.min(rows.div_ceil(wanted)).max(K::ROWS) } else { ROWS };
        let down = parts(rows, tallest, K::ROWS);
        let sides = pieces(columns, wanted.div_ceil(down.count()), K::COLUMNS);
        share(down.count() * sides.count(), part.nanoseconds(), |i| {
            let (down, side) = (down.get(i % down.count()), sides.get(i / down.count()));
            let mut a = self.product.a.from(down.start, self.along.start);
            if self.packs.a {
                let (to, row) = (a_packed(), depth + ROW_GAP);
                pack::copy::<K::Lane>(down.len(), depth, a, to, row);
                a = Matrix::rows(to, row);
            }
            for first in side.clone().step_by(K::COLUMNS) {
                self.panel::<K>(down.clone(), first, (side.end - first).min(K::COLUMNS), a, b_packed);
            }
        });
    }

    /// The tiles of one panel: `width` columns from `first` on.
    #[inline(always)]
    unsafe fn panel<K: GemmKernel>(
        &self,
        down: Range<usize>,
        first: usize,
        width: usize,
        a: Matrix,
        b_packed: *const f32,
    ) {
        let depth = self.along.len();
        let (b, b_row) = if self.packs.b {
            (b_packed.add(first * depth), K::COLUMNS)
        } else if width < K::COLUMNS {
            (b_packed, K::COLUMNS)
        } else {
            (self.product.b.from(self.along.start, self.across.start + first).pointer, self.product.b.row)
        };
        let i = down.start;
        K::panel(down.len(), width, depth, a, b, b_row, self.start.from(i, first), self.output.from(i, first));
    }
}
