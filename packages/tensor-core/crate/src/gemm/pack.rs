//! Copies of operands in the order in which the micro-kernel reads them.

use super::Matrix;
use crate::lane::{Lane, WIDTH};

const PANEL: usize = 2 * WIDTH;
/// Panels that are packed together where rows are contiguous: two cache lines of each row, which are fetched once.
const TOGETHER: usize = 4;

/// Packs B (`depth` × `columns`) into panels of eight columns, each `depth` rows of eight; missing columns are 0.
/// # Safety: B holds depth × columns values, `to` has room for `depth * columns.next_multiple_of(8)`.
pub unsafe fn pack_panels<L: Lane>(depth: usize, columns: usize, b: Matrix, to: *mut f32) {
    let mut first = 0;
    while b.column == 1 && first + TOGETHER * PANEL <= columns {
        pack_together::<L>(depth, b.from(0, first), to.add(first * depth));
        first += TOGETHER * PANEL;
    }
    for first in (first..columns).step_by(PANEL) {
        let (width, panel) = ((columns - first).min(PANEL), to.add(first * depth));
        if width < PANEL {
            panel.write_bytes(0, depth * PANEL);
        }
        copy::<L>(depth, width, b.from(0, first), panel, PANEL);
    }
}

/// Packs [`TOGETHER`] panels of a B with contiguous rows.
#[inline(never)]
unsafe fn pack_together<L: Lane>(depth: usize, b: Matrix, to: *mut f32) {
    let (mut source, mut target) = (b.pointer, to);
    for _ in 0..depth {
        for panel in 0..TOGETHER {
            let (from, to) = (source.add(panel * PANEL), target.add(panel * depth * PANEL));
            L::load(from).store(to);
            L::load(from.add(WIDTH)).store(to.add(WIDTH));
        }
        (source, target) = (source.wrapping_add(b.row), target.add(PANEL));
    }
}

/// Copies a `rows` × `columns` matrix of any strides into contiguous rows that begin `to_row` apart.
/// # Safety: `from` holds rows × columns values, `to` has room for them; they do not overlap.
#[inline(never)]
pub unsafe fn copy<L: Lane>(rows: usize, columns: usize, from: Matrix, to: *mut f32, to_row: usize) {
    if from.column == 1 && columns == 2 * WIDTH {
        let (mut source, mut target) = (from.pointer, to);
        for _ in 0..rows {
            L::load(source).store(target);
            L::load(source.add(WIDTH)).store(target.add(WIDTH));
            (source, target) = (source.wrapping_add(from.row), target.wrapping_add(to_row));
        }
    } else if from.column == 1 {
        for i in 0..rows {
            copy_row::<L>(columns, from.from(i, 0).pointer, to.add(i * to_row));
        }
    } else if from.row == 1 {
        transpose::<L>(rows, columns, from.pointer, from.column, to, to_row);
    } else {
        for i in 0..rows {
            for j in 0..columns {
                *to.add(i * to_row + j) = *from.from(i, j).pointer;
            }
        }
    }
}

/// # Safety: `from` and `to` hold `count` values.
#[inline(always)]
pub unsafe fn copy_row<L: Lane>(count: usize, from: *const f32, to: *mut f32) {
    let whole = count - count % WIDTH;
    for i in (0..whole).step_by(WIDTH) {
        L::load(from.add(i)).store(to.add(i));
    }
    if whole < count {
        L::load_first(from.add(whole), count - whole).store_first(to.add(whole), count - whole);
    }
}

/// to[i][j] = from[j][i], in blocks of 4 × 4.
unsafe fn transpose<L: Lane>(
    rows: usize,
    columns: usize,
    from: *const f32,
    from_row: usize,
    to: *mut f32,
    to_row: usize,
) {
    for j in (0..columns).step_by(WIDTH) {
        let width = (columns - j).min(WIDTH);
        let mut i = 0;
        while i + WIDTH <= rows {
            let mut block = [L::splat(0.0); WIDTH];
            for (x, lane) in block.iter_mut().enumerate().take(width) {
                *lane = L::load(from.add((j + x) * from_row + i));
            }
            for (x, lane) in L::transpose(block).into_iter().enumerate() {
                let target = to.add((i + x) * to_row + j);
                if width == WIDTH {
                    lane.store(target);
                } else {
                    lane.store_first(target, width);
                }
            }
            i += WIDTH;
        }
        for i in i..rows {
            for x in 0..width {
                *to.add(i * to_row + j + x) = *from.add((j + x) * from_row + i);
            }
        }
    }
}
