//! Attention. The frame is an `AttentionFrame`. An address of 0 is an operand that is absent or a result that is not wanted.

use super::address::{Extent, In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status, memory};
use crate::gemm::Matrix;
use crate::gemm::micro::SixByEight;
use crate::kernels::attention as kernels;
use crate::kernels::attention::{Additive, Attention, Dropout, Gradients, Incoming, Mask, Results};
use crate::kernels::random::Stream;
use crate::lane::Active;
use crate::layout::frames::AttentionFrame;
use wasm_bindgen::prelude::wasm_bindgen;

/// Of `added` and `taking_part` at most one is there; so are four words of `stream`, unless nothing is dropped.
fn attention(
    q: In<f32>,
    k: In<f32>,
    v: In<f32>,
    added: In<f32>,
    taking_part: In<u8>,
    lengths: In<i32>,
    stream: In<u32>,
    scale: f32,
    keep: f32,
) -> Attention {
    // SAFETY: TypeScript wrote this frame.
    let frame = unsafe { memory::frame_as::<AttentionFrame>() };
    let [queries, keys, size, value_size] =
        [frame.queries, frame.keys, frame.size, frame.value_size].map(|size| size as usize);
    let batch = frame.batch.walk();
    let reach = |operand, (rows, row): (usize, i32), (columns, column): (usize, i32)| {
        Extent::walked(&batch, operand)
            + Extent::strided(rows, row as isize)
            + Extent::strided(columns, column as isize)
    };
    let mask = || reach(3, (queries, frame.mask_row_stride), (keys, frame.mask_column_stride));
    let q = range!(q, reach(0, (queries, frame.q_row_stride), (size, 1)));
    let k = range!(k, reach(1, (keys, frame.k_row_stride), (size, 1)));
    let v = range!(v, reach(2, (keys, frame.v_row_stride), (value_size, 1)));
    let stream = range!(stream?, 4);
    let dropout = (!stream.is_null()).then(|| {
        // SAFETY: there are four words.
        let [a, b, c, d] = unsafe { *stream.cast::<[u32; 4]>() };
        Dropout { stream: Stream { seed: [a, b], counter: u64::from(d) << 32 | u64::from(c) }, keep }
    });
    Attention {
        queries,
        keys,
        size,
        value_size,
        scale,
        causal: frame.causal != 0,
        q: Matrix::rows(q, frame.q_row_stride as usize),
        k: Matrix::rows(k, frame.k_row_stride as usize),
        v: Matrix::rows(v, frame.v_row_stride as usize),
        mask: Mask {
            added: range!(added?, mask()),
            taking_part: range!(taking_part?, mask()),
            row: frame.mask_row_stride as isize,
            column: frame.mask_column_stride as isize,
        },
        lengths: range!(lengths?, Extent::walked(&batch, 4)),
        dropout,
        batch,
    }
}

/// y = softmax(q kᵀ · scale + mask) v of each item; `rows` is for the gradient.
#[wasm_bindgen]
pub fn attend(
    q: In<f32>,
    k: In<f32>,
    v: In<f32>,
    added: In<f32>,
    taking_part: In<u8>,
    lengths: In<i32>,
    stream: In<u32>,
    scale: f32,
    keep: f32,
    y: Out<f32>,
    weights: Out<f32>,
    rows: Out<f32>,
) -> Status {
    let of = attention(q, k, v, added, taking_part, lengths, stream, scale, keep);
    let items = of.batch.len();
    let to = Results {
        y: range!(y, [items, of.queries, of.value_size]),
        weights: range!(weights?, [items, of.queries, of.keys]),
        rows: range!(rows?, [items, of.queries, 2]),
    };
    // SAFETY: TypeScript wrote the frame for live operands of these sizes.
    unsafe { kernels::forward::<SixByEight<Active>>(&of, &to) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// The gradients of q, k, v and what is added to scores, each as far as it is wanted.
#[wasm_bindgen]
pub fn attend_gradient(
    q: In<f32>,
    k: In<f32>,
    v: In<f32>,
    added: In<f32>,
    taking_part: In<u8>,
    lengths: In<i32>,
    stream: In<u32>,
    scale: f32,
    keep: f32,
    y: In<f32>,
    rows: In<f32>,
    dy: In<f32>,
    dq: Out<f32>,
    dk: Out<f32>,
    dv: Out<f32>,
    dmask: Out<f32>,
) -> Status {
    let of = attention(q, k, v, added, taking_part, lengths, stream, scale, keep);
    let Attention { queries, keys, size, value_size, .. } = of;
    let items = of.batch.len();
    let from = Incoming {
        y: range!(y, [items, queries, value_size]),
        rows: range!(rows, [items, queries, 2]),
        dy: range!(dy, [items, queries, value_size]),
    };
    let to = Gradients {
        q: range!(dq?, [items, queries, size]),
        k: range!(dk?, [items, keys, size]),
        v: range!(dv?, [items, keys, value_size]),
        mask: range!(dmask?, [items, queries, keys]),
    };
    // SAFETY: see `attend`.
    unsafe { kernels::backward::<SixByEight<Active>>(&of, &from, &to) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// y = Σ v ⊙ tanh(q + k) for each query and key of each item.
#[wasm_bindgen]
pub fn additive_scores(
    items: usize,
    queries: usize,
    keys: usize,
    size: usize,
    q: In<f32>,
    k: In<f32>,
    v: In<f32>,
    y: Out<f32>,
) {
    let (q, k) = (range!(q, [items, queries, size]), range!(k, [items, keys, size]));
    let of = Additive { items, queries, keys, size, q, k, v: range!(v, size) };
    // SAFETY: TypeScript passes live, contiguous storage of these sizes.
    unsafe { kernels::additive_scores::<Active>(&of, range!(y, [items, queries, keys])) };
}

/// The gradients of `additive_scores`, each as far as it is wanted.
#[wasm_bindgen]
pub fn additive_scores_gradient(
    items: usize,
    queries: usize,
    keys: usize,
    size: usize,
    q: In<f32>,
    k: In<f32>,
    v: In<f32>,
    dy: In<f32>,
    dq: Out<f32>,
    dk: Out<f32>,
    dv: Out<f32>,
) -> Status {
    let (q, k) = (range!(q, [items, queries, size]), range!(k, [items, keys, size]));
    let of = Additive { items, queries, keys, size, q, k, v: range!(v, size) };
    let dy = range!(dy, [items, queries, keys]);
    let to = [range!(dq?, [items, queries, size]), range!(dk?, [items, keys, size]), range!(dv?, size)];
    // SAFETY: see `additive_scores`.
    unsafe { kernels::additive_scores_gradient::<Active>(&of, dy, to) }.map_or(OUT_OF_MEMORY, |()| DONE)
}
