//! Sums over the images of a batch in runs that threads can work on side by side.

use super::Convolution;
use crate::arena::Scratch;
use crate::crew::share;
use crate::kernels::elementwise::zip_run;
use crate::lane::Lane;
use crate::parts::{Parts, parts};

/// Runs that are enough to keep threads busy, if each group has so many.
const ENOUGH: usize = 16;
/// Most floats of all runs' sums: 4 MB.
const LARGEST: usize = 1 << 20;

/// The sums of every run and group. How the images are cut follows from the shape alone, so the result is the same however
/// many threads there are.
pub struct Runs {
    images: Parts,
    groups: usize,
    size: usize,
    sums: Scratch,
}

impl Runs {
    /// For `size` sums a group.
    pub fn new(shape: &Convolution, size: usize) -> Option<Self> {
        let count = (ENOUGH / shape.groups).min(LARGEST / (shape.groups * size).max(1)).clamp(1, shape.batch);
        let images = parts(shape.batch, shape.batch.div_ceil(count), 1);
        let sums = Scratch::f32s((images.count() * shape.groups).checked_mul(size)?)?;
        Some(Runs { images, groups: shape.groups, size, sums })
    }

    /// Calls `add(image, group, sums)` for all of them, which adds an image's part to the sums of its group and run; then adds
    /// up the runs. A call takes `nanoseconds` on one thread.
    /// # Safety: as [`share`]; calls for one group and run are in turn.
    pub unsafe fn sum<L: Lane>(&mut self, nanoseconds: u64, add: impl Fn(usize, usize, *mut f32)) {
        let (runs, images) = (self.images.count(), self.images);
        let all = nanoseconds * (images.get(0).len() * runs * self.groups) as u64;
        let run = |i: usize| {
            let (sums, group) = (self.of(i), i % self.groups);
            sums.write_bytes(0, self.size);
            images.get(i / self.groups).for_each(|image| add(image, group, sums));
        };
        if runs * self.groups > 1 {
            share(runs * self.groups, all, run);
        } else {
            run(0); // whose work the threads share
        }
        for i in self.groups..runs * self.groups {
            let total = self.total(i % self.groups);
            zip_run::<L, 4>(self.size, total, self.of(i), total, &L::add);
        }
    }

    /// The sums of a group, once they are added up.
    pub fn total(&self, group: usize) -> *mut f32 {
        self.of(group)
    }

    fn of(&self, i: usize) -> *mut f32 {
        self.sums.pointer().wrapping_add(i * self.size)
    }
}
