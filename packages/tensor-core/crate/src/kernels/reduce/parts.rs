//! Long sums in parts. How a length is cut follows from the length alone, so the sum is the same on any number of threads.

use crate::crew::share;
use crate::parts::{Parts, parts};
use core::ops::Range;

/// Elements of a part that is worth a thread's while.
const LENGTH: usize = 1 << 16;
/// Most parts of one sum.
const MOST: usize = 64;
/// Elements that stay together along a contiguous axis: a turn of the innermost loop.
const GRAIN: usize = 1024;
/// Elements a nanosecond.
const SPEED: usize = 6;

/// The parts of an axis of `size` whose places are `each` elements.
pub fn parts_of(size: usize, each: usize) -> Parts {
    let longest = LENGTH.max((size * each).div_ceil(MOST)).div_ceil(each.max(1));
    parts(size, longest.max(1), if each == 1 { GRAIN } else { 1 })
}

/// Joins what `part` answers for each part, in their order, on as many threads as it is worth. A part's place is `each`
/// elements.
/// # Safety: as [`share`].
pub unsafe fn join_parts<T: Copy>(
    cut: Parts,
    each: usize,
    identity: T,
    join: impl Fn(T, T) -> T,
    part: impl Fn(Range<usize>) -> T,
) -> T {
    match cut.count() {
        1 => part(cut.whole()),
        _ => join_several(cut, each, identity, &join, &part),
    }
}

// One function for all of a type: this code would be in the module for every kernel that sums.
unsafe fn join_several<T: Copy>(
    cut: Parts,
    each: usize,
    identity: T,
    join: &dyn Fn(T, T) -> T,
    part: &dyn Fn(Range<usize>) -> T,
) -> T {
    let count = cut.count();
    let mut results = [identity; MOST];
    let (first, length) = (results.as_mut_ptr(), cut.get(count - 1).end);
    share(count, (length * each / SPEED) as u64, |i| *first.add(i) = part(cut.get(i)));
    results[..count].iter().fold(identity, |total, &result| join(total, result))
}

/// The sum of what `part` answers for each part of a contiguous run of `count`.
/// # Safety: as [`share`].
pub unsafe fn sum_in_parts(count: usize, part: impl Fn(Range<usize>) -> f64) -> f64 {
    join_parts(parts_of(count, 1), 1, 0.0, |a, b| a + b, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_few_long_and_cover_everything() {
        for (size, each) in
            [(0, 1), (1, 1), (65_536, 1), (65_537, 1), (1_000_000, 1), (1 << 30, 1), (700, 900), (3, 1 << 22)]
        {
            let cut = parts_of(size, each);
            assert!(cut.count() <= MOST && cut.get(cut.count() - 1).end == size, "{size} × {each}: {}", cut.count());
            assert!(cut.count() == 1 || cut.longest() * each >= LENGTH / 2, "{size} × {each}: {}", cut.longest());
        }
    }

    #[test]
    fn results_are_joined_in_order() {
        // SAFETY: the parts write nothing.
        let text = unsafe {
            join_parts(parts_of(200_000, 1), 1, 0.0, |a, b| 10.0 * a + b, |some| (some.start / 50_000) as f64)
        };
        assert_eq!(text, 123.0);
    }
}
