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

    /// Bytes of one.
    pub fn size(self) -> usize {
        match self {
            Element::F32 | Element::I32 => 4,
            Element::F16 | Element::Bf16 => 2,
            Element::U8 | Element::Bool | Element::I8 => 1,
        }
    }
}

/// A type that casts pass through: f32 for floats, i32 for whole numbers and truth values.
pub trait Hub: Copy {
    /// `x` as an element of another type.
    fn to<T: Item>(self) -> T;
}

impl Hub for f32 {
    #[inline(always)]
    fn to<T: Item>(self) -> T {
        T::from_f32(self)
    }
}

impl Hub for i32 {
    #[inline(always)]
    fn to<T: Item>(self) -> T {
        T::from_i32(self)
    }
}

/// An element as it lies in the heap: what it is in its hub, and how it is made from either.
pub trait Item: Copy {
    type Hub: Hub;
    fn read(self) -> Self::Hub;
    fn from_f32(x: f32) -> Self;
    fn from_i32(x: i32) -> Self;
}

impl Item for f32 {
    type Hub = f32;
    #[inline(always)]
    fn read(self) -> f32 {
        self
    }
    #[inline(always)]
    fn from_f32(x: f32) -> Self {
        x
    }
    /// The nearest.
    #[inline(always)]
    fn from_i32(x: i32) -> Self {
        x as f32
    }
}

impl Item for i32 {
    type Hub = i32;
    #[inline(always)]
    fn read(self) -> i32 {
        self
    }
    /// Toward zero; beyond the range to its end, NaN to 0.
    #[inline(always)]
    fn from_f32(x: f32) -> Self {
        x as i32
    }
    #[inline(always)]
    fn from_i32(x: i32) -> Self {
        x
    }
}

macro_rules! byte {
    ($type:ty) => {
        impl Item for $type {
            type Hub = i32;
            #[inline(always)]
            fn read(self) -> i32 {
                self.into()
            }
            /// Toward zero; beyond the range to its end, NaN to 0.
            #[inline(always)]
            fn from_f32(x: f32) -> Self {
                x as $type
            }
            /// Modulo 256.
            #[inline(always)]
            fn from_i32(x: i32) -> Self {
                x as $type
            }
        }
    };
}
byte!(u8);
byte!(i8);

/// A truth value, 0 or 1.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Truth(u8);

impl Item for Truth {
    type Hub = i32;
    #[inline(always)]
    fn read(self) -> i32 {
        self.0.into()
    }
    /// True for everything but 0, NaN included.
    #[inline(always)]
    fn from_f32(x: f32) -> Self {
        Truth((x != 0.0).into())
    }
    #[inline(always)]
    fn from_i32(x: i32) -> Self {
        Truth((x != 0).into())
    }
}

macro_rules! half {
    ($type:ident, $widen:ident, $narrow:ident) => {
        impl Item for $type {
            type Hub = f32;
            #[inline(always)]
            fn read(self) -> f32 {
                $widen(self.0)
            }
            #[inline(always)]
            fn from_f32(x: f32) -> Self {
                $type($narrow(x))
            }
            /// By way of f32, as everywhere: what that cannot hold is rounded twice.
            #[inline(always)]
            fn from_i32(x: i32) -> Self {
                $type($narrow(x as f32))
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
