//! Splits of a length. [`parts`] follow from the length alone, never from the number of threads, so sums over them come out
//! the same however many threads share the work; [`pieces`] are for work whose results do not depend on the split.

use core::ops::Range;

/// A length cut into nearly equal ranges, all but the last of the same size. A length of zero is one empty range.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    length: usize,
    part: usize,
}

impl Parts {
    pub fn count(&self) -> usize {
        self.length.div_ceil(self.part).max(1)
    }

    /// Length of all but the last, which may be shorter.
    pub fn longest(&self) -> usize {
        self.part.min(self.length)
    }

    pub fn get(&self, i: usize) -> Range<usize> {
        i * self.part..((i + 1) * self.part).min(self.length)
    }
}

impl IntoIterator for Parts {
    type Item = Range<usize>;
    type IntoIter = Ranges;

    fn into_iter(self) -> Ranges {
        Ranges { of: self, next: 0 }
    }
}

/// The ranges in turn.
pub struct Ranges {
    of: Parts,
    next: usize,
}

impl Iterator for Ranges {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let i = self.next;
        self.next += 1;
        (i < self.of.count()).then(|| self.of.get(i))
    }
}

/// Cuts `0..length` into nearly equal parts of at most `largest` (rounded up to `grain`), each but the last a multiple
/// of `grain`.
pub fn parts(length: usize, largest: usize, grain: usize) -> Parts {
    let count = length.div_ceil(largest).max(1);
    Parts { length, part: length.div_ceil(count).next_multiple_of(grain).max(1) }
}

/// Cuts `0..length` into at most `count` nearly equal pieces, each but the last a multiple of `grain`.
pub fn pieces(length: usize, count: usize, grain: usize) -> Parts {
    parts(length, length.div_ceil(count.max(1)).max(1), grain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(length: usize, largest: usize, grain: usize) -> Vec<Range<usize>> {
        let parts = parts(length, largest, grain);
        let all: Vec<_> = parts.into_iter().collect();
        assert_eq!((all.len(), all[0].len()), (parts.count(), parts.longest()));
        all
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

    #[test]
    fn pieces_are_not_more_than_asked_for_and_cover_everything() {
        for (length, count, grain) in [(100, 7, 8), (5, 9, 1), (1, 1, 4), (0, 3, 8), (64, 8, 8)] {
            let all: Vec<_> = pieces(length, count, grain).into_iter().collect();
            assert!(all.len() <= count && all[0].start == 0 && all[all.len() - 1].end == length, "{all:?}");
            assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start && pair[0].len() % grain == 0), "{all:?}");
        }
    }
}
