//! A tree of squares over points of a plane (Barnes & Hut 1986), written down in the order in which it is walked: each square
//! knows how many points lie in it, their mean, and where the walk goes on behind it. Points are put in Morton's order first,
//! so that those of one square stand together, and neighbours in a list are neighbours in the plane.

use crate::arena::Scratch;

/// Bits of a coordinate, and so levels at most: points that share them share a leaf.
const LEVELS: u32 = 20;
const INDEX_BITS: u32 = 64 - 2 * LEVELS;
/// The most points.
pub(super) const MOST: usize = 1 << INDEX_BITS;

#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Square {
    pub x: f32,
    pub y: f32,
    pub count: f32,
    /// Its width squared; 0 of a leaf.
    pub squared: f32,
    /// The square that comes next if this one counts as one point.
    pub next: u32,
}

pub(super) struct QuadTree {
    keys: Scratch,
    squares: Scratch,
    count: usize,
    used: usize,
}

impl QuadTree {
    /// Room for so many points; None if memory is short.
    pub fn new(count: usize) -> Option<Self> {
        let words = size_of::<Square>() / size_of::<f32>();
        // A square that is no leaf has two that are not empty.
        let squares = Scratch::f32s(count.checked_mul(2 * words)?)?;
        Some(QuadTree { keys: Scratch::f32s(count.checked_mul(2)?)?, squares, count, used: 0 })
    }

    /// Takes the points, x and y in turn.
    /// # Safety: `points` has 2 · count readable elements.
    pub unsafe fn build(&mut self, points: *const f32) {
        let count = self.count;
        let at = |i: usize| [*points.add(2 * i), *points.add(2 * i + 1)];
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for i in 0..count {
            for (axis, x) in at(i).into_iter().enumerate() {
                low[axis] = low[axis].min(x);
                high[axis] = high[axis].max(x);
            }
        }
        let width = (high[0] - low[0]).max(high[1] - low[1]);
        let by = if width > 0.0 { (1u32 << LEVELS) as f32 / width } else { 0.0 };
        let keys = core::slice::from_raw_parts_mut(self.keys.pointer().cast::<u64>(), count);
        for (i, key) in keys.iter_mut().enumerate() {
            let [x, y] = at(i);
            let cell = |x: f32, low: f32| (((x - low) * by) as u32).min((1 << LEVELS) - 1);
            *key = (spread(cell(x, low[0])) | spread(cell(y, low[1])) << 1) << INDEX_BITS | i as u64;
        }
        keys.sort_unstable();
        self.used = 0;
        self.square(points, 0, count, 0, width);
    }

    /// Writes the square of some keys and all within it; the sum of its points.
    unsafe fn square(&mut self, points: *const f32, start: usize, end: usize, level: u32, width: f32) -> [f64; 2] {
        let keys = self.keys.pointer().cast::<u64>();
        // A square that has but one within it is skipped: levels that all keys share.
        let apart = (*keys.add(start) ^ *keys.add(end - 1)) >> INDEX_BITS;
        let shared = if apart == 0 { LEVELS } else { LEVELS - 1 - (63 - apart.leading_zeros()) / 2 };
        let width = width / (1u32 << (shared - level)) as f32;
        let own = self.used;
        self.used += 1;
        let mut sum = [0.0; 2];
        if shared == LEVELS {
            for at in start..end {
                let i = self.point(at);
                sum[0] += f64::from(*points.add(2 * i));
                sum[1] += f64::from(*points.add(2 * i + 1));
            }
        } else {
            let shift = INDEX_BITS + 2 * (LEVELS - 1 - shared);
            let mut from = start;
            while from < end {
                let quarter = *keys.add(from) >> shift;
                let rest = core::slice::from_raw_parts(keys.add(from), end - from);
                let to = from + rest.partition_point(|key| key >> shift == quarter);
                let [x, y] = self.square(points, from, to, shared + 1, width / 2.0);
                sum = [sum[0] + x, sum[1] + y];
                from = to;
            }
        }
        let count = (end - start) as f64;
        self.squares.pointer().cast::<Square>().add(own).write(Square {
            x: (sum[0] / count) as f32,
            y: (sum[1] / count) as f32,
            count: count as f32,
            squared: if shared == LEVELS { 0.0 } else { width * width },
            next: self.used as u32,
        });
        sum
    }

    /// The number of the point that stands at a place of Morton's order.
    #[inline(always)]
    pub unsafe fn point(&self, at: usize) -> usize {
        (*self.keys.pointer().cast::<u64>().add(at) & ((1 << INDEX_BITS) - 1)) as usize
    }

    pub unsafe fn squares(&self) -> &[Square] {
        core::slice::from_raw_parts(self.squares.pointer().cast(), self.used)
    }
}

/// The bits of a number with a 0 before each.
fn spread(x: u32) -> u64 {
    let mut x = u64::from(x);
    x = (x | x << 16) & 0x0000_ffff_0000_ffff;
    x = (x | x << 8) & 0x00ff_00ff_00ff_00ff;
    x = (x | x << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    x = (x | x << 2) & 0x3333_3333_3333_3333;
    (x | x << 1) & 0x5555_5555_5555_5555
}
