//! Sweeps of f32 arguments, and the comparison in ulp of a lane function with an f64 one.

use crate::lane::{Lane, Scalar};

const POINTS: usize = 400_000;

pub fn linear(low: f64, high: f64) -> impl Iterator<Item = f32> {
    (0..POINTS).map(move |i| (low + (high - low) * (i as f64 + 0.37) / POINTS as f64) as f32)
}

pub fn logarithmic(low: f64, high: f64) -> impl Iterator<Item = f32> {
    (0..POINTS).map(move |i| (low * (high / low).powf((i as f64 + 0.37) / POINTS as f64)) as f32)
}

/// A lane function at one argument.
pub fn at(f: impl Fn(Scalar) -> Scalar, x: f32) -> f32 {
    f(Scalar::splat(x)).to_array()[0]
}

/// Distance of two neighbouring f32s around `x`, which may lie outside the range of f32.
fn ulp(x: f64) -> f64 {
    let exponent = x.abs().max(f64::from(f32::MIN_POSITIVE)).log2().floor() as i32;
    2f64.powi(exponent.clamp(-126, 127) - 23)
}

/// Asserts |got - want| ≤ bound ulp at every argument; the f64 result is taken as exact.
#[track_caller]
pub fn assert_ulps(
    name: &str,
    bound: f64,
    f: impl Fn(Scalar) -> Scalar,
    exact: impl Fn(f64) -> f64,
    arguments: impl Iterator<Item = f32>,
) {
    let (mut worst, mut worst_at) = (0.0, 0.0);
    for x in arguments {
        let (got, want) = (at(&f, x), exact(f64::from(x)));
        let overflows = want.abs() >= f64::from(f32::MAX) + ulp(f64::MAX) / 2.0;
        let error = match overflows {
            true if f64::from(got) == want.signum() * f64::INFINITY => 0.0,
            true => f64::INFINITY,
            false => (f64::from(got) - want).abs() / ulp(want),
        };
        if error.is_nan() || error > worst {
            (worst, worst_at) = (error, x);
        }
    }
    assert!(worst <= bound, "{name}: {worst:.3} ulp at {worst_at:e}, allowed {bound}");
}
