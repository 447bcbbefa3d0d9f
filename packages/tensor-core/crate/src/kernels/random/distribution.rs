//! Uniform floats and integers, permutations, Bernoulli trials: one word a number.

use super::philox::Stream;
use crate::lane::Lane;

/// 24 bits of each random word as a float in [0, 1): every value a multiple of 2⁻²⁴.
#[inline(always)]
pub(in crate::kernels) fn unit<L: Lane>(words: L) -> L {
    words.shift_right_bits(8).and(L::splat_bits(0xff_ffff)).i32_to_f32().mul(L::splat(1.0 / 16_777_216.0))
}

/// y[i] uniform in [low, high).
/// # Safety: `y` points at `count` writable floats.
pub unsafe fn uniform<L: Lane>(stream: Stream, count: usize, low: f32, high: f32, y: *mut f32) {
    let last = high.next_down().max(low); // rounding may reach `high`
    stream.share(count, |stream, some| {
        let (y, [low, width, last]) = (y.add(some.start), [low, high - low, last].map(L::splat));
        stream.for_each_lane::<L>(some.len(), |i, n, words| {
            // Two roundings on every machine: the numbers are the same.
            low.add(unit(words).mul(width)).pseudo_min(last).store_first(y.add(i), n);
        });
    });
}

/// y[i] uniform in low..low + n, every integer equally likely: a word that would favour some is drawn again.
/// # Safety: `y` points at `count` writable integers; n > 0.
pub unsafe fn below(stream: Stream, count: usize, low: i32, n: u32, y: *mut i32) {
    stream.share(count, |stream, some| {
        let y = y.add(some.start);
        stream.for_each_word(some.len(), |i, word| *y.add(i) = low.wrapping_add(bounded(stream, i, word, n) as i32));
    });
}

/// The word of number `i` scaled to 0..n, by Lemire's method ("Fast random integer generation in an interval", 2019).
#[inline(always)]
fn bounded(stream: Stream, i: usize, word: u32, n: u32) -> u32 {
    let mut product = u64::from(word) * u64::from(n);
    if (product as u32) < n {
        let surplus = n.wrapping_neg() % n; // 2³² mod n
        let mut attempt = 0;
        while (product as u32) < surplus {
            attempt += 1;
            product = u64::from(stream.block(i / 4, attempt)[i % 4]) * u64::from(n);
        }
    }
    (product >> 32) as u32
}

/// y = 0..count in random order, all orders equally likely (Fisher & Yates).
/// # Safety: `y` points at `count` writable integers.
pub unsafe fn permutation(stream: Stream, count: usize, y: *mut i32) {
    let y = core::slice::from_raw_parts_mut(y, count);
    // Inside out: element i goes to a place among the first i + 1, whose element moves to the end.
    stream.for_each_word(count, |i, word| {
        let place = bounded(stream, i, word, i as u32 + 1) as usize;
        y[i] = y[place];
        y[place] = i as i32;
    });
}

/// y[i] = value with the given probability, else 0. With 1 - p and 1 / (1 - p) it is the mask of dropout.
/// # Safety: `y` points at `count` writable floats.
pub unsafe fn bernoulli<L: Lane>(stream: Stream, count: usize, probability: f32, value: f32, y: *mut f32) {
    stream.share(count, |stream, some| {
        let (y, probability, value) = (y.add(some.start), L::splat(probability), L::splat(value));
        stream.for_each_lane::<L>(some.len(), |i, n, words| {
            unit(words).less(probability).and(value).store_first(y.add(i), n);
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    const STREAM: Stream = Stream { seed: [42, 7], counter: 1000 };

    fn floats(count: usize, fill: impl Fn(*mut f32)) -> Vec<f32> {
        let mut y = vec![-9.0; count];
        fill(y.as_mut_ptr());
        y
    }

    #[test]
    fn uniform_floats_fill_their_interval_evenly() {
        // SAFETY: `floats` gives as many elements as the call writes; so below.
        let y = floats(100_000, |y| unsafe { uniform::<Scalar>(STREAM, 100_000, -2.0, 3.0, y) });
        assert!(y.iter().all(|&y| (-2.0..3.0).contains(&y)));
        let mean = y.iter().map(|&y| f64::from(y)).sum::<f64>() / 1e5;
        assert!((mean - 0.5).abs() < 0.02, "mean {mean}");
        for bin in 0..10 {
            let low = -2.0 + bin as f32 / 2.0;
            let share = y.iter().filter(|&&y| y >= low && y < low + 0.5).count();
            assert!((9_500..10_500).contains(&share), "bin {bin}: {share}");
        }
    }

    #[test]
    fn the_upper_end_is_never_reached() {
        // SAFETY: as above.
        let y = floats(300_000, |y| unsafe { uniform::<Scalar>(STREAM, 300_000, 1.0, 1.000_000_2, y) });
        assert!(y.iter().all(|&y| (1.0..1.000_000_2).contains(&y)));
    }

    #[test]
    fn a_shorter_call_is_the_beginning_of_a_longer_one() {
        // SAFETY: as above.
        let long = floats(1001, |y| unsafe { uniform::<Scalar>(STREAM, 1001, 0.0, 1.0, y) });
        for count in [0, 1, 3, 4, 6, 999] {
            // SAFETY: as above.
            assert_eq!(floats(count, |y| unsafe { uniform::<Scalar>(STREAM, count, 0.0, 1.0, y) }), long[..count]);
        }
        let later = Stream { counter: 1001, ..STREAM };
        // SAFETY: as above.
        assert_eq!(floats(100, |y| unsafe { uniform::<Scalar>(later, 100, 0.0, 1.0, y) }), long[4..104]);
    }

    #[test]
    fn integers_are_equally_likely() {
        for n in [1, 2, 7, 1000, 3 << 30] {
            let mut y = vec![-1; 70_000];
            // SAFETY: the count is the length.
            unsafe { below(STREAM, y.len(), 0, n, y.as_mut_ptr()) };
            assert!(y.iter().all(|&y| (y as u32) < n));
            // By thirds: a method that favours some of 3 · 2³⁰ integers would give one third twice its share.
            let third = |k: u64| y.iter().filter(|&&y| u64::from(y as u32) * 3 / u64::from(n) == k).count() as f64;
            if n > 6 {
                let size =
                    |k: u64| (0..u64::from(n.min(7))).filter(|y| y * 3 / u64::from(n.min(7)) == k).count() as f64;
                let total = if n == 7 { 7.0 } else { 3.0 };
                for k in 0..3 {
                    let want = 70_000.0 * if n == 7 { size(k) } else { 1.0 } / total;
                    assert!((third(k) - want).abs() < 1000.0, "{n}: third {k} has {}", third(k));
                }
            }
        }
        let mut y = [0; 50];
        // SAFETY: as above.
        unsafe { below(STREAM, 50, -3, 2, y.as_mut_ptr()) };
        assert!(y.contains(&-3) && y.contains(&-2) && y.iter().all(|y| (-3..-1).contains(y)));
    }

    #[test]
    fn permutations_hold_everything_once_and_every_place_is_as_likely() {
        for count in [0, 1, 2, 5, 1000] {
            let mut y = vec![-1; count];
            // SAFETY: the count is the length.
            unsafe { permutation(STREAM, count, y.as_mut_ptr()) };
            assert!(count < 5 || y.windows(2).any(|w| w[0] > w[1]));
            y.sort_unstable();
            assert_eq!(y, (0..count as i32).collect::<Vec<_>>());
        }
        let mut places = [[0; 4]; 4];
        for trial in 0..8000 {
            let mut y = [0; 4];
            // SAFETY: as above.
            unsafe { permutation(Stream { counter: trial, ..STREAM }, 4, y.as_mut_ptr()) };
            (0..4).for_each(|place| places[place][y[place] as usize] += 1);
        }
        assert!(places.as_flattened().iter().all(|&n| (1800..2200).contains(&n)), "{places:?}");
    }

    #[test]
    fn bernoulli_trials_succeed_as_often_as_they_should() {
        // SAFETY: as above.
        let mask = floats(100_000, |y| unsafe { bernoulli::<Scalar>(STREAM, 100_000, 0.7, 1.0 / 0.7, y) });
        let kept = mask.iter().filter(|&&m| m == 1.0 / 0.7).count();
        assert!((69_300..70_700).contains(&kept), "{kept}");
        assert_eq!(mask.iter().filter(|&&m| m == 0.0).count(), 100_000 - kept);
        for (probability, want) in [(0.0, 0.0), (1.0, 1.0)] {
            // SAFETY: as above.
            assert_eq!(floats(5, |y| unsafe { bernoulli::<Scalar>(STREAM, 5, probability, 1.0, y) }), [want; 5]);
        }
    }

    #[test]
    fn no_numbers_are_drawn_where_none_are_asked_for() {
        let (mut y, mut integers) = ([7.0], [7]);
        // SAFETY: there is nothing to write.
        unsafe {
            uniform::<Scalar>(STREAM, 0, 0.0, 1.0, y.as_mut_ptr());
            bernoulli::<Scalar>(STREAM, 0, 0.5, 1.0, y.as_mut_ptr());
            below(STREAM, 0, 0, 5, integers.as_mut_ptr());
            permutation(STREAM, 0, integers.as_mut_ptr());
            super::super::normal::<crate::lane::Scalar>(STREAM, 0, 0.0, 1.0, y.as_mut_ptr());
        }
        assert_eq!((y, integers), ([7.0], [7]));
    }
}
