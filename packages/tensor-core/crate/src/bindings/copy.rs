//! Copies between layouts and casts. The frame of all is a `UnaryWalk`.

use super::elementwise::unary_walk;
use crate::kernels::copy;
use crate::kernels::copy::element::Element;
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// y = x of elements of 1, 2 or 4 bytes.
#[wasm_bindgen]
pub fn copy_elements(item_size: usize, x: *const u8, y: *mut u8) {
    // SAFETY: TypeScript passes live storage that holds what the walk reaches; so for every binding of this file.
    unsafe {
        match item_size {
            1 => copy::copy_items(&unary_walk(), x, y),
            2 => copy::copy_items(&unary_walk(), x.cast::<u16>(), y.cast::<u16>()),
            _ => copy::copy_words::<Active>(&unary_walk(), x.cast(), y.cast()),
        }
    }
}

/// y = x as elements of another type.
#[wasm_bindgen]
pub fn cast_elements(from: Element, to: Element, x: *const u8, y: *mut u8) {
    // SAFETY: see `copy_elements`.
    unsafe { copy::cast::cast(&unary_walk(), from, to, x, y) };
}
