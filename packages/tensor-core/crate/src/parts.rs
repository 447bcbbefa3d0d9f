//! Splits of a length. [`parts`] follow from the length alone, never from the number of threads, so sums over them come out
//! the same however many threads share the work; [`pieces`] are for work whose results do not depend on the split.

use core::ops::Range;

/// A length cut into ranges whose sizes differ by at most one grain, the larger ones first; the last may be shorter by less
/// than a grain. A length of zero is one empty range.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    length: usize,
    count: usize,
    grain: usize,
}

impl Parts {
    #[inline(never)] // as `get`: every kernel's divisions would be in the module
    fn new(length: usize, count: usize, grain: usize) -> Self {
        Parts { length, count: count.clamp(1, length.div_ceil(grain).max(1)), grain }
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// All of the length.
    pub fn whole(&self) -> Range<usize> {
        0..self.length
    }

    /// Length of the first range, which none exceeds.
    pub fn longest(&self) -> usize {
        self.get(0).len()
    }

    #[inline(never)]
    pub fn get(&self, i: usize) -> Range<usize> {
        self.start(i)..self.start(i + 1)
    }

    fn start(&self, i: usize) -> usize {
        let grains = self.length.div_ceil(self.grain);
        let (size, larger) = (grains / self.count, grains % self.count);
        ((i * size + i.min(larger)) * self.grain).min(self.length)
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

/// Cuts `0..length` into as few parts as can be of at most `largest` (rounded up to `grain`).
pub fn parts(length: usize, largest: usize, grain: usize) -> Parts {
    Parts::new(length, length.div_ceil(largest.next_multiple_of(grain)), grain)
}

/// Cuts `0..length` into at most `count` pieces.
pub fn pieces(length: usize, count: usize, grain: usize) -> Parts {
    Parts::new(length, count, grain)
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
        assert_eq!(cut(196, 56, 8), [0..56, 56..104, 104..152, 152..196]);
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
