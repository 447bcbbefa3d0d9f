//! A lane: four `f32`s that move together. Every kernel is written once, generic over [`Lane`];
//! the build chooses the lane by target feature, and the scalar lane is the oracle of the others.

mod scalar;
#[cfg(target_feature = "simd128")]
mod simd128;

pub use scalar::Scalar;
#[cfg(target_feature = "simd128")]
pub use simd128::Simd128;

/// The lane that this build's bindings instantiate their kernels with.
#[cfg(target_feature = "simd128")]
pub type Active = Simd128;
/// The lane that this build's bindings instantiate their kernels with.
#[cfg(not(target_feature = "simd128"))]
pub type Active = Scalar;

/// Number of `f32`s in a lane.
pub const WIDTH: usize = 4;

/// Four `f32`s. Comparisons give masks: all bits of an element set or clear.
pub trait Lane: Copy {
    /// # Safety: `p` points at `WIDTH` readable `f32`s, of any alignment.
    unsafe fn load(p: *const f32) -> Self;
    /// # Safety: `p` points at `WIDTH` writable `f32`s, of any alignment.
    unsafe fn store(self, p: *mut f32);
    /// The one `f32` at `p` in every element.
    /// # Safety: `p` points at one readable `f32`.
    unsafe fn load_splat(p: *const f32) -> Self;
    /// The elements at `p`, `p + 2`, `p + 4` and `p + 6`.
    /// # Safety: `p` points at seven readable `f32`s.
    unsafe fn load_every_second(p: *const f32) -> Self;
    /// The two elements at `p`, then the two at `q`.
    /// # Safety: `p` and `q` point at two readable `f32`s each.
    unsafe fn load_pairs(p: *const f32, q: *const f32) -> Self;
    /// Reads the first `count` (1..=4) elements; the others are 0.
    /// # Safety: `p` points at `count` readable `f32`s.
    unsafe fn load_first(p: *const f32, count: usize) -> Self;
    /// Writes the first `count` (1..=4) elements.
    /// # Safety: `p` points at `count` writable `f32`s.
    unsafe fn store_first(self, p: *mut f32, count: usize);

    fn splat(x: f32) -> Self;
    /// The same 32 bits in every element.
    fn splat_bits(x: u32) -> Self;
    fn from_array(x: [f32; WIDTH]) -> Self;
    fn to_array(self) -> [f32; WIDTH];

    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    /// `self * b + c`: fused (one rounding) where the build has relaxed SIMD, else two roundings.
    fn multiply_add(self, b: Self, c: Self) -> Self;
    /// `c - self * b`, fused as [`Lane::multiply_add`].
    fn negative_multiply_add(self, b: Self, c: Self) -> Self;
    fn neg(self) -> Self;
    fn abs(self) -> Self;
    fn sqrt(self) -> Self;
    fn floor(self) -> Self;
    fn ceil(self) -> Self;
    fn truncate(self) -> Self;
    /// To the nearest integer, ties to even.
    fn nearest(self) -> Self;
    /// Smaller of two, NaN if either is NaN.
    fn min(self, other: Self) -> Self;
    /// Larger of two, NaN if either is NaN.
    fn max(self, other: Self) -> Self;
    /// `if other < self { other } else { self }`: one instruction; keeps `self` where `other` is NaN.
    fn pseudo_min(self, other: Self) -> Self;
    /// `if self < other { other } else { self }`: one instruction; keeps `self` where `other` is NaN.
    fn pseudo_max(self, other: Self) -> Self;

    fn less(self, other: Self) -> Self;
    fn less_equal(self, other: Self) -> Self;
    fn equal(self, other: Self) -> Self;
    /// Whether any bit of the four elements is set.
    fn any(self) -> bool;
    /// Bits of `yes` where the mask `self` is set, else of `no`.
    fn select(self, yes: Self, no: Self) -> Self;
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    /// `self & !other`.
    fn and_not(self, other: Self) -> Self;

    /// Elements as `i32` bit patterns: wrapping sum.
    fn add_bits(self, other: Self) -> Self;
    /// Elements as `i32` bit patterns: wrapping difference.
    fn sub_bits(self, other: Self) -> Self;
    /// Elements as `u32`s, times a number: the low halves of the products, then the high ones.
    fn multiply_wide_bits(self, by: u32) -> [Self; 2];
    /// Elements as bit patterns, shifted left.
    fn shift_left_bits(self, by: u32) -> Self;
    /// Elements as `i32` bit patterns, shifted right with the sign.
    fn shift_right_bits(self, by: u32) -> Self;
    /// Elements as `i32` bit patterns, converted to the `f32` of the same value.
    fn i32_to_f32(self) -> Self;

    /// Elements as `i32` bit patterns: the products of 16 bytes with as many whole numbers are added to them, four each.
    /// # Safety: `bytes` points at 16 readable bytes and `by` at 16 readable numbers, of any alignment.
    unsafe fn add_byte_products(self, bytes: *const i8, by: *const i16) -> Self;

    /// The sum of the four, in the order (0 + 1) + (2 + 3).
    fn sum(self) -> f32;
    /// Rows to columns: element j of result i is element i of argument j.
    fn transpose(rows: [Self; WIDTH]) -> [Self; WIDTH];
}
