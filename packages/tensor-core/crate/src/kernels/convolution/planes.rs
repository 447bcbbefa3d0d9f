//! Zero-bordered copies of a group's channels. Columns are sorted by their remainder modulo the stride, so pixels that
//! neighbouring outputs read with the same tap are neighbours, whatever the stride: every kernel sees stride 1. Each worker
//! has its own, for images are worked on side by side.

use super::Convolution;
use crate::arena::Scratch;
use crate::crew::EachWorker;
use crate::gemm::pack::copy_row;
use crate::lane::{Lane, WIDTH};
use core::ops::Range;

/// Floats after the last plane that may be read (and are not used) when eight pixels are read at the end of a row.
const SLACK: usize = 8;

pub struct Planes {
    rooms: EachWorker,
    channels: usize,
    /// Rows of a plane, border included.
    rows: usize,
    /// Columns with the same remainder modulo `stride`: a row is `stride` runs of this many.
    run: usize,
    stride: usize,
    /// Border before the first row and the first column.
    before: [usize; 2],
}

impl Planes {
    /// Planes for what the kernel's taps reach from the first output pixel to the last.
    pub fn of_input(shape: &Convolution) -> Option<Self> {
        Self::new(shape.group_channels(), Self::reach(shape), shape.padding, shape.stride[1])
    }

    /// The same for several images side by side, one after the other's channels, in memory that all workers see.
    pub fn of_images(shape: &Convolution, images: usize) -> Option<Self> {
        let channels = shape.group_channels().checked_mul(images)?;
        Self::in_rooms(channels, Self::reach(shape), shape.padding, shape.stride[1], EachWorker::together)
    }

    /// Floats of a channel's plane of the input.
    pub fn size(shape: &Convolution) -> usize {
        let [rows, columns] = Self::reach(shape);
        rows * columns.next_multiple_of(shape.stride[1])
    }

    /// Rows and columns from the first place that a tap reaches to the last.
    fn reach(shape: &Convolution) -> [usize; 2] {
        [0, 1].map(|axis| {
            (shape.output[axis] - 1) * shape.stride[axis] + (shape.kernel[axis] - 1) * shape.dilation[axis] + 1
        })
    }

    /// `channels` planes of `size`, of which the border `before` and whatever `fill` does not reach is zero.
    pub fn new(channels: usize, size: [usize; 2], before: [usize; 2], stride: usize) -> Option<Self> {
        Self::in_rooms(channels, size, before, stride, EachWorker::f32s)
    }

    fn in_rooms(
        channels: usize,
        size: [usize; 2],
        before: [usize; 2],
        stride: usize,
        rooms: impl Fn(usize) -> Option<EachWorker>,
    ) -> Option<Self> {
        let run = size[1].div_ceil(stride);
        let count = channels.checked_mul(size[0])?.checked_mul(run * stride)?.checked_add(SLACK)?;
        let rooms = rooms(count)?;
        for room in rooms.all() {
            // SAFETY: each holds `count` floats.
            unsafe { room.write_bytes(0, count) };
        }
        Some(Planes { rooms, channels, rows: size[0], run, stride, before })
    }

    /// The calling worker's planes.
    pub fn pointer(&self) -> *const f32 {
        self.rooms.mine()
    }

    /// Offset of a padded place in a channel's plane.
    pub fn offset(&self, channel: usize, y: usize, x: usize) -> usize {
        (channel * self.rows + y) * self.run * self.stride + x % self.stride * self.run + x / self.stride
    }

    /// Floats from one output row's places to the next's.
    pub fn row_step(&self, stride: usize) -> usize {
        stride * self.run * self.stride
    }

    /// Copies the channels of `size` at `source` inside the border of the calling worker's planes; what lies beyond them is
    /// left out.
    /// # Safety: `source` holds channels × size values.
    pub unsafe fn fill<L: Lane>(&self, source: *const f32, size: [usize; 2]) {
        self.fill_some::<L>(0..self.channels, source, size);
    }

    /// As [`Planes::fill`], of some of the planes; the first of them is at `source`.
    /// # Safety: `source` holds them.
    pub unsafe fn fill_some<L: Lane>(&self, some: Range<usize>, source: *const f32, size: [usize; 2]) {
        let [top, left] = self.before;
        let rows = size[0].min(self.rows.saturating_sub(top));
        let columns = size[1].min((self.run * self.stride).saturating_sub(left));
        let to = self.rooms.mine();
        for (i, channel) in some.enumerate() {
            for y in 0..rows {
                let from = source.add((i * size[0] + y) * size[1]);
                if self.stride == 1 {
                    copy_row::<L>(columns, from, to.add(self.offset(channel, top + y, left)));
                    continue;
                }
                for x in 0..columns.min(self.stride) {
                    let run = to.add(self.offset(channel, top + y, left + x));
                    copy_strided::<L>((columns - x).div_ceil(self.stride), from.add(x), self.stride, run);
                }
            }
        }
    }

    /// Zeros everywhere.
    /// # Safety: no other thread looks at them.
    pub unsafe fn clear(&self) {
        self.rooms.mine().write_bytes(0, self.channels * self.rows * self.run * self.stride);
    }

    /// The other way than [`Planes::fill_some`]: zeros where the planes do not reach.
    /// # Safety: `to` has room for the channels.
    pub unsafe fn empty_some<L: Lane>(&self, some: Range<usize>, to: *mut f32, size: [usize; 2]) {
        let [top, left] = self.before;
        let rows = size[0].min(self.rows.saturating_sub(top));
        let columns = size[1].min((self.run * self.stride).saturating_sub(left));
        to.write_bytes(0, some.len() * size[0] * size[1]);
        let planes = self.rooms.mine();
        for (i, channel) in some.enumerate() {
            for y in 0..rows {
                let to = to.add((i * size[0] + y) * size[1]);
                if self.stride == 1 {
                    copy_row::<L>(columns, planes.add(self.offset(channel, top + y, left)), to);
                    continue;
                }
                for x in 0..columns {
                    *to.add(x) = *planes.add(self.offset(channel, top + y, left + x));
                }
            }
        }
    }
}

/// Copies `count` values that lie `stride` apart.
#[inline(always)]
unsafe fn copy_strided<L: Lane>(count: usize, from: *const f32, stride: usize, to: *mut f32) {
    let lanes = if stride == 2 { count / WIDTH } else { 0 };
    for i in (0..lanes * WIDTH).step_by(WIDTH) {
        L::load_every_second(from.add(2 * i)).store(to.add(i));
    }
    for i in lanes * WIDTH..count {
        *to.add(i) = *from.add(i * stride);
    }
}

/// The table of a correlation: offsets into planes, one for each weight of a filter, and for each output row the part of
/// them that meets more than the border.
pub struct Taps {
    scratch: Scratch,
    length: usize,
    capacity: usize,
    rows: usize,
}

impl Taps {
    /// Room for `capacity` offsets and `rows` output rows.
    pub fn new(capacity: usize, rows: usize) -> Option<Self> {
        Some(Taps { scratch: Scratch::f32s(capacity + 2 * rows)?, length: 0, capacity, rows: 0 })
    }

    /// The taps of a kernel over planes of its input, in the order of a filter's weights, all of them live in every row.
    pub fn of_kernel(shape: &Convolution, planes: &Planes) -> Option<Self> {
        let mut taps = Taps::new(shape.depth(), shape.output[0])?;
        // SAFETY: as many offsets as a filter has weights, as many rows as the output has.
        unsafe {
            for channel in 0..shape.group_channels() {
                for y in 0..shape.kernel[0] {
                    for x in 0..shape.kernel[1] {
                        taps.push(planes.offset(channel, y * shape.dilation[0], x * shape.dilation[1]));
                    }
                }
            }
            for _ in 0..shape.output[0] {
                taps.push_row(0..shape.depth());
            }
        }
        Some(taps)
    }

    /// # Safety: fewer offsets than the capacity were pushed.
    pub unsafe fn push(&mut self, offset: usize) {
        self.words().add(self.length).write(offset as u32);
        self.length += 1;
    }

    /// The live part of the offsets for the next output row.
    /// # Safety: fewer rows than there is room for were pushed.
    pub unsafe fn push_row(&mut self, live: Range<usize>) {
        let row = self.words().add(self.capacity + 2 * self.rows).cast::<[u32; 2]>();
        row.write([live.start as u32, live.end as u32]);
        self.rows += 1;
    }

    pub fn pointer(&self) -> *const u32 {
        self.words()
    }

    /// (begin, end) for each output row.
    pub fn live(&self) -> *const [u32; 2] {
        self.words().wrapping_add(self.capacity).cast()
    }

    fn words(&self) -> *mut u32 {
        self.scratch.pointer().cast()
    }
}
