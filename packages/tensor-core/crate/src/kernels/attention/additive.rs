//! Scores of additive attention (Bahdanau et al. 2015): Σ v ⊙ tanh(q + k) for each query and key, and its gradient, without an array
//! of all (queries, keys, features).

use crate::arena::Scratch;
use crate::crew::{parts_for, share};
use crate::kernels::transcendental::tanh;
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;

/// Operands of a batch, contiguous.
pub struct Additive {
    pub items: usize,
    pub queries: usize,
    pub keys: usize,
    pub size: usize,
    /// (items, queries, size)
    pub q: *const f32,
    /// (items, keys, size)
    pub k: *const f32,
    /// (size)
    pub v: *const f32,
}

impl Additive {
    /// About one for each hyperbolic tangent.
    fn nanoseconds(&self) -> u64 {
        (self.items * self.queries) as u64 * (self.keys * self.size) as u64
    }
}

/// y (items, queries, keys).
/// # Safety: operands hold what their sizes say.
pub unsafe fn additive_scores<L: Lane>(of: &Additive, y: *mut f32) {
    let Additive { items, queries, keys, size, .. } = *of;
    let nanoseconds = of.nanoseconds();
    let cut = pieces(items * queries, parts_for(nanoseconds), 1);
    share(cut.count(), nanoseconds, |part| {
        let tanh = tanh::<L>();
        for row in cut.get(part) {
            let (q, k) = (of.q.add(row * size), of.k.add(row / queries * keys * size));
            for j in 0..keys {
                let (k, mut sums) = (k.add(j * size), L::splat(0.0));
                for e in (0..size).step_by(WIDTH) {
                    let [q, k, v] = [q, k, of.v].map(|from| L::load_first(from.add(e), WIDTH.min(size - e)));
                    sums = tanh(q.add(k)).multiply_add(v, sums);
                }
                *y.add(row * keys + j) = sums.sum();
            }
        }
    });
}

/// The gradients of q, k and v for that of y; null ones are not wanted. None when there is no memory left.
/// # Safety: as [`additive_scores`].
pub unsafe fn additive_scores_gradient<L: Lane>(
    of: &Additive,
    dy: *const f32,
    [dq, dk, dv]: [*mut f32; 3],
) -> Option<()> {
    let Additive { items, queries, keys, size, .. } = *of;
    // Of each item by itself, and added in their order.
    let of_items = Scratch::f32s(items * size)?;
    let nanoseconds = 2 * of.nanoseconds();
    let cut = pieces(items, parts_for(nanoseconds), 1);
    share(cut.count(), nanoseconds, |part| {
        for item in cut.get(part) {
            let at = |from: *mut f32, rows: usize| if from.is_null() { from } else { from.add(item * rows * size) };
            let (dk, dv) = (at(dk, keys), of_items.pointer().add(item * size));
            if !dk.is_null() {
                dk.write_bytes(0, keys * size);
            }
            dv.write_bytes(0, size);
            for i in 0..queries {
                let row = item * queries + i;
                let dq = if dq.is_null() { dq } else { dq.add(row * size) };
                of_query::<L>(of, [row, item], dy.add(row * keys), [dq, dk, dv]);
            }
        }
    });
    if !dv.is_null() {
        dv.write_bytes(0, size);
        for item in 0..items {
            for e in 0..size {
                *dv.add(e) += *of_items.pointer().add(item * size + e);
            }
        }
    }
    Some(())
}

/// One query with all keys, a lane of features after the other.
unsafe fn of_query<L: Lane>(of: &Additive, [row, item]: [usize; 2], dy: *const f32, [dq, dk, dv]: [*mut f32; 3]) {
    let Additive { keys, size, .. } = *of;
    let (tanh, one) = (tanh::<L>(), L::splat(1.0));
    for e in (0..size).step_by(WIDTH) {
        let count = WIDTH.min(size - e);
        let load = |from: *const f32| L::load_first(from.add(e), count);
        let (q, v) = (load(of.q.add(row * size)), load(of.v));
        let [mut to_q, mut to_v] = [L::splat(0.0); 2];
        for j in 0..keys {
            let at = j * size;
            let t = tanh(q.add(load(of.k.add(item * keys * size + at))));
            let d = L::load_splat(dy.add(j));
            to_v = d.multiply_add(t, to_v);
            let slope = t.negative_multiply_add(t, one).mul(d).mul(v);
            to_q = to_q.add(slope);
            if !dk.is_null() {
                load(dk.add(at)).add(slope).store_first(dk.add(at + e), count);
            }
        }
        load(dv).add(to_v).store_first(dv.add(e), count);
        if !dq.is_null() {
            to_q.store_first(dq.add(e), count);
        }
    }
}
