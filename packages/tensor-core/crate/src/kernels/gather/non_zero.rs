//! Where a tensor is not zero. How many places there are is counted first, so that the caller can make room for them.

use crate::crew::{parts_for, share};
use crate::kernels::elementwise::cheap;
use crate::layout::Walk;
use crate::parts::{Parts, pieces};
use core::ops::Range;

/// Most pieces of one tensor.
const MOST: usize = 64;

/// How many elements are not zero. -0 is zero, NaN is not.
/// # Safety: `x` points at `count` readable elements.
pub unsafe fn count_non_zero<T: Copy + Default + PartialEq>(count: usize, x: *const T) -> usize {
    let (cut, counts) = count_by_pieces(count, x);
    counts[..cut.count()].iter().sum()
}

/// The places of the elements that are not zero, in row-major order: an index for each axis of the walk, (count, rank).
/// # Safety: `x` points at as many readable elements as the walk has, `y` at count · rank writable integers; of more places
/// than `count` the first are written.
pub unsafe fn non_zero<T: Copy + Default + PartialEq>(walk: &Walk<0>, count: usize, x: *const T, y: *mut i32) {
    if walk.rank == 0 {
        return; // a number's place is no index
    }
    let (cut, counts) = count_by_pieces(walk.len(), x);
    share(cut.count(), cheap(walk.len()), |i| {
        let before = counts[..i].iter().sum::<usize>().min(count);
        write_piece(walk, cut.get(i), counts[i].min(count - before), x, y.add(before * walk.rank));
    });
}

/// Cuts the elements into pieces, and counts those of each that are not zero.
unsafe fn count_by_pieces<T: Copy + Default + PartialEq>(count: usize, x: *const T) -> (Parts, [usize; MOST]) {
    let cut = pieces(count, parts_for(cheap(count)).min(MOST), 64);
    let mut counts = [0; MOST];
    let first = counts.as_mut_ptr();
    share(cut.count(), cheap(count), |i| {
        let of_piece = core::slice::from_raw_parts(x.add(cut.get(i).start), cut.get(i).len());
        *first.add(i) = of_piece.iter().filter(|&&x| x != T::default()).count();
    });
    (cut, counts)
}

/// Writes the first `left` places of a piece.
unsafe fn write_piece<T: Copy + Default + PartialEq>(
    walk: &Walk<0>,
    piece: Range<usize>,
    mut left: usize,
    x: *const T,
    mut y: *mut i32,
) {
    const CHUNK: usize = 64;
    let run = core::slice::from_raw_parts(x.add(piece.start), piece.len());
    for (chunk, start) in run.chunks(CHUNK).zip((piece.start..).step_by(CHUNK)) {
        if !chunk.iter().fold(false, |any, &x| any | (x != T::default())) {
            continue;
        }
        let (mut places, mut found) = ([0; CHUNK], 0);
        for (i, &x) in chunk.iter().enumerate() {
            // Written anyway, and kept if there is something: no branch to guess.
            places[found] = (start + i) as u32;
            found += usize::from(x != T::default());
        }
        found = found.min(left);
        // Axis by axis from the last: what is left of a place once it is divided by the sizes behind.
        for axis in (0..walk.rank).rev() {
            let size = walk.sizes[axis] as u32;
            for (i, place) in places[..found].iter_mut().enumerate() {
                let before = if axis == 0 { 0 } else { *place / size };
                *y.add(i * walk.rank + axis) = (*place - before * size) as i32;
                *place = before;
            }
        }
        (y, left) = (y.add(found * walk.rank), left - found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places where a tensor of a shape is not zero, by loops over its axes.
    fn reference(sizes: &[usize], is_set: impl Fn(usize) -> bool) -> Vec<i32> {
        let mut places = vec![];
        for place in (0..sizes.iter().product()).filter(|&place| is_set(place)) {
            let mut behind: usize = sizes.iter().product();
            for &size in sizes {
                behind /= size;
                places.push((place / behind % size) as i32);
            }
        }
        places
    }

    fn run<T: Copy + Default + PartialEq>(sizes: &[usize], x: &[T], count: usize) -> Vec<i32> {
        let words: Vec<i32> = sizes.iter().map(|&size| size as i32).collect();
        let mut y = vec![-1; count * sizes.len()];
        // SAFETY: x and y have the sizes of the walk.
        unsafe { non_zero(&Walk::new(&words, []), count, x.as_ptr(), y.as_mut_ptr()) };
        y
    }

    #[test]
    fn places_are_found_in_row_major_order_in_every_shape() {
        let shapes: [&[usize]; 9] =
            [&[], &[1], &[0], &[7], &[3, 5], &[4, 0, 2], &[2, 3, 4], &[300, 7], &[2, 1, 3, 1, 2, 2, 1, 5]];
        for sizes in shapes {
            let size: usize = sizes.iter().product();
            for every in [1, 2, 3, 1000] {
                let is_set = |place: usize| place.is_multiple_of(every) && place != 4;
                let floats: Vec<f32> =
                    (0..size).map(|i| if is_set(i) { [1.0, f32::NAN, -1e-45][i % 3] } else { -0.0 }).collect();
                let integers: Vec<i32> = floats.iter().map(|&x| if x == 0.0 { 0 } else { i32::MIN }).collect();
                let bytes: Vec<u8> = integers.iter().map(|&x| if x == 0 { 0 } else { 128 }).collect();
                // SAFETY: the counts are the lengths.
                let counts = unsafe {
                    [
                        count_non_zero(size, floats.as_ptr()),
                        count_non_zero(size, integers.as_ptr()),
                        count_non_zero(size, bytes.as_ptr()),
                    ]
                };
                let count = (0..size).filter(|&i| is_set(i)).count();
                assert_eq!(counts, [count; 3], "{sizes:?}");
                let want = reference(sizes, is_set);
                assert_eq!(run(sizes, &floats, count), want, "{sizes:?}");
                assert_eq!(run(sizes, &integers, count), want, "{sizes:?}");
                assert_eq!(run(sizes, &bytes, count), want, "{sizes:?}");
                let fewer = count / 2;
                assert_eq!(run(sizes, &bytes, fewer), want[..fewer * sizes.len()], "{sizes:?}, the first {fewer}");
            }
        }
    }
}
