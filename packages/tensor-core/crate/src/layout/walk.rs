//! The iteration space of a call, and the frames that carry one.

use super::frames::MAX_RANK;
use core::ops::Range;

/// One iteration space walked by `N` operands: sizes by axis and, for each operand, strides in elements. What stands beyond
/// the rank has no meaning.
#[derive(Clone, Copy, Debug)]
pub struct Walk<const N: usize> {
    pub rank: usize,
    pub sizes: [usize; MAX_RANK],
    /// `strides[operand][axis]`
    pub strides: [[isize; MAX_RANK]; N],
}

impl<const N: usize> Walk<N> {
    /// The space of these sizes, and strides of each operand, one for each size.
    #[inline(never)] // once in the module for each N, and not in every binding
    pub fn new(sizes: &[i32], strides: [&[i32]; N]) -> Self {
        let rank = sizes.len();
        let mut walk = Walk { rank, sizes: [1; MAX_RANK], strides: [[0; MAX_RANK]; N] };
        for axis in 0..rank {
            walk.sizes[axis] = sizes[axis] as usize;
            for operand in 0..N {
                walk.strides[operand][axis] = strides[operand][axis] as isize;
            }
        }
        walk
    }

    /// One axis of `count` elements, contiguous in every operand.
    pub fn contiguous(count: usize) -> Self {
        Self::along(count, [1; N])
    }

    /// One axis of `count` elements with the given stride of each operand.
    pub fn along(count: usize, steps: [usize; N]) -> Self {
        let mut walk = Walk { rank: 1, sizes: [1; MAX_RANK], strides: [[0; MAX_RANK]; N] };
        walk.sizes[0] = count;
        for (strides, step) in walk.strides.iter_mut().zip(steps) {
            strides[0] = step as isize;
        }
        walk
    }

    /// Each operand's offset in elements at a place, counted in row-major order.
    pub fn offsets(&self, mut place: usize) -> [isize; N] {
        let mut offsets = [0; N];
        for axis in (0..self.rank).rev() {
            let index = (place % self.sizes[axis]) as isize;
            place /= self.sizes[axis];
            for operand in 0..N {
                offsets[operand] += index * self.strides[operand][axis];
            }
        }
        offsets
    }

    /// Each operand's stride along the last axis.
    pub fn inner_strides(&self) -> [isize; N] {
        self.strides.map(|strides| strides[self.rank - 1])
    }

    /// The same walk with axes of size 1 dropped and neighbouring axes merged where every operand allows it;
    /// at least one axis remains.
    #[inline(never)]
    pub fn collapsed(self) -> Self {
        let mut out = Walk { rank: 0, sizes: [1; MAX_RANK], strides: [[0; MAX_RANK]; N] };
        for axis in 0..self.rank {
            let size = self.sizes[axis];
            if size == 1 {
                continue;
            }
            let last = out.rank.wrapping_sub(1);
            let merges = out.rank > 0
                && (0..N).all(|operand| out.strides[operand][last] == self.strides[operand][axis] * size as isize);
            if merges {
                out.sizes[last] *= size;
            } else {
                out.sizes[out.rank] = size;
                out.rank += 1;
            }
            for operand in 0..N {
                out.strides[operand][out.rank - 1] = self.strides[operand][axis];
            }
        }
        if out.rank == 0 {
            out.rank = 1;
        }
        out
    }

    /// The part of the walk in a range of one axis, and each operand's offset to its first element.
    pub fn part(&self, axis: usize, range: Range<usize>) -> (Self, [isize; N]) {
        let mut part = *self;
        part.sizes[axis] = range.len();
        (part, self.strides.map(|strides| strides[axis] * range.start as isize))
    }

    pub fn largest_axis(&self) -> usize {
        (0..self.rank).max_by_key(|&axis| self.sizes[axis]).unwrap_or(0)
    }

    /// Number of elements in the iteration space.
    pub fn len(&self) -> usize {
        self.sizes[..self.rank].iter().product()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As [`Self::for_each_row`], by a call for each row: the loops over the axes are in the module once, and not once for
    /// each of many kernels.
    #[inline(never)]
    pub fn call_for_each_row(&self, f: &mut dyn FnMut([isize; N])) {
        self.for_each_row(f);
    }

    /// Calls `f` with each operand's offset in elements for every index of all axes but the last.
    pub fn for_each_row(&self, mut f: impl FnMut([isize; N])) {
        if self.is_empty() {
            return;
        }
        let outer = self.rank - 1;
        let mut index = [0usize; MAX_RANK];
        let mut offsets = [0isize; N];
        loop {
            f(offsets);
            let mut axis = outer;
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                index[axis] += 1;
                for operand in 0..N {
                    offsets[operand] += self.strides[operand][axis];
                }
                if index[axis] < self.sizes[axis] {
                    break;
                }
                index[axis] = 0;
                for operand in 0..N {
                    offsets[operand] -= self.strides[operand][axis] * self.sizes[axis] as isize;
                }
            }
        }
    }
}

/// Declares frames that carry a walk: `Name(operand, …)` is a rank, as many sizes and strides of each operand, and room for
/// `MAX_RANK` of them; its `walk` has the operands in the same order.
macro_rules! walks {
    ($($(#[$doc:meta])* $name:ident($($operand:ident),*);)+) => {$(
        $(#[$doc])*
        #[repr(C)]
        pub struct $name {
            pub rank: i32,
            pub sizes: [i32; MAX_RANK],
            $(pub $operand: [i32; MAX_RANK],)*
        }

        impl $name {
            const OPERANDS: &[&str] = &[$(stringify!($operand)),*];

            pub fn walk(&self) -> $crate::layout::Walk<{ $name::OPERANDS.len() }> {
                $crate::layout::Walk {
                    rank: self.rank as usize,
                    sizes: self.sizes.map(|size| size as usize),
                    strides: [$(self.$operand.map(|stride| stride as isize)),*],
                }
            }
        }
    )+};
}
pub(super) use walks;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contiguous_axes_merge_into_one() {
        let w = Walk::new(&[2, 3, 4], [&[12, 4, 1], &[12, 4, 1]]);
        let c = w.collapsed();
        assert_eq!((c.rank, c.sizes[0], c.strides[0][0], c.strides[1][0]), (1, 24, 1, 1));
    }

    #[test]
    fn a_broadcast_axis_stays_apart() {
        let w = Walk::new(&[2, 3], [&[3, 1], &[0, 1]]);
        let c = w.collapsed();
        assert_eq!((c.rank, &c.sizes[..2]), (2, &[2, 3][..]));
    }

    #[test]
    fn rows_are_visited_in_order_with_each_operands_offset() {
        let w = Walk::new(&[2, 2, 3], [&[6, 3, 1], &[1, 2, 4]]);
        let mut seen = vec![];
        w.for_each_row(|o| seen.push(o));
        assert_eq!(seen, [[0, 0], [3, 2], [6, 1], [9, 3]]);
    }

    #[test]
    fn parts_of_an_axis_visit_what_the_whole_does() {
        let w = Walk::new(&[2, 5, 3], [&[15, 3, 1], &[1, 2, 10]]);
        let mut whole = vec![];
        w.for_each_row(|o| whole.push(o));
        let places: Vec<_> = (0..10).map(|i| w.offsets(3 * i)).collect();
        assert_eq!(places, whole);
        let mut seen = vec![];
        for range in [0..2, 2..5] {
            let (part, from) = w.part(1, range);
            part.for_each_row(|[a, b]| seen.push([a + from[0], b + from[1]]));
        }
        seen.sort();
        whole.sort();
        assert_eq!(seen, whole);
    }

    #[test]
    fn scalars_have_one_row_and_empty_walks_none() {
        let mut rows = 0;
        Walk::new(&[], [&[]]).collapsed().for_each_row(|_| rows += 1);
        assert_eq!(rows, 1);
        Walk::new(&[0, 3], [&[3, 1]]).collapsed().for_each_row(|_| rows += 1);
        assert_eq!(rows, 1);
    }
}
