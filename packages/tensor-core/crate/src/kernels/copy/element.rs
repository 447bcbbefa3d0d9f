//! What tensors are made of, and what each kind of element is to a cast.

use super::half::{bf16_to_f32, f16_to_f32, f32_to_bf16, f32_to_f16};
use wasm_bindgen::prelude::wasm_bindgen;

/// The types of elements, in the order of TypeScript's table.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Element {
    F32,
    I32,
    U8,
    Bool,
    F16,
    Bf16,
    I8,
}

impl Element {
    pub const ALL: [Element; 7] =
        [Element::F32, Element::I32, Element::U8, Element::Bool, Element::F16, Element::Bf16, Element::I8];

    pub fn is_float(self) -> bool {
        matches!(self, Element::F32 | Element::F16 | Element::Bf16)
    }

    /// Bytes of one.
    pub fn size(self) -> usize {
        match self {
            Element::F32 | Element::I32 => 4,
            Element::F16 | Element::Bf16 => 2,
            Element::U8 | Element::Bool | Element::I8 => 1,
        }
    }
}

/// An element as it lies in the heap, to and from f32.
pub trait Item: Copy {
    /// Its value, for i32 the nearest.
    fn to_f32(self) -> f32;
    fn from_f32(x: f32) -> Self;
}

/// An element that is a whole number or a truth value, to and from i32.
pub trait Whole: Item {
    fn to_i32(self) -> i32;
    fn from_i32(x: i32) -> Self;
}

impl Item for f32 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }
    #[inline(always)]
    fn from_f32(x: f32) -> Self {
        x
    }
}

macro_rules! whole {
    ($type:ty) => {
        impl Item for $type {
            #[inline(always)]
            fn to_f32(self) -> f32 {
                self as f32
            }
            /// Toward zero; beyond the range to its end, NaN to 0: as `x as`, but by way of i32, for which there are lanes.
            #[inline(always)]
            fn from_f32(x: f32) -> Self {
                (x as i32).clamp(<$type>::MIN as i32, <$type>::MAX as i32) as $type
            }
        }

        impl Whole for $type {
            #[inline(always)]
            fn to_i32(self) -> i32 {
                self as i32
            }
            /// Modulo the range.
            #[inline(always)]
            fn from_i32(x: i32) -> Self {
                x as $type
            }
        }
    };
}
whole!(i32);
whole!(u8);
whole!(i8);

/// A truth value, 0 or 1.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Truth(u8);

impl Item for Truth {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self.0.into()
    }
    /// True for everything but 0, NaN included.
    #[inline(always)]
    fn from_f32(x: f32) -> Self {
        Truth((x != 0.0).into())
    }
}

impl Whole for Truth {
    #[inline(always)]
    fn to_i32(self) -> i32 {
        self.0.into()
    }
    #[inline(always)]
    fn from_i32(x: i32) -> Self {
        Truth((x != 0).into())
    }
}

macro_rules! half {
    ($type:ident, $widen:ident, $narrow:ident) => {
        impl Item for $type {
            #[inline(always)]
            fn to_f32(self) -> f32 {
                $widen(self.0)
            }
            #[inline(always)]
            fn from_f32(x: f32) -> Self {
                $type($narrow(x))
            }
        }
    };
}

/// IEEE 754 binary16.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct F16(u16);
half!(F16, f16_to_f32, f32_to_f16);

/// bfloat16.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Bf16(u16);
half!(Bf16, bf16_to_f32, f32_to_bf16);
