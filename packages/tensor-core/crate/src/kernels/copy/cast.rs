//! Casts between element types, through a hub: f32 where either side is a float, else i32. So n types take a reader and a
//! writer for each hub, and not n² loops. A block of elements waits in between, small enough for the first cache; where one
//! side is the hub itself, it does not.

use super::element::{Bf16, Element, F16, Item, Truth, Whole};
use crate::crew::share_walk;
use crate::kernels::elementwise::cheap;
use crate::layout::Walk;

/// Elements that wait in the hub: 1 KB.
const BLOCK: usize = 256;

/// Either hub's number: both have four bytes.
type Word = u32;

/// Reads `count` elements, `stride` apart, into the hub.
type Read = unsafe fn(x: *const u8, stride: isize, count: usize, hub: *mut Word);
/// Writes `count` elements, `stride` apart, from the hub.
type Write = unsafe fn(hub: *const Word, count: usize, y: *mut u8, stride: isize);

/// y = x as another type over the walk's operands (y, x). Floats go to whole numbers toward zero, beyond the range to its
/// end, NaN to 0; whole numbers to narrower ones modulo 2⁸; to a narrower float the nearest, ties to even, beyond the range
/// to ±∞; to truth values everything but 0 is true.
/// # Safety: `y` and `x` point at the walk's first elements, of the types given, all of which are valid and do not overlap.
pub unsafe fn cast(walk: &Walk<2>, from: Element, to: Element, x: *const u8, y: *mut u8) {
    let (hub, read, write) = way(from, to);
    share_walk(&longest_last(walk), cheap(walk.len()), |walk, [y_part, x_part]| {
        let mut block = [0; BLOCK];
        let last = walk.rank - 1;
        let [y_step, x_step] = walk.inner_strides();
        let (y_is_hub, x_is_hub) = (to == hub && y_step == 1, from == hub && x_step == 1);
        let size = walk.sizes[last];
        // Strips of all rows, so that what a row shares with the next one is in the cache still.
        let width = if y_is_hub || x_is_hub { size } else { BLOCK };
        for start in (0..size).step_by(width.max(1)) {
            let (strip, [y_strip, x_strip]) = walk.part(last, start..size.min(start + width));
            let count = strip.sizes[last];
            strip.for_each_row(|[y_row, x_row]| {
                let x = x.offset((x_part + x_strip + x_row) * from.size() as isize);
                let y = y.offset((y_part + y_strip + y_row) * to.size() as isize);
                if y_is_hub {
                    read(x, x_step, count, y.cast());
                } else if x_is_hub {
                    write(x.cast(), count, y, y_step);
                } else {
                    read(x, x_step, count, block.as_mut_ptr());
                    write(block.as_ptr(), count, y, y_step);
                }
            });
        }
    });
}

/// The walk with its largest axis last, if the last is too short to be worth two calls.
fn longest_last(walk: &Walk<2>) -> Walk<2> {
    const SHORT: usize = 32;
    let mut turned = *walk;
    let (last, largest) = (walk.rank - 1, walk.largest_axis());
    if walk.sizes[last] < SHORT && walk.sizes[last] < walk.sizes[largest] {
        turned.sizes.swap(last, largest);
        turned.strides.iter_mut().for_each(|strides| strides.swap(last, largest));
    }
    turned
}

/// The hub between two types, and how one gets there and away.
fn way(from: Element, to: Element) -> (Element, Read, Write) {
    if from.is_float() || to.is_float() {
        return (Element::F32, float_reader(from), float_writer(to));
    }
    let (read, _) = whole_loops(from);
    let (_, write) = whole_loops(to);
    (Element::I32, read, write)
}

fn float_reader(from: Element) -> Read {
    match from {
        Element::F32 => read_float::<f32>,
        Element::I32 => read_float::<i32>,
        Element::U8 => read_float::<u8>,
        Element::Bool => read_float::<Truth>,
        Element::F16 => read_float::<F16>,
        Element::Bf16 => read_float::<Bf16>,
        Element::I8 => read_float::<i8>,
    }
}

fn float_writer(to: Element) -> Write {
    match to {
        Element::F32 => write_float::<f32>,
        Element::I32 => write_float::<i32>,
        Element::U8 => write_float::<u8>,
        Element::Bool => write_float::<Truth>,
        Element::F16 => write_float::<F16>,
        Element::Bf16 => write_float::<Bf16>,
        Element::I8 => write_float::<i8>,
    }
}

fn whole_loops(element: Element) -> (Read, Write) {
    match element {
        Element::I32 => (read_whole::<i32>, write_whole::<i32>),
        Element::U8 => (read_whole::<u8>, write_whole::<u8>),
        Element::Bool => (read_whole::<Truth>, write_whole::<Truth>),
        Element::I8 => (read_whole::<i8>, write_whole::<i8>),
        Element::F32 | Element::F16 | Element::Bf16 => unreachable!("a float's hub is f32"),
    }
}

unsafe fn read_float<T: Item>(x: *const u8, stride: isize, count: usize, hub: *mut Word) {
    convert(x.cast(), stride, count, hub.cast(), 1, T::to_f32);
}

unsafe fn write_float<T: Item>(hub: *const Word, count: usize, y: *mut u8, stride: isize) {
    convert(hub.cast(), 1, count, y.cast(), stride, T::from_f32);
}

unsafe fn read_whole<T: Whole>(x: *const u8, stride: isize, count: usize, hub: *mut Word) {
    convert(x.cast(), stride, count, hub.cast(), 1, T::to_i32);
}

unsafe fn write_whole<T: Whole>(hub: *const Word, count: usize, y: *mut u8, stride: isize) {
    convert(hub.cast(), 1, count, y.cast(), stride, T::from_i32);
}

/// y = f(x); contiguous on both sides it is a plain loop that the compiler vectorises.
#[inline(always)]
unsafe fn convert<X: Copy, Y>(
    x: *const X,
    x_stride: isize,
    count: usize,
    y: *mut Y,
    y_stride: isize,
    f: impl Fn(X) -> Y,
) {
    if x_stride == 1 && y_stride == 1 {
        (0..count).for_each(|i| *y.add(i) = f(*x.add(i)));
    } else {
        (0..count as isize).for_each(|i| *y.offset(i * y_stride) = f(*x.offset(i * x_stride)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::copy::half::{bf16_to_f32, f16_to_f32};

    /// Memory of elements whose values are in f64, which holds those of every type: apart from the kernel's own traits.
    struct Memory(Vec<u8>, Element);

    impl Memory {
        fn of(element: Element, values: &[f64]) -> Self {
            let bytes = values.iter().flat_map(|&v| match element {
                Element::F32 => (v as f32).to_le_bytes().to_vec(),
                Element::I32 => (v as i32).to_le_bytes().to_vec(),
                Element::U8 | Element::Bool => vec![v as u8],
                Element::I8 => vec![v as i8 as u8],
                // The patterns themselves: what they mean is tested beside them.
                Element::F16 | Element::Bf16 => (v as u16).to_le_bytes().to_vec(),
            });
            Memory(bytes.collect(), element)
        }

        fn value(&self, at: usize) -> f64 {
            let bytes = &self.0[at * self.1.size()..];
            let pattern = || u16::from_le_bytes([bytes[0], bytes[1]]);
            match self.1 {
                Element::F32 => f32::from_le_bytes(bytes[..4].try_into().unwrap()).into(),
                Element::I32 => i32::from_le_bytes(bytes[..4].try_into().unwrap()).into(),
                Element::U8 | Element::Bool => bytes[0].into(),
                Element::I8 => (bytes[0] as i8).into(),
                Element::F16 => f16_to_f32(pattern()).into(),
                Element::Bf16 => bf16_to_f32(pattern()).into(),
            }
        }
    }

    /// What `x` becomes, in f64. `whole` says that it comes from whole numbers.
    fn wanted(x: f64, whole: bool, to: Element) -> f64 {
        let (low, high) = match to {
            Element::I32 => (f64::from(i32::MIN), f64::from(i32::MAX)),
            Element::U8 => (0.0, 255.0),
            Element::I8 => (-128.0, 127.0),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        };
        match to {
            Element::Bool => f64::from(x != 0.0),
            Element::F32 => x as f32 as f64,
            Element::F16 => nearest(x as f32 as f64, 11, -14, 65504.0),
            Element::Bf16 => nearest(x as f32 as f64, 8, -126, f64::from(f32::from_bits(0x7f7f_0000))),
            _ if x.is_nan() => 0.0,
            Element::U8 | Element::I8 if whole => (x - low).rem_euclid(256.0) + low,
            _ => x.trunc().clamp(low, high) + 0.0, // -0 is 0
        }
    }

    /// The nearest float of that many significant bits, ties to even.
    fn nearest(x: f64, significant: i32, least_exponent: i32, largest: f64) -> f64 {
        if x == 0.0 || !x.is_finite() {
            return x;
        }
        let exponent = ((x.to_bits() >> 52 & 0x7ff) as i32 - 1023).max(least_exponent);
        let quantum = 2f64.powi(exponent + 1 - significant);
        let rounded = (x / quantum).round_ties_even() * quantum;
        if rounded.abs() > largest { x.signum() * f64::INFINITY } else { rounded }
    }

    fn samples(of: Element) -> Vec<f64> {
        let numbers =
            [0.0, 1.0, -1.0, 1.9, -1.9, 0.5, 127.0, 128.0, -128.0, -129.5, 255.0, 256.0, 300.7, 2047.0, 2049.0];
        let large = [65504.0, 65519.0, 65520.0, 16_777_217.0, 2_147_483_647.0, -2_147_483_648.0];
        let beyond = [3e9, -3e9, 1e30, -1e30, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e-7, 6e-8, 1e-40];
        match of {
            Element::F32 => [&numbers[..], &large, &beyond].concat(),
            Element::I32 => [&numbers[..], &large].concat(),
            Element::U8 => (0..=255).map(f64::from).collect(),
            Element::Bool => vec![0.0, 1.0, 1.0],
            Element::I8 => (-128..=127).map(f64::from).collect(),
            Element::F16 | Element::Bf16 => (0..=u16::MAX).map(f64::from).collect(),
        }
    }

    fn same(a: f64, b: f64) -> bool {
        a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
    }

    #[test]
    fn every_type_becomes_every_other() {
        for from in Element::ALL {
            let values = samples(from);
            let x = Memory::of(from, &values);
            let whole = !from.is_float();
            for to in Element::ALL {
                let mut y = Memory(vec![0xa5; values.len() * to.size()], to);
                // SAFETY: as many elements each.
                unsafe { cast(&Walk::contiguous(values.len()), from, to, x.0.as_ptr(), y.0.as_mut_ptr()) };
                for at in 0..values.len() {
                    let (value, found) = (x.value(at), y.value(at));
                    let wanted = wanted(value, whole, to);
                    assert!(same(found, wanted), "{from:?} {value} to {to:?}: {found}, wanted {wanted}");
                }
            }
        }
    }

    #[test]
    fn any_layout_on_either_side() {
        // Rows, columns, steps, backwards, broadcast; the longer axis longer than a block, and last or not.
        for sizes in [[3, 600], [600, 3]] {
            check_layouts(sizes);
        }
    }

    fn check_layouts([rows, columns]: [usize; 2]) {
        let (r, c) = (rows as isize, columns as isize);
        let layouts = [[c, 1, 0], [1, r, 0], [2 * c, 2, 0], [-c, -1, 1799], [0, 1, 0], [1, 0, 0]];
        for from in Element::ALL {
            let x = Memory::of(from, &(0..3600).map(|i| f64::from(i * 37 % 120)).collect::<Vec<_>>());
            for to in Element::ALL {
                for [x_row, x_column, x_start] in layouts {
                    for [y_row, y_column, y_start] in &layouts[..4] {
                        let mut walk = Walk::<2>::contiguous(1);
                        (walk.rank, walk.sizes[0], walk.sizes[1]) = (2, rows, columns);
                        walk.strides[0][..2].copy_from_slice(&[*y_row, *y_column]);
                        walk.strides[1][..2].copy_from_slice(&[x_row, x_column]);
                        let mut y = Memory(vec![0xa5; 3600 * to.size()], to);
                        // SAFETY: all offsets are below 3600 elements.
                        unsafe {
                            let x = x.0.as_ptr().add(x_start as usize * from.size());
                            let y = y.0.as_mut_ptr().add(*y_start as usize * to.size());
                            cast(&walk.collapsed(), from, to, x, y);
                        }
                        let whole = !from.is_float();
                        for (i, j) in (0..rows as isize).flat_map(|i| (0..columns as isize).map(move |j| (i, j))) {
                            let value = x.value((x_start + i * x_row + j * x_column) as usize);
                            let found = y.value((y_start + i * y_row + j * y_column) as usize);
                            assert!(same(found, wanted(value, whole, to)), "{from:?} to {to:?} at {i}, {j}: {found}");
                        }
                    }
                }
            }
        }
    }
}
