//! Comparisons, which give bool (a byte, 0 or 1), and the logic of bools.

use super::{cheap, zip_items};
use crate::crew::share_walk;
use crate::layout::Walk;
use wasm_bindgen::prelude::wasm_bindgen;

/// Comparisons of two numbers. NaN is equal to nothing and not less than anything.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// Functions of two bools.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Logical {
    And,
    Or,
    Xor,
}

/// y = a ∘ b over the walk's operands (y, a, b).
/// # Safety: as [`zip_items`].
pub unsafe fn compare<T: Copy + PartialOrd>(
    comparison: Comparison,
    walk: &Walk<3>,
    a: *const T,
    b: *const T,
    y: *mut u8,
) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, a_at, b_at]| {
        let (a, b, y) = (a.offset(a_at), b.offset(b_at), y.offset(y_at));
        let opposite = u8::from(comparison == Comparison::NotEqual);
        match comparison {
            Comparison::Equal | Comparison::NotEqual => zip_items(walk, a, b, y, |a, b| u8::from(a == b) ^ opposite),
            Comparison::Less => zip_items(walk, a, b, y, |a, b| u8::from(a < b)),
            Comparison::LessEqual => zip_items(walk, a, b, y, |a, b| u8::from(a <= b)),
            Comparison::Greater => zip_items(walk, a, b, y, |a, b| u8::from(a > b)),
            Comparison::GreaterEqual => zip_items(walk, a, b, y, |a, b| u8::from(a >= b)),
        }
    });
}

/// y = a ∘ b of bools over the walk's operands (y, a, b).
/// # Safety: as [`zip_items`].
pub unsafe fn logical(function: Logical, walk: &Walk<3>, a: *const u8, b: *const u8, y: *mut u8) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, a_at, b_at]| {
        let (a, b, y) = (a.offset(a_at), b.offset(b_at), y.offset(y_at));
        match function {
            Logical::And => zip_items(walk, a, b, y, |a, b| a & b),
            Logical::Or => zip_items(walk, a, b, y, |a, b| a | b),
            Logical::Xor => zip_items(walk, a, b, y, |a, b| a ^ b),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T: Copy + PartialOrd, const N: usize>(comparison: Comparison, a: [T; N], b: [T; N]) -> [u8; N] {
        let mut y = [9; N];
        // SAFETY: N elements each.
        unsafe { compare(comparison, &Walk::contiguous(N), a.as_ptr(), b.as_ptr(), y.as_mut_ptr()) };
        y
    }

    #[test]
    fn floats_compare_as_ieee_says() {
        let (a, b) = ([1.0, 2.0, 3.0, f32::NAN, -0.0], [2.0, 2.0, 2.0, f32::NAN, 0.0]);
        assert_eq!(run(Comparison::Equal, a, b), [0, 1, 0, 0, 1]);
        assert_eq!(run(Comparison::NotEqual, a, b), [1, 0, 1, 1, 0]);
        assert_eq!(run(Comparison::Less, a, b), [1, 0, 0, 0, 0]);
        assert_eq!(run(Comparison::LessEqual, a, b), [1, 1, 0, 0, 1]);
        assert_eq!(run(Comparison::Greater, a, b), [0, 0, 1, 0, 0]);
        assert_eq!(run(Comparison::GreaterEqual, a, b), [0, 1, 1, 0, 1]);
    }

    #[test]
    fn integers_and_bytes_compare_at_any_length() {
        let a: [i32; 37] = core::array::from_fn(|i| i as i32 - 18);
        assert_eq!(run(Comparison::Less, a, [0; 37]), core::array::from_fn(|i| u8::from(i < 18)));
        let a: [u8; 37] = core::array::from_fn(|i| i as u8 * 6);
        assert_eq!(run(Comparison::GreaterEqual, a, [120; 37]), core::array::from_fn(|i| u8::from(i >= 20)));
    }

    #[test]
    fn truth_tables() {
        let (a, b) = ([0, 0, 1, 1], [0, 1, 0, 1]);
        for (function, table) in
            [(Logical::And, [0, 0, 0, 1]), (Logical::Or, [0, 1, 1, 1]), (Logical::Xor, [0, 1, 1, 0])]
        {
            let mut y = [9; 4];
            // SAFETY: four elements each.
            unsafe { logical(function, &Walk::contiguous(4), a.as_ptr(), b.as_ptr(), y.as_mut_ptr()) };
            assert_eq!(y, table);
        }
    }

    #[test]
    fn a_scalar_operand_is_broadcast_on_either_side() {
        let (a, scalar) = ([1, 5, 9], [5]);
        for (strides, want) in [([1, 1, 0], [1, 0, 0]), ([1, 0, 1], [0, 0, 1])] {
            let walk = Walk::along(3, strides);
            let (left, right) =
                if strides[1] == 0 { (scalar.as_ptr(), a.as_ptr()) } else { (a.as_ptr(), scalar.as_ptr()) };
            let mut y = [9; 3];
            // SAFETY: the offsets are within the arrays.
            unsafe { compare::<i32>(Comparison::Less, &walk, left, right, y.as_mut_ptr()) };
            assert_eq!(y, want);
        }
    }
}
