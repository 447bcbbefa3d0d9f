//! Cross-entropy between logits and the indices of the right classes, as PyTorch's `cross_entropy`: with class weights w,
//! label smoothing ε over C classes, and an index that marks rows to leave out,
//!
//! loss = (1 - ε) w[t] (-log p[t]) + ε/C Σ w[c] (-log p[c]),  p = softmax(logits).
//!
//! A mean is Σ loss over Σ w[t] of the rows that are not left out: NaN if that is 0.

use super::{log_sum_exp_parts, share_rows};
use crate::kernels::elementwise::{map_run, zip_run};
use crate::kernels::reduce::{sum_of, sum_of_pairs};
use crate::kernels::transcendental::{exp_to_zero, log};
use crate::lane::Lane;

/// What a cross-entropy is taken of.
#[derive(Clone, Copy)]
pub struct CrossEntropy {
    pub rows: usize,
    pub classes: usize,
    /// (rows, classes)
    pub logits: *const f32,
    /// (rows), each below `classes` or equal to `ignored`.
    pub targets: *const i32,
    /// (classes), or null for ones.
    pub weights: *const f32,
    pub ignored: i32,
    /// ε, from 0 to 1.
    pub smoothing: f32,
    /// Whether the loss is one number, the mean.
    pub is_mean: bool,
}

impl CrossEntropy {
    /// The target of a row unless the row is left out.
    unsafe fn target(&self, row: usize) -> Option<usize> {
        let target = *self.targets.add(row);
        (target != self.ignored).then_some(target as usize)
    }

    unsafe fn weight(&self, class: usize) -> f32 {
        if self.weights.is_null() { 1.0 } else { *self.weights.add(class) }
    }

    /// Σ w[t], or NaN for 0: what is smoothed has a loss without a weight too, and over 0 that would be ∞.
    unsafe fn divisor(&self) -> f64 {
        let weights = (0..self.rows).filter_map(|row| self.target(row)).map(|target| f64::from(self.weight(target)));
        let sum: f64 = weights.sum();
        if sum == 0.0 { f64::NAN } else { sum }
    }

    unsafe fn sum_of_weights<L: Lane>(&self) -> f64 {
        if self.weights.is_null() { self.classes as f64 } else { sum_of::<L>(self.classes, self.weights, |w| w) }
    }
}

/// Loss, weight of the target and log Σ exp of each row, that as max x and log Σ exp(x - max x), since their sum would lose
/// the digits of the second beside large logits; loss and weight are 0 for a row that is left out. A mean goes to `mean`.
/// # Safety: the inputs are as [`CrossEntropy`] says; `loss` points at `rows` writable floats, and so do `weight`, and
/// `log_sum_exp` at twice as many, unless they are null; `mean` at one if it is asked for.
pub unsafe fn cross_entropy<L: Lane>(
    of: &CrossEntropy,
    loss: *mut f32,
    weight: *mut f32,
    log_sum_exp: *mut f32,
    mean: *mut f32,
) {
    let smoothed = f64::from(of.smoothing) / of.classes as f64;
    let sum_of_weights = of.sum_of_weights::<L>();
    share_rows(of.rows, of.classes, |some| {
        let (exp_to_zero, log) = (exp_to_zero(), log());
        for row in some {
            let logits = of.logits.add(row * of.classes);
            let (top, log_sum) = log_sum_exp_parts::<L>(of.classes, logits, exp_to_zero, log);
            if !log_sum_exp.is_null() {
                (*log_sum_exp.add(2 * row), *log_sum_exp.add(2 * row + 1)) = (top, log_sum);
            }
            let target = of.target(row);
            if !weight.is_null() {
                *weight.add(row) = target.map_or(0.0, |target| of.weight(target));
            }
            let Some(target) = target else {
                *loss.add(row) = 0.0;
                continue;
            };
            let mut total = (1.0 - of.smoothing) * of.weight(target) * (log_sum - (*logits.add(target) - top));
            if of.smoothing > 0.0 {
                let tops = L::splat(top);
                let below_top = match of.weights.is_null() {
                    true => sum_of::<L>(of.classes, logits, |x| x.sub(tops)),
                    false => sum_of_pairs::<L>(of.classes, logits, of.weights, |x, weight| x.sub(tops).mul(weight)),
                };
                total += (smoothed * (sum_of_weights * f64::from(log_sum) - below_top)) as f32;
            }
            *loss.add(row) = total;
        }
    });
    if of.is_mean {
        *mean = (sum_of::<L>(of.rows, loss, |x| x) / of.divisor()) as f32;
    }
}

/// Gradient of Σ d_loss · loss: (rows, classes), where `d_loss` has a stride of 1, or of 0 if all rows share one, as those of
/// a mean do.
/// # Safety: as [`cross_entropy`], which wrote `log_sum_exp`; `d_loss` points at `rows` readable floats, or one if the
/// stride is 0; `dx` at rows · classes writable floats, which may be the logits.
pub unsafe fn cross_entropy_gradient<L: Lane>(
    of: &CrossEntropy,
    log_sum_exp: *const f32,
    d_loss: *const f32,
    d_loss_stride: usize,
    dx: *mut f32,
) {
    let smoothed = of.smoothing / of.classes as f32;
    let sum_of_weights = of.sum_of_weights::<L>() as f32;
    let share_of_row = if of.is_mean { (1.0 / of.divisor()) as f32 } else { 1.0 };
    share_rows(of.rows, of.classes, |some| {
        let exp_to_zero = exp_to_zero::<L>();
        for row in some {
            let (logits, dx) = (of.logits.add(row * of.classes), dx.add(row * of.classes));
            let Some(target) = of.target(row) else {
                core::slice::from_raw_parts_mut(dx, of.classes).fill(0.0);
                continue;
            };
            // p (…) - the part of each class; the target's own part follows.
            let slope = share_of_row * *d_loss.add(row * d_loss_stride);
            let at_target = slope * (1.0 - of.smoothing) * of.weight(target);
            let at_every = slope * smoothed;
            let (top, log_sum) = (L::splat(*log_sum_exp.add(2 * row)), L::splat(*log_sum_exp.add(2 * row + 1)));
            let share = |x: L| exp_to_zero(x.sub(top).sub(log_sum));
            let (scale, every) = (L::splat(at_target + at_every * sum_of_weights), L::splat(at_every));
            if of.smoothing == 0.0 || of.weights.is_null() {
                map_run::<L, 4>(of.classes, logits, dx, &|x: L| share(x).mul(scale).sub(every));
            } else {
                zip_run::<L, 2>(of.classes, logits, of.weights, dx, &|x: L, weight: L| {
                    weight.negative_multiply_add(every, share(x).mul(scale))
                });
            }
            *dx.add(target) -= at_target;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    const NONE: *mut f32 = core::ptr::null_mut();

    /// Loss of one row in f64.
    fn exact(x: &[f64], target: usize, weights: &[f32], smoothing: f64) -> f64 {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let log_sum = top + x.iter().map(|x| (x - top).exp()).sum::<f64>().ln();
        let part = |class: usize| f64::from(weights[class]) * (log_sum - x[class]);
        (1.0 - smoothing) * part(target) + smoothing / x.len() as f64 * (0..x.len()).map(part).sum::<f64>()
    }

    #[test]
    fn losses_and_gradients_match_f64_with_every_option() {
        for (rows, classes) in [(0, 5), (4, 1), (6, 10), (3, 67)] {
            let logits: Vec<f32> = (0..rows * classes).map(|i| ((i * 7919) % 613) as f32 / 60.0 - 5.0).collect();
            let targets: Vec<i32> = (0..rows).map(|i| if i == 2 { -100 } else { (i * 5 % classes) as i32 }).collect();
            let weights: Vec<f32> = (0..classes).map(|i| 0.5 + i as f32 / 7.0).collect();
            let ones = vec![1.0; classes];
            let d_loss: Vec<f32> = (0..rows).map(|i| i as f32 - 1.5).collect();
            for (smoothing, weighted, stride) in [(0.0, false, 1), (0.0, true, 1), (0.1, false, 0), (0.3, true, 1)] {
                let used = if weighted { &weights } else { &ones };
                let of = CrossEntropy {
                    rows,
                    classes,
                    logits: logits.as_ptr(),
                    targets: targets.as_ptr(),
                    weights: if weighted { weights.as_ptr() } else { core::ptr::null() },
                    ignored: -100,
                    smoothing,
                    is_mean: false,
                };
                let (mut loss, mut weight, mut sums) = (vec![9.0; rows], vec![9.0; rows], vec![9.0; 2 * rows]);
                let mut dx = vec![9.0; rows * classes];
                // SAFETY: all slices have the sizes given.
                unsafe {
                    cross_entropy::<Scalar>(&of, loss.as_mut_ptr(), weight.as_mut_ptr(), sums.as_mut_ptr(), NONE);
                    cross_entropy_gradient::<Scalar>(&of, sums.as_ptr(), d_loss.as_ptr(), stride, dx.as_mut_ptr());
                }
                for row in 0..rows {
                    let x: Vec<f64> = logits[row * classes..][..classes].iter().map(|&x| f64::from(x)).collect();
                    if targets[row] < 0 {
                        assert_eq!((loss[row], weight[row]), (0.0, 0.0));
                        assert!(dx[row * classes..][..classes].iter().all(|&d| d == 0.0));
                        continue;
                    }
                    let target = targets[row] as usize;
                    let at = |x: &[f64]| exact(x, target, used, f64::from(smoothing));
                    assert!((f64::from(loss[row]) - at(&x)).abs() < 2e-6 * at(&x).max(1.0), "{rows} {classes} {row}");
                    assert_eq!(weight[row], used[target]);
                    for class in 0..classes {
                        let (mut above, mut below) = (x.clone(), x.clone());
                        above[class] += 1e-5;
                        below[class] -= 1e-5;
                        let want = (at(&above) - at(&below)) / 2e-5 * f64::from(d_loss[row * stride]);
                        assert!((f64::from(dx[row * classes + class]) - want).abs() < 1e-5 * want.abs().max(1.0));
                    }
                }
            }
        }
    }

    /// What a common summand of all logits takes away is their own rounding, not the loss's.
    #[test]
    fn a_row_far_from_zero_has_the_digits_of_one_that_is_not() {
        let near: Vec<f32> = (0..21).map(|i| ((i * 7919) % 613) as f32 / 64.0 - 5.0).collect();
        let far: Vec<f32> = near.iter().map(|x| x + 65_536.0).collect(); // exact: multiples of 1/64
        let weights: Vec<f32> = (0..21).map(|i| 0.5 + i as f32 / 7.0).collect();
        for (smoothing, weights) in [(0.0, None), (0.1, None), (0.3, Some(&weights))] {
            let run = |logits: &[f32]| {
                let of = CrossEntropy {
                    rows: 1,
                    classes: 21,
                    logits: logits.as_ptr(),
                    targets: &4,
                    weights: weights.map_or(core::ptr::null(), |weights| weights.as_ptr()),
                    ignored: -100,
                    smoothing,
                    is_mean: false,
                };
                let (mut loss, mut weight, mut sums, mut dx) = (9.0, 9.0, [9.0; 2], vec![9.0; 21]);
                // SAFETY: one row of 21.
                unsafe {
                    cross_entropy::<Scalar>(&of, &mut loss, &mut weight, sums.as_mut_ptr(), NONE);
                    cross_entropy_gradient::<Scalar>(&of, sums.as_ptr(), &1.0, 1, dx.as_mut_ptr());
                }
                (loss, dx)
            };
            assert_eq!(run(&near), run(&far));
        }
    }

    #[test]
    fn rows_without_classes_can_only_be_left_out() {
        let (targets, sums) = ([-100; 2], [f32::NEG_INFINITY, 0.0, f32::NEG_INFINITY, 0.0]);
        for smoothing in [0.0, 0.1] {
            let logits = core::ptr::NonNull::dangling().as_ptr();
            let weights = core::ptr::null();
            let of = CrossEntropy {
                rows: 2,
                classes: 0,
                logits,
                targets: targets.as_ptr(),
                weights,
                ignored: -100,
                smoothing,
                is_mean: false,
            };
            let ([mut loss, mut weight], mut log_sum_exp) = ([[9.0; 2]; 2], [9.0; 4]);
            // SAFETY: two rows of nothing.
            unsafe {
                let log_sum_exp = log_sum_exp.as_mut_ptr();
                cross_entropy::<Scalar>(&of, loss.as_mut_ptr(), weight.as_mut_ptr(), log_sum_exp, NONE);
                cross_entropy_gradient::<Scalar>(&of, log_sum_exp, loss.as_ptr(), 1, logits);
            }
            assert_eq!((loss, weight, log_sum_exp), ([0.0; 2], [0.0; 2], sums));
        }
    }
}
