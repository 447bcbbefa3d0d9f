//! Word vectors that are learnt from text. The frame is a `WordsFrame`; everything is contiguous. An address of 0 is what a
//! model has not. The caller bumps the storages' versions.

use super::address::{In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status, memory};
use crate::kernels::random::Stream;
use crate::kernels::word_vectors::glove::{self, Counts, Side};
use crate::kernels::word_vectors::{Model, Order, Settings, Text, learn};
use crate::lane::Active;
use crate::layout::frames::WordsFrame;
use wasm_bindgen::prelude::wasm_bindgen;

/// Learns from the text. `loss` gets −log of the likelihood of what was there, and of how many steps it is the sum.
#[wasm_bindgen]
pub fn learn_words(
    tokens: In<i32>,
    starts: In<i32>,
    input: Out<f32>,
    output: Out<f32>,
    cumulative: In<i32>,
    nodes: Out<f32>,
    path_starts: In<i32>,
    paths: In<i32>,
    keep: In<i32>,
    subword_starts: In<i32>,
    subwords: In<i32>,
    loss: Out<f32>,
    rate: f32,
) -> Status {
    // SAFETY: TypeScript wrote this frame.
    let frame = unsafe { memory::frame_as::<WordsFrame>() };
    let [count, sentences, size, words, input_rows, window, negative, round] = [
        frame.tokens,
        frame.sentences,
        frame.size,
        frame.words,
        frame.input_rows,
        frame.window,
        frame.negative,
        frame.round,
    ]
    .map(|size| size as usize);
    let model = Model {
        size,
        words,
        input_rows,
        input: range!(input, [input_rows, size]),
        output: range!(output?, [words, size]),
        cumulative: range!(cumulative?, words),
        nodes: range!(nodes?, [words.saturating_sub(1), size]),
        path_starts: range!(path_starts?, words + 1),
        paths: range!(paths?, frame.paths as usize),
        keep: range!(keep?, words),
        subword_starts: range!(subword_starts?, words + 1),
        subwords: range!(subwords?, frame.subwords as usize),
    };
    let [seed_low, seed_high, counter_low, counter_high] =
        [frame.seed_low, frame.seed_high, frame.counter_low, frame.counter_high].map(|word| word as u32);
    let settings = Settings {
        bag: frame.bag != 0,
        window,
        shrink: frame.shrink != 0,
        negative,
        mean: frame.mean != 0,
        rate,
        stream: Stream { seed: [seed_low, seed_high], counter: u64::from(counter_high) << 32 | u64::from(counter_low) },
        order: match frame.order {
            0 => Order::Blocks,
            1 => Order::Sequence,
            _ => Order::Hogwild,
        },
        round,
    };
    let text = Text { tokens: range!(tokens, count), count, starts: range!(starts, sentences + 1), sentences };
    let loss = range!(loss?, 2usize);
    // SAFETY: TypeScript wrote the frame for live, contiguous storages of these sizes, apart, and looked at what points
    // into them.
    let Some(learnt) = (unsafe { learn::<Active>(&model, &settings, &text) }) else { return OUT_OF_MEMORY };
    if !loss.is_null() {
        // SAFETY: it has two elements.
        unsafe {
            loss.write(learnt.sum as f32);
            loss.add(1).write(learnt.steps as f32);
        }
    }
    DONE
}

/// One step of GloVe for each of `count` pairs of a word and a context. `loss` gets what there was before each step.
#[wasm_bindgen]
pub fn learn_glove(
    count: usize,
    size: usize,
    rows: usize,
    context_rows: usize,
    words: In<i32>,
    contexts: In<i32>,
    weights: In<f32>,
    logs: In<f32>,
    vectors: Out<f32>,
    biases: Out<f32>,
    vector_squares: Out<f32>,
    bias_squares: Out<f32>,
    context_vectors: Out<f32>,
    context_biases: Out<f32>,
    context_vector_squares: Out<f32>,
    context_bias_squares: Out<f32>,
    loss: Out<f32>,
    rate: f32,
) -> Status {
    let counts = Counts {
        count,
        words: range!(words, count),
        contexts: range!(contexts, count),
        weights: range!(weights, count),
        logs: range!(logs, count),
    };
    let word = Side {
        vectors: range!(vectors, [rows, size]),
        biases: range!(biases, rows),
        vector_squares: range!(vector_squares, [rows, size]),
        bias_squares: range!(bias_squares, rows),
    };
    let context = Side {
        vectors: range!(context_vectors, [context_rows, size]),
        biases: range!(context_biases, context_rows),
        vector_squares: range!(context_vector_squares, [context_rows, size]),
        bias_squares: range!(context_bias_squares, context_rows),
    };
    let loss = range!(loss?, 1usize);
    // SAFETY: TypeScript passes live, contiguous storages of these sizes, apart, and checked the indices.
    let Some(sum) = (unsafe { glove::learn::<Active>(size, rate, &counts, [word, context]) }) else {
        return OUT_OF_MEMORY;
    };
    if !loss.is_null() {
        // SAFETY: it has one element.
        unsafe { loss.write(sum as f32) };
    }
    DONE
}
