//! Normal numbers by the method of Box & Muller (1958).

use super::philox::Stream;
use crate::kernels::transcendental::{log, sin_cos};
use crate::lane::{Lane, WIDTH};
use core::f32::consts::PI;

/// Numbers that two blocks give, used whole or not: four pairs of words make four radii and four angles.
const GROUP: usize = 2 * WIDTH;

/// y[i] normal with the given mean and standard deviation.
/// # Safety: `y` points at `count` writable floats.
pub unsafe fn normal<L: Lane>(stream: Stream, count: usize, mean: f32, deviation: f32, y: *mut f32) {
    stream.share(count, |stream, some| group_by_group::<L>(stream, some.len(), mean, deviation, y.add(some.start)));
}

unsafe fn group_by_group<L: Lane>(stream: Stream, count: usize, mean: f32, deviation: f32, y: *mut f32) {
    let (means, deviations) = (L::splat(mean), L::splat(deviation));
    let (log, sin_cos) = (log(), sin_cos());
    for (group, start) in (0..count).step_by(GROUP).enumerate() {
        // (0, 1]: 2⁻³³ is added to a multiple of 2⁻³², so the logarithm is finite.
        let u = stream.block(2 * group, 0).map(|word| (word as f32 + 0.5) / 4_294_967_296.0);
        let angle = stream.block(2 * group + 1, 0).map(|word| (word >> 8) as f32 * (2.0 * PI / 16_777_216.0));
        let radius = log(L::from_array(u)).mul(L::splat(-2.0)).sqrt().mul(deviations);
        let (sine, cosine) = sin_cos(L::from_array(angle));
        let rest = count - start;
        cosine.mul(radius).add(means).store_first(y.add(start), rest.min(WIDTH));
        if rest > WIDTH {
            sine.mul(radius).add(means).store_first(y.add(start + WIDTH), (rest - WIDTH).min(WIDTH));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    const STREAM: Stream = Stream { seed: [3, 9], counter: 0 };

    fn numbers(stream: Stream, count: usize, mean: f32, deviation: f32) -> Vec<f32> {
        let mut y = vec![99.0; count];
        // SAFETY: the count is the length.
        unsafe { normal::<Scalar>(stream, count, mean, deviation, y.as_mut_ptr()) };
        y
    }

    #[test]
    fn moments_and_tails_are_those_of_the_normal_distribution() {
        let count = 400_000;
        let y = numbers(STREAM, count, 0.0, 1.0);
        let moment = |k| y.iter().map(|&y| f64::from(y).powi(k)).sum::<f64>() / count as f64;
        for (k, want, tolerance) in [(1, 0.0, 0.006), (2, 1.0, 0.01), (3, 0.0, 0.03), (4, 3.0, 0.06), (6, 15.0, 0.8)] {
            assert!((moment(k) - want).abs() < tolerance, "moment {k}: {}", moment(k));
        }
        for (bound, probability) in [(1.0, 0.158_655), (2.0, 0.022_750), (3.0, 0.001_350)] {
            for sign in [1.0, -1.0] {
                let share = y.iter().filter(|&&y| sign * y > bound).count() as f64 / count as f64;
                assert!(
                    (share - probability).abs() < 4.0 * (probability / count as f64).sqrt(),
                    "{sign}·{bound}: {share}"
                );
            }
        }
        let neighbours = y.windows(2).map(|w| f64::from(w[0] * w[1])).sum::<f64>() / count as f64;
        assert!(neighbours.abs() < 0.007, "correlation {neighbours}");
    }

    #[test]
    fn a_shorter_call_is_the_beginning_of_a_longer_one() {
        let long = numbers(STREAM, 100, 5.0, 0.5);
        for count in [0, 1, 4, 5, 8, 13, 99] {
            assert_eq!(numbers(STREAM, count, 5.0, 0.5), long[..count]);
        }
        // 16 numbers are two groups of two blocks.
        assert_eq!(numbers(Stream { counter: 4, ..STREAM }, 20, 5.0, 0.5), long[16..36]);
    }

    #[test]
    fn the_extreme_words_give_finite_numbers() {
        for word in [0, u32::MAX] {
            let u = (word as f32 + 0.5) / 4_294_967_296.0;
            let radius = log()(Scalar::splat(u)).mul(Scalar::splat(-2.0)).sqrt().to_array()[0];
            assert!(radius.is_finite() && radius >= 0.0, "{word}: {radius}");
        }
    }
}
