//! Windows that overlap, pooled first down the columns and then along the row that comes of it: a 3 × 3 window of stride 1 takes two
//! steps down and two along for each output, where window by window it takes eight.

use super::{Pooling, Sliding, Span, Windows, load_strided};
use crate::lane::{Lane, WIDTH};
use core::ops::Range;

/// Columns of a row with its padding at most; wider pictures are pooled window by window.
pub(super) const ROW: usize = 512;
/// Readable behind them: four windows are always looked at, and of every second column eight.
const BEHIND: usize = 16;

/// Windows for which this pays.
#[derive(Clone, Copy)]
pub(super) struct ByRows {
    sliding: Sliding,
}

impl ByRows {
    /// None if windows are better visited one by one: they do not overlap along the columns, are dilated, or the row is too wide.
    pub(super) fn of(shape: &Pooling) -> Option<Self> {
        let Windows::Sliding {
            kernel: [_, columns], stride: [_, stride], padding: [_, padding], dilation: [_, 1], ..
        } = shape.windows
        else {
            return None;
        };
        let last = (shape.output[1].max(1) - 1).checked_mul(stride)?.checked_add(columns)?;
        let fits = last <= ROW && padding.checked_add(shape.image[1])? <= ROW;
        (fits && stride <= 2 && columns > stride).then_some(ByRows { sliding: shape.sliding()? })
    }

    /// Calls `put(output, rows, first column, count, values)` for each `count` ≤ 4 outputs of a row, some of them twice.
    /// # Safety: x holds the planes.
    #[inline(always)]
    pub(super) unsafe fn pool<L: Lane>(
        self,
        shape: &Pooling,
        planes: Range<usize>,
        x: *const f32,
        empty: f32,
        join: impl Fn(L, L) -> L + Copy,
        mut put: impl FnMut(usize, Span, usize, usize, L),
    ) {
        let Sliding { columns, stride, padding, .. } = self.sliding;
        let mut row = [empty; ROW + BEHIND];
        for plane in planes {
            for y in 0..shape.output[0] {
                let rows = shape.span(0, y);
                down(shape, rows, x.add(plane * shape.pixels()), row.as_mut_ptr().add(padding), empty, join);
                let to = (plane * shape.output[0] + y) * shape.output[1];
                let count = shape.output[1].min(WIDTH);
                let mut first = 0;
                while first < shape.output[1] {
                    let at = first.min(shape.output[1] - count);
                    put(to + at, rows, at, count, along::<L>(row.as_ptr().add(at * stride), columns, stride, join));
                    first += WIDTH;
                }
            }
        }
    }
}

/// row = the rows of the image joined, `empty` where there are none.
/// # Safety: row takes the image's width and four more.
#[inline(always)]
unsafe fn down<L: Lane>(
    shape: &Pooling,
    rows: Span,
    image: *const f32,
    row: *mut f32,
    empty: f32,
    join: impl Fn(L, L) -> L,
) {
    let width = shape.image[1];
    if rows.is_empty() {
        return core::slice::from_raw_parts_mut(row, width).fill(empty);
    }
    let count = width.min(WIDTH);
    let mut first = 0;
    while first < width {
        let at = first.min(width - count);
        let load = |y: usize| {
            let from = image.add(y * width + at);
            if count == WIDTH { L::load(from) } else { L::load_first(from, count) }
        };
        let mut joined = load(rows.start);
        let mut y = rows.start + rows.step;
        while y < rows.end {
            joined = join(joined, load(y));
            y += rows.step;
        }
        if count == WIDTH {
            joined.store(row.add(at))
        } else {
            joined.store_first(row.add(at), count)
        }
        first += WIDTH;
    }
}

/// Four windows along a row.
/// # Safety: they are readable, and four columns behind.
#[inline(always)]
unsafe fn along<L: Lane>(row: *const f32, columns: usize, stride: usize, join: impl Fn(L, L) -> L) -> L {
    let at = |column: usize| load_strided::<L>(row.add(column), stride);
    if columns == 3 {
        return join(join(at(0), at(1)), at(2)); // the commonest, unrolled
    }
    let mut joined = at(0);
    for column in 1..columns {
        joined = join(joined, at(column));
    }
    joined
}
