//! The gradient of attention. With weights p and scores s,
//!
//! dv = pᵀ dy,  dp = dy vᵀ,  ds = p ⊙ (dp - Σ dy ⊙ y),  dq = scale · ds k,  dk = scale · dsᵀ q.

use super::tile::{Factor, scale_rows};
use super::{Attention, CAUSAL_QUERIES, GAP, Item, KEYS, SCORES, padded, tiles};
use crate::crew::{EachWorker, parts_for, share};
use crate::gemm::micro::GemmKernel;
use crate::gemm::pack;
use crate::gemm::{Matrix, Output, Start};
use crate::kernels::elementwise::{map_run, zip_run};
use crate::kernels::reduce::sum_of_products;
use crate::kernels::transcendental::exp_to_zero;
use crate::lane::Lane;
use crate::parts::pieces;
use core::ops::Range;

/// Queries of a tile: what keys and values get is a sum over them, so that short ones would be added up too often.
const QUERIES: usize = 96;

/// What the forward gave, and the gradient of its result, contiguous.
pub struct Incoming {
    pub y: *const f32,
    /// As [`super::Results`] has it.
    pub rows: *const f32,
    pub dy: *const f32,
}

/// What is written, contiguous, each item apart. Those that are null are not wanted.
pub struct Gradients {
    pub q: *mut f32,
    pub k: *mut f32,
    pub v: *mut f32,
    /// Of what is added to scores: (items, queries, keys).
    pub mask: *mut f32,
}

/// # Safety: operands hold what their sizes say.
pub unsafe fn backward<K: GemmKernel>(of: &Attention, from: &Incoming, to: &Gradients) -> Option<()> {
    let nanoseconds = of.nanoseconds(3);
    let own = EachWorker::f32s(sizes(of).iter().sum())?;
    let cut = pieces(of.batch.len(), parts_for(nanoseconds), 1);
    share(cut.count(), nanoseconds, |part| {
        for place in cut.get(part) {
            let mut free = own.mine();
            let room = sizes(of).map(|size| {
                let room = free;
                free = free.wrapping_add(size);
                room
            });
            Back { item: of.item(place), from, to, room }.run::<K>();
        }
    });
    Some(())
}

/// Floats from one query to the next where there is one column for each.
fn across(of: &Attention) -> usize {
    padded(of.queries) + GAP
}

/// Scratch memory: scaled queries and gradients, both transposed, what is packed, sums over queries, two tiles.
fn sizes(of: &Attention) -> [usize; 11] {
    let Attention { queries, size, value_size, .. } = *of;
    [
        queries * size,
        queries * value_size,
        size * across(of),
        value_size * across(of),
        queries,
        KEYS * size,
        KEYS * value_size,
        KEYS * padded(size),
        (size + value_size) * SCORES,
        QUERIES * SCORES,
        QUERIES * SCORES,
    ]
}

/// One item.
struct Back<'a> {
    item: Item<'a>,
    from: &'a Incoming,
    to: &'a Gradients,
    room: [*mut f32; 11],
}

impl Back<'_> {
    unsafe fn run<K: GemmKernel>(&self) {
        let Attention { queries, size, value_size, scale, keys, .. } = *self.item.of;
        let [scaled, dy, scaled_across, dy_across, dots, ..] = self.room;
        let first = self.item.row(0);
        let (from_y, from_dy) = (self.from.y.add(first * value_size), self.from.dy.add(first * value_size));
        scale_rows::<K::Lane>([queries, size], scale, self.item.q, scaled, size);
        // With dropout: what weights that stay are multiplied by, here once for both products.
        let factor = self.item.factor();
        scale_rows::<K::Lane>([queries, value_size], factor, Matrix::rows(from_dy, value_size), dy, value_size);
        let turned = |from, row| Matrix::rows(from, row).transposed();
        pack::copy::<K::Lane>(size, queries, turned(scaled, size), scaled_across, across(self.item.of));
        pack::copy::<K::Lane>(value_size, queries, turned(dy, value_size), dy_across, across(self.item.of));
        for i in 0..queries {
            let at = i * value_size;
            *dots.add(i) = sum_of_products::<K::Lane>(value_size, from_dy.add(at), from_y.add(at)) as f32;
        }
        if self.item.keys == 0 {
            self.zero(self.to.q, queries * size); // else the first tile of keys, which each query has, writes all
        }
        if self.item.keys < keys {
            self.zero(self.to.k, keys * size);
            self.zero(self.to.v, keys * value_size);
        }
        self.zero(self.to.mask, queries * keys);
        for tile in self.item.tiles() {
            self.keys::<K>(tile);
        }
    }

    /// Zeros in an item's part of a gradient.
    unsafe fn zero(&self, gradient: *mut f32, count: usize) {
        if !gradient.is_null() {
            gradient.add(self.item.place * count).write_bytes(0, count);
        }
    }

    /// A tile of keys with all queries.
    unsafe fn keys<K: GemmKernel>(&self, tile: Range<usize>) {
        let Attention { queries, keys, size, value_size, scale, .. } = *self.item.of;
        let [.., for_scores, for_values, for_queries, sums, _, _] = self.room;
        let (k, v) = (self.item.k.from(tile.start, 0), self.item.v.from(tile.start, 0));
        let by_keys = Factor::packed::<K>(k.transposed(), [size, tile.len()], for_scores);
        let by_values = Factor::packed::<K>(v.transposed(), [value_size, tile.len()], for_values);
        let to_queries = Factor::packed::<K>(k, [tile.len(), size], for_queries);
        let packed = padded(size) * tile.len();
        scale_rows::<K::Lane>([1, packed], scale, Matrix::rows(for_queries, 0), for_queries, 0);
        if self.item.of.causal || queries == 0 {
            sums.write_bytes(0, (size + value_size) * SCORES); // else the first tile of queries writes all that is read
        }
        let rows = if self.item.of.causal { CAUSAL_QUERIES } else { QUERIES };
        for some in tiles(0..queries, rows) {
            let seen = self.item.seen(some.end - 1).clamp(tile.start, tile.end) - tile.start;
            if seen > 0 {
                self.tile::<K>(some, tile.start..tile.start + seen, [by_keys, by_values, to_queries]);
            }
        }
        for (gradient, at, columns) in [(self.to.k, 0, size), (self.to.v, size, value_size)] {
            if !gradient.is_null() {
                let to = gradient.add((self.item.place * keys + tile.start) * columns);
                let from = Matrix::rows(sums.add(at * SCORES), SCORES).transposed();
                pack::copy::<K::Lane>(tile.len(), columns, from, to, columns);
            }
        }
    }

    /// A tile of queries with one of keys.
    unsafe fn tile<K: GemmKernel>(&self, some: Range<usize>, keys: Range<usize>, [k, v, q]: [Factor; 3]) {
        let Attention { size, value_size, .. } = *self.item.of;
        let [scaled, dy, scaled_across, dy_across, _, .., sums, weights, slopes] = self.room;
        let (rows, columns, none) = (some.len(), keys.len(), core::ptr::null_mut());
        let [p, ds] = [weights, slopes].map(|pointer| Output { pointer, row: SCORES });
        let a = Matrix::rows(scaled.add(some.start * size), size);
        k.multiply::<K>([rows, columns, size], a, Start::Zero, p, none);
        let only_values = self.to.q.is_null() && self.to.k.is_null() && self.to.mask.is_null();
        if !only_values {
            let a = Matrix::rows(dy.add(some.start * value_size), value_size);
            v.multiply::<K>([rows, columns, value_size], a, Start::Zero, ds, none);
        }
        for i in some.clone() {
            let (p, ds) = (p.from(i - some.start, 0).pointer, ds.from(i - some.start, 0).pointer);
            self.row::<K::Lane>(i, keys.clone(), p, if only_values { none } else { ds });
        }
        let across = across(self.item.of);
        let start = if some.start == 0 && !self.item.of.causal { Start::Zero } else { Start::Output };
        let over_queries = |from: *mut f32, by: Output, at: usize, features: usize| {
            let b = Factor::Panels { pointer: by.pointer, step: 1, row: by.row };
            let (a, c) =
                (Matrix::rows(from.add(some.start), across), Output { pointer: sums.add(at * SCORES), row: SCORES });
            b.multiply::<K>([features, columns, rows], a, start, c, none);
        };
        if !self.to.v.is_null() {
            over_queries(dy_across, p, size, value_size);
        }
        if !self.to.k.is_null() {
            over_queries(scaled_across, ds, 0, size);
        }
        if !self.to.q.is_null() {
            let to = self.to.q.add(self.item.row(some.start) * size);
            let c = Output { pointer: to, row: size };
            let start = if keys.start == 0 { Start::Zero } else { Start::Output };
            q.multiply::<K>([rows, size, columns], Matrix::rows(slopes, SCORES), start, c, none);
        }
    }

    /// Scores to weights, and the gradients of weights to those of scores unless they are null.
    #[inline(never)]
    unsafe fn row<L: Lane>(&self, i: usize, keys: Range<usize>, p: *mut f32, ds: *mut f32) {
        let (row, count) = (self.item.row(i), keys.len());
        self.item.mask_row::<L>(i, keys.clone(), p);
        let [top, inverse] = (*self.from.rows.cast::<[f32; 2]>().add(row)).map(L::splat);
        let exp = exp_to_zero::<L>();
        map_run::<L, 2>(count, p, p, &|x: L| exp(x.sub(top)).mul(inverse));
        if !ds.is_null() {
            self.item.drop_row::<L>(i, keys.clone(), ds);
            let dot = L::splat(*self.room[4].add(i));
            zip_run::<L, 4>(count, p, ds, ds, &|p: L, dp: L| p.mul(dp.sub(dot)));
            if !self.to.mask.is_null() {
                ds.copy_to(self.to.mask.add(row * self.item.of.keys + keys.start), count);
            }
        }
        self.item.drop_row::<L>(i, keys, p);
    }
}
