//! Elementwise kernels. A binding without a suffix takes contiguous operands of `count` elements; with `scalar` in its name
//! one of them is a single number, read where it lies, so that a repeated call sees what it then is; `_strided` reads a walk
//! from the frame.

use super::address::{Extent, In, Out, range};
use super::memory::frame_as;
use crate::kernels::elementwise as kernels;
use crate::kernels::elementwise::{Binary, Comparison, IntegerBinary, IntegerUnary, Logical, Unary};
use crate::lane::Active;
use crate::layout::Walk;
use crate::layout::frames::{BinaryWalk, SelectWalk, UnaryWalk};
use wasm_bindgen::prelude::wasm_bindgen;

/// The frame's (y, x).
pub(super) fn unary_walk() -> Walk<2> {
    // SAFETY: TypeScript wrote this frame; so for every walk of this file.
    unsafe { frame_as::<UnaryWalk>() }.walk().collapsed()
}

/// The frame's (y, a, b).
fn binary_walk() -> Walk<3> {
    // SAFETY: see `unary_walk`.
    unsafe { frame_as::<BinaryWalk>() }.walk().collapsed()
}

/// The frame's (y, condition, a, b).
fn select_walk() -> Walk<4> {
    // SAFETY: see `unary_walk`.
    unsafe { frame_as::<SelectWalk>() }.walk().collapsed()
}

/// A walk of one contiguous axis in which operand `scalar` is a single number.
fn with_scalar(count: usize, scalar: usize) -> Walk<3> {
    let mut walk = Walk::contiguous(count);
    walk.strides[scalar][0] = 0;
    walk
}

/// y = f(x), f32.
#[wasm_bindgen]
pub fn unary(function: Unary, count: usize, x: In<f32>, y: Out<f32>) {
    // SAFETY: TypeScript passes live storage of `count` elements; so for every binding of this file.
    unsafe { kernels::unary::<Active>(function, &Walk::contiguous(count), range!(x, count), range!(y, count)) };
}

/// y = f(x), f32; the frame is a `UnaryWalk`.
#[wasm_bindgen]
pub fn unary_strided(function: Unary, x: In<f32>, y: Out<f32>) {
    let walk = unary_walk();
    // SAFETY: see `unary`.
    unsafe {
        kernels::unary::<Active>(
            function,
            &walk,
            range!(x, Extent::walked(&walk, 1)),
            range!(y, Extent::walked(&walk, 0)),
        )
    };
}

/// y = f(x), i32.
#[wasm_bindgen]
pub fn unary_i32(function: IntegerUnary, count: usize, x: In<i32>, y: Out<i32>) {
    // SAFETY: see `unary`.
    unsafe { kernels::integer_unary(function, &Walk::contiguous(count), range!(x, count), range!(y, count)) };
}

/// y = f(x), i32; the frame is a `UnaryWalk`.
#[wasm_bindgen]
pub fn unary_i32_strided(function: IntegerUnary, x: In<i32>, y: Out<i32>) {
    let walk = unary_walk();
    // SAFETY: see `unary`.
    unsafe {
        kernels::integer_unary(
            function,
            &walk,
            range!(x, Extent::walked(&walk, 1)),
            range!(y, Extent::walked(&walk, 0)),
        )
    };
}

/// y = f(a, b), f32.
#[wasm_bindgen]
pub fn binary(function: Binary, count: usize, a: In<f32>, b: In<f32>, y: Out<f32>) {
    // SAFETY: see `unary`.
    unsafe {
        kernels::binary::<Active>(
            function,
            &Walk::contiguous(count),
            range!(a, count),
            range!(b, count),
            range!(y, count),
        )
    };
}

/// y = f(a, b) with one number at b, f32.
#[wasm_bindgen]
pub fn binary_scalar(function: Binary, count: usize, a: In<f32>, b: In<f32>, y: Out<f32>) {
    // SAFETY: see `unary`.
    unsafe {
        kernels::binary::<Active>(
            function,
            &with_scalar(count, 2),
            range!(a, count),
            range!(b, count.min(1)),
            range!(y, count),
        )
    };
}

/// y = f(a, b) with one number at a, f32.
#[wasm_bindgen]
pub fn scalar_binary(function: Binary, count: usize, a: In<f32>, b: In<f32>, y: Out<f32>) {
    // SAFETY: see `unary`.
    unsafe {
        kernels::binary::<Active>(
            function,
            &with_scalar(count, 1),
            range!(a, count.min(1)),
            range!(b, count),
            range!(y, count),
        )
    };
}

/// y = f(a, b), f32; the frame is a `BinaryWalk`.
#[wasm_bindgen]
pub fn binary_strided(function: Binary, a: In<f32>, b: In<f32>, y: Out<f32>) {
    let walk = binary_walk();
    // SAFETY: see `unary`.
    unsafe {
        kernels::binary::<Active>(
            function,
            &walk,
            range!(a, Extent::walked(&walk, 1)),
            range!(b, Extent::walked(&walk, 2)),
            range!(y, Extent::walked(&walk, 0)),
        )
    };
}

/// y = f(a, b), i32.
#[wasm_bindgen]
pub fn binary_i32(function: IntegerBinary, count: usize, a: In<i32>, b: In<i32>, y: Out<i32>) {
    // SAFETY: see `unary`.
    unsafe {
        kernels::integer_binary(
            function,
            &Walk::contiguous(count),
            range!(a, count),
            range!(b, count),
            range!(y, count),
        )
    };
}

/// y = f(a, b) with one number at b, i32.
#[wasm_bindgen]
pub fn binary_i32_scalar(function: IntegerBinary, count: usize, a: In<i32>, b: In<i32>, y: Out<i32>) {
    // SAFETY: see `unary`.
    unsafe {
        kernels::integer_binary(
            function,
            &with_scalar(count, 2),
            range!(a, count),
            range!(b, count.min(1)),
            range!(y, count),
        )
    };
}

/// y = f(a, b), i32; the frame is a `BinaryWalk`.
#[wasm_bindgen]
pub fn binary_i32_strided(function: IntegerBinary, a: In<i32>, b: In<i32>, y: Out<i32>) {
    let walk = binary_walk();
    // SAFETY: see `unary`.
    unsafe {
        kernels::integer_binary(
            function,
            &walk,
            range!(a, Extent::walked(&walk, 1)),
            range!(b, Extent::walked(&walk, 2)),
            range!(y, Extent::walked(&walk, 0)),
        )
    };
}

/// y = a ∘ b as bool, f32; the frame is a `BinaryWalk`.
#[wasm_bindgen]
pub fn compare_f32_strided(comparison: Comparison, a: In<f32>, b: In<f32>, y: Out<u8>) {
    let walk = binary_walk();
    // SAFETY: see `unary`.
    unsafe {
        kernels::compare(
            comparison,
            &walk,
            range!(a, Extent::walked(&walk, 1)),
            range!(b, Extent::walked(&walk, 2)),
            range!(y, Extent::walked(&walk, 0)),
        )
    };
}

/// y = a ∘ b as bool, i32; the frame is a `BinaryWalk`.
#[wasm_bindgen]
pub fn compare_i32_strided(comparison: Comparison, a: In<i32>, b: In<i32>, y: Out<u8>) {
    let walk = binary_walk();
    // SAFETY: see `unary`.
    unsafe {
        kernels::compare(
            comparison,
            &walk,
            range!(a, Extent::walked(&walk, 1)),
            range!(b, Extent::walked(&walk, 2)),
            range!(y, Extent::walked(&walk, 0)),
        )
    };
}

/// y = a ∘ b as bool, u8 or bool; the frame is a `BinaryWalk`.
#[wasm_bindgen]
pub fn compare_u8_strided(comparison: Comparison, a: In<u8>, b: In<u8>, y: Out<u8>) {
    let walk = binary_walk();
    // SAFETY: see `unary`.
    unsafe {
        kernels::compare(
            comparison,
            &walk,
            range!(a, Extent::walked(&walk, 1)),
            range!(b, Extent::walked(&walk, 2)),
            range!(y, Extent::walked(&walk, 0)),
        )
    };
}

/// y = a ∘ b, bool; the frame is a `BinaryWalk`.
#[wasm_bindgen]
pub fn logical_strided(function: Logical, a: In<u8>, b: In<u8>, y: Out<u8>) {
    let walk = binary_walk();
    // SAFETY: see `unary`.
    unsafe {
        kernels::logical(
            function,
            &walk,
            range!(a, Extent::walked(&walk, 1)),
            range!(b, Extent::walked(&walk, 2)),
            range!(y, Extent::walked(&walk, 0)),
        )
    };
}

/// y = condition ? a : b of elements of 1, 2 or 4 bytes; the frame is a `SelectWalk`.
#[wasm_bindgen]
pub fn select_elements(item_size: usize, condition: In<u8>, a: In<u8>, b: In<u8>, y: Out<u8>) {
    let walk = select_walk();
    let condition = range!(condition, Extent::walked(&walk, 1));
    let a = range!(a, Extent::walked(&walk, 2).in_bytes(item_size));
    let b = range!(b, Extent::walked(&walk, 3).in_bytes(item_size));
    let y = range!(y, Extent::walked(&walk, 0).in_bytes(item_size));
    // SAFETY: see `unary`.
    unsafe {
        match item_size {
            1 => kernels::select(&walk, condition, a, b, y),
            2 => kernels::select(&walk, condition, a.cast::<u16>(), b.cast::<u16>(), y.cast::<u16>()),
            _ => kernels::select(&walk, condition, a.cast::<u32>(), b.cast::<u32>(), y.cast::<u32>()),
        }
    }
}

/// y = log(1 + exp(beta x)) / beta, or x where beta x is above the threshold, f32.
#[wasm_bindgen]
pub fn scaled_softplus(count: usize, beta: f32, threshold: f32, x: In<f32>, y: Out<f32>) {
    let walk = Walk::contiguous(count);
    // SAFETY: see `unary`.
    unsafe { kernels::scaled_softplus::<Active>(&walk, beta, threshold, range!(x, count), range!(y, count)) };
}

/// y = x limited to [low, high], f32.
#[wasm_bindgen]
pub fn clamp(count: usize, low: f32, high: f32, x: In<f32>, y: Out<f32>) {
    // SAFETY: see `unary`.
    unsafe { kernels::clamp::<Active>(&Walk::contiguous(count), low, high, range!(x, count), range!(y, count)) };
}

/// y = x limited to [low, high], i32.
#[wasm_bindgen]
pub fn clamp_i32(count: usize, low: i32, high: i32, x: In<i32>, y: Out<i32>) {
    // SAFETY: see `unary`.
    unsafe { kernels::integer_clamp(&Walk::contiguous(count), low, high, range!(x, count), range!(y, count)) };
}
