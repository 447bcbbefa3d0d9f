//! exp, log, sin and their kin on lanes, from polynomials and nothing of the host's: the same bits on every engine
//! under plain SIMD. Polynomials are minimax fits (Remez, coefficients rounded to f32 one at a time from the lowest,
//! the rest refitted); each function states its largest error, which the tests assert by sweeps against f64.
//!
//! NaN gives NaN everywhere. Errors are in ulp of the result, measured without fused multiply-adds.

mod error_function;
mod exponential;
mod hyperbolic;
mod logarithm;
mod power;
#[cfg(test)]
mod sweep;
mod trigonometric;

pub use error_function::{erf, gelu};
pub use exponential::{exp, exp_to_zero, expm1};
pub use hyperbolic::{gelu_tanh, sigmoid, silu, tanh};
pub use logarithm::{log, log1p, softplus};
pub use power::pow;
pub use trigonometric::{cos, sin, sin_cos};

use crate::lane::Lane;

/// The sign bit of an f32.
const SIGN: u32 = 0x8000_0000;
/// The bits of 1.0, on which exponents are added to make powers of two.
const ONE: u32 = 0x3f80_0000;
/// 1.5 · 2²³: adding it rounds a small number to an integer, which then sits in the low bits of the sum.
const ROUND_BY_ADDING: f32 = 12_582_912.0;

/// The polynomial `coefficients[0] + coefficients[1] x + …`, by Horner's rule.
#[inline(always)]
fn polynomial<L: Lane, const N: usize>(x: L, coefficients: [f32; N]) -> L {
    let mut sum = L::splat(coefficients[N - 1]);
    for i in (0..N - 1).rev() {
        sum = sum.multiply_add(x, L::splat(coefficients[i]));
    }
    sum
}

/// `magnitude` (≥ 0 or NaN) with the sign of `sign`.
#[inline(always)]
fn with_sign_of<L: Lane>(magnitude: L, sign: L) -> L {
    magnitude.or(sign.and(L::splat_bits(SIGN)))
}
