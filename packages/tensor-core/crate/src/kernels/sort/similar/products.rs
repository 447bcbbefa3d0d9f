//! Products of four rows with one query or two.

use super::TOGETHER;
use crate::lane::{Lane, WIDTH};

/// Bytes that are multiplied together.
pub(super) const BYTES: usize = 16;

/// Products of two queries with four rows, a lane for each query; of the first alone unless there is a pair. An element's
/// terms are added four side by side.
#[inline(always)]
pub(super) unsafe fn of_floats<L: Lane>(
    size: usize,
    queries: [*const f32; 2],
    rows: [*const f32; TOGETHER],
    pair: bool,
) -> [L; 2] {
    let step = |sums: &mut [L; TOGETHER], query: L, x: &[L; TOGETHER]| {
        for i in 0..TOGETHER {
            sums[i] = x[i].multiply_add(query, sums[i]);
        }
    };
    let [mut first, mut second] = [[L::splat(0.0); TOGETHER]; 2];
    let full = size / WIDTH * WIDTH;
    let rest = size - full;
    if pair {
        for at in (0..full).step_by(WIDTH) {
            let x = rows.map(|row| L::load(row.add(at)));
            step(&mut first, L::load(queries[0].add(at)), &x);
            step(&mut second, L::load(queries[1].add(at)), &x);
        }
    } else {
        for at in (0..full).step_by(WIDTH) {
            step(&mut first, L::load(queries[0].add(at)), &rows.map(|row| L::load(row.add(at))));
        }
    }
    if rest > 0 {
        let x = rows.map(|row| L::load_first(row.add(full), rest));
        step(&mut first, L::load_first(queries[0].add(full), rest), &x);
        step(&mut second, L::load_first(queries[1].add(full), rest), &x);
    }
    [first, second].map(|sums| {
        let [a, b, c, d] = L::transpose(sums);
        a.add(b).add(c.add(d))
    })
}

/// The same of bytes with whole numbers. The last bytes of a row are read with some before them, by which its query has zeros.
#[inline(always)]
pub(super) unsafe fn of_bytes<L: Lane>(
    size: usize,
    queries: [*const i16; 2],
    rows: [*const i8; TOGETHER],
    pair: bool,
) -> [L; 2] {
    if size < BYTES {
        let mut short = [[0; BYTES]; TOGETHER];
        for (short, row) in short.iter_mut().zip(rows) {
            row.copy_to_nonoverlapping(short[BYTES - size..].as_mut_ptr(), size);
        }
        return of_long_bytes(size, queries, short.each_ref().map(|short| short.as_ptr()), 0, pair);
    }
    of_long_bytes(size, queries, rows, size - BYTES, pair)
}

/// As [`of_bytes`]. Rows can be read in whole steps up to one that starts at `last`.
#[inline(always)]
unsafe fn of_long_bytes<L: Lane>(
    size: usize,
    queries: [*const i16; 2],
    rows: [*const i8; TOGETHER],
    last: usize,
    pair: bool,
) -> [L; 2] {
    let step = |sums: &mut [L; TOGETHER], query: *const i16, at: usize| {
        for i in 0..TOGETHER {
            sums[i] = sums[i].add_byte_products(rows[i].add(at), query);
        }
    };
    let [mut first, mut second] = [[L::splat_bits(0); TOGETHER]; 2];
    if pair {
        for start in (0..size).step_by(BYTES) {
            step(&mut first, queries[0].add(start), start.min(last));
            step(&mut second, queries[1].add(start), start.min(last));
        }
    } else {
        for start in (0..size).step_by(BYTES) {
            step(&mut first, queries[0].add(start), start.min(last));
        }
    }
    [first, second].map(|sums| {
        let [a, b, c, d] = L::transpose(sums);
        a.add_bits(b).add_bits(c.add_bits(d)).i32_to_f32()
    })
}

/// Queries whose elements are all smaller are made larger by its inverse first: 2⁻⁶⁴.
const SMALL: f32 = 1.0 / (1u128 << 64) as f32;

/// Writes a query as whole numbers, the last ones at the end of their step and zeros before them; what one of them is worth, as
/// a product.
/// Numbers are as large as sums of products with bytes allow. One that is not finite is worth NaN.
/// # Safety: `to` has room for the size rounded up to [`BYTES`].
pub(super) unsafe fn to_whole(size: usize, query: *const f32, to: *mut i16) -> [f32; 2] {
    let query = core::slice::from_raw_parts(query, size);
    let most = (i32::MAX as usize / 128 / size.max(1)).min(i16::MAX as usize) as f32;
    let largest = query.iter().fold(0.0f32, |largest, x| if largest >= x.abs() { largest } else { x.abs() });
    let steps = size.div_ceil(BYTES);
    to.write_bytes(0, steps * BYTES);
    if largest == 0.0 {
        return [0.0; 2];
    }
    // Of a very small query the factor would not be an f32 with all its digits: there are two.
    let up = if largest < SMALL { 1.0 / SMALL } else { 1.0 };
    let largest = largest * up;
    let pad = steps * BYTES - size;
    let last = (steps - 1) * BYTES;
    let by = most / largest;
    for (i, &x) in query.iter().enumerate() {
        *to.add(if i < last { i } else { i + pad }) = (x * up * by).round_ties_even() as i16;
    }
    if largest.is_finite() { [largest / most, 1.0 / up] } else { [f32::NAN; 2] }
}
