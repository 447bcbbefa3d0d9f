//! The scalar lane: plain Rust, exact and slow. It runs natively, so `cargo test` and sanitizers see every kernel.

use super::{Lane, WIDTH};

/// Four `f32`s in an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar([f32; WIDTH]);

const SET: f32 = f32::from_bits(u32::MAX);

#[inline(always)]
fn map(a: Scalar, f: impl Fn(f32) -> f32) -> Scalar {
    Scalar(a.0.map(f))
}

#[inline(always)]
fn zip(a: Scalar, b: Scalar, f: impl Fn(f32, f32) -> f32) -> Scalar {
    Scalar([f(a.0[0], b.0[0]), f(a.0[1], b.0[1]), f(a.0[2], b.0[2]), f(a.0[3], b.0[3])])
}

#[inline(always)]
fn bits(a: Scalar, b: Scalar, f: impl Fn(u32, u32) -> u32) -> Scalar {
    zip(a, b, |x, y| f32::from_bits(f(x.to_bits(), y.to_bits())))
}

#[inline(always)]
fn mask(holds: bool) -> f32 {
    if holds { SET } else { 0.0 }
}

impl Lane for Scalar {
    unsafe fn load(p: *const f32) -> Self {
        Scalar(p.cast::<[f32; WIDTH]>().read_unaligned())
    }
    unsafe fn store(self, p: *mut f32) {
        p.cast::<[f32; WIDTH]>().write_unaligned(self.0);
    }
    unsafe fn load_splat(p: *const f32) -> Self {
        Self::splat(p.read_unaligned())
    }
    unsafe fn load_every_second(p: *const f32) -> Self {
        Scalar(core::array::from_fn(|i| p.add(2 * i).read_unaligned()))
    }
    unsafe fn load_pairs(p: *const f32, q: *const f32) -> Self {
        Scalar([p, p.add(1), q, q.add(1)].map(|p| p.read_unaligned()))
    }
    unsafe fn load_first(p: *const f32, count: usize) -> Self {
        let mut x = [0.0; WIDTH];
        for (i, x) in x.iter_mut().enumerate().take(count) {
            *x = p.add(i).read_unaligned();
        }
        Scalar(x)
    }
    unsafe fn store_first(self, p: *mut f32, count: usize) {
        for (i, x) in self.0.into_iter().enumerate().take(count) {
            p.add(i).write_unaligned(x);
        }
    }

    fn splat(x: f32) -> Self {
        Scalar([x; WIDTH])
    }
    fn splat_bits(x: u32) -> Self {
        Self::splat(f32::from_bits(x))
    }
    fn from_array(x: [f32; WIDTH]) -> Self {
        Scalar(x)
    }
    fn to_array(self) -> [f32; WIDTH] {
        self.0
    }

    fn add(self, other: Self) -> Self {
        zip(self, other, |a, b| a + b)
    }
    fn sub(self, other: Self) -> Self {
        zip(self, other, |a, b| a - b)
    }
    fn mul(self, other: Self) -> Self {
        zip(self, other, |a, b| a * b)
    }
    fn div(self, other: Self) -> Self {
        zip(self, other, |a, b| a / b)
    }
    fn multiply_add(self, b: Self, c: Self) -> Self {
        self.mul(b).add(c)
    }
    fn negative_multiply_add(self, b: Self, c: Self) -> Self {
        c.sub(self.mul(b))
    }
    fn neg(self) -> Self {
        map(self, |a| -a)
    }
    fn abs(self) -> Self {
        map(self, f32::abs)
    }
    fn sqrt(self) -> Self {
        map(self, f32::sqrt)
    }
    fn floor(self) -> Self {
        map(self, f32::floor)
    }
    fn ceil(self) -> Self {
        map(self, f32::ceil)
    }
    fn truncate(self) -> Self {
        map(self, f32::trunc)
    }
    fn nearest(self) -> Self {
        map(self, f32::round_ties_even)
    }
    fn min(self, other: Self) -> Self {
        zip(self, other, |a, b| if a.is_nan() || b.is_nan() { f32::NAN } else { a.min(b) })
    }
    fn max(self, other: Self) -> Self {
        zip(self, other, |a, b| if a.is_nan() || b.is_nan() { f32::NAN } else { a.max(b) })
    }
    fn pseudo_min(self, other: Self) -> Self {
        zip(self, other, |a, b| if b < a { b } else { a })
    }
    fn pseudo_max(self, other: Self) -> Self {
        zip(self, other, |a, b| if a < b { b } else { a })
    }

    fn less(self, other: Self) -> Self {
        zip(self, other, |a, b| mask(a < b))
    }
    fn less_equal(self, other: Self) -> Self {
        zip(self, other, |a, b| mask(a <= b))
    }
    fn equal(self, other: Self) -> Self {
        zip(self, other, |a, b| mask(a == b))
    }
    fn any(self) -> bool {
        self.0.iter().any(|x| x.to_bits() != 0)
    }
    fn select(self, yes: Self, no: Self) -> Self {
        self.and(yes).or(no.and_not(self))
    }
    fn and(self, other: Self) -> Self {
        bits(self, other, |a, b| a & b)
    }
    fn or(self, other: Self) -> Self {
        bits(self, other, |a, b| a | b)
    }
    fn xor(self, other: Self) -> Self {
        bits(self, other, |a, b| a ^ b)
    }
    fn and_not(self, other: Self) -> Self {
        bits(self, other, |a, b| a & !b)
    }

    fn add_bits(self, other: Self) -> Self {
        bits(self, other, u32::wrapping_add)
    }
    fn sub_bits(self, other: Self) -> Self {
        bits(self, other, u32::wrapping_sub)
    }
    fn multiply_wide_bits(self, by: u32) -> [Self; 2] {
        [0, 32].map(|from| bits(self, self, |a, _| ((u64::from(a) * u64::from(by)) >> from) as u32))
    }
    fn shift_left_bits(self, by: u32) -> Self {
        bits(self, self, |a, _| a << by)
    }
    fn shift_right_bits(self, by: u32) -> Self {
        bits(self, self, |a, _| ((a as i32) >> by) as u32)
    }
    fn i32_to_f32(self) -> Self {
        map(self, |a| a.to_bits() as i32 as f32)
    }

    unsafe fn add_byte_products(self, bytes: *const i8, by: *const i16) -> Self {
        let product = |at: usize| i32::from(*bytes.add(at)) * i32::from(by.add(at).read_unaligned());
        Scalar(core::array::from_fn(|i| {
            let four = [2 * i, 2 * i + 1, 8 + 2 * i, 9 + 2 * i].map(product);
            let sum = four.into_iter().fold(self.0[i].to_bits() as i32, i32::wrapping_add);
            f32::from_bits(sum as u32)
        }))
    }

    fn sum(self) -> f32 {
        (self.0[0] + self.0[1]) + (self.0[2] + self.0[3])
    }
    fn transpose(r: [Self; WIDTH]) -> [Self; WIDTH] {
        core::array::from_fn(|i| Scalar(core::array::from_fn(|j| r[j].0[i])))
    }
}
