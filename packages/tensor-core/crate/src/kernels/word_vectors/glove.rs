//! GloVe (Pennington, Socher & Manning 2014): J = Σ f(X_ij) (w_i · c_j + b_i + d_j - log X_ij)², by AdaGrad.
//!
//! A step changes the rows of one word and of one context. Words and contexts are dealt out to as many groups as there are
//! blocks a side, and the steps of blocks that share neither group may go at the same time (Gemulla et al. 2011): what comes
//! out is what one thread gives that takes block after block.

use super::step::dot;
use crate::arena::Scratch;
use crate::crew::share;
use crate::lane::{Lane, WIDTH};

/// Groups of words, and of contexts. It follows from nothing, so that the order of steps does not either.
const GROUPS: usize = 8;

/// Vectors and biases of one side, and the sum of squared steps of each number.
#[derive(Clone, Copy)]
pub struct Side {
    pub vectors: *mut f32,
    pub biases: *mut f32,
    pub vector_squares: *mut f32,
    pub bias_squares: *mut f32,
}

/// Words and contexts that were seen near each other, f(X) of how often that was, and log X.
#[derive(Clone, Copy)]
pub struct Counts {
    pub count: usize,
    pub words: *const i32,
    pub contexts: *const i32,
    pub weights: *const f32,
    pub logs: *const f32,
}

/// One step for each count, block after block. The sum of f(X) (…)² / 2 before each step; None if memory is short.
/// # Safety: all pointers hold what they should, those of the two sides apart; words and contexts are rows of theirs.
pub unsafe fn learn<L: Lane>(size: usize, rate: f32, counts: &Counts, sides: [Side; 2]) -> Option<f64> {
    const BLOCKS: usize = GROUPS * GROUPS;
    let order = Scratch::f32s(counts.count)?;
    let order = order.pointer().cast::<u32>();
    let losses = Scratch::f32s(2 * BLOCKS)?;
    let losses = losses.pointer().cast::<f64>();
    let block_of = |i: usize| {
        let group = |of: *const i32| *of.add(i) as usize % GROUPS;
        group(counts.words) * GROUPS + group(counts.contexts)
    };
    let mut starts = [0usize; BLOCKS + 1];
    (0..counts.count).for_each(|i| starts[block_of(i) + 1] += 1);
    (0..BLOCKS).for_each(|block| starts[block + 1] += starts[block]);
    let mut next = starts;
    for i in 0..counts.count {
        let block = block_of(i);
        *order.add(next[block]) = i as u32;
        next[block] += 1;
    }
    for diagonal in 0..GROUPS {
        let blocks = |group: usize| group * GROUPS + (group + diagonal) % GROUPS;
        let nanoseconds = (counts.count / GROUPS) as u64 * size as u64 * 2;
        share(GROUPS, nanoseconds, |group| {
            let block = blocks(group);
            let mut loss = 0.0;
            for at in starts[block]..starts[block + 1] {
                loss += step::<L>(size, rate, counts, *order.add(at) as usize, sides);
            }
            losses.add(block).write(loss);
        });
    }
    Some(core::slice::from_raw_parts(losses, BLOCKS).iter().sum())
}

/// The step of glove.c: half the gradient, times the rate, divided by the root of the squares before it.
#[inline(always)]
unsafe fn step<L: Lane>(size: usize, rate: f32, counts: &Counts, i: usize, [word, context]: [Side; 2]) -> f64 {
    let (w, c) = (*counts.words.add(i) as usize, *counts.contexts.add(i) as usize);
    let (x, y) = (word.vectors.add(w * size), context.vectors.add(c * size));
    let (p, q) = (word.biases.add(w), context.biases.add(c));
    let difference = dot::<L>(size, x, y) + *p + *q - *counts.logs.add(i);
    let weighted = *counts.weights.add(i) * difference;
    let step = rate * weighted;
    let steps = L::splat(step);
    let (u, v) = (word.vector_squares.add(w * size), context.vector_squares.add(c * size));
    for at in (0..size).step_by(WIDTH) {
        let n = WIDTH.min(size - at);
        let (a, b) = (L::load_first(x.add(at), n), L::load_first(y.add(at), n));
        let (from_b, from_a) = (b.mul(steps), a.mul(steps));
        adapt::<L>(x.add(at), u.add(at), n, a, from_b);
        adapt::<L>(y.add(at), v.add(at), n, b, from_a);
    }
    for (bias, square) in [(p, word.bias_squares.add(w)), (q, context.bias_squares.add(c))] {
        *bias -= step / (*square).sqrt();
        *square += step * step;
    }
    f64::from(weighted) * f64::from(difference) / 2.0
}

#[inline(always)]
unsafe fn adapt<L: Lane>(to: *mut f32, squares: *mut f32, n: usize, value: L, step: L) {
    let square = L::load_first(squares, n);
    value.sub(step.div(square.sqrt())).store_first(to, n);
    step.multiply_add(step, square).store_first(squares, n);
}
