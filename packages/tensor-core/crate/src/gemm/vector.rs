//! Products where A has one row or a few: bound by reading B once, so B is never packed.

use super::{Matrix, Output};
use crate::lane::{Lane, WIDTH};

/// y = start + x · B for one row x (`depth`, contiguous) and B with contiguous rows: four rows of B a sweep.
/// # Safety: x holds depth, start and y `columns`, B depth × columns values.
#[inline(never)]
pub unsafe fn row_times_matrix<L: Lane>(
    columns: usize,
    depth: usize,
    x: *const f32,
    b: Matrix,
    start: Matrix,
    y: *mut f32,
) {
    if start.pointer != y.cast_const() {
        for j in 0..columns {
            *y.add(j) = *start.from(0, j).pointer;
        }
    }
    let mut k = 0;
    while k + WIDTH <= depth {
        sweep::<L, WIDTH>(columns, x.add(k), b.from(k, 0), y);
        k += WIDTH;
    }
    for k in k..depth {
        sweep::<L, 1>(columns, x.add(k), b.from(k, 0), y);
    }
}

/// y += x · B for `R` rows of B.
#[inline(always)]
unsafe fn sweep<L: Lane, const R: usize>(columns: usize, x: *const f32, b: Matrix, mut y: *mut f32) {
    let mut spread = [L::splat(0.0); R];
    let mut rows = [b.pointer; R];
    for i in 0..R {
        spread[i] = L::load_splat(x.add(i));
        rows[i] = b.from(i, 0).pointer;
    }
    let mut left = columns / (2 * WIDTH);
    while left != 0 {
        let (mut low, mut high) = (L::load(y), L::load(y.add(WIDTH)));
        for (row, x) in rows.iter_mut().zip(spread) {
            low = x.multiply_add(L::load(*row), low);
            high = x.multiply_add(L::load(row.add(WIDTH)), high);
            *row = row.add(2 * WIDTH);
        }
        low.store(y);
        high.store(y.add(WIDTH));
        y = y.add(2 * WIDTH);
        left -= 1;
    }
    let mut left = columns % (2 * WIDTH);
    while left != 0 {
        let count = left.min(WIDTH);
        let mut sum = L::load_first(y, count);
        for (row, x) in rows.iter_mut().zip(spread) {
            sum = x.multiply_add(L::load_first(*row, count), sum);
            *row = row.add(count);
        }
        sum.store_first(y, count);
        y = y.add(count);
        left -= count;
    }
}

/// C = start + A · B for few rows of A (contiguous) and B transposed (contiguous columns): every element is a dot
/// product along contiguous memory.
/// # Safety: A holds rows × depth, B depth × columns, start and C rows × columns values.
pub unsafe fn dots<L: Lane>(rows: usize, columns: usize, depth: usize, a: Matrix, b: Matrix, start: Matrix, c: Output) {
    let mut i = 0;
    while i + 2 <= rows {
        dot_rows::<L, 2, 1>(columns, depth, a.from(i, 0), b, start.from(i, 0), c.from(i, 0));
        i += 2;
    }
    if i < rows {
        dot_rows::<L, 1, 2>(columns, depth, a.from(i, 0), b, start.from(i, 0), c.from(i, 0));
    }
}

/// `R` rows of C, four columns at a time, each sum in `U` parts: eight sums hide the latency of a multiply-add.
#[inline(never)]
unsafe fn dot_rows<L: Lane, const R: usize, const U: usize>(
    columns: usize,
    depth: usize,
    a: Matrix,
    b: Matrix,
    start: Matrix,
    c: Output,
) {
    let mut j = 0;
    while j + WIDTH <= columns {
        dot_tile::<L, R, WIDTH, U>(depth, a, b.from(0, j), start.from(0, j), c.from(0, j));
        j += WIDTH;
    }
    for j in j..columns {
        dot_tile::<L, R, 1, U>(depth, a, b.from(0, j), start.from(0, j), c.from(0, j));
    }
}

/// `R` rows and `N` columns of C.
#[inline(always)]
unsafe fn dot_tile<L: Lane, const R: usize, const N: usize, const U: usize>(
    depth: usize,
    a: Matrix,
    b: Matrix,
    start: Matrix,
    c: Output,
) {
    let mut sums = [[[L::splat(0.0); N]; R]; U];
    let (mut rows, mut columns) = ([a.pointer; R], [b.pointer; N]);
    for (i, row) in rows.iter_mut().enumerate() {
        *row = a.from(i, 0).pointer;
    }
    for (j, column) in columns.iter_mut().enumerate() {
        *column = b.from(0, j).pointer;
    }
    let mut left = depth / (U * WIDTH);
    while left != 0 {
        for sums in &mut sums {
            dot_step::<L, R, N>(sums, &mut rows, &mut columns, WIDTH);
        }
        left -= 1;
    }
    let mut left = depth % (U * WIDTH);
    while left != 0 {
        let count = left.min(WIDTH);
        dot_step::<L, R, N>(&mut sums[0], &mut rows, &mut columns, count);
        left -= count;
    }
    for i in 0..R {
        for j in 0..N {
            let sum = sums.iter().skip(1).fold(sums[0][i][j], |sum, part| sum.add(part[i][j]));
            *c.from(i, j).pointer = *start.from(i, j).pointer + sum.sum();
        }
    }
}

/// `count` (1..=4) steps of the depth; pointers move on by as many. (Pointers are changed in place: an array of two that is
/// passed by value is packed into an i64 and taken apart again in every step.)
#[inline(always)]
unsafe fn dot_step<L: Lane, const R: usize, const N: usize>(
    sums: &mut [[L; N]; R],
    rows: &mut [*const f32; R],
    columns: &mut [*const f32; N],
    count: usize,
) {
    let load = |from| if count == WIDTH { L::load(from) } else { L::load_first(from, count) };
    let mut lanes = [L::splat(0.0); R];
    for (lane, row) in lanes.iter_mut().zip(rows.iter_mut()) {
        *lane = load(*row);
        *row = row.add(count);
    }
    for (j, column) in columns.iter_mut().enumerate() {
        let y = load(*column);
        for (sums, x) in sums.iter_mut().zip(lanes) {
            sums[j] = x.multiply_add(y, sums[j]);
        }
        *column = column.add(count);
    }
}
