//! The WebAssembly lane. A multiply-add is one relaxed instruction with one rounding; `scripts/plain-simd.mjs` writes it,
//! and the relaxed minimum and maximum, as plain instructions for engines that have no relaxed ones.

use super::{Lane, WIDTH};
use core::arch::wasm32::*;

/// Four `f32`s in a `v128`.
#[derive(Clone, Copy)]
pub struct Simd128(v128);

impl Lane for Simd128 {
    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self {
        Simd128(v128_load(p.cast()))
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f32) {
        v128_store(p.cast(), self.0);
    }
    #[inline(always)]
    unsafe fn load_splat(p: *const f32) -> Self {
        Simd128(v128_load32_splat(p.cast()))
    }
    #[inline(always)]
    unsafe fn load_every_second(p: *const f32) -> Self {
        Simd128(i32x4_shuffle::<0, 2, 5, 7>(v128_load(p.cast()), v128_load(p.add(3).cast())))
    }
    #[inline(always)]
    unsafe fn load_pairs(p: *const f32, q: *const f32) -> Self {
        Simd128(v128_load64_lane::<1>(v128_load64_zero(p.cast()), q.cast()))
    }
    #[inline(always)]
    unsafe fn load_first(p: *const f32, count: usize) -> Self {
        Simd128(match count {
            1 => v128_load32_zero(p.cast()),
            2 => v128_load64_zero(p.cast()),
            3 => v128_load32_lane::<2>(v128_load64_zero(p.cast()), p.add(2).cast()),
            _ => v128_load(p.cast()),
        })
    }
    #[inline(always)]
    unsafe fn store_first(self, p: *mut f32, count: usize) {
        match count {
            1 => v128_store32_lane::<0>(self.0, p.cast()),
            2 => v128_store64_lane::<0>(self.0, p.cast()),
            3 => {
                v128_store64_lane::<0>(self.0, p.cast());
                v128_store32_lane::<2>(self.0, p.add(2).cast());
            }
            _ => v128_store(p.cast(), self.0),
        }
    }

    #[inline(always)]
    fn splat(x: f32) -> Self {
        Simd128(f32x4_splat(x))
    }
    #[inline(always)]
    fn splat_bits(x: u32) -> Self {
        Simd128(u32x4_splat(x))
    }
    #[inline(always)]
    fn from_array(x: [f32; WIDTH]) -> Self {
        Simd128(f32x4(x[0], x[1], x[2], x[3]))
    }
    #[inline(always)]
    fn to_array(self) -> [f32; WIDTH] {
        [
            f32x4_extract_lane::<0>(self.0),
            f32x4_extract_lane::<1>(self.0),
            f32x4_extract_lane::<2>(self.0),
            f32x4_extract_lane::<3>(self.0),
        ]
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Simd128(f32x4_add(self.0, other.0))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Simd128(f32x4_sub(self.0, other.0))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Simd128(f32x4_mul(self.0, other.0))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Simd128(f32x4_div(self.0, other.0))
    }
    #[inline(always)]
    fn multiply_add(self, b: Self, c: Self) -> Self {
        Simd128(f32x4_relaxed_madd(self.0, b.0, c.0))
    }
    #[inline(always)]
    fn negative_multiply_add(self, b: Self, c: Self) -> Self {
        Simd128(f32x4_relaxed_nmadd(self.0, b.0, c.0))
    }
    #[inline(always)]
    fn neg(self) -> Self {
        Simd128(f32x4_neg(self.0))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Simd128(f32x4_abs(self.0))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Simd128(f32x4_sqrt(self.0))
    }
    #[inline(always)]
    fn floor(self) -> Self {
        Simd128(f32x4_floor(self.0))
    }
    #[inline(always)]
    fn ceil(self) -> Self {
        Simd128(f32x4_ceil(self.0))
    }
    #[inline(always)]
    fn truncate(self) -> Self {
        Simd128(f32x4_trunc(self.0))
    }
    #[inline(always)]
    fn nearest(self) -> Self {
        Simd128(f32x4_nearest(self.0))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Simd128(f32x4_min(self.0, other.0))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Simd128(f32x4_max(self.0, other.0))
    }
    // With relaxed SIMD, LLVM 22 compiles pmin and pmax to relaxed_min and relaxed_max, whose NaN is the engine's choice:
    // x86's minps gives its second operand, ARM's fmin gives NaN. `self` as the second keeps its NaN on both.
    #[inline(always)]
    fn pseudo_min(self, other: Self) -> Self {
        Simd128(f32x4_relaxed_min(other.0, self.0))
    }
    #[inline(always)]
    fn pseudo_max(self, other: Self) -> Self {
        Simd128(f32x4_relaxed_max(other.0, self.0))
    }

    #[inline(always)]
    fn less(self, other: Self) -> Self {
        Simd128(f32x4_lt(self.0, other.0))
    }
    #[inline(always)]
    fn less_equal(self, other: Self) -> Self {
        Simd128(f32x4_le(self.0, other.0))
    }
    #[inline(always)]
    fn equal(self, other: Self) -> Self {
        Simd128(f32x4_eq(self.0, other.0))
    }
    #[inline(always)]
    fn any(self) -> bool {
        v128_any_true(self.0)
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        Simd128(v128_bitselect(yes.0, no.0, self.0))
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Simd128(v128_and(self.0, other.0))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Simd128(v128_or(self.0, other.0))
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Simd128(v128_xor(self.0, other.0))
    }
    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        Simd128(v128_andnot(self.0, other.0))
    }

    #[inline(always)]
    fn add_bits(self, other: Self) -> Self {
        Simd128(i32x4_add(self.0, other.0))
    }
    #[inline(always)]
    fn sub_bits(self, other: Self) -> Self {
        Simd128(i32x4_sub(self.0, other.0))
    }
    #[inline(always)]
    fn multiply_wide_bits(self, by: u32) -> [Self; 2] {
        let by = u32x4_splat(by);
        let (first, last) = (u64x2_extmul_low_u32x4(self.0, by), u64x2_extmul_high_u32x4(self.0, by));
        [Simd128(i32x4_shuffle::<0, 2, 4, 6>(first, last)), Simd128(i32x4_shuffle::<1, 3, 5, 7>(first, last))]
    }
    #[inline(always)]
    fn shift_left_bits(self, by: u32) -> Self {
        Simd128(i32x4_shl(self.0, by))
    }
    #[inline(always)]
    fn shift_right_bits(self, by: u32) -> Self {
        Simd128(i32x4_shr(self.0, by))
    }
    #[inline(always)]
    fn i32_to_f32(self) -> Self {
        Simd128(f32x4_convert_i32x4(self.0))
    }

    #[inline(always)]
    unsafe fn add_byte_products(self, bytes: *const i8, by: *const i16) -> Self {
        let first = i32x4_dot_i16x8(i16x8_load_extend_i8x8(bytes), v128_load(by.cast()));
        let last = i32x4_dot_i16x8(i16x8_load_extend_i8x8(bytes.add(8)), v128_load(by.add(8).cast()));
        Simd128(i32x4_add(i32x4_add(self.0, first), last))
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + b) + (c + d)
    }
    #[inline(always)]
    fn transpose([a, b, c, d]: [Self; WIDTH]) -> [Self; WIDTH] {
        let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0), i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0));
        let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0), i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0));
        [
            Simd128(i64x2_shuffle::<0, 2>(ab_low, cd_low)),
            Simd128(i64x2_shuffle::<1, 3>(ab_low, cd_low)),
            Simd128(i64x2_shuffle::<0, 2>(ab_high, cd_high)),
            Simd128(i64x2_shuffle::<1, 3>(ab_high, cd_high)),
        ]
    }
}
