//! Products where A has one row or a few: bound by reading B once, so B is never packed; and outer products, bound by
//! writing C.
//!
//! A sweep keeps values of A in registers while rows of B and of C pass by. The register tile would read a B of long rows
//! in pieces of eight, each in another page of the cache, and more than once: 16 × 1024 by 1024 × 1024 at half the speed.
//! Either way an element's terms are added in the order of [`order`], so the choice changes no bit of it.

use super::order::{self, RUN, in_groups, is_long, run_length};
use super::{Matrix, Output, Start};
use crate::lane::{Lane, WIDTH};

/// Steps of a dot product that are summed in f32, four lanes side by side; what they come to is carried over to f64.
const DOT_RUN: usize = 1024;
/// Columns whose sums stay in the first-level cache while the rows of B pass by.
const COLUMNS: usize = 512;

/// Floats that [`rows_times_matrix`] needs: the sums of one run, and of a group.
pub fn room(rows: usize, columns: usize, depth: usize, goes_on: bool) -> usize {
    let count = if is_long(depth) { 2 } else { usize::from(depth > RUN || goes_on) };
    rows * columns.min(COLUMNS) * count
}

/// C = start + A · B for few rows of A (of any strides) and B with contiguous rows: B is read once, in order.
/// # Safety: A holds rows × depth, B depth × columns, start and C rows × columns values; there is as much [`room`] as it says.
#[inline(never)]
pub unsafe fn rows_times_matrix<L: Lane>(
    [rows, columns, depth]: [usize; 3],
    a: Matrix,
    b: Matrix,
    start: Matrix,
    c: Output,
    room: *mut f32,
) {
    for first in (0..columns).step_by(COLUMNS) {
        let (columns, b) = (COLUMNS.min(columns - first), b.from(0, first));
        let sums = Output { pointer: room, row: columns };
        let of_group = Output { pointer: room.wrapping_add(rows * columns), row: columns };
        let (start, c) = (start.from(0, first), c.from(0, first));
        in_groups::<L>([rows, columns, depth], start, c, of_group, |along, mut before, output| {
            let run = run_length(along.len());
            let mut first = along.start;
            loop {
                let steps = run.min(along.end - first);
                let goes_on = before.pointer == output.pointer;
                let to = if goes_on { sums } else { output };
                if goes_on {
                    sums.pointer.write_bytes(0, rows * columns);
                } else {
                    copy_start(rows, columns, before, output);
                }
                let (a, b) = (a.from(0, first), b.from(first, 0));
                // Values of A in registers (measured): 6 beat 4 and 8 for one row, 8 beat 12 for two.
                if rows == 1 {
                    sweeps::<L, 1, 6>(rows, columns, steps, a, b, to);
                } else {
                    sweeps::<L, 2, 4>(rows, columns, steps, a, b, to);
                }
                if goes_on {
                    order::add::<L>(rows, columns, sums, output);
                }
                (before, first) = (Start::Output.matrix(output), first + steps);
                if first == along.end {
                    break;
                }
            }
        });
    }
}

unsafe fn copy_start(rows: usize, columns: usize, start: Matrix, c: Output) {
    for i in 0..rows {
        for j in 0..columns {
            *c.from(i, j).pointer = *start.from(i, j).pointer;
        }
    }
}

/// C += A · B, `R` rows of A and `D` rows of B a sweep.
#[inline(always)]
unsafe fn sweeps<L: Lane, const R: usize, const D: usize>(
    rows: usize,
    columns: usize,
    depth: usize,
    a: Matrix,
    b: Matrix,
    c: Output,
) {
    let mut k = 0;
    while k + D <= depth {
        sweep_rows::<L, R, D>(rows, columns, a.from(0, k), b.from(k, 0), c);
        k += D;
    }
    for k in k..depth {
        sweep_rows::<L, R, 1>(rows, columns, a.from(0, k), b.from(k, 0), c);
    }
}

/// C += A · B for `D` rows of B.
#[inline(always)]
unsafe fn sweep_rows<L: Lane, const R: usize, const D: usize>(
    rows: usize,
    columns: usize,
    a: Matrix,
    b: Matrix,
    c: Output,
) {
    let mut i = 0;
    while i + R <= rows {
        sweep::<L, R, D>(columns, a.from(i, 0), b, c.from(i, 0));
        i += R;
    }
    for i in i..rows {
        sweep::<L, 1, D>(columns, a.from(i, 0), b, c.from(i, 0));
    }
}

/// C += A · B for `R` rows of A and `D` rows of B.
#[inline(always)]
unsafe fn sweep<L: Lane, const R: usize, const D: usize>(columns: usize, a: Matrix, b: Matrix, c: Output) {
    let mut spread = [[L::splat(0.0); D]; R];
    let (mut rows, mut sums) = ([b.pointer; D], [c.pointer; R]);
    for (k, row) in rows.iter_mut().enumerate() {
        *row = b.from(k, 0).pointer;
    }
    for i in 0..R {
        sums[i] = c.from(i, 0).pointer;
        for k in 0..D {
            spread[i][k] = L::load_splat(a.from(i, k).pointer);
        }
    }
    let mut left = columns / (2 * WIDTH);
    while left != 0 {
        for at in [0, WIDTH] {
            let mut lanes = [L::splat(0.0); R];
            for i in 0..R {
                lanes[i] = L::load(sums[i].add(at));
            }
            for k in 0..D {
                let y = L::load(rows[k].add(at));
                for i in 0..R {
                    lanes[i] = spread[i][k].multiply_add(y, lanes[i]);
                }
            }
            for i in 0..R {
                lanes[i].store(sums[i].add(at));
            }
        }
        for i in 0..R {
            sums[i] = sums[i].add(2 * WIDTH);
        }
        for k in 0..D {
            rows[k] = rows[k].add(2 * WIDTH);
        }
        left -= 1;
    }
    let mut left = columns % (2 * WIDTH);
    while left != 0 {
        let count = left.min(WIDTH);
        for i in 0..R {
            let mut sum = L::load_first(sums[i], count);
            for k in 0..D {
                sum = spread[i][k].multiply_add(L::load_first(rows[k], count), sum);
            }
            sum.store_first(sums[i], count);
            sums[i] = sums[i].add(count);
        }
        for k in 0..D {
            rows[k] = rows[k].add(count);
        }
        left -= count;
    }
}

/// C = start + a column · a contiguous row, with a start that is the same along a row: writing C is what takes the time, and
/// it is written once, in order.
/// # Safety: A and the start hold `rows` values, B `columns`, C rows × columns.
#[inline(never)]
pub unsafe fn outer<L: Lane>(rows: usize, columns: usize, a: Matrix, b: *const f32, start: Matrix, c: Output) {
    for i in 0..rows {
        let (value, before) = (L::load_splat(a.from(i, 0).pointer), L::load_splat(start.from(i, 0).pointer));
        let c = c.from(i, 0).pointer;
        let full = columns / WIDTH * WIDTH;
        for j in (0..full).step_by(WIDTH) {
            value.multiply_add(L::load(b.add(j)), before).store(c.add(j));
        }
        if full < columns {
            let count = columns - full;
            value.multiply_add(L::load_first(b.add(full), count), before).store_first(c.add(full), count);
        }
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
    let (mut rows, mut columns) = ([a.pointer; R], [b.pointer; N]);
    for (i, row) in rows.iter_mut().enumerate() {
        *row = a.from(i, 0).pointer;
    }
    for (j, column) in columns.iter_mut().enumerate() {
        *column = b.from(0, j).pointer;
    }
    let mut totals = [[0.0; N]; R];
    let mut done = 0;
    while done < depth {
        let steps = DOT_RUN.min(depth - done);
        let mut sums = [[[L::splat(0.0); N]; R]; U];
        let mut left = steps / (U * WIDTH);
        while left != 0 {
            for sums in &mut sums {
                dot_step::<L, R, N>(sums, &mut rows, &mut columns, WIDTH);
            }
            left -= 1;
        }
        let mut left = steps % (U * WIDTH);
        while left != 0 {
            let count = left.min(WIDTH);
            dot_step::<L, R, N>(&mut sums[0], &mut rows, &mut columns, count);
            left -= count;
        }
        for i in 0..R {
            for j in 0..N {
                let sum = sums.iter().skip(1).fold(sums[0][i][j], |sum, part| sum.add(part[i][j]));
                totals[i][j] += f64::from(sum.sum());
            }
        }
        done += steps;
    }
    for i in 0..R {
        for j in 0..N {
            *c.from(i, j).pointer = *start.from(i, j).pointer + totals[i][j] as f32;
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
