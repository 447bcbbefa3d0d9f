//! y = f(x).

use super::{CHEAP, DEAR, cheap, map_items, map_lanes};
use crate::crew::share_walk;
use crate::kernels::transcendental as t;
use crate::lane::Lane;
use crate::layout::Walk;
use wasm_bindgen::prelude::wasm_bindgen;

/// Functions of one f32.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unary {
    Neg,
    Abs,
    /// -1, 0 or 1; 0 at NaN.
    Sign,
    /// 1 if x > 0, else 0: the derivative of relu.
    Step,
    Square,
    Sqrt,
    Rsqrt,
    Reciprocal,
    Exp,
    Expm1,
    Log,
    Log1p,
    Sin,
    Cos,
    Tanh,
    Erf,
    Sigmoid,
    Relu,
    Silu,
    Gelu,
    GeluTanh,
    Softplus,
    Floor,
    Ceil,
    /// To the nearest integer, ties to even.
    Round,
    Trunc,
}

/// Functions of one i32; they wrap on overflow.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IntegerUnary {
    Neg,
    Abs,
    Sign,
    Square,
}

impl Unary {
    /// Elements a nanosecond.
    fn speed(self) -> u64 {
        use Unary::{Abs, Ceil, Floor, Neg, Relu, Round, Sign, Square, Step, Trunc};
        match self {
            Neg | Abs | Sign | Step | Square | Relu | Floor | Ceil | Round | Trunc => CHEAP,
            _ => DEAR,
        }
    }
}

/// y = f(x) over the walk's operands (y, x).
/// # Safety: as [`map_lanes`].
pub unsafe fn unary<L: Lane>(function: Unary, walk: &Walk<2>, x: *const f32, y: *mut f32) {
    share_walk(walk, walk.len() as u64 / function.speed(), |walk, [y_at, x_at]| {
        part::<L>(function, walk, x.offset(x_at), y.offset(y_at));
    });
}

unsafe fn part<L: Lane>(function: Unary, walk: &Walk<2>, x: *const f32, y: *mut f32) {
    let (zero, one) = (L::splat(0.0), L::splat(1.0));
    match function {
        Unary::Neg => map_lanes::<L, 4>(walk, x, y, L::neg),
        Unary::Abs => map_lanes::<L, 4>(walk, x, y, L::abs),
        Unary::Sign => map_lanes::<L, 4>(walk, x, y, |x| {
            let magnitude = zero.less(x.abs()).and(one);
            magnitude.or(magnitude.equal(one).and(x).and(L::splat(-0.0)))
        }),
        Unary::Step => map_lanes::<L, 4>(walk, x, y, |x| zero.less(x).and(one)),
        Unary::Square => map_lanes::<L, 4>(walk, x, y, |x| x.mul(x)),
        Unary::Sqrt => map_lanes::<L, 4>(walk, x, y, L::sqrt),
        Unary::Rsqrt => map_lanes::<L, 4>(walk, x, y, |x| one.div(x.sqrt())),
        Unary::Reciprocal => map_lanes::<L, 4>(walk, x, y, |x| one.div(x)),
        Unary::Exp => map_lanes::<L, 4>(walk, x, y, t::exp()),
        Unary::Expm1 => map_lanes::<L, 2>(walk, x, y, t::expm1()),
        Unary::Log => map_lanes::<L, 4>(walk, x, y, t::log()),
        Unary::Log1p => map_lanes::<L, 2>(walk, x, y, t::log1p()),
        Unary::Sin => map_lanes::<L, 2>(walk, x, y, t::sin()),
        Unary::Cos => map_lanes::<L, 2>(walk, x, y, t::cos()),
        Unary::Tanh => map_lanes::<L, 2>(walk, x, y, t::tanh()),
        Unary::Erf => map_lanes::<L, 2>(walk, x, y, t::erf()),
        Unary::Sigmoid => map_lanes::<L, 4>(walk, x, y, t::sigmoid()),
        // `pseudo_max` is one instruction where `max` is several, and keeps NaN in this order.
        Unary::Relu => map_lanes::<L, 4>(walk, x, y, |x| x.pseudo_max(zero)),
        Unary::Silu => map_lanes::<L, 4>(walk, x, y, t::silu()),
        Unary::Gelu => map_lanes::<L, 2>(walk, x, y, t::gelu()),
        Unary::GeluTanh => map_lanes::<L, 2>(walk, x, y, t::gelu_tanh()),
        Unary::Softplus => map_lanes::<L, 1>(walk, x, y, t::softplus()),
        Unary::Floor => map_lanes::<L, 4>(walk, x, y, L::floor),
        Unary::Ceil => map_lanes::<L, 4>(walk, x, y, L::ceil),
        Unary::Round => map_lanes::<L, 4>(walk, x, y, L::nearest),
        Unary::Trunc => map_lanes::<L, 4>(walk, x, y, L::truncate),
    }
}

/// y = f(x) over the walk's operands (y, x).
/// # Safety: as [`map_items`].
pub unsafe fn integer_unary(function: IntegerUnary, walk: &Walk<2>, x: *const i32, y: *mut i32) {
    share_walk(walk, cheap(walk.len()), |walk, [y_at, x_at]| {
        let (x, y) = (x.offset(x_at), y.offset(y_at));
        match function {
            IntegerUnary::Neg => map_items(walk, x, y, i32::wrapping_neg),
            IntegerUnary::Abs => map_items(walk, x, y, i32::wrapping_abs),
            IntegerUnary::Sign => map_items(walk, x, y, i32::signum),
            IntegerUnary::Square => map_items(walk, x, y, |x: i32| x.wrapping_mul(x)),
        }
    });
}

/// y = log(1 + exp(beta x)) / beta, or x where beta x is above the threshold, over the walk's operands (y, x).
/// # Safety: as [`map_lanes`].
pub unsafe fn scaled_softplus<L: Lane>(walk: &Walk<2>, beta: f32, threshold: f32, x: *const f32, y: *mut f32) {
    let (curve, beta, threshold) = (t::softplus::<L>(), L::splat(beta), L::splat(threshold));
    share_walk(walk, walk.len() as u64 / DEAR, |walk, [y_at, x_at]| {
        map_lanes::<L, 1>(walk, x.offset(x_at), y.offset(y_at), move |x| {
            let scaled = x.mul(beta);
            threshold.less(scaled).select(x, curve(scaled).div(beta))
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    type Definition = fn(f64) -> f64;

    fn run(function: Unary, x: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; x.len()];
        // SAFETY: both hold as many elements as the walk has.
        unsafe { unary::<Scalar>(function, &Walk::contiguous(x.len()), x.as_ptr(), y.as_mut_ptr()) };
        y
    }

    #[test]
    fn every_function_matches_its_definition_at_every_length() {
        let definitions: [(Unary, Definition); 18] = [
            (Unary::Neg, |x| -x),
            (Unary::Abs, f64::abs),
            (Unary::Sign, |x| if x == 0.0 { 0.0 } else { x.signum() }),
            (Unary::Step, |x| f64::from(u8::from(x > 0.0))),
            (Unary::Square, |x| x * x),
            (Unary::Exp, f64::exp),
            (Unary::Expm1, f64::exp_m1),
            (Unary::Reciprocal, f64::recip),
            (Unary::Sin, f64::sin),
            (Unary::Cos, f64::cos),
            (Unary::Tanh, f64::tanh),
            (Unary::Sigmoid, |x| 1.0 / (1.0 + (-x).exp())),
            (Unary::Relu, |x| x.max(0.0)),
            (Unary::Silu, |x| x / (1.0 + (-x).exp())),
            (Unary::Floor, f64::floor),
            (Unary::Ceil, f64::ceil),
            (Unary::Round, f64::round_ties_even),
            (Unary::Trunc, f64::trunc),
        ];
        for (function, definition) in definitions {
            for count in [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 70] {
                let x: Vec<f32> = (0..count).map(|i| i as f32 * 0.25 - 3.125).collect();
                for (x, y) in x.iter().zip(run(function, &x)) {
                    let want = definition(f64::from(*x));
                    assert!((f64::from(y) - want).abs() <= 4e-7 * want.abs(), "{function:?}({x}) = {y}, not {want}");
                }
            }
        }
    }

    #[test]
    fn positive_only_functions_match_theirs() {
        let x: Vec<f32> = (1..50).map(|i| i as f32 * 0.37).collect();
        let definitions: [(Unary, Definition); 5] = [
            (Unary::Sqrt, f64::sqrt),
            (Unary::Rsqrt, |x| 1.0 / x.sqrt()),
            (Unary::Log, f64::ln),
            (Unary::Log1p, f64::ln_1p),
            (Unary::Softplus, |x| x.exp().ln_1p()),
        ];
        for (function, definition) in definitions {
            for (x, y) in x.iter().zip(run(function, &x)) {
                let want = definition(f64::from(*x));
                assert!(
                    (f64::from(y) - want).abs() <= 3e-7 * want.abs().max(0.1),
                    "{function:?}({x}) = {y}, not {want}"
                );
            }
        }
    }

    #[test]
    fn scaled_softplus_bends_at_its_scale_and_ends_at_its_threshold() {
        let x = [-3.0, 0.0, 0.5, 4.0, f32::NAN];
        let mut y = [9.0; 5];
        // SAFETY: five elements each.
        unsafe { scaled_softplus::<Scalar>(&Walk::contiguous(5), 2.0, 3.0, x.as_ptr(), y.as_mut_ptr()) };
        for (x, y) in x.iter().zip(y).take(3) {
            let want = (2.0 * f64::from(*x)).exp().ln_1p() / 2.0;
            assert!((f64::from(y) - want).abs() <= 3e-7 * want, "{x}: {y}, not {want}");
        }
        assert_eq!(y[3], 4.0); // 8 is above 3: itself, and not 4.0002
        assert!(y[4].is_nan());
    }

    #[test]
    fn sign_step_and_relu_at_nan_and_zero() {
        let y = run(Unary::Sign, &[f32::NAN, -0.0, 0.0, -2.0, f32::INFINITY]);
        assert_eq!(y, [0.0, 0.0, 0.0, -1.0, 1.0]);
        assert!(run(Unary::Relu, &[f32::NAN])[0].is_nan());
        assert_eq!(run(Unary::Relu, &[-1.0, 0.0, 2.0]), [0.0, 0.0, 2.0]);
        assert_eq!(run(Unary::Step, &[f32::NAN, 0.0, 1e-40]), [0.0, 0.0, 1.0]);
    }

    #[test]
    fn strided_rows_longer_than_a_chunk_go_where_they_belong() {
        // y transposed from (600, 3) to (3, 600): both strides differ from 1 in turn.
        let x: Vec<f32> = (0..1800).map(|i| i as f32).collect();
        for (y_strides, x_strides) in [([600, 1], [1, 3]), ([1, 3], [600, 1]), ([1, 3], [1, 3]), ([600, 1], [1, 0])] {
            let walk = Walk::new(&[3, 600], [&y_strides, &x_strides]).collapsed();
            let mut y = vec![0.0; 1800];
            // SAFETY: offsets stay within 1800 elements.
            unsafe { unary::<Scalar>(Unary::Neg, &walk, x.as_ptr(), y.as_mut_ptr()) };
            for i in 0..3 {
                for j in 0..600 {
                    assert_eq!(
                        y[i * y_strides[0] as usize + j * y_strides[1] as usize],
                        -x[i * x_strides[0] as usize + j * x_strides[1] as usize]
                    );
                }
            }
        }
    }

    #[test]
    fn integers_wrap() {
        let x = [i32::MIN, -3, 0, 70_000];
        let run = |function| {
            let mut y = [9; 4];
            // SAFETY: four elements each.
            unsafe { integer_unary(function, &Walk::contiguous(4), x.as_ptr(), y.as_mut_ptr()) };
            y
        };
        assert_eq!(run(IntegerUnary::Neg), [i32::MIN, 3, 0, -70_000]);
        assert_eq!(run(IntegerUnary::Abs), [i32::MIN, 3, 0, 70_000]);
        assert_eq!(run(IntegerUnary::Sign), [-1, -1, 0, 1]);
        assert_eq!(run(IntegerUnary::Square), [0, 9, 0, 605_032_704]);
    }
}
