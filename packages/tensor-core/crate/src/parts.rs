//! Fixed splits. A length is cut into parts by the length alone, never by the number of threads, so sums over the parts
//! come out the same however many threads share the work.

use core::ops::Range;

/// Cuts `0..length` into nearly equal parts of at most `largest` (rounded up to `grain`), each but the last a multiple
/// of `grain`. A length of zero is one empty part.
pub fn parts(length: usize, largest: usize, grain: usize) -> impl Iterator<Item = Range<usize>> {
    let count = length.div_ceil(largest).max(1);
    let part = length.div_ceil(count).next_multiple_of(grain).max(1);
    (0..length.max(1)).step_by(part).map(move |start| start..(start + part).min(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(length: usize, largest: usize, grain: usize) -> Vec<Range<usize>> {
        parts(length, largest, grain).collect()
    }

    #[test]
    fn parts_are_nearly_equal_multiples_of_the_grain() {
        assert_eq!(cut(513, 512, 8), [0..264, 264..513]);
        assert_eq!(cut(100, 96, 6), [0..54, 54..100]);
        assert_eq!(cut(14, 12, 1), [0..7, 7..14]);
    }

    #[test]
    fn zero_is_one_empty_part() {
        assert_eq!(cut(0, 512, 8), vec![0..0]);
    }
}
