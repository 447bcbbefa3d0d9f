//! Updates of parameters in place, one pass each: PyTorch's equations for SGD, Adam and AdamW.

pub mod rows;

use super::reduce::{sum_in_parts, sum_of_products};
use crate::crew::{parts_for, share};
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;

/// Constants of one step of stochastic gradient descent.
#[derive(Clone, Copy)]
pub struct Sgd {
    pub rate: f32,
    pub momentum: f32,
    pub dampening: f32,
    pub weight_decay: f32,
    pub nesterov: bool,
    /// The velocity holds nothing yet: it becomes the gradient, undampened.
    pub first: bool,
    /// Factor of the gradient, as clipping asks for.
    pub scale: f32,
}

/// g = scale · gradient + weight decay · p; v = momentum · v + (1 - dampening) g; p -= rate · v, or with Nesterov
/// p -= rate (g + momentum · v). Without momentum p -= rate · g and `velocity` is not read.
/// # Safety: `parameter`, `gradient` and, with momentum, `velocity` point at `count` valid floats, apart.
pub unsafe fn sgd<L: Lane>(of: &Sgd, count: usize, parameter: *mut f32, gradient: *const f32, velocity: *mut f32) {
    for_each_lane(count, sgd_lane::<L>(of, parameter, gradient, velocity));
}

/// The step of SGD for the lane of `n` elements at a place.
#[inline(always)]
unsafe fn sgd_lane<L: Lane>(
    of: &Sgd,
    parameter: *mut f32,
    gradient: *const f32,
    velocity: *mut f32,
) -> impl Fn(usize, usize) + Copy {
    let of = *of;
    let [rate, momentum, decay, scale] = [of.rate, of.momentum, of.weight_decay, of.scale].map(L::splat);
    let fresh = L::splat(if of.first { 1.0 } else { 1.0 - of.dampening });
    let kept = L::splat(if of.first { 0.0 } else { of.momentum });
    // SAFETY: the caller names lanes within the operands.
    move |at, n| unsafe {
        let p = L::load_first(parameter.add(at), n);
        let g = p.multiply_add(decay, L::load_first(gradient.add(at), n).mul(scale));
        let step = if of.momentum == 0.0 {
            g
        } else {
            let old = if of.first { L::splat(0.0) } else { L::load_first(velocity.add(at), n) };
            let v = old.multiply_add(kept, g.mul(fresh));
            v.store_first(velocity.add(at), n);
            if of.nesterov { v.multiply_add(momentum, g) } else { v }
        };
        step.negative_multiply_add(rate, p).store_first(parameter.add(at), n);
    }
}

/// Constants of one step of Adam (Kingma & Ba 2015) or AdamW (Loshchilov & Hutter 2019).
#[derive(Clone, Copy)]
pub struct Adam {
    pub rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    pub weight_decay: f64,
    /// AdamW: decay shrinks the parameter; else it is added to the gradient.
    pub decoupled: bool,
    /// 1 at the first step.
    pub step: u32,
    /// Factor of the gradient, as clipping asks for.
    pub scale: f32,
}

/// m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²;
/// p -= rate / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε), with the decay before that. With `largest`, the largest v so far
/// is divided by: AMSGrad (Reddi et al. 2018, algorithm 2), with the bias corrected as in PyTorch.
/// # Safety: the first four point at `count` valid floats, apart; so does `largest`, or it is null.
pub unsafe fn adam<L: Lane>(
    of: &Adam,
    count: usize,
    parameter: *mut f32,
    gradient: *const f32,
    mean: *mut f32,
    square: *mut f32,
    largest: *mut f32,
) {
    if largest.is_null() {
        adam_dividing_by::<L>(of, count, parameter, gradient, mean, square, |_, _, v| v);
    } else {
        adam_dividing_by::<L>(of, count, parameter, gradient, mean, square, move |at, n, v: L| {
            let most = L::load_first(largest.add(at), n).max(v);
            most.store_first(largest.add(at), n);
            most
        });
    }
}

/// A step of Adam with what `divisor` makes of the place, the number and the new mean squares of a lane's elements.
/// # Safety: all four point at `count` valid floats, apart.
#[inline(always)]
unsafe fn adam_dividing_by<L: Lane>(
    of: &Adam,
    count: usize,
    parameter: *mut f32,
    gradient: *const f32,
    mean: *mut f32,
    square: *mut f32,
    divisor: impl Fn(usize, usize, L) -> L + Copy,
) {
    let splat = |x: f64| L::splat(x as f32);
    let (beta1, fresh1) = (splat(of.beta1), splat(1.0 - of.beta1));
    let (beta2, fresh2) = (splat(of.beta2), splat(1.0 - of.beta2));
    let rate = splat(of.rate / (1.0 - power(of.beta1, of.step)));
    let root_correction = splat(1.0 / (1.0 - power(of.beta2, of.step)).sqrt());
    let (epsilon, scale) = (splat(of.epsilon), L::splat(of.scale));
    let shrink = splat(if of.decoupled { 1.0 - of.rate * of.weight_decay } else { 1.0 });
    let decay = splat(if of.decoupled { 0.0 } else { of.weight_decay });
    for_each_lane(count, move |at, n| {
        let p = L::load_first(parameter.add(at), n);
        let g = p.multiply_add(decay, L::load_first(gradient.add(at), n).mul(scale));
        let m = L::load_first(mean.add(at), n).multiply_add(beta1, g.mul(fresh1));
        let v = L::load_first(square.add(at), n).multiply_add(beta2, g.mul(g).mul(fresh2));
        m.store_first(mean.add(at), n);
        v.store_first(square.add(at), n);
        let step = m.div(divisor(at, n, v).sqrt().multiply_add(root_correction, epsilon));
        step.negative_multiply_add(rate, p.mul(shrink)).store_first(parameter.add(at), n);
    });
}

/// Σ x², for the norm of a gradient.
/// # Safety: `x` points at `count` readable floats.
pub unsafe fn sum_of_squares<L: Lane>(count: usize, x: *const f32) -> f64 {
    sum_in_parts(count, |some| sum_of_products::<L>(some.len(), x.add(some.start), x.add(some.start)))
}

/// Calls `f` with the start and the length of every lane of `count` elements, on as many threads as it is worth.
/// # Safety: as [`share`], for each lane.
#[inline(always)]
unsafe fn for_each_lane(count: usize, f: impl Fn(usize, usize) + Copy) {
    const GRAIN: usize = 64;
    let cut = pieces(count, parts_for(count as u64), GRAIN);
    share(cut.count(), count as u64, |i| {
        // A copy: what `f` captured would else be read from memory over and over, in case that it had written there.
        let (some, full, f) = (cut.get(i), cut.get(i).end / WIDTH * WIDTH, f);
        for at in (some.start..full).step_by(WIDTH) {
            f(at, WIDTH);
        }
        if full < some.end {
            f(full, some.end - full);
        }
    });
}

/// xⁿ by squaring: the same bits everywhere, which the host's `pow` does not promise.
fn power(x: f64, n: u32) -> f64 {
    let (mut result, mut square, mut rest) = (1.0, x, n);
    while rest > 0 {
        if rest & 1 == 1 {
            result *= square;
        }
        square *= square;
        rest >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    const COUNT: usize = 11;

    fn gradient(step: u32) -> Vec<f32> {
        (0..COUNT).map(|i| ((i as u32 * 31 + step * 17) % 23) as f32 / 11.0 - 1.0).collect()
    }

    fn start() -> Vec<f32> {
        (0..COUNT).map(|i| i as f32 / 5.0 - 1.0).collect()
    }

    fn assert_close(got: &[f32], want: &[f64], what: &str) {
        for (got, want) in got.iter().zip(want) {
            assert!((f64::from(*got) - want).abs() < 2e-6 * want.abs().max(1.0), "{what}: {got} not {want}");
        }
    }

    #[test]
    fn sgd_follows_pytorch_with_every_option() {
        for (momentum, dampening, weight_decay, nesterov) in [
            (0.0, 0.0, 0.0, false),
            (0.0, 0.0, 0.1, false),
            (0.9, 0.0, 0.01, false),
            (0.9, 0.5, 0.0, false),
            (0.9, 0.0, 0.1, true),
        ] {
            let (mut p, mut velocity) = (start(), vec![f32::NAN; COUNT]);
            let mut want_p: Vec<f64> = p.iter().map(|&p| f64::from(p)).collect();
            let mut want_v = [0.0; COUNT];
            for step in 0..5 {
                let g = gradient(step);
                let of = Sgd { rate: 0.05, momentum, dampening, weight_decay, nesterov, first: step == 0, scale: 0.5 };
                // SAFETY: all have COUNT elements.
                unsafe { sgd::<Scalar>(&of, COUNT, p.as_mut_ptr(), g.as_ptr(), velocity.as_mut_ptr()) };
                let [momentum, dampening, decay] = [momentum, dampening, weight_decay].map(f64::from);
                for i in 0..COUNT {
                    let g = f64::from(g[i]) * 0.5 + decay * want_p[i];
                    want_v[i] = if step == 0 { g } else { momentum * want_v[i] + (1.0 - dampening) * g };
                    let update = match (momentum != 0.0, nesterov) {
                        (false, _) => g,
                        (true, false) => want_v[i],
                        (true, true) => g + momentum * want_v[i],
                    };
                    want_p[i] -= 0.05 * update;
                }
                assert_close(&p, &want_p, "parameter");
            }
        }
    }

    #[test]
    fn adam_and_adamw_follow_pytorch_with_and_without_amsgrad() {
        for (weight_decay, decoupled, amsgrad) in
            [(0.0, false, false), (0.1, false, false), (0.1, true, false), (0.0, false, true), (0.1, true, true)]
        {
            let (mut p, mut m, mut v, mut most) = (start(), vec![0.0; COUNT], vec![0.0; COUNT], vec![0.0; COUNT]);
            let mut want: Vec<[f64; 4]> = p.iter().map(|&p| [f64::from(p), 0.0, 0.0, 0.0]).collect();
            for step in 1..=6 {
                // Ever smaller gradients and a short memory: the largest mean square is soon one of the past.
                let g: Vec<f32> = gradient(step).iter().map(|g| g / step as f32).collect();
                let (rate, beta1, beta2, epsilon) = (0.01, 0.9, 0.8, 1e-8);
                let of = Adam { rate, beta1, beta2, epsilon, weight_decay, decoupled, step, scale: 2.0 };
                let largest = if amsgrad { most.as_mut_ptr() } else { std::ptr::null_mut() };
                // SAFETY: all have COUNT elements.
                unsafe {
                    adam::<Scalar>(&of, COUNT, p.as_mut_ptr(), g.as_ptr(), m.as_mut_ptr(), v.as_mut_ptr(), largest);
                }
                for (i, [p, m, v, most]) in want.iter_mut().enumerate() {
                    let mut g = f64::from(g[i]) * 2.0;
                    if decoupled {
                        *p *= 1.0 - rate * weight_decay;
                    } else {
                        g += weight_decay * *p;
                    }
                    *m = beta1 * *m + (1.0 - beta1) * g;
                    *v = beta2 * *v + (1.0 - beta2) * g * g;
                    *most = most.max(*v);
                    let divisor = if amsgrad { *most } else { *v };
                    let (correction1, correction2) = (1.0 - beta1.powi(step as i32), 1.0 - beta2.powi(step as i32));
                    *p -= rate / correction1 * *m / (divisor.sqrt() / correction2.sqrt() + epsilon);
                }
                assert_close(&p, &want.iter().map(|w| w[0]).collect::<Vec<_>>(), "parameter");
                assert_close(&m, &want.iter().map(|w| w[1]).collect::<Vec<_>>(), "mean");
                assert_close(&v, &want.iter().map(|w| w[2]).collect::<Vec<_>>(), "square");
                if amsgrad {
                    assert_close(&most, &want.iter().map(|w| w[3]).collect::<Vec<_>>(), "largest square");
                }
            }
            assert!(!amsgrad || most.iter().zip(&v).any(|(most, v)| most > v), "the largest is never one of the past");
        }
    }

    #[test]
    fn sums_of_squares_of_any_length() {
        for count in [0, 1, 5, 32, 10_007] {
            let x: Vec<f32> = (0..count).map(|i| (i % 13) as f32 / 4.0).collect();
            let want: f64 = x.iter().map(|&x| f64::from(x).powi(2)).sum();
            // SAFETY: the count is the length.
            let got = unsafe { sum_of_squares::<Scalar>(count, x.as_ptr()) };
            assert!((got - want).abs() <= 1e-6 * want);
        }
    }

    #[test]
    fn no_parameters_take_no_step() {
        let of = Sgd {
            rate: 0.1,
            momentum: 0.9,
            dampening: 0.0,
            weight_decay: 0.1,
            nesterov: true,
            first: true,
            scale: 1.0,
        };
        let (rate, beta1, beta2, epsilon) = (0.01, 0.9, 0.999, 1e-8);
        let adam_of = Adam { rate, beta1, beta2, epsilon, weight_decay: 0.1, decoupled: true, step: 1, scale: 1.0 };
        let mut p = [7.0];
        // SAFETY: there is nothing to read or write.
        unsafe {
            let p = p.as_mut_ptr();
            sgd::<Scalar>(&of, 0, p, [].as_ptr(), p);
            adam::<Scalar>(&adam_of, 0, p, [].as_ptr(), p, p, p);
        }
        assert_eq!(p, [7.0]);
    }

    #[test]
    fn powers_by_squaring() {
        assert_eq!((power(0.5, 0), power(0.5, 10), power(3.0, 5)), (1.0, 1.0 / 1024.0, 243.0));
        assert!((power(0.999, 10_000) / 0.999f64.powi(10_000) - 1.0).abs() < 1e-12);
    }
}
