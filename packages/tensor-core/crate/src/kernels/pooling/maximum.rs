//! Maximum pooling and, through the places it leaves, its gradient.

use super::by_rows::ByRows;
use super::{Pooling, Sliding, Span, share_planes};
use crate::lane::Lane;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The place of a window that lies in the padding alone: nothing is there, and no gradient goes anywhere.
const NOWHERE: u32 = u32::MAX; // −1 as an i32

/// y = the largest of each window, and its place unless `indices` is null; −∞ and −1 for one that lies in the padding alone.
/// # Safety: x holds planes × image, y and `indices` planes × output values.
pub unsafe fn maximum<L: Lane>(shape: &Pooling, x: *const f32, y: *mut f32, indices: *mut i32) {
    let width = shape.image[1];
    if let (true, Some(rows)) = (indices.is_null(), ByRows::of(shape)) {
        let put = |to: usize, _: Span, _: usize, count: usize, best: L| best.store_first(y.add(to), count);
        return shape.share_planes(|some| rows.pool::<L>(shape, some, x, f32::NEG_INFINITY, L::max, put));
    }
    let one = |plane: usize, to: usize, rows: Span, columns: Span| {
        let image = x.add(plane * shape.pixels());
        let first =
            if rows.is_empty() || columns.is_empty() { NOWHERE } else { (rows.start * width + columns.start) as u32 };
        let (mut best, mut place) = (f32::NEG_INFINITY, first);
        for at in rows.places().flat_map(|row| columns.places().map(move |column| row * width + column)) {
            let value = *image.add(at);
            if value > best || value.is_nan() {
                (best, place) = (value, at as u32);
            }
        }
        *y.add(to) = best;
        if !indices.is_null() {
            *indices.add(to) = place as i32;
        }
    };
    let four = |plane: usize, to: usize, rows: Span, columns: Sliding, first: usize| {
        let image = x.add(plane * shape.pixels());
        let mut best = L::splat(f32::NEG_INFINITY);
        if indices.is_null() {
            columns.each_place::<L>(image, width, rows, first, |_, value| best = best.max(value));
        } else {
            let lanes = L::from_array([0, 1, 2, 3].map(|i| f32::from_bits((i * columns.stride) as u32)));
            let mut place = if rows.is_empty() {
                L::splat_bits(NOWHERE)
            } else {
                lanes.add_bits(L::splat_bits((rows.start * width + first) as u32))
            };
            columns.each_place::<L>(image, width, rows, first, |at, value| {
                let kept = value.equal(value).and_not(best.less(value)); // neither NaN nor larger
                best = kept.select(best, value);
                place = kept.select(place, lanes.add_bits(L::splat_bits(at as u32)));
            });
            place.store(indices.add(to).cast());
        }
        best.store(y.add(to));
    };
    shape.share_planes(|some| shape.for_each(some, false, one, four));
}

/// dx = dy added at the places that `indices` name, if not −1, 0 elsewhere. False, and dx undefined, if a place is outside
/// the plane.
/// # Safety: dy and `indices` hold planes × outputs values, dx planes × pixels.
pub unsafe fn scatter(
    [planes, pixels, outputs]: [usize; 3],
    dy: *const f32,
    indices: *const i32,
    dx: *mut f32,
) -> bool {
    let is_valid = AtomicBool::new(true);
    share_planes(planes, pixels, |some| {
        dx.add(some.start * pixels).write_bytes(0, some.len() * pixels);
        for plane in some {
            for i in plane * outputs..(plane + 1) * outputs {
                match *indices.add(i) as u32 {
                    NOWHERE => {}
                    place if (place as usize) < pixels => *dx.add(plane * pixels + place as usize) += *dy.add(i),
                    _ => return is_valid.store(false, Relaxed),
                }
            }
        }
    });
    is_valid.into_inner()
}

/// y = x at the places that `indices` name, 0 for −1: what `scatter` is the gradient of. False if a place is outside the
/// plane.
/// # Safety: x holds planes × pixels values, y and `indices` planes × outputs.
pub unsafe fn gather([planes, pixels, outputs]: [usize; 3], x: *const f32, indices: *const i32, y: *mut f32) -> bool {
    let is_valid = AtomicBool::new(true);
    share_planes(planes, pixels, |some| {
        for plane in some {
            for i in plane * outputs..(plane + 1) * outputs {
                *y.add(i) = match *indices.add(i) as u32 {
                    NOWHERE => 0.0,
                    place if (place as usize) < pixels => *x.add(plane * pixels + place as usize),
                    _ => return is_valid.store(false, Relaxed),
                };
            }
        }
    });
    is_valid.into_inner()
}
