//! Attention, tile by tile.

use super::tile::{Factor, scale_rows};
use super::{Attention, CAUSAL_QUERIES, Item, KEYS, QUERIES, SCORES, padded, tiles};
use crate::crew::{EachWorker, parts_for, share};
use crate::gemm::micro::GemmKernel;
use crate::gemm::{Matrix, Output, Start, vector};
use crate::kernels::elementwise::map_run;
use crate::kernels::reduce::{largest_number, map_and_sum};
use crate::kernels::transcendental::exp_to_zero;
use crate::lane::Lane;
use crate::parts::pieces;
use core::ops::Range;

/// Most tiles of queries that share what is packed of the keys.
const TOGETHER: usize = 8;
/// Up to so many queries keys and values are read as they lie.
const FEW_QUERIES: usize = 3;

/// What is written, contiguous. `weights` and `rows` may be null.
pub struct Results {
    /// (items, queries, value_size)
    pub y: *mut f32,
    /// (items, queries, keys): what each value was multiplied by.
    pub weights: *mut f32,
    /// (items, queries, 2): the largest score, and 1 over the sum of exponentials; 0 and 0 for a query that sees no key.
    pub rows: *mut f32,
}

/// # Safety: operands hold what their sizes say.
pub unsafe fn forward<K: GemmKernel>(of: &Attention, to: &Results) -> Option<()> {
    let nanoseconds = of.nanoseconds(1);
    let parts = parts_for(nanoseconds);
    let items = of.batch.len();
    // Of few items more pieces, so that all threads have some.
    let runs = of.queries.div_ceil(TOGETHER * QUERIES).max(parts.div_ceil(items.max(1)));
    let queries = pieces(of.queries, runs, QUERIES);
    let runs = queries.count();
    let own = EachWorker::f32s(Room::new(of, queries.longest()).size())?;
    let cut = pieces(items * runs, parts, 1);
    share(cut.count(), nanoseconds, |part| {
        for run in cut.get(part) {
            let room = Room::new(of, queries.longest()).at(own.mine());
            Run { item: of.item(run / runs), queries: queries.get(run % runs), to, room }.run::<K>();
        }
    });
    Some(())
}

/// Scratch memory of a run of queries, in the order in which it lies.
struct Room {
    sizes: [usize; 6],
    start: *mut f32,
}

impl Room {
    fn new(of: &Attention, queries: usize) -> Self {
        let sizes = [
            queries * padded(of.size),
            padded(KEYS) * of.size,
            KEYS * padded(of.value_size),
            QUERIES.min(queries) * SCORES,
            2 * queries,
            vector::room(queries.min(FEW_QUERIES), of.value_size, KEYS, true),
        ];
        Room { sizes, start: core::ptr::null_mut() }
    }

    fn size(&self) -> usize {
        self.sizes.iter().sum()
    }

    fn at(self, start: *mut f32) -> Self {
        Room { start, ..self }
    }

    fn part(&self, i: usize) -> *mut f32 {
        self.start.wrapping_add(self.sizes[..i].iter().sum())
    }
}

/// Some queries of an item.
struct Run<'a> {
    item: Item<'a>,
    queries: Range<usize>,
    to: &'a Results,
    room: Room,
}

impl Run<'_> {
    unsafe fn run<K: GemmKernel>(&self) {
        let Attention { size, value_size, scale, .. } = *self.item.of;
        let [queries, keys, values] = [0, 1, 2].map(|i| self.room.part(i));
        let count = self.queries.len();
        if count == 0 {
            return;
        }
        let q_row = padded(size);
        scale_rows::<K::Lane>([count, size], scale, self.item.q.from(self.queries.start, 0), queries, q_row);
        for i in 0..count {
            *self.state(i) = [f32::NEG_INFINITY, 0.0];
        }
        let out = self.to.y.wrapping_add(self.item.row(self.queries.start) * value_size);
        if self.item.keys == 0 {
            out.write_bytes(0, count * value_size); // else the first tile of keys, which each query has, writes all
        }
        self.fill_weights();

        let packs = self.item.of.queries > FEW_QUERIES;
        for tile in self.item.tiles() {
            let (k, v) = (self.item.k.from(tile.start, 0).transposed(), self.item.v.from(tile.start, 0));
            if self.item.seen(self.queries.end - 1) <= tile.start {
                break;
            }
            let by = if packs {
                let by_keys = Factor::packed::<K>(k, [size, tile.len()], keys);
                [by_keys, Factor::packed::<K>(v, [tile.len(), value_size], values)]
            } else {
                [k, v].map(Factor::AsItLies)
            };
            let rows = if self.item.of.causal { CAUSAL_QUERIES } else { QUERIES };
            for some in tiles(0..count, rows) {
                let last = self.queries.start + some.end - 1;
                let seen = self.item.seen(last).clamp(tile.start, tile.end) - tile.start;
                if seen > 0 {
                    let a = Matrix::rows(queries.add(some.start * q_row), q_row);
                    let out = Output { pointer: out.add(some.start * value_size), row: value_size };
                    self.tile::<K>(some, tile.start..tile.start + seen, by, a, out);
                }
            }
        }
        self.finish::<K::Lane>(out);
    }

    /// The largest score of a query so far, and the sum of exponentials less by it.
    unsafe fn state(&self, i: usize) -> *mut [f32; 2] {
        self.room.part(4).cast::<[f32; 2]>().add(i)
    }

    /// One tile of queries, counted from the run's first, with one of keys.
    unsafe fn tile<K: GemmKernel>(
        &self,
        some: Range<usize>,
        keys: Range<usize>,
        [k, v]: [Factor; 2],
        a: Matrix,
        out: Output,
    ) {
        let Attention { size, value_size, .. } = *self.item.of;
        let (scores, own) = (self.room.part(3), self.room.part(5));
        let c = Output { pointer: scores, row: SCORES };
        k.multiply::<K>([some.len(), keys.len(), size], a, Start::Zero, c, own);
        for i in some.clone() {
            let at = i - some.start;
            self.weigh::<K::Lane>(i, keys.clone(), scores.add(at * SCORES), out.from(at, 0).pointer);
        }
        let start = if keys.start == 0 { Start::Zero } else { Start::Output };
        v.multiply::<K>([some.len(), value_size, keys.len()], Matrix::rows(scores, SCORES), start, out, own);
    }

    /// Scores to exponentials less the largest score; what was summed with another one before is scaled.
    #[inline(never)]
    unsafe fn weigh<L: Lane>(&self, i: usize, keys: Range<usize>, scores: *mut f32, sums: *mut f32) {
        let (query, count) = (self.queries.start + i, keys.len());
        self.item.mask_row::<L>(query, keys.clone(), scores);
        if let Some(weights) = self.weights(i) {
            scores.copy_to(weights.add(keys.start), count);
        }
        let [before, mut sum] = *self.state(i);
        let exp = exp_to_zero::<L>();
        let top = largest_number::<L>(count, scores).max(before);
        if before != top && sum != 0.0 {
            let scale = exp(L::splat(before - top));
            sum *= scale.to_array()[0];
            map_run::<L, 4>(self.item.of.value_size, sums, sums, &|y: L| y.mul(scale));
        }
        let tops = L::splat(finite_top(top));
        sum += map_and_sum::<L>(count, scores, scores, |x| exp(x.sub(tops))) as f32;
        *self.state(i) = [top, sum];
        self.item.drop_row::<L>(query, keys, scores);
    }

    /// Divides what was summed by the sum of weights, and says what the gradient is to know.
    unsafe fn finish<L: Lane>(&self, out: *mut f32) {
        let Attention { keys, value_size, .. } = *self.item.of;
        let factor = self.item.factor();
        for i in 0..self.queries.len() {
            let [top, sum] = *self.state(i);
            let (top, inverse) = (finite_top(top), if sum == 0.0 { 0.0 } else { 1.0 / sum });
            let out = out.add(i * value_size);
            scale_rows::<L>([1, value_size], inverse * factor, Matrix::rows(out, 0), out, 0);
            let query = self.queries.start + i;
            if let Some(weights) = self.weights(i) {
                let (exp, tops, scale) = (exp_to_zero::<L>(), L::splat(top), L::splat(inverse * factor));
                map_run::<L, 4>(keys, weights, weights, &|x: L| exp(x.sub(tops)).mul(scale));
                self.item.drop_row::<L>(query, 0..keys, weights);
            }
            if !self.to.rows.is_null() {
                *self.to.rows.cast::<[f32; 2]>().add(self.item.row(query)) = [top, inverse];
            }
        }
    }

    /// The row of weights of a query, if weights are wanted.
    unsafe fn weights(&self, i: usize) -> Option<*mut f32> {
        let row = self.item.row(self.queries.start + i);
        (!self.to.weights.is_null()).then(|| self.to.weights.add(row * self.item.of.keys))
    }

    /// Scores of keys that are not seen.
    unsafe fn fill_weights(&self) {
        if let Some(weights) = self.weights(0) {
            for i in 0..self.queries.len() * self.item.of.keys {
                *weights.add(i) = f32::NEG_INFINITY;
            }
        }
    }
}

/// What is subtracted from scores: 0 where all are -∞, which less itself is no number.
fn finite_top(top: f32) -> f32 {
    if top == f32::NEG_INFINITY { 0.0 } else { top }
}
