//! Copies between layouts and casts; the frame holds a walk (y, x).

use super::elementwise::walk;
use crate::kernels::copy::{self, cast};
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// y = x of 4-byte elements; the frame holds (y, x).
#[wasm_bindgen]
pub fn copy_words(x: *const f32, y: *mut f32) {
    // SAFETY: TypeScript passes live storage that holds what the walk reaches; so for every binding of this file.
    unsafe { copy::copy_words::<Active>(&walk(), x, y) };
}

/// y = x of 1-byte elements; the frame holds (y, x).
#[wasm_bindgen]
pub fn copy_bytes(x: *const u8, y: *mut u8) {
    // SAFETY: see `copy_words`.
    unsafe { copy::copy_bytes(&walk(), x, y) };
}

/// f32 to i32, toward zero; the frame holds (y, x).
#[wasm_bindgen]
pub fn cast_f32_to_i32(x: *const f32, y: *mut i32) {
    // SAFETY: see `copy_words`.
    unsafe { cast::from_f32(&walk(), x, y) };
}

/// f32 to u8, toward zero; the frame holds (y, x).
#[wasm_bindgen]
pub fn cast_f32_to_u8(x: *const f32, y: *mut u8) {
    // SAFETY: see `copy_words`.
    unsafe { cast::from_f32(&walk(), x, y) };
}

/// f32 to bool: x ≠ 0; the frame holds (y, x).
#[wasm_bindgen]
pub fn cast_f32_to_bool(x: *const f32, y: *mut u8) {
    // SAFETY: see `copy_words`.
    unsafe { cast::to_bool(&walk(), x, y) };
}

/// i32 to f32, rounded; the frame holds (y, x).
#[wasm_bindgen]
pub fn cast_i32_to_f32(x: *const i32, y: *mut f32) {
    // SAFETY: see `copy_words`.
    unsafe { cast::from_integer(&walk(), x, y) };
}

/// i32 to u8, modulo 256; the frame holds (y, x).
#[wasm_bindgen]
pub fn cast_i32_to_u8(x: *const i32, y: *mut u8) {
    // SAFETY: see `copy_words`.
    unsafe { cast::from_integer(&walk(), x, y) };
}

/// i32 to bool: x ≠ 0; the frame holds (y, x).
#[wasm_bindgen]
pub fn cast_i32_to_bool(x: *const i32, y: *mut u8) {
    // SAFETY: see `copy_words`.
    unsafe { cast::to_bool(&walk(), x, y) };
}

/// u8 or bool to f32; the frame holds (y, x).
#[wasm_bindgen]
pub fn cast_u8_to_f32(x: *const u8, y: *mut f32) {
    // SAFETY: see `copy_words`.
    unsafe { cast::from_integer(&walk(), x, y) };
}

/// u8 or bool to i32; the frame holds (y, x).
#[wasm_bindgen]
pub fn cast_u8_to_i32(x: *const u8, y: *mut i32) {
    // SAFETY: see `copy_words`.
    unsafe { cast::from_integer(&walk(), x, y) };
}

/// u8 to bool: x ≠ 0; the frame holds (y, x).
#[wasm_bindgen]
pub fn cast_u8_to_bool(x: *const u8, y: *mut u8) {
    // SAFETY: see `copy_words`.
    unsafe { cast::to_bool(&walk(), x, y) };
}
