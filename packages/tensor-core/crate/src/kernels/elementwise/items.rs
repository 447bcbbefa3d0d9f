//! The loops of kernels over i32 and u8, or from one type to another, one item at a time: the contiguous cases are
//! plain loops that the compiler vectorises.

use crate::layout::Walk;

/// y = f(x) over the walk's operands (y, x).
/// # Safety: `y` and `x` point at the walk's first elements, all of which are valid; `y` may be `x`, else they are apart.
#[inline(always)]
pub unsafe fn map_items<X: Copy, Y>(walk: &Walk<2>, x: *const X, y: *mut Y, f: impl Fn(X) -> Y) {
    let count = walk.sizes[walk.rank - 1];
    let strides = walk.inner_strides();
    walk.call_for_each_row(&mut |[y_at, x_at]| {
        let (x, y) = (x.offset(x_at), y.offset(y_at));
        match strides {
            [1, 1] => (0..count).for_each(|i| *y.add(i) = f(*x.add(i))),
            [y_stride, x_stride] => {
                (0..count as isize).for_each(|i| *y.offset(i * y_stride) = f(*x.offset(i * x_stride)))
            }
        }
    });
}

/// y = f(a, b) over the walk's operands (y, a, b).
/// # Safety: as [`map_items`], for three operands.
#[inline(always)]
pub unsafe fn zip_items<A: Copy, B: Copy, Y>(
    walk: &Walk<3>,
    a: *const A,
    b: *const B,
    y: *mut Y,
    f: impl Fn(A, B) -> Y,
) {
    let count = walk.sizes[walk.rank - 1];
    let strides = walk.inner_strides();
    walk.call_for_each_row(&mut |[y_at, a_at, b_at]| {
        let (a, b, y) = (a.offset(a_at), b.offset(b_at), y.offset(y_at));
        match strides {
            [1, 1, 1] => (0..count).for_each(|i| *y.add(i) = f(*a.add(i), *b.add(i))),
            [1, 1, 0] => {
                let b = *b;
                (0..count).for_each(|i| *y.add(i) = f(*a.add(i), b));
            }
            [y_stride, a_stride, b_stride] => {
                for i in 0..count as isize {
                    *y.offset(i * y_stride) = f(*a.offset(i * a_stride), *b.offset(i * b_stride));
                }
            }
        }
    });
}
