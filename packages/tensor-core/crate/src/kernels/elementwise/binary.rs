//! y = f(a, b).

use super::{CHEAP, DEAR, cheap, zip_items, zip_lanes};
use crate::crew::share_walk;
use crate::kernels::transcendental as t;
use crate::lane::Lane;
use crate::layout::Walk;
use wasm_bindgen::prelude::wasm_bindgen;

/// Functions of two f32s.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    /// NaN if either is NaN.
    Maximum,
    /// NaN if either is NaN.
    Minimum,
    /// Gradient of y = relu(x): a = dy, b = y gives dy where y > 0.
    ReluGradient,
    /// Gradient of y = tanh(x): a = dy, b = y gives dy (1 - y²).
    TanhGradient,
    /// Gradient of y = sigmoid(x): a = dy, b = y gives dy y (1 - y).
    SigmoidGradient,
    /// Gradient of y = gelu(x): a = dy, b = x gives dy (Φ(x) + x φ(x)).
    GeluGradient,
    /// Gradient of y = silu(x): a = dy, b = x gives dy (s + x s (1 - s)) with s = sigmoid(x).
    SiluGradient,
    /// The angle of the point whose y is a and whose x is b.
    Atan2,
}

/// Functions of two i32s; they wrap on overflow.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IntegerBinary {
    Add,
    Sub,
    Mul,
    Maximum,
    Minimum,
    Pow,
}

/// y = f(a, b) over the walk's operands (y, a, b).
/// # Safety: as [`zip_lanes`].
pub unsafe fn binary<L: Lane>(function: Binary, walk: &Walk<3>, a: *const f32, b: *const f32, y: *mut f32) {
    use Binary::{Atan2, GeluGradient, Pow, SiluGradient};
    let speed = if matches!(function, Pow | GeluGradient | SiluGradient | Atan2) { DEAR } else { CHEAP };
    share_walk(walk, walk.len() as u64 / speed, |walk, [y_at, a_at, b_at]| {
        part::<L>(function, walk, a.offset(a_at), b.offset(b_at), y.offset(y_at));
    });
}

unsafe fn part<L: Lane>(function: Binary, walk: &Walk<3>, a: *const f32, b: *const f32, y: *mut f32) {
    let (zero, one) = (L::splat(0.0), L::splat(1.0));
    match function {
        Binary::Add => zip_lanes::<L, 4>(walk, a, b, y, L::add),
        Binary::Sub => zip_lanes::<L, 4>(walk, a, b, y, L::sub),
        Binary::Mul => zip_lanes::<L, 4>(walk, a, b, y, L::mul),
        Binary::Div => zip_lanes::<L, 4>(walk, a, b, y, L::div),
        Binary::Pow => zip_lanes::<L, 1>(walk, a, b, y, t::pow),
        Binary::Maximum => zip_lanes::<L, 4>(walk, a, b, y, L::max),
        Binary::Minimum => zip_lanes::<L, 4>(walk, a, b, y, L::min),
        Binary::ReluGradient => zip_lanes::<L, 4>(walk, a, b, y, |dy, y| dy.and_not(y.less_equal(zero))),
        Binary::TanhGradient => zip_lanes::<L, 4>(walk, a, b, y, |dy, y| dy.mul(y.negative_multiply_add(y, one))),
        Binary::SigmoidGradient => zip_lanes::<L, 4>(walk, a, b, y, |dy, y| dy.mul(y.negative_multiply_add(y, y))),
        Binary::GeluGradient => zip_lanes::<L, 4>(walk, a, b, y, t::gelu_gradient()),
        Binary::SiluGradient => zip_lanes::<L, 2>(walk, a, b, y, t::silu_gradient()),
        Binary::Atan2 => zip_lanes::<L, 1>(walk, a, b, y, t::atan2()),
    }
}

/// y = f(a, b) over the walk's operands (y, a, b).
/// # Safety: as [`zip_items`].
pub unsafe fn integer_binary(function: IntegerBinary, walk: &Walk<3>, a: *const i32, b: *const i32, y: *mut i32) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, a_at, b_at]| {
        let (a, b, y) = (a.offset(a_at), b.offset(b_at), y.offset(y_at));
        match function {
            IntegerBinary::Add => zip_items(walk, a, b, y, i32::wrapping_add),
            IntegerBinary::Sub => zip_items(walk, a, b, y, i32::wrapping_sub),
            IntegerBinary::Mul => zip_items(walk, a, b, y, i32::wrapping_mul),
            IntegerBinary::Maximum => zip_items(walk, a, b, y, i32::max),
            IntegerBinary::Minimum => zip_items(walk, a, b, y, i32::min),
            IntegerBinary::Pow => zip_items(walk, a, b, y, integer_power),
        }
    });
}

/// Modulo 2³². Below an exponent of 0 it is what is left of the fraction when it is cut off: 0, but of 1 and -1.
fn integer_power(base: i32, exponent: i32) -> i32 {
    match (base, exponent) {
        (_, 0..) => base.wrapping_pow(exponent.unsigned_abs()),
        (1, _) => 1,
        (-1, _) => 1 - 2 * (exponent & 1),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    type Definition = fn(f64, f64) -> f64;

    const FUNCTIONS: [(Binary, Definition); 11] = [
        (Binary::Add, |a, b| a + b),
        (Binary::Sub, |a, b| a - b),
        (Binary::Mul, |a, b| a * b),
        (Binary::Div, |a, b| a / b),
        (Binary::Pow, f64::powf),
        (Binary::Maximum, f64::max),
        (Binary::Minimum, f64::min),
        (Binary::ReluGradient, |dy, y| if y <= 0.0 { 0.0 } else { dy }),
        (Binary::TanhGradient, |dy, y| dy * (1.0 - y * y)),
        (Binary::SigmoidGradient, |dy, y| dy * y * (1.0 - y)),
        (Binary::Atan2, f64::atan2),
    ];

    /// Runs over (rows, columns) with the strides given for y, a, b and compares with f64.
    fn check(rows: usize, columns: usize, strides: [[i32; 2]; 3]) {
        let a: Vec<f32> = (0..4000).map(|i| (i % 37) as f32 * 0.25 + 0.5).collect();
        let b: Vec<f32> = (0..4000).map(|i| (i % 23) as f32 * 0.125 - 1.0625).collect();
        let sizes = [rows, columns].map(|size| size as i32);
        let walk = Walk::new(&sizes, strides.each_ref().map(|strides| &strides[..])).collapsed();
        for (function, definition) in FUNCTIONS {
            let mut y = vec![f32::NAN; 4000];
            // SAFETY: the tests' offsets stay within 4000 elements.
            unsafe { binary::<Scalar>(function, &walk, a.as_ptr(), b.as_ptr(), y.as_mut_ptr()) };
            for i in 0..rows as i32 {
                for j in 0..columns as i32 {
                    let [y_at, a_at, b_at] = strides.map(|s| (i * s[0] + j * s[1]) as usize);
                    let want = definition(f64::from(a[a_at]), f64::from(b[b_at]));
                    let error = (f64::from(y[y_at]) - want).abs();
                    assert!(error <= 2e-7 * want.abs().max(1e-3), "{function:?} at ({i}, {j}): {} not {want}", y[y_at]);
                }
            }
        }
    }

    #[test]
    fn contiguous_at_every_length() {
        for count in [0, 1, 3, 4, 5, 15, 16, 17, 40] {
            check(1, count, [[0, 1]; 3]);
        }
    }

    #[test]
    fn broadcast_rows_columns_and_scalars() {
        check(5, 7, [[7, 1], [7, 1], [0, 1]]);
        check(5, 7, [[7, 1], [7, 1], [1, 0]]);
        check(5, 7, [[7, 1], [1, 0], [7, 1]]);
        check(5, 7, [[7, 1], [0, 0], [7, 1]]);
        check(5, 7, [[7, 1], [0, 0], [0, 0]]);
        check(5, 7, [[7, 1], [1, 0], [0, 1]]);
    }

    #[test]
    fn transposed_and_strided_operands() {
        check(3, 700, [[700, 1], [1, 3], [700, 1]]);
        check(3, 700, [[700, 1], [1, 3], [1, 5]]);
        check(3, 700, [[1, 3], [700, 1], [1, 4]]);
        check(3, 300, [[600, 2], [300, 1], [300, 1]]);
    }

    #[test]
    fn in_place() {
        let mut a: Vec<f32> = (0..39).map(|i| i as f32).collect();
        // SAFETY: 39 elements each; the output may be an operand.
        unsafe { binary::<Scalar>(Binary::Add, &Walk::contiguous(39), a.as_ptr(), a.as_ptr(), a.as_mut_ptr()) };
        assert!(a.iter().enumerate().all(|(i, &a)| a == 2.0 * i as f32));
    }

    #[test]
    fn extremes_propagate_nan_and_integers_wrap() {
        let (a, b) = ([f32::NAN, 1.0, -0.0], [1.0, f32::NAN, 0.0]);
        let mut y = [0.0f32; 3];
        for function in [Binary::Maximum, Binary::Minimum] {
            // SAFETY: three elements each.
            unsafe { binary::<Scalar>(function, &Walk::contiguous(3), a.as_ptr(), b.as_ptr(), y.as_mut_ptr()) };
            assert!(y[0].is_nan() && y[1].is_nan() && y[2] == 0.0);
        }
        let (a, b) = ([i32::MAX, -7, 3], [1, 2, -3]);
        let run = |function| {
            let mut y = [0; 3];
            // SAFETY: three elements each.
            unsafe { integer_binary(function, &Walk::contiguous(3), a.as_ptr(), b.as_ptr(), y.as_mut_ptr()) };
            y
        };
        assert_eq!(run(IntegerBinary::Add), [i32::MIN, -5, 0]);
        assert_eq!(run(IntegerBinary::Sub), [i32::MAX - 1, -9, 6]);
        assert_eq!(run(IntegerBinary::Mul), [i32::MAX, -14, -9]);
        assert_eq!(run(IntegerBinary::Maximum), [i32::MAX, 2, 3]);
        assert_eq!(run(IntegerBinary::Minimum), [1, -7, -3]);
        assert_eq!(run(IntegerBinary::Pow), [i32::MAX, 49, 0]);
    }

    #[test]
    fn powers_of_integers_wrap_and_end_at_one() {
        let cases = [(2, 31, i32::MIN), (3, 3, 27), (-2, 33, 0), (46341, 2, -2_147_479_015), (0, 0, 1), (0, -1, 0)];
        let below = [(1, -3, 1), (-1, -3, -1), (-1, -2, 1), (-1, i32::MIN, 1), (2, -1, 0), (-3, -2, 0)];
        for (base, exponent, want) in cases.into_iter().chain(below) {
            assert_eq!(integer_power(base, exponent), want, "{base}^{exponent}");
        }
    }
}
