//! Rows that are most similar to a query: products and selection in one pass, so that the matrix of all products is never
//! there. Four rows are multiplied together, with one query or two; of each query the best so far are gathered as in
//! [`super::select`], and most products are only compared with the last of them.
//!
//! A product is the same bits whatever is multiplied beside it, and pairs of value and place have one order: how the rows are
//! cut changes nothing.

mod best;
mod products;
#[cfg(test)]
mod tests;

use super::{place, select};
use crate::arena::Scratch;
use crate::crew::{EachWorker, parts_for, share};
use crate::kernels::copy::half::f16_to_f32;
use crate::lane::Lane;
use crate::parts::pieces;
use best::{Best, take, value_of};
use products::{BYTES, of_bytes, of_floats, to_whole};

/// Rows that are multiplied together.
const TOGETHER: usize = 4;
/// Elements of the rows that pass all queries of a block while they are in the first-level cache.
const TILE: usize = 4096;
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
    let factors = Scratch::f32s(2 * block)?;
    for first in (0..all).step_by(block) {
        let block = block.min(all - first);
        let queries = queries.add(first * size);
        if let Rows::I8(_) = rows {
            for query in 0..block {
                let to = whole.pointer().cast::<i16>().add(query * steps * BYTES);
                factors.pointer().cast::<[f32; 2]>().add(query).write(to_whole(size, queries.add(query * size), to));
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
                                Rows::I8(_) => {
                                    let worth = factors.pointer().add(2 * query);
                                    sums.mul(L::load_splat(worth)).mul(L::load_splat(worth.add(1)))
                                }
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

/// The values of halves.
unsafe fn widen(count: usize, halves: *const u16, to: *mut f32) {
    let (halves, to) = (core::slice::from_raw_parts(halves, count), core::slice::from_raw_parts_mut(to, count));
    for (to, &half) in to.iter_mut().zip(halves) {
        *to = f16_to_f32(half);
    }
}
