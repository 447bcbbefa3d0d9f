//! Softmax and its logarithm along rows, their gradients, and cross-entropy from logits. The largest element is
//! subtracted before any exponential, so nothing overflows; sums are carried over to f64.

mod cross_entropy;

pub use cross_entropy::{CrossEntropy, cross_entropy, cross_entropy_gradient};

use super::elementwise::{map_run, zip_run};
use super::reduce::{largest_number, map_and_sum, sum_of, sum_of_products};
use super::transcendental::{exp_to_zero, log};
use crate::crew::{parts_for, share};
use crate::lane::Lane;
use crate::parts::pieces;
use core::ops::Range;

/// Calls `some` with parts of the rows, on as many threads as it is worth. It makes its functions and their constants itself:
/// captured ones would be read from memory over and over, in case that a result had been written there.
/// # Safety: as [`share`], for each row.
#[inline(always)]
unsafe fn share_rows(rows: usize, size: usize, some: impl Fn(Range<usize>)) {
    let nanoseconds = (rows * size) as u64; // one an element
    let cut = pieces(rows, parts_for(nanoseconds), 1);
    share(cut.count(), nanoseconds, |i| some(cut.get(i)));
}

/// max x and log Σ exp(x - max x) of one row: their sum is log Σ exp x, and apart they lose nothing.
/// # Safety: `x` points at `size` readable floats.
#[inline(always)]
unsafe fn log_sum_exp_parts<L: Lane>(
    size: usize,
    x: *const f32,
    exp: impl Fn(L) -> L,
    log: impl Fn(L) -> L,
) -> (f32, f32) {
    let top = largest_number::<L>(size, x);
    // NaN is passed over here and comes out of the sum. A row of -∞ alone sums to 0, which `top` says already.
    let tops = L::splat(if top == f32::NEG_INFINITY { 0.0 } else { top });
    let sum = sum_of::<L>(size, x, |x| exp(x.sub(tops))) as f32;
    (top, if sum == 0.0 { 0.0 } else { log(L::splat(sum)).to_array()[0] })
}

/// y = log Σ exp x of each row: (rows, size) → (rows). ∞ of a row that has an ∞ and no NaN.
/// # Safety: `x` points at rows · size readable floats, `y` at `rows` writable ones.
pub unsafe fn log_sum_exp<L: Lane>(rows: usize, size: usize, x: *const f32, y: *mut f32) {
    share_rows(rows, size, |some| {
        let (exp_to_zero, log) = (exp_to_zero(), log());
        for row in some {
            let x = x.add(row * size);
            let (top, log_sum) = log_sum_exp_parts::<L>(size, x, exp_to_zero, log);
            // ∞ − ∞ made the sum NaN.
            let is_infinite = top == f32::INFINITY && (0..size).all(|i| !(*x.add(i)).is_nan());
            *y.add(row) = if is_infinite { top } else { top + log_sum };
        }
    });
}

/// y = exp x / Σ exp x of each row: (rows, size) → (rows, size). A row of -∞ alone gives NaN.
/// # Safety: `x` and `y` point at rows · size valid floats; they are the same or apart.
pub unsafe fn softmax<L: Lane>(rows: usize, size: usize, x: *const f32, y: *mut f32) {
    share_rows(rows, size, |some| {
        let exp_to_zero = exp_to_zero();
        for row in some {
            let (x, y) = (x.add(row * size), y.add(row * size));
            let top = L::splat(largest_number::<L>(size, x)); // a NaN that it passes over makes the sum NaN, and so the row
            let sum = map_and_sum::<L>(size, x, y, |x| exp_to_zero(x.sub(top)));
            let scale = L::splat((1.0 / sum) as f32);
            map_run::<L, 4>(size, y, y, &|y: L| y.mul(scale));
        }
    });
}

/// y = log softmax x of each row: (rows, size) → (rows, size).
/// # Safety: as [`softmax`].
pub unsafe fn log_softmax<L: Lane>(rows: usize, size: usize, x: *const f32, y: *mut f32) {
    share_rows(rows, size, |some| {
        let (exp_to_zero, log) = (exp_to_zero(), log());
        for row in some {
            let (x, y) = (x.add(row * size), y.add(row * size));
            let (top, log_sum) = log_sum_exp_parts::<L>(size, x, exp_to_zero, log);
            let (top, log_sum) = (L::splat(top), L::splat(log_sum));
            map_run::<L, 4>(size, x, y, &|x: L| x.sub(top).sub(log_sum));
        }
    });
}

/// dx = y (dy - Σ y dy) of each row, where y = softmax x.
/// # Safety: `y`, `dy` and `dx` point at rows · size valid floats; `dx` may be one of the others, else they are apart.
pub unsafe fn softmax_gradient<L: Lane>(rows: usize, size: usize, y: *const f32, dy: *const f32, dx: *mut f32) {
    share_rows(rows, size, |some| {
        for row in some {
            let (y, dy, dx) = (y.add(row * size), dy.add(row * size), dx.add(row * size));
            let mean = L::splat(sum_of_products::<L>(size, y, dy) as f32);
            zip_run::<L, 4>(size, y, dy, dx, &|y: L, dy: L| y.mul(dy.sub(mean)));
        }
    });
}

/// dx = dy - exp(y) Σ dy of each row, where y = log softmax x.
/// # Safety: as [`softmax_gradient`].
pub unsafe fn log_softmax_gradient<L: Lane>(rows: usize, size: usize, y: *const f32, dy: *const f32, dx: *mut f32) {
    share_rows(rows, size, |some| {
        let exp_to_zero = exp_to_zero();
        for row in some {
            let (y, dy, dx) = (y.add(row * size), dy.add(row * size), dx.add(row * size));
            let sum = L::splat(sum_of::<L>(size, dy, |dy| dy) as f32);
            zip_run::<L, 4>(size, y, dy, dx, &|y: L, dy: L| exp_to_zero(y).negative_multiply_add(sum, dy));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    const SHAPES: [(usize, usize); 7] = [(0, 3), (3, 0), (1, 1), (3, 2), (5, 10), (2, 33), (2, 1500)];

    fn values(count: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919) % 613) as f32 / 40.0 - 7.0).collect()
    }

    fn softmax_f64(x: &[f32]) -> Vec<f64> {
        let top = x.iter().fold(f64::NEG_INFINITY, |top, &x| top.max(f64::from(x)));
        let e: Vec<f64> = x.iter().map(|&x| (f64::from(x) - top).exp()).collect();
        let sum: f64 = e.iter().sum();
        e.into_iter().map(|e| e / sum).collect()
    }

    fn close(got: f32, want: f64) -> bool {
        (f64::from(got) - want).abs() <= 1e-6 * want.abs().max(0.1)
    }

    #[test]
    fn softmax_and_its_logarithm_match_f64() {
        for (rows, size) in SHAPES {
            let x = values(rows * size);
            let (mut y, mut log_y, mut sums) = (vec![0.0; x.len()], vec![0.0; x.len()], vec![0.0; rows]);
            // SAFETY: the slices have the sizes given.
            unsafe {
                softmax::<Scalar>(rows, size, x.as_ptr(), y.as_mut_ptr());
                log_softmax::<Scalar>(rows, size, x.as_ptr(), log_y.as_mut_ptr());
                log_sum_exp::<Scalar>(rows, size, x.as_ptr(), sums.as_mut_ptr());
            }
            for row in 0..rows {
                let of_row = row * size..(row + 1) * size;
                let want = softmax_f64(&x[of_row.clone()]);
                for (i, want) in of_row.zip(want) {
                    assert!(close(y[i], want) && close(log_y[i], want.ln()), "({rows}, {size}) at {i}");
                    assert!(close(sums[row], f64::from(x[i]) - want.ln()));
                }
            }
        }
    }

    #[test]
    fn gradients_match_f64() {
        for (rows, size) in SHAPES {
            let (x, dy) = (values(rows * size), values(2 * rows * size)[rows * size..].to_vec());
            let (mut y, mut log_y) = (vec![0.0; x.len()], vec![0.0; x.len()]);
            let (mut dx, mut log_dx) = (vec![0.0; x.len()], vec![0.0; x.len()]);
            // SAFETY: the slices have the sizes given.
            unsafe {
                softmax::<Scalar>(rows, size, x.as_ptr(), y.as_mut_ptr());
                log_softmax::<Scalar>(rows, size, x.as_ptr(), log_y.as_mut_ptr());
                softmax_gradient::<Scalar>(rows, size, y.as_ptr(), dy.as_ptr(), dx.as_mut_ptr());
                log_softmax_gradient::<Scalar>(rows, size, log_y.as_ptr(), dy.as_ptr(), log_dx.as_mut_ptr());
            }
            for row in 0..rows {
                let of_row = row * size..(row + 1) * size;
                let p = softmax_f64(&x[of_row.clone()]);
                let mean: f64 = p.iter().zip(&dy[of_row.clone()]).map(|(p, &dy)| p * f64::from(dy)).sum();
                let sum: f64 = dy[of_row.clone()].iter().map(|&dy| f64::from(dy)).sum();
                for (i, p) in of_row.zip(p) {
                    let dy = f64::from(dy[i]);
                    assert!((f64::from(dx[i]) - p * (dy - mean)).abs() < 3e-6, "({rows}, {size}) at {i}");
                    assert!((f64::from(log_dx[i]) - (dy - p * sum)).abs() < 2e-6 * sum.abs().max(10.0));
                }
            }
        }
    }

    #[test]
    fn large_logits_do_not_overflow_and_masked_ones_are_zero() {
        let x = [1e4, 1e4, f32::NEG_INFINITY, -3e38];
        let (mut y, mut sum) = ([9.0; 4], [0.0]);
        // SAFETY: one row of four.
        unsafe {
            softmax::<Scalar>(1, 4, x.as_ptr(), y.as_mut_ptr());
            log_sum_exp::<Scalar>(1, 4, x.as_ptr(), sum.as_mut_ptr());
        }
        assert_eq!((y, sum), ([0.5, 0.5, 0.0, 0.0], [1e4 + core::f32::consts::LN_2]));
        // SAFETY: as above.
        unsafe { log_sum_exp::<Scalar>(1, 2, [f32::NEG_INFINITY; 2].as_ptr(), sum.as_mut_ptr()) };
        assert_eq!(sum, [f32::NEG_INFINITY]);
    }

    #[test]
    fn nan_and_infinity_make_a_whole_row_nan_wherever_they_are_but_the_logarithm_of_a_sum_is_infinite() {
        for size in [1, 3, 21, 300] {
            for (at, odd) in (0..size).flat_map(|at| [(at, f32::NAN), (at, f32::INFINITY)]) {
                for others in [-2.5, f32::NEG_INFINITY] {
                    let mut x = vec![others; size];
                    x[at] = odd;
                    let (mut y, mut log_y, mut sum) = (vec![0.0; size], vec![0.0; size], [0.0]);
                    // SAFETY: one row of the slices' size.
                    unsafe {
                        softmax::<Scalar>(1, size, x.as_ptr(), y.as_mut_ptr());
                        log_softmax::<Scalar>(1, size, x.as_ptr(), log_y.as_mut_ptr());
                        log_sum_exp::<Scalar>(1, size, x.as_ptr(), sum.as_mut_ptr());
                    }
                    assert!(y.iter().chain(&log_y).all(|y| y.is_nan()), "{odd} at {at} of {size}");
                    assert_eq!(sum[0].to_bits() << 1, odd.to_bits() << 1, "{odd} at {at} of {size}");
                }
            }
        }
    }
}
