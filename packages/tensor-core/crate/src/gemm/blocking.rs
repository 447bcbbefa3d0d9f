//! The loop nest: columns of C, then depth, then rows, so that a block of B stays in the second-level cache and a panel
//! of it in the first. Every tile of C is computed alone, from its rows of A and its columns of B: threads can share
//! the tiles in any way without a bit changing.

use super::micro::GemmKernel;
use super::vector::{dots, row_times_matrix};
use super::{Matrix, Output, Start, pack};
use crate::arena::Scratch;
use crate::parts::parts;

/// Largest depth of a block. A panel of B (512 × 8 floats, 16 KB) fills half of a first-level cache.
const DEPTH: usize = 512;
/// Largest number of columns of a block of B (at most 2 MB).
const COLUMNS: usize = 1024;
/// Largest number of rows of a block of A (at most 192 KB).
const ROWS: usize = 96;
/// Floats between the ends of a packed A's rows: rows whole pages apart would share the same few cache sets.
const ROW_GAP: usize = 16;
/// Up to this many rows, and no more than half the depth, dot products along a transposed B are cheaper than packing it.
const DOT_ROWS: usize = 20;
/// Packing B is paid back from this many rows and this many elements of B on (measured: 256 × 256 is better unpacked).
const PACKED_ROWS: usize = 32;
const PACKED_ELEMENTS: usize = 256 * 256;

/// C (rows × columns) = start + A (rows × depth) · B (depth × columns). None when there is no memory for packing.
/// # Safety: operands hold what their sizes say; C overlaps neither A nor B.
pub unsafe fn multiply<K: GemmKernel>(
    rows: usize,
    columns: usize,
    depth: usize,
    a: Matrix,
    b: Matrix,
    start: Start,
    c: Output,
) -> Option<()> {
    if rows == 0 || columns == 0 {
        return Some(());
    }
    if columns == 1 && c.row == 1 && rows > 1 {
        // A column is a row of the transposed product: Cᵀ = Bᵀ · Aᵀ.
        let start = match start {
            Start::PerColumn(bias) => Start::PerRow(bias),
            Start::PerRow(bias) => Start::PerColumn(bias),
            same => same,
        };
        let c = Output { row: rows, ..c };
        return multiply::<K>(1, rows, depth, b.transposed(), a.transposed(), start, c);
    }
    if rows == 1 {
        return multiply_row::<K>(columns, depth, a, b, start.matrix(c), c);
    }
    if rows <= DOT_ROWS.min(depth / 2) && b.row == 1 && a.column == 1 {
        dots::<K::Lane>(rows, columns, depth, a, b, start.matrix(c), c);
        return Some(());
    }
    multiply_blocks::<K>(rows, columns, depth, a, b, start.matrix(c), c)
}

/// One row of C.
unsafe fn multiply_row<K: GemmKernel>(
    columns: usize,
    depth: usize,
    a: Matrix,
    b: Matrix,
    start: Matrix,
    c: Output,
) -> Option<()> {
    let mut copy = None;
    let mut x = a.pointer;
    if a.column != 1 && depth > 1 {
        let to = copy.insert(Scratch::f32s(depth)?).as_mut_ptr();
        pack::copy::<K::Lane>(1, depth, a, to, depth);
        x = to;
    }
    if b.column == 1 {
        row_times_matrix::<K::Lane>(columns, depth, x, b, start, c.pointer);
    } else if b.row == 1 {
        dots::<K::Lane>(1, columns, depth, Matrix::rows(x, depth), b, start, c);
    } else {
        return multiply_blocks::<K>(1, columns, depth, Matrix::rows(x, depth), b, start, c);
    }
    Some(())
}

unsafe fn multiply_blocks<K: GemmKernel>(
    rows: usize,
    columns: usize,
    depth: usize,
    a: Matrix,
    b: Matrix,
    start: Matrix,
    c: Output,
) -> Option<()> {
    let panel = K::COLUMNS;
    let packs_b = b.column != 1 || (rows > PACKED_ROWS && depth * columns > PACKED_ELEMENTS);
    let packs_a = a.column != 1 && depth > 1;
    let b_room = DEPTH.min(depth) * if packs_b { COLUMNS.min(columns).next_multiple_of(panel) } else { panel };
    let a_row = DEPTH.min(depth) + ROW_GAP;
    let a_room = if packs_a { (ROWS + K::ROWS).min(rows) * a_row } else { 0 };
    let mut scratch = Scratch::f32s(b_room + a_room)?;
    let b_packed = scratch.as_mut_ptr();
    let a_packed = b_packed.add(b_room);

    for across in parts(columns, COLUMNS, panel) {
        let whole = across.len() - across.len() % panel;
        for along in parts(depth, DEPTH, 1) {
            let b_block = b.from(along.start, across.start);
            if packs_b {
                pack::pack_panels::<K::Lane>(along.len(), across.len(), b_block, b_packed);
            } else if whole < across.len() {
                pack::pack_panels::<K::Lane>(along.len(), across.len() - whole, b_block.from(0, whole), b_packed);
            }
            // Later parts of the depth go on from what the earlier ones left in C.
            let start = if along.start == 0 { start } else { Start::Output.matrix(c) };
            for down in parts(rows, ROWS, K::ROWS) {
                let mut a_block = a.from(down.start, along.start);
                if packs_a {
                    pack::copy::<K::Lane>(down.len(), along.len(), a_block, a_packed, a_row);
                    a_block = Matrix::rows(a_packed, a_row);
                }
                for first in (0..across.len()).step_by(panel) {
                    let width = (across.len() - first).min(panel);
                    let (b_panel, b_row) = if packs_b {
                        (b_packed.add(first * along.len()).cast_const(), panel)
                    } else if width < panel {
                        (b_packed.cast_const(), panel)
                    } else {
                        (b_block.from(0, first).pointer, b.row)
                    };
                    let (i, j) = (down.start, across.start + first);
                    K::panel(down.len(), width, along.len(), a_block, b_panel, b_row, start.from(i, j), c.from(i, j));
                }
            }
        }
    }
    Some(())
}
