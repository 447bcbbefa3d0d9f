//! Copies between layouts and casts. The frame of all is a `UnaryWalk`.

use super::address::{Extent, In, Out, range};
use super::elementwise::unary_walk;
use crate::kernels::copy;
use crate::kernels::copy::element::Element;
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// y = x of elements of 1, 2 or 4 bytes.
#[wasm_bindgen]
pub fn copy_elements(item_size: usize, x: In<u8>, y: Out<u8>) {
    let walk = unary_walk();
    let x = range!(x, Extent::walked(&walk, 1).in_bytes(item_size));
    let y = range!(y, Extent::walked(&walk, 0).in_bytes(item_size));
    // SAFETY: TypeScript passes live storage that holds what the walk reaches; so for every binding of this file.
    unsafe {
        match item_size {
            1 => copy::copy_items(&walk, x, y),
            2 => copy::copy_items(&walk, x.cast::<u16>(), y.cast::<u16>()),
            _ => copy::copy_words::<Active>(&walk, x.cast(), y.cast()),
        }
    }
}

/// y = x as elements of another type.
#[wasm_bindgen]
pub fn cast_elements(from: Element, to: Element, x: In<u8>, y: Out<u8>) {
    let walk = unary_walk();
    let x = range!(x, Extent::walked(&walk, 1).in_bytes(from.size()));
    let y = range!(y, Extent::walked(&walk, 0).in_bytes(to.size()));
    // SAFETY: see `copy_elements`.
    unsafe { copy::cast::cast(&walk, from, to, x, y) };
}
