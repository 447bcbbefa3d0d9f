//! exp, log, sin and their kin on lanes, from polynomials and nothing of the host's: the same bits on every engine
//! under plain SIMD. Polynomials are minimax fits (Remez, coefficients rounded to f32 one at a time from the lowest,
//! the rest refitted); each function states its largest error, which the tests assert by sweeps against f64.
//!
//! A function is made before the loop that calls it, so that its constants are: see [`held`].
//!
//! NaN gives NaN everywhere. Errors are in ulp of the result, measured without fused multiply-adds.

mod error_function;
mod exponential;
mod hyperbolic;
mod inverse_tangent;
mod logarithm;
mod power;
#[cfg(test)]
mod sweep;
mod trigonometric;

pub use error_function::{erf, gelu, gelu_gradient};
pub use exponential::{exp, exp_to_zero, expm1};
pub use hyperbolic::{gelu_tanh, sigmoid, silu, silu_gradient, tanh};
pub use inverse_tangent::atan2;
pub use logarithm::{log, log1p, softplus};
pub use power::pow;
pub use trigonometric::{cos, sin, sin_cos};

use crate::lane::Lane;

/// The sign bit of an f32.
const SIGN: u32 = 0x8000_0000;
/// 1.5 · 2²³: adding it rounds a small number to an integer, which then sits in the low bits of the sum.
const ROUND_BY_ADDING: f32 = 12_582_912.0;

/// Constants in lanes, made before a loop and kept through it. The compiler must not see what they are: it would put each
/// beside its use, in the loop, where V8 builds it at every turn from a 64-bit number, three instructions a constant.
#[inline(always)]
fn held<L: Lane, const N: usize>(constants: [f32; N]) -> [L; N] {
    core::hint::black_box(constants).map(L::splat)
}

/// The polynomial `coefficients[0] + coefficients[1] x + …`, by Horner's rule.
#[inline(always)]
fn polynomial<L: Lane, const N: usize>(coefficients: [f32; N]) -> impl Fn(L) -> L + Copy {
    let coefficients = held(coefficients);
    move |x: L| coefficients[..N - 1].iter().rev().fold(coefficients[N - 1], |sum, &next| sum.multiply_add(x, next))
}

/// `magnitude` (≥ 0 or NaN) with the sign of `sign`.
#[inline(always)]
fn with_sign_of<L: Lane>(magnitude: L, sign: L) -> L {
    magnitude.or(sign.and(L::splat_bits(SIGN)))
}
