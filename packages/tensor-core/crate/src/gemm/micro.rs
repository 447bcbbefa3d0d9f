//! The register tile: 6 rows × 8 columns of C in twelve accumulators, one step of the depth at a time.
//!
//! Twelve sums, two lanes of B and one spread value of A fill the 15 vector registers that V8 has on x64; any larger
//! tile spills. The loop over groups of rows is inside the function that the engine compiles, so a tile costs no call.

use super::order::run_length;
use super::{Matrix, Output};
use crate::lane::{Lane, WIDTH};
use core::marker::PhantomData;

/// What the loop nest needs of a micro-kernel.
pub trait GemmKernel {
    type Lane: Lane;
    /// Rows of the largest tile.
    const ROWS: usize;
    /// Columns of a panel of B.
    const COLUMNS: usize;

    /// C = start + A · B for `rows` rows and one panel of `columns` (1..=COLUMNS) columns, in runs of [`run_length`]: the first
    /// goes on from the start, unless that is C itself, which whole runs are added to. `b` holds `depth` rows that begin
    /// `b_row` apart; the start's column stride is 0 or 1.
    /// # Safety: A's rows (contiguous) hold `depth` values; each row of `b` holds COLUMNS readable values whatever
    /// `columns` is; start and C hold rows × columns, and only those are touched.
    unsafe fn panel(
        rows: usize,
        columns: usize,
        depth: usize,
        a: Matrix,
        b: *const f32,
        b_row: usize,
        start: Matrix,
        c: Output,
    );
}

/// The 6 × 8 tile on lanes of four.
pub struct SixByEight<L>(PhantomData<L>);

const ROWS: usize = 6;

impl<L: Lane> GemmKernel for SixByEight<L> {
    type Lane = L;
    const ROWS: usize = ROWS;
    const COLUMNS: usize = 2 * WIDTH;

    unsafe fn panel(
        rows: usize,
        columns: usize,
        depth: usize,
        a: Matrix,
        b: *const f32,
        b_row: usize,
        start: Matrix,
        c: Output,
    ) {
        let mut done = 0;
        for (groups, size) in row_groups(rows) {
            let (a, start, c) = (a.from(done, 0), start.from(done, 0), c.from(done, 0));
            let is_one_run = run_length(depth) == depth && start.pointer != c.pointer;
            let tiles = tiles::<L>(size, columns, is_one_run);
            tiles(groups, columns, depth, a, b, b_row, start, c);
            done += groups * size;
        }
    }
}

/// The rows as at most two runs of equal groups, (count, size) with sizes at most 6 that differ by one: no tile is left
/// with a row or two unless there are no more.
pub fn row_groups(rows: usize) -> [(usize, usize); 2] {
    let groups = rows.div_ceil(ROWS).max(1);
    let (small, larger) = (rows / groups, rows % groups);
    [(larger, small + 1), (groups - larger, small)]
}

type Tiles = unsafe fn(usize, usize, usize, Matrix, *const f32, usize, Matrix, Output);

/// The function for groups of `size` rows. Few variants, because each has to warm up in the engine by itself: only full
/// panels in groups of 6 and 5 have stores without a width, and a form for a single run (a few channels' products of
/// Winograd's points are over so soon that the loop over runs was a twentieth of the time).
fn tiles<L: Lane>(size: usize, columns: usize, is_one_run: bool) -> Tiles {
    match (size, columns) {
        (6, 8) if is_one_run => full_tiles::<L, 6, true>,
        (5, 8) if is_one_run => full_tiles::<L, 5, true>,
        (6, 8) => full_tiles::<L, 6, false>,
        (5, 8) => full_tiles::<L, 5, false>,
        (6, 5..) => edge_tiles::<L, 6, 2>,
        (5, 5..) => edge_tiles::<L, 5, 2>,
        (4, 5..) => edge_tiles::<L, 4, 2>,
        (3, 5..) => edge_tiles::<L, 3, 2>,
        (2, 5..) => edge_tiles::<L, 2, 2>,
        (1, 5..) => edge_tiles::<L, 1, 2>,
        (6, _) => edge_tiles::<L, 6, 1>,
        (5, _) => edge_tiles::<L, 5, 1>,
        (4, _) => edge_tiles::<L, 4, 1>,
        (3, _) => edge_tiles::<L, 3, 1>,
        (2, _) => edge_tiles::<L, 2, 1>,
        _ => edge_tiles::<L, 1, 1>,
    }
}

/// `groups` tiles of `R` rows and eight columns; sums begin with the start, or with 0 if they are to be added to C. All runs of
/// a tile come one after the other: what a run adds to is in the first-level cache still, and the next rows of A and B follow.
#[inline(never)]
unsafe fn full_tiles<L: Lane, const R: usize, const ONE_RUN: bool>(
    groups: usize,
    _columns: usize,
    depth: usize,
    mut a: Matrix,
    b: *const f32,
    b_row: usize,
    mut start: Matrix,
    mut c: Output,
) {
    let run = if ONE_RUN { depth } else { run_length(depth) };
    let starts = ONE_RUN || start.pointer != c.pointer;
    for _ in 0..groups {
        let mut sums = [[L::splat(0.0); 2]; R];
        if starts {
            for (i, row) in sums.iter_mut().enumerate() {
                *row = load_two(start.from(i, 0));
            }
        }
        let (mut along, mut goes_on) = (0, !starts);
        loop {
            let steps = run.min(depth - along);
            accumulate(steps, a.from(0, along), b.add(along * b_row), b_row, &mut sums);
            if goes_on {
                for (i, row) in sums.iter_mut().enumerate() {
                    let from = c.from(i, 0).pointer;
                    *row = [L::load(from).add(row[0]), L::load(from.add(WIDTH)).add(row[1])];
                }
            }
            for (i, row) in sums.iter().enumerate() {
                let to = c.from(i, 0).pointer;
                row[0].store(to);
                row[1].store(to.add(WIDTH));
            }
            (along, goes_on) = (along + steps, true);
            if ONE_RUN || along == depth {
                break;
            }
            sums = [[L::splat(0.0); 2]; R];
        }
        (a, start, c) = (a.from(R, 0), start.from(R, 0), c.from(R, 0));
    }
}

/// Two lanes of a row of the start.
#[inline(always)]
unsafe fn load_two<L: Lane>(Matrix { pointer, column, .. }: Matrix) -> [L; 2] {
    if column == 0 { [L::load_splat(pointer); 2] } else { [L::load(pointer), L::load(pointer.add(WIDTH))] }
}

/// `groups` tiles of `R` rows and `columns` columns in `N` lanes, the last of them partly filled.
#[inline(never)]
unsafe fn edge_tiles<L: Lane, const R: usize, const N: usize>(
    groups: usize,
    columns: usize,
    depth: usize,
    mut a: Matrix,
    b: *const f32,
    b_row: usize,
    mut start: Matrix,
    mut c: Output,
) {
    let last = columns - (N - 1) * WIDTH;
    let (run, starts) = (run_length(depth), start.pointer != c.pointer);
    for _ in 0..groups {
        let (mut along, mut goes_on) = (0, !starts);
        loop {
            let mut sums = [[L::splat(0.0); N]; R];
            if !goes_on {
                for (i, row) in sums.iter_mut().enumerate() {
                    let from = start.from(i, 0).pointer;
                    for (j, sum) in row.iter_mut().enumerate() {
                        *sum = if start.column == 0 {
                            L::load_splat(from)
                        } else if j + 1 < N {
                            L::load(from.add(j * WIDTH))
                        } else {
                            L::load_first(from.add(j * WIDTH), last)
                        };
                    }
                }
            }
            let steps = run.min(depth - along);
            accumulate(steps, a.from(0, along), b.add(along * b_row), b_row, &mut sums);
            if goes_on {
                add_edge(&mut sums, last, c);
            }
            for (i, row) in sums.iter().enumerate() {
                let to = c.from(i, 0).pointer;
                for (j, sum) in row.iter().enumerate() {
                    if j + 1 < N {
                        sum.store(to.add(j * WIDTH));
                    } else {
                        sum.store_first(to.add(j * WIDTH), last);
                    }
                }
            }
            (along, goes_on) = (along + steps, true);
            if along == depth {
                break;
            }
        }
        (a, start, c) = (a.from(R, 0), start.from(R, 0), c.from(R, 0));
    }
}

/// sums += C
#[inline(always)]
unsafe fn add_edge<L: Lane, const R: usize, const N: usize>(sums: &mut [[L; N]; R], last: usize, c: Output) {
    for (i, row) in sums.iter_mut().enumerate() {
        let from = c.from(i, 0).pointer;
        for (j, sum) in row.iter_mut().enumerate() {
            let count = if j + 1 < N { WIDTH } else { last };
            *sum = L::load_first(from.add(j * WIDTH), count).add(*sum);
        }
    }
}

/// sums += A · B over the depth. Not unrolled, pointers bumped: what V8 keeps in registers (see the module).
/// # Safety: A holds R × `depth` values (rows contiguous), and each row of B, `b_row` apart, N lanes.
#[inline(always)]
pub unsafe fn accumulate<L: Lane, const R: usize, const N: usize>(
    mut depth: usize,
    a: Matrix,
    mut b: *const f32,
    b_row: usize,
    sums: &mut [[L; N]; R],
) {
    let mut rows = [a.pointer; R];
    for (i, row) in rows.iter_mut().enumerate() {
        *row = a.from(i, 0).pointer;
    }
    while depth != 0 {
        let mut lanes = [L::splat(0.0); N];
        for (j, lane) in lanes.iter_mut().enumerate() {
            *lane = L::load(b.add(j * WIDTH));
        }
        for (row, sums) in rows.iter_mut().zip(sums.iter_mut()) {
            let x = L::load_splat(*row);
            for (sum, lane) in sums.iter_mut().zip(lanes) {
                *sum = x.multiply_add(lane, *sum);
            }
            *row = row.add(1);
        }
        b = b.add(b_row);
        depth -= 1;
    }
}
