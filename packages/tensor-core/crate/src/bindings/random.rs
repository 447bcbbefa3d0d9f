//! Random numbers. A call takes the state, seed and counter, each as two words. How far it moves the counter on follows from
//! its count alone, and is reserved before it (`ops/random/draw.ts`).

use super::address::{Out, range};
use crate::kernels::random as kernels;
use crate::kernels::random::Stream;
use crate::lane::{Active, Scalar};
use wasm_bindgen::prelude::wasm_bindgen;

fn stream(seed_low: u32, seed_high: u32, counter_low: u32, counter_high: u32) -> Stream {
    Stream { seed: [seed_low, seed_high], counter: u64::from(counter_high) << 32 | u64::from(counter_low) }
}

/// y uniform in [low, high).
#[wasm_bindgen]
pub fn random_uniform(
    seed_low: u32,
    seed_high: u32,
    counter_low: u32,
    counter_high: u32,
    count: usize,
    low: f32,
    high: f32,
    y: Out<f32>,
) {
    // SAFETY: TypeScript passes live storage of `count` elements; so for every binding of this file.
    unsafe {
        kernels::uniform::<Active>(
            stream(seed_low, seed_high, counter_low, counter_high),
            count,
            low,
            high,
            range!(y, count),
        )
    };
}

/// y normal. The scalar lane never fuses multiply and add, so weights start from the same bits in every build.
#[wasm_bindgen]
pub fn random_normal(
    seed_low: u32,
    seed_high: u32,
    counter_low: u32,
    counter_high: u32,
    count: usize,
    mean: f32,
    deviation: f32,
    y: Out<f32>,
) {
    let stream = stream(seed_low, seed_high, counter_low, counter_high);
    // SAFETY: see `random_uniform`.
    unsafe { kernels::normal::<Scalar>(stream, count, mean, deviation, range!(y, count)) };
}

/// y uniform among the n integers from `low` on; n > 0.
#[wasm_bindgen]
pub fn random_integers(
    seed_low: u32,
    seed_high: u32,
    counter_low: u32,
    counter_high: u32,
    count: usize,
    low: i32,
    n: u32,
    y: Out<i32>,
) {
    // SAFETY: see `random_uniform`.
    unsafe { kernels::below(stream(seed_low, seed_high, counter_low, counter_high), count, low, n, range!(y, count)) };
}

/// y = 0..count in random order.
#[wasm_bindgen]
pub fn random_permutation(
    seed_low: u32,
    seed_high: u32,
    counter_low: u32,
    counter_high: u32,
    count: usize,
    y: Out<i32>,
) {
    // SAFETY: see `random_uniform`.
    unsafe { kernels::permutation(stream(seed_low, seed_high, counter_low, counter_high), count, range!(y, count)) };
}

/// y = value with the given probability, else 0.
#[wasm_bindgen]
pub fn random_bernoulli(
    seed_low: u32,
    seed_high: u32,
    counter_low: u32,
    counter_high: u32,
    count: usize,
    probability: f32,
    value: f32,
    y: Out<f32>,
) {
    let stream = stream(seed_low, seed_high, counter_low, counter_high);
    // SAFETY: see `random_uniform`.
    unsafe { kernels::bernoulli::<Active>(stream, count, probability, value, range!(y, count)) };
}
