//! Rows that are most similar to a query: products and selection in one pass, so that the matrix of all products is never
//! there. Four rows are multiplied together, with one query or two; of each query the best so far are gathered as in
//! [`super::select`], and most products are only compared with the last of them.
//!
//! A product is the same bits whatever is multiplied beside it, and pairs of value and place have one order: how the rows are
//! cut changes nothing.

use super::{Order, SIGN, place, select};
use crate::arena::Scratch;
use crate::crew::{EachWorker, parts_for, share};
use crate::kernels::copy::half::f16_to_f32;
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;

/// Rows that are multiplied together.
const TOGETHER: usize = 4;
/// Elements of the rows that pass all queries of a block while they are in the first-level cache.
const TILE: usize = 4096;
/// Bytes that are multiplied together.
const BYTES: usize = 16;
/// Queries that share one pass over the rows.
const MOST_QUERIES: usize = 64;
/// Pairs that the parts may hand over for one block of queries.
const MOST_PAIRS: usize = 1 << 20;

/// The rows, by how they are stored.
#[derive(Clone, Copy)]
pub enum Rows {
    F32(*const f32),
    F16(*const u16),
    /// Queries become whole numbers of up to 15 bits, so that all sums are exact.
    I8(*const i8),
}

/// (queries, size) against (rows, size), of which `count` are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Similar {
    pub queries: usize,
    pub rows: usize,
    pub size: usize,
    pub count: usize,
}

/// Of each query the `count` largest products with rows, times each row's scale unless `scale` is null, in descending order,
/// and the rows' numbers; of equal ones the first, NaN counts as larger than every number. None if memory is short.
/// # Safety: operands hold what the sizes say: queries · size, rows · size, rows; outputs have room for queries · count, apart;
/// count ≤ rows.
pub unsafe fn similar_rows<L: Lane>(
    shape: &Similar,
    queries: *const f32,
    rows: Rows,
    scale: *const f32,
    values: *mut f32,
    indices: *mut i32,
) -> Option<()> {
    let Similar { queries: all, rows: row_count, size, count } = *shape;
    if count == 0 || all == 0 {
        return Some(());
    }
    let nanoseconds = |queries: usize| (queries as u64 * row_count as u64 * (size as u64 + 8)) / 8;
    let cut = pieces(row_count, parts_for(nanoseconds(all.min(MOST_QUERIES))), TOGETHER);
    let handed = |part: usize| count.min(cut.get(part).len());
    let starts: usize = (0..cut.count()).map(handed).sum();
    let block = (MOST_PAIRS / starts).clamp(1, MOST_QUERIES).min(all);
    let room = select::room(count.min(cut.longest()));
    let words = size_of::<Best>() / size_of::<f32>();
    let tile = (TILE / size.max(1)).next_multiple_of(TOGETHER).max(TOGETHER);
    let widened = if matches!(rows, Rows::F16(_)) { tile.checked_mul(size)? } else { 0 };
    let rooms = EachWorker::f32s(block.checked_mul(2 * room + words)?.checked_add(widened)?)?;
    let pairs = Scratch::f32s(block.checked_mul(starts)?.checked_mul(2)?)?;
    let steps = size.div_ceil(BYTES);
    let whole = Scratch::f32s(block.checked_mul(steps * BYTES)?.div_ceil(2).max(1))?;
    let factors = Scratch::f32s(block)?;
    for first in (0..all).step_by(block) {
        let block = block.min(all - first);
        let queries = queries.add(first * size);
        if let Rows::I8(_) = rows {
            for query in 0..block {
                let to = whole.pointer().cast::<i16>().add(query * steps * BYTES);
                *factors.pointer().add(query) = to_whole(size, queries.add(query * size), to);
            }
        }
        share(cut.count(), nanoseconds(block), |part| {
            let mine = rooms.mine();
            let states = mine.add(2 * room * block).cast::<Best>();
            for query in 0..block {
                states.add(query).write(Best::new(mine.cast::<u64>().add(query * room), room, handed(part)));
            }
            let wide = mine.add(block * (2 * room + words));
            let range = cut.get(part);
            for start in range.clone().step_by(tile) {
                let end = range.end.min(start + tile);
                // Where row 0 is, or would be if all rows were widened.
                let floats = match rows {
                    Rows::F32(x) => x,
                    Rows::F16(x) => {
                        widen((end - start) * size, x.add(start * size), wide);
                        wide.cast_const().wrapping_sub(start * size)
                    }
                    Rows::I8(_) => core::ptr::null(),
                };
                for query in (0..block).step_by(2) {
                    let pair = block - query > 1;
                    for row in (start..end).step_by(TOGETHER) {
                        let sums: [L; 2] = if let Rows::I8(x) = rows {
                            let whole = whole.pointer().cast::<i16>().add(query * steps * BYTES);
                            let second = if pair { steps * BYTES } else { 0 };
                            of_bytes(size, [whole, whole.add(second)], from(x, size, row, end - 1), pair)
                        } else {
                            let first = queries.add(query * size);
                            let second = if pair { size } else { 0 };
                            of_floats(size, [first, first.add(second)], from(floats, size, row, end - 1), pair)
                        };
                        for (i, &sums) in sums[..1 + usize::from(pair)].iter().enumerate() {
                            let query = query + i;
                            let sums = match rows {
                                Rows::I8(_) => sums.mul(L::load_splat(factors.pointer().add(query))),
                                _ => sums,
                            };
                            take(&mut *states.add(query), sums, row, end - row, scale);
                        }
                    }
                }
            }
            let offset: usize = (0..part).map(handed).sum();
            for query in 0..block {
                let best = (*states.add(query)).keep();
                let to = pairs.pointer().cast::<u64>().add(query * starts + offset);
                to.copy_from_nonoverlapping(best.as_ptr(), best.len());
            }
        });
        for query in 0..block {
            let found = core::slice::from_raw_parts_mut(pairs.pointer().cast::<u64>().add(query * starts), starts);
            if count < starts {
                found.select_nth_unstable(count - 1);
            }
            found[..count].sort_unstable();
            let at = (first + query) * count;
            for (i, &pair) in found[..count].iter().enumerate() {
                *values.add(at + i) = value_of(pair);
                *indices.add(at + i) = place(pair) as i32;
            }
        }
    }
    Some(())
}

/// The rows that are multiplied together; behind the last one it comes again.
unsafe fn from<T>(x: *const T, size: usize, row: usize, last: usize) -> [*const T; TOGETHER] {
    core::array::from_fn(|i| x.add((row + i).min(last) * size))
}

/// The best of one query so far.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Best {
    limit: u64,
    pairs: *mut u64,
    room: usize,
    wanted: usize,
    gathered: usize,
    /// The value that `limit` stands for; NaN, which no product is below, while there are too few.
    limit_value: f32,
}

impl Best {
    fn new(pairs: *mut u64, room: usize, wanted: usize) -> Self {
        Best { limit: u64::MAX, pairs, room, wanted, gathered: 0, limit_value: f32::NAN }
    }

    /// # Safety: `pairs` has room for `room` pairs, and 0 < wanted < room.
    unsafe fn take(&mut self, value: f32, row: usize) {
        let pair = Order::Descending.pair(value, row);
        if pair >= self.limit {
            return;
        }
        self.pairs.add(self.gathered).write(pair);
        self.gathered += 1;
        if self.gathered == self.room {
            let all = core::slice::from_raw_parts_mut(self.pairs, self.gathered);
            self.limit = *all.select_nth_unstable(self.wanted - 1).1;
            self.limit_value = value_of(self.limit);
            self.gathered = self.wanted;
        }
    }

    /// The pairs that are wanted, in any order.
    /// # Safety: as many were taken.
    unsafe fn keep(&self) -> &[u64] {
        let all = core::slice::from_raw_parts_mut(self.pairs, self.gathered);
        if self.wanted < self.gathered {
            all.select_nth_unstable(self.wanted - 1);
        }
        &all[..self.wanted]
    }
}

/// Gathers the products of one query with the rows from `row` on, of which there are `count` or more than four.
#[inline(always)]
unsafe fn take<L: Lane>(best: &mut Best, products: L, row: usize, count: usize, scale: *const f32) {
    let count = count.min(TOGETHER);
    let scaled = if scale.is_null() { products } else { products.mul(L::load_first(scale.add(row), count)) };
    let below = scaled.less_equal(L::splat(best.limit_value));
    if L::splat_bits(u32::MAX).and_not(below).any() {
        for (i, &value) in scaled.to_array()[..count].iter().enumerate() {
            best.take(value, row + i);
        }
    }
}

/// The values of halves.
unsafe fn widen(count: usize, halves: *const u16, to: *mut f32) {
    let (halves, to) = (core::slice::from_raw_parts(halves, count), core::slice::from_raw_parts_mut(to, count));
    for (to, &half) in to.iter_mut().zip(halves) {
        *to = f16_to_f32(half);
    }
}

/// Products of two queries with four rows, a lane for each query; of the first alone unless there is a pair. An element's
/// terms are added four side by side.
#[inline(always)]
unsafe fn of_floats<L: Lane>(
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
unsafe fn of_bytes<L: Lane>(size: usize, queries: [*const i16; 2], rows: [*const i8; TOGETHER], pair: bool) -> [L; 2] {
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

/// Writes a query as whole numbers, the last ones at the end of their step and zeros before them; what one of them is worth.
/// Numbers are as large as sums of products with bytes allow. One that is not finite is worth NaN.
/// # Safety: `to` has room for the size rounded up to [`BYTES`].
unsafe fn to_whole(size: usize, query: *const f32, to: *mut i16) -> f32 {
    let query = core::slice::from_raw_parts(query, size);
    let most = (i32::MAX as usize / (128 * size.max(1))).min(i16::MAX as usize) as f32;
    let largest = query.iter().fold(0.0f32, |largest, x| if largest >= x.abs() { largest } else { x.abs() });
    let steps = size.div_ceil(BYTES);
    to.write_bytes(0, steps * BYTES);
    if largest == 0.0 {
        return 0.0;
    }
    let pad = steps * BYTES - size;
    let last = (steps - 1) * BYTES;
    let by = most / largest;
    for (i, &x) in query.iter().enumerate() {
        *to.add(if i < last { i } else { i + pad }) = (x * by).round_ties_even() as i16;
    }
    if largest.is_finite() { largest / most } else { f32::NAN }
}

/// The value of a pair in descending order; zeros and NaN are of one kind.
fn value_of(pair: u64) -> f32 {
    match !(pair >> 32) as u32 {
        u32::MAX => f32::NAN,
        key if key & SIGN != 0 => f32::from_bits(key ^ SIGN),
        key => f32::from_bits(!key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm::tests::values;
    use crate::lane::Scalar;

    fn run(shape: &Similar, queries: &[f32], rows: Rows, scale: Option<&[f32]>) -> (Vec<f32>, Vec<i32>) {
        let mut found = (vec![7.0; shape.queries * shape.count], vec![-1; shape.queries * shape.count]);
        let scale = scale.map_or(core::ptr::null(), <[f32]>::as_ptr);
        // SAFETY: the slices have the sizes given.
        unsafe {
            let (values, indices) = (found.0.as_mut_ptr(), found.1.as_mut_ptr());
            similar_rows::<Scalar>(shape, queries.as_ptr(), rows, scale, values, indices).unwrap();
        }
        found
    }

    /// All products in f64, sorted stably.
    fn reference(shape: &Similar, queries: &[f32], rows: &[f32], scale: Option<&[f32]>) -> Vec<Vec<(usize, f64)>> {
        let product = |query: usize, row: usize| -> f64 {
            let terms = (0..shape.size)
                .map(|i| f64::from(queries[query * shape.size + i]) * f64::from(rows[row * shape.size + i]));
            terms.sum::<f64>() * scale.map_or(1.0, |scale| f64::from(scale[row]))
        };
        (0..shape.queries)
            .map(|query| {
                let mut all: Vec<_> = (0..shape.rows).map(|row| (row, product(query, row))).collect();
                all.sort_by(|a, b| b.1.total_cmp(&a.1));
                all.truncate(shape.count);
                all
            })
            .collect()
    }

    const SHAPES: [[usize; 4]; 9] = [
        [1, 1, 1, 1],
        [1, 10, 3, 10],
        [2, 9, 16, 3],
        [3, 101, 17, 7],
        [5, 1000, 100, 10],
        [70, 67, 5, 4],
        [1, 5000, 33, 200],
        [3, 6, 0, 2],
        [2, 5, 7, 0],
    ];

    #[test]
    fn floats_and_halves_are_the_best_of_all_products() {
        for [queries, rows, size, count] in SHAPES {
            let shape = Similar { queries, rows, size, count };
            let (query, x) = (values(queries * size, 1), values(rows * size, 2));
            let scale: Vec<f32> = (0..rows).map(|row| 1.0 + (row % 3) as f32).collect();
            for scale in [None, Some(&scale[..])] {
                let halves: Vec<u16> = x.iter().map(|&x| crate::kernels::copy::half::f32_to_f16(x)).collect();
                let wide: Vec<f32> = halves.iter().map(|&x| f16_to_f32(x)).collect();
                for (stored, rows) in [(&x, Rows::F32(x.as_ptr())), (&wide, Rows::F16(halves.as_ptr()))] {
                    let (values, indices) = run(&shape, &query, rows, scale);
                    for (query, wanted) in reference(&shape, &query, stored, scale).iter().enumerate() {
                        for (i, (row, value)) in wanted.iter().enumerate() {
                            let at = query * count + i;
                            assert!((f64::from(values[at]) - value).abs() < 1e-4, "{shape:?}");
                            assert!(size == 0 || indices[at] as usize == *row || values[at] == values[at.max(1) - 1]);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn bytes_are_multiplied_exactly() {
        for [queries, rows, size, count] in SHAPES {
            let shape = Similar { queries, rows, size, count };
            // Whole numbers with 127 among them are their own whole numbers, up to the factor.
            let query: Vec<f32> = (0..queries * size)
                .map(|i| if i % size == 0 { 127.0 } else { ((i * 7919) % 201) as f32 - 100.0 })
                .collect();
            let bytes: Vec<i8> = (0..rows * size).map(|i| ((i * 104_729) % 255) as u8 as i8).collect();
            let wide: Vec<f32> = bytes.iter().map(|&x| f32::from(x)).collect();
            let (values, indices) = run(&shape, &query, Rows::I8(bytes.as_ptr()), None);
            for (query, wanted) in reference(&shape, &query, &wide, None).iter().enumerate() {
                for (i, (row, value)) in wanted.iter().enumerate() {
                    let at = query * count + i;
                    let near = (f64::from(values[at]) - value).abs() <= 1e-3 * (1.0 + size as f64 * 100.0);
                    assert!(near, "{queries} {rows} {size}: {} and not {value}", values[at]);
                    let other = wanted.iter().any(|(other, v)| other == row && (v - value).abs() < 1.0);
                    assert!(other && (indices[at] as usize) < rows);
                }
            }
        }
    }

    #[test]
    fn equal_products_keep_their_order_and_nan_comes_first() {
        let x = [1.0, 2.0, 2.0, -1.0, 2.0, f32::NAN, f32::NEG_INFINITY];
        let shape = Similar { queries: 1, rows: 7, size: 1, count: 7 };
        let (values, indices) = run(&shape, &[1.0], Rows::F32(x.as_ptr()), None);
        assert_eq!(indices, [5, 1, 2, 4, 0, 3, 6]);
        assert!(values[0].is_nan() && values[1..] == [2.0, 2.0, 2.0, 1.0, -1.0, f32::NEG_INFINITY]);
        let same = vec![0.0; 3000];
        let shape = Similar { queries: 3, rows: 1000, size: 3, count: 5 };
        let (_, indices) = run(&shape, &[1.0; 9], Rows::F32(same.as_ptr()), None);
        assert_eq!(indices, [0, 1, 2, 3, 4].repeat(3));
    }

    #[test]
    fn a_query_that_is_not_finite_is_similar_to_nothing_known() {
        let shape = Similar { queries: 1, rows: 2, size: 2, count: 2 };
        let (values, _) = run(&shape, &[f32::INFINITY, 1.0], Rows::I8([1i8, 2, 3, 4].as_ptr()), None);
        assert!(values.iter().all(|value| value.is_nan()));
        let (values, indices) = run(&shape, &[0.0, 0.0], Rows::I8([1i8, 2, 3, 4].as_ptr()), None);
        assert_eq!((values, indices), (vec![0.0, 0.0], vec![0, 1]));
    }
}
