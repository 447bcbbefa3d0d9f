//! The loops of f32 kernels. The inner loop is always over contiguous lanes: a row with another stride passes through a
//! chunk that stays in the first cache, and an operand that is the same along the row is held in a register.

use crate::lane::{Lane, WIDTH};
use crate::layout::Walk;
use core::mem::MaybeUninit;

/// Floats gathered at a time from a row that is not contiguous.
const CHUNK: usize = 256;

/// Room for a chunk. It is read only where it was written: clearing it for every row would cost more than a short row.
type Chunk = MaybeUninit<[f32; CHUNK]>;

/// y = f(x) over the walk's operands (y, x). `UNROLL` lanes move together so that their latencies overlap.
/// # Safety: `y` and `x` point at the walk's first elements, all of which are valid; `y` may be `x`, else they are apart.
#[inline(never)]
pub unsafe fn map_lanes<L: Lane, const UNROLL: usize>(
    walk: &Walk<2>,
    x: *const f32,
    y: *mut f32,
    f: impl Fn(L) -> L + Copy,
) {
    let count = walk.sizes[walk.rank - 1];
    let [y_stride, x_stride] = walk.inner_strides();
    walk.for_each_row(|[y_at, x_at]| {
        map_row::<L, UNROLL>(count, x.offset(x_at), x_stride, y.offset(y_at), y_stride, f)
    });
}

/// y = f(a, b) over the walk's operands (y, a, b).
/// # Safety: as [`map_lanes`], for three operands.
#[inline(never)]
pub unsafe fn zip_lanes<L: Lane, const UNROLL: usize>(
    walk: &Walk<3>,
    a: *const f32,
    b: *const f32,
    y: *mut f32,
    f: impl Fn(L, L) -> L + Copy,
) {
    let count = walk.sizes[walk.rank - 1];
    let [y_stride, a_stride, b_stride] = walk.inner_strides();
    walk.for_each_row(|[y_at, a_at, b_at]| {
        let (a, b, y) = (a.offset(a_at), b.offset(b_at), y.offset(y_at));
        if b_stride == 0 {
            let b = L::load_splat(b);
            map_row::<L, UNROLL>(count, a, a_stride, y, y_stride, |a| f(a, b));
        } else if a_stride == 0 {
            let a = L::load_splat(a);
            map_row::<L, UNROLL>(count, b, b_stride, y, y_stride, |b| f(a, b));
        } else {
            zip_row::<L, UNROLL>(count, a, a_stride, b, b_stride, y, y_stride, f);
        }
    });
}

/// One row of [`map_lanes`], a chunk at a time unless all of it is contiguous.
#[inline(always)]
unsafe fn map_row<L: Lane, const UNROLL: usize>(
    count: usize,
    x: *const f32,
    x_stride: isize,
    y: *mut f32,
    y_stride: isize,
    f: impl Fn(L) -> L,
) {
    let mut chunk = Chunk::uninit();
    let chunk = chunk.as_mut_ptr().cast::<f32>();
    let step = if x_stride == 1 && y_stride == 1 { count.max(1) } else { CHUNK };
    for start in (0..count).step_by(step) {
        let n = step.min(count - start);
        let source = gathered(n, x.offset(start as isize * x_stride), x_stride, chunk);
        let target = y.offset(start as isize * y_stride);
        // One run, wherever it writes: it is inlined, and the module would have it twice for every function.
        map_run::<L, UNROLL>(n, source, if y_stride == 1 { target } else { chunk }, &f);
        if y_stride != 1 {
            copy_run(n, chunk, 1, target, y_stride);
        }
    }
}

/// One row of [`zip_lanes`].
#[inline(always)]
unsafe fn zip_row<L: Lane, const UNROLL: usize>(
    count: usize,
    a: *const f32,
    a_stride: isize,
    b: *const f32,
    b_stride: isize,
    y: *mut f32,
    y_stride: isize,
    f: impl Fn(L, L) -> L,
) {
    let (mut a_chunk, mut b_chunk) = (Chunk::uninit(), Chunk::uninit());
    let (a_chunk, b_chunk) = (a_chunk.as_mut_ptr().cast::<f32>(), b_chunk.as_mut_ptr().cast::<f32>());
    let step = if a_stride == 1 && b_stride == 1 && y_stride == 1 { count.max(1) } else { CHUNK };
    for start in (0..count).step_by(step) {
        let n = step.min(count - start);
        let a = gathered(n, a.offset(start as isize * a_stride), a_stride, a_chunk);
        let b = gathered(n, b.offset(start as isize * b_stride), b_stride, b_chunk);
        let target = y.offset(start as isize * y_stride);
        zip_run::<L, UNROLL>(n, a, b, if y_stride == 1 { target } else { a_chunk }, &f);
        if y_stride != 1 {
            copy_run(n, a_chunk, 1, target, y_stride);
        }
    }
}

/// y = f(x), all contiguous.
/// # Safety: `x` and `y` point at `count` valid floats; they are the same or apart.
#[inline(always)]
pub unsafe fn map_run<L: Lane, const UNROLL: usize>(count: usize, x: *const f32, y: *mut f32, f: &impl Fn(L) -> L) {
    let mut i = 0;
    while i + UNROLL * WIDTH <= count {
        for u in 0..UNROLL {
            f(L::load(x.add(i + u * WIDTH))).store(y.add(i + u * WIDTH));
        }
        i += UNROLL * WIDTH;
    }
    while i < count {
        let n = WIDTH.min(count - i);
        f(L::load_first(x.add(i), n)).store_first(y.add(i), n);
        i += n;
    }
}

/// y = f(a, b), all contiguous.
/// # Safety: `a`, `b` and `y` point at `count` valid floats; `y` may be one of the others, else they are apart.
#[inline(always)]
pub unsafe fn zip_run<L: Lane, const UNROLL: usize>(
    count: usize,
    a: *const f32,
    b: *const f32,
    y: *mut f32,
    f: &impl Fn(L, L) -> L,
) {
    let mut i = 0;
    while i + UNROLL * WIDTH <= count {
        for u in 0..UNROLL {
            let at = i + u * WIDTH;
            f(L::load(a.add(at)), L::load(b.add(at))).store(y.add(at));
        }
        i += UNROLL * WIDTH;
    }
    while i < count {
        let n = WIDTH.min(count - i);
        f(L::load_first(a.add(i), n), L::load_first(b.add(i), n)).store_first(y.add(i), n);
        i += n;
    }
}

/// The row itself if it is contiguous, else its first `n` elements copied into the chunk.
#[inline(always)]
unsafe fn gathered(n: usize, x: *const f32, stride: isize, chunk: *mut f32) -> *const f32 {
    if stride == 1 {
        return x;
    }
    copy_run(n, x, stride, chunk, 1);
    chunk
}

/// y[i] = x[i] at the given strides. One copy in the module: it is not what a kernel's time goes into.
#[inline(never)]
unsafe fn copy_run(n: usize, x: *const f32, x_stride: isize, y: *mut f32, y_stride: isize) {
    for i in 0..n as isize {
        *y.offset(i * y_stride) = *x.offset(i * x_stride);
    }
}
