//! Average pooling and its gradient.

use super::by_rows::{ByRows, ROW};
use super::{Pooling, Sliding, Span, Windows};
use crate::lane::{Lane, WIDTH};

/// Elements of a window that are not summed in f32 any more.
const LONG: usize = 256;

/// What a window's sum is divided by.
#[derive(Clone, Copy, Debug)]
pub enum Divisor {
    /// The elements inside the image.
    Inside,
    /// The padding's elements too.
    Padded,
    Fixed(usize),
}

impl Divisor {
    fn of(self, rows: Span, columns: Span) -> f32 {
        let count = match self {
            Divisor::Inside => rows.count() * columns.count(),
            Divisor::Padded => rows.padded * columns.padded,
            Divisor::Fixed(count) => count,
        };
        count as f32
    }

    /// Its factor along one axis, if it has one: 1 also where a window lies in the padding alone, whose sum is 0.
    fn along(self, span: Span) -> f32 {
        let count = match self {
            Divisor::Inside => span.count(),
            Divisor::Padded => span.padded,
            Divisor::Fixed(_) => 1,
        };
        count.max(1) as f32
    }
}

/// y = the sum of each window over its divisor; 0 for a window that lies in the padding alone.
/// # Safety: x holds planes × image, y planes × output values.
pub unsafe fn average<L: Lane>(shape: &Pooling, divisor: Divisor, x: *const f32, y: *mut f32) {
    let width = shape.image[1];
    let is_long = matches!(shape.windows, Windows::Sliding { kernel: [rows, columns], .. } if rows.saturating_mul(columns) > LONG);
    if let (false, Some(by_rows)) = (is_long, ByRows::of(shape)) {
        let mut counts = [1.0; ROW];
        for (i, count) in counts.iter_mut().enumerate().take(shape.output[1]) {
            *count = divisor.along(shape.span(1, i));
        }
        let put = |to: usize, rows: Span, first: usize, count: usize, sums: L| {
            let of_rows = if let Divisor::Fixed(count) = divisor { count as f32 } else { divisor.along(rows) };
            sums.div(L::load(counts.as_ptr().add(first)).mul(L::splat(of_rows))).store_first(y.add(to), count);
        };
        return shape.share_planes(|some| by_rows.pool::<L>(shape, some, x, 0.0, L::add, put));
    }
    let one = |plane: usize, to: usize, rows: Span, columns: Span| {
        let image = x.add(plane * shape.pixels());
        let is_wide = columns.count() > LONG;
        let mut sum = 0.0;
        for row in rows.places() {
            let values = columns.places().map(|column| *image.add(row * width + column));
            sum += if is_wide { values.map(f64::from).sum() } else { f64::from(values.sum::<f32>()) };
        }
        let outside = rows.is_empty() || columns.is_empty();
        *y.add(to) = if outside { 0.0 } else { sum as f32 / divisor.of(rows, columns) };
    };
    let four = |plane: usize, to: usize, rows: Span, columns: Sliding, first: usize| {
        let mut sums = L::splat(0.0);
        columns.each_place::<L>(x.add(plane * shape.pixels()), width, rows, first, |_, value| sums = sums.add(value));
        let by = if rows.is_empty() { 1.0 } else { divisor.of(rows, columns.span(first)) };
        sums.div(L::splat(by)).store(y.add(to));
    };
    let one_by_one = |plane: usize, to: usize, rows: Span, columns: Sliding, first: usize| {
        (0..WIDTH).for_each(|i| one(plane, to + i, rows, columns.span(first + i * columns.stride)));
    };
    if is_long {
        shape.share_planes(|some| shape.for_each(some, false, one, one_by_one));
    } else {
        shape.share_planes(|some| shape.for_each(some, false, one, four));
    }
}

/// dx = each dy over its divisor, added to every place of its window.
/// # Safety: dy holds planes × output values, dx planes × image.
pub unsafe fn average_gradient(shape: &Pooling, divisor: Divisor, dy: *const f32, dx: *mut f32) {
    dx.write_bytes(0, shape.planes * shape.pixels());
    let one = |plane: usize, from: usize, rows: Span, columns: Span| {
        let image = dx.add(plane * shape.pixels());
        let share = *dy.add(from) / divisor.of(rows, columns);
        for row in rows.places() {
            for column in columns.places() {
                *image.add(row * shape.image[1] + column) += share;
            }
        }
    };
    let four = |plane: usize, from: usize, rows: Span, columns: Sliding, first: usize| {
        let by = divisor.of(rows, columns.span(first));
        let shares: [f32; WIDTH] = core::array::from_fn(|i| *dy.add(from + i) / by);
        for row in rows.places() {
            let row = dx.add(plane * shape.pixels() + row * shape.image[1] + first);
            for column in 0..columns.columns {
                for (i, share) in shares.into_iter().enumerate() {
                    *row.add(column * columns.step + i * columns.stride) += share;
                }
            }
        }
    };
    shape.share_planes(|some| shape.for_each(some, true, one, four));
}
