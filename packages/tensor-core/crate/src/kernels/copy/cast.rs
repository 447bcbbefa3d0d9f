//! Casts between element types.

use crate::crew::share_walk;
use crate::kernels::elementwise::{cheap, map_items};
use crate::layout::Walk;

/// A type that elements are cast to or from, and how.
pub trait Item: Copy {
    fn from_f32(x: f32) -> Self;
    fn from_i32(x: i32) -> Self;
    fn is_true(self) -> bool;
}

impl Item for f32 {
    fn from_f32(x: f32) -> Self {
        x
    }
    fn from_i32(x: i32) -> Self {
        x as f32
    }
    fn is_true(self) -> bool {
        self != 0.0
    }
}

impl Item for i32 {
    /// Toward zero; beyond the range to its end, NaN to 0.
    fn from_f32(x: f32) -> Self {
        x as i32
    }
    fn from_i32(x: i32) -> Self {
        x
    }
    fn is_true(self) -> bool {
        self != 0
    }
}

impl Item for u8 {
    /// Toward zero; beyond the range to its end, NaN to 0.
    fn from_f32(x: f32) -> Self {
        x as u8
    }
    /// Modulo 256.
    fn from_i32(x: i32) -> Self {
        x as u8
    }
    fn is_true(self) -> bool {
        self != 0
    }
}

/// y = x as another type, from f32, over the walk's operands (y, x).
/// # Safety: as [`map_items`].
pub unsafe fn from_f32<Y: Item>(walk: &Walk<2>, x: *const f32, y: *mut Y) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, x_at]| {
        map_items(walk, x.offset(x_at), y.offset(y_at), Y::from_f32);
    });
}

/// y = x as another type, from i32, u8 or bool, over the walk's operands (y, x).
/// # Safety: as [`map_items`].
pub unsafe fn from_integer<X: Copy + Into<i32>, Y: Item>(walk: &Walk<2>, x: *const X, y: *mut Y) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, x_at]| {
        map_items(walk, x.offset(x_at), y.offset(y_at), |x: X| Y::from_i32(x.into()));
    });
}

/// y = (x ≠ 0), NaN included, over the walk's operands (y, x).
/// # Safety: as [`map_items`].
pub unsafe fn to_bool<X: Item>(walk: &Walk<2>, x: *const X, y: *mut u8) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, x_at]| {
        map_items(walk, x.offset(x_at), y.offset(y_at), |x: X| u8::from(x.is_true()));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_follow_their_rules() {
        let x = [1.9, -1.9, f32::NAN, 3e9, -3e9, 300.0, 0.0];
        let (mut i, mut u, mut b) = ([0i32; 7], [0u8; 7], [9u8; 7]);
        let walk = Walk::contiguous(7);
        // SAFETY: seven elements each.
        unsafe {
            from_f32(&walk, x.as_ptr(), i.as_mut_ptr());
            from_f32(&walk, x.as_ptr(), u.as_mut_ptr());
            to_bool(&walk, x.as_ptr(), b.as_mut_ptr());
        }
        assert_eq!(i, [1, -1, 0, i32::MAX, i32::MIN, 300, 0]);
        assert_eq!(u, [1, 0, 0, 255, 0, 255, 0]);
        assert_eq!(b, [1, 1, 1, 1, 1, 1, 0]);
        let x = [0, 1, -1, 256, 16_777_217, i32::MAX, 7];
        let mut f = [0.0f32; 7];
        // SAFETY: seven elements each.
        unsafe {
            from_integer(&walk, x.as_ptr(), f.as_mut_ptr());
            from_integer(&walk, x.as_ptr(), u.as_mut_ptr());
            from_integer(&walk, u.as_ptr(), i.as_mut_ptr());
        }
        assert_eq!(f, [0.0, 1.0, -1.0, 256.0, 16_777_216.0, 2_147_483_648.0, 7.0]);
        assert_eq!((u, i), ([0, 1, 255, 0, 1, 255, 7], [0, 1, 255, 0, 1, 255, 7]));
    }
}
