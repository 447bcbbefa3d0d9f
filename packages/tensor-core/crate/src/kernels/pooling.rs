//! Maximum and average pooling of planes, sliding and adaptive, and their gradients, with PyTorch's semantics: the first of
//! equal maxima wins, NaN wins over all, and an index is a place in the plane.

pub mod average;
mod by_rows;
pub mod maximum;

use crate::crew::{parts_for, share};
use crate::lane::{Lane, WIDTH};
use crate::layout::frames::PoolingFrame;
use crate::layout::rows_and_columns;
use crate::parts::pieces;
use core::ops::Range;

/// Sizes of a pooling. Pairs are (rows, columns).
#[derive(Clone, Copy, Debug)]
pub struct Pooling {
    /// Batch and channels together.
    pub planes: usize,
    pub image: [usize; 2],
    pub output: [usize; 2],
    pub windows: Windows,
}

/// Where the windows lie.
#[derive(Clone, Copy, Debug)]
pub enum Windows {
    Sliding {
        kernel: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 2],
        /// Behind the last row and column.
        padding_after: [usize; 2],
        dilation: [usize; 2],
    },
    /// The image cut into as many windows as there are outputs; neighbours share a row or column where it does not divide.
    Adaptive,
}

/// The part of an output's window that lies inside the image, along one axis.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    step: usize,
    /// Elements of the window, those in the padding too (but not those beyond the padding).
    padded: usize,
}

impl Span {
    fn places(self) -> impl Iterator<Item = usize> + Clone {
        (self.start..self.end).step_by(self.step)
    }

    fn count(self) -> usize {
        steps(self.end.saturating_sub(self.start), self.step)
    }

    fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// `length` in steps, rounded up; most steps are 1 and need no division.
fn steps(length: usize, step: usize) -> usize {
    if step == 1 { length } else { length.div_ceil(step) }
}

impl From<&PoolingFrame> for Pooling {
    fn from(frame: &PoolingFrame) -> Self {
        let sliding = Windows::Sliding {
            kernel: rows_and_columns(frame.kernel),
            stride: rows_and_columns(frame.stride),
            padding: rows_and_columns(frame.padding),
            padding_after: rows_and_columns(frame.padding_after),
            dilation: rows_and_columns(frame.dilation),
        };
        Pooling {
            planes: frame.planes as usize,
            image: rows_and_columns(frame.image),
            output: rows_and_columns(frame.output),
            windows: if frame.adaptive == 0 { sliding } else { Windows::Adaptive },
        }
    }
}

impl Pooling {
    fn span(&self, axis: usize, output: usize) -> Span {
        let size = self.image[axis];
        match self.windows {
            Windows::Sliding { kernel, stride, padding, padding_after, dilation } => {
                let (kernel, stride, padding, step) = (kernel[axis], stride[axis], padding[axis], dilation[axis]);
                let first = output * stride; // counted from the beginning of the padding
                let skipped = steps(padding.saturating_sub(first), step);
                let end = first + (kernel - 1) * step + 1;
                let padded = steps(end.min(padding + size + padding_after[axis]).saturating_sub(first), step);
                let start = (first + skipped * step).saturating_sub(padding);
                Span { start, end: end.saturating_sub(padding).min(size), step, padded }
            }
            Windows::Adaptive => {
                let (output, size, outputs) = (output as u64, size as u64, self.output[axis] as u64); // products pass 2³²
                let start = (output * size / outputs) as usize;
                let end = ((output + 1) * size).div_ceil(outputs) as usize;
                Span { start, end, step: 1, padded: end - start }
            }
        }
    }

    fn pixels(&self) -> usize {
        self.image[0] * self.image[1]
    }

    fn sliding(&self) -> Option<Sliding> {
        let Windows::Sliding { kernel, stride, padding, dilation, .. } = self.windows else { return None };
        Some(Sliding { columns: kernel[1], stride: stride[1], padding: padding[1], step: dilation[1] })
    }

    /// Calls `some` with the planes, or parts of them on as many threads as it is worth.
    /// # Safety: as [`share`], for each plane.
    unsafe fn share_planes(&self, some: impl Fn(Range<usize>)) {
        share_planes(self.planes, self.pixels(), some);
    }

    /// Calls `one(plane, output, rows, columns)` for single outputs, and `four(plane, output, rows, columns, first column)`
    /// for four neighbours whose windows have all their columns inside the image. The last four of a row may overlap
    /// the four before, unless each output is to be visited `once`.
    #[inline(always)]
    fn for_each(
        &self,
        planes: Range<usize>,
        once: bool,
        mut one: impl FnMut(usize, usize, Span, Span),
        mut four: impl FnMut(usize, usize, Span, Sliding, usize),
    ) {
        let sliding = self.sliding();
        let whole = sliding.map_or(0..0, |sliding| sliding.whole_windows(self.image[1], self.output[1]));
        for plane in planes {
            for y in 0..self.output[0] {
                let rows = self.span(0, y);
                let row = (plane * self.output[0] + y) * self.output[1];
                let mut x = 0;
                while x < self.output[1] {
                    let overlaps = !once && whole.len() >= WIDTH && x < whole.end;
                    match sliding {
                        Some(sliding) if x >= whole.start && (x + WIDTH <= whole.end || overlaps) => {
                            x = x.min(whole.end - WIDTH);
                            four(plane, row + x, rows, sliding, x * sliding.stride - sliding.padding);
                            x += WIDTH;
                        }
                        _ => {
                            one(plane, row + x, rows, self.span(1, x));
                            x += 1;
                        }
                    }
                }
            }
        }
    }
}

/// Calls `some` with parts of `planes` planes, on as many threads as it is worth.
/// # Safety: as [`share`], for each plane.
unsafe fn share_planes(planes: usize, pixels: usize, some: impl Fn(Range<usize>)) {
    let nanoseconds = (planes * pixels) as u64; // one a pixel
    let cut = pieces(planes, parts_for(nanoseconds), 1);
    share(cut.count(), nanoseconds, |i| some(cut.get(i)));
}

/// Sliding windows along the columns.
#[derive(Clone, Copy)]
struct Sliding {
    columns: usize,
    stride: usize,
    padding: usize,
    step: usize,
}

impl Sliding {
    /// Outputs whose windows lie inside `width`.
    fn whole_windows(self, width: usize, outputs: usize) -> Range<usize> {
        let first = self.padding.div_ceil(self.stride);
        let last_start = (width + self.padding).checked_sub((self.columns - 1) * self.step + 1);
        first..last_start.map_or(0, |start| start / self.stride + 1).clamp(first, outputs.max(first))
    }

    /// The columns of a whole window.
    fn span(self, first: usize) -> Span {
        Span { start: first, end: first + (self.columns - 1) * self.step + 1, step: self.step, padded: self.columns }
    }

    /// Calls `f` with each place of the first of four neighbouring windows and the four values there.
    /// # Safety: the windows lie inside the image.
    #[inline(always)]
    unsafe fn each_place<L: Lane>(
        self,
        image: *const f32,
        width: usize,
        rows: Span,
        first: usize,
        f: impl FnMut(usize, L),
    ) {
        let count = rows.count();
        if (count, self.columns, self.stride, self.step, rows.step) == (2, 2, 2, 1, 1) {
            // The commonest of all, unrolled.
            let sliding = Sliding { columns: 2, stride: 2, step: 1, ..self };
            sliding.walk(image, rows.start * width + first, 2, width, f);
        } else {
            self.walk(image, rows.start * width + first, count, rows.step * width, f);
        }
    }

    #[inline(always)]
    unsafe fn walk<L: Lane>(
        self,
        image: *const f32,
        mut row: usize,
        rows: usize,
        row_step: usize,
        mut f: impl FnMut(usize, L),
    ) {
        for _ in 0..rows {
            for column in 0..self.columns {
                let at = row + column * self.step;
                f(at, load_strided::<L>(image.add(at), self.stride));
            }
            row += row_step;
        }
    }
}

/// Four values `stride` apart.
/// # Safety: they are readable, and so is what lies between them.
#[inline(always)]
unsafe fn load_strided<L: Lane>(x: *const f32, stride: usize) -> L {
    match stride {
        1 => L::load(x),
        2 => L::load_every_second(x),
        _ => L::from_array([*x, *x.add(stride), *x.add(2 * stride), *x.add(3 * stride)]),
    }
}

#[cfg(test)]
mod tests;
