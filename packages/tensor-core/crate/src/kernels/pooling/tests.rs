//! Poolings against sums and maxima over windows written out one place at a time.

use super::average::{Divisor, average, average_gradient};
use super::maximum::{gather, maximum, scatter};
use super::{Pooling, Windows};
use crate::gemm::tests::values;
use crate::lane::Scalar;

/// Every place of every window, as (output, place or none in the padding); windows stop at the padding's end.
fn each_place(s: &Pooling, mut f: impl FnMut(usize, Option<usize>)) {
    let ends = |axis: usize, o: usize| -> Vec<Option<usize>> {
        let size = s.image[axis];
        match s.windows {
            Windows::Adaptive => {
                let (o, n) = (o as f64, s.output[axis] as f64);
                let (from, to) = ((o * size as f64 / n).floor(), ((o + 1.0) * size as f64 / n).ceil());
                (from as usize..to as usize).map(Some).collect()
            }
            Windows::Sliding { kernel, stride, padding, padding_after, dilation } => (0..kernel[axis])
                .map(|k| o * stride[axis] + k * dilation[axis])
                .filter(|&at| at < padding[axis] + size + padding_after[axis])
                .map(|at| at.checked_sub(padding[axis]).filter(|&at| at < size))
                .collect(),
        }
    };
    for plane in 0..s.planes {
        for y in 0..s.output[0] {
            for x in 0..s.output[1] {
                let output = (plane * s.output[0] + y) * s.output[1] + x;
                for row in ends(0, y) {
                    for column in ends(1, x) {
                        let place = row.zip(column).map(|(row, column)| row * s.image[1] + column);
                        f(output, place);
                    }
                }
            }
        }
    }
}

fn close(got: &[f32], want: &[f64], what: impl core::fmt::Debug) {
    for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
        assert!((f64::from(got) - want).abs() < 1e-5, "{got} is not {want} at {i}: {what:?}");
    }
}

fn check(s: Pooling, x: &[f32]) {
    let (outputs, pixels) = (s.output[0] * s.output[1], s.image[0] * s.image[1]);
    let count = s.planes * outputs;
    let (mut y, mut indices, mut alone) = (vec![0.0; count], vec![-1; count], vec![0.0; count]);
    // SAFETY: every operand has the shape's size.
    unsafe {
        maximum::<Scalar>(&s, x.as_ptr(), y.as_mut_ptr(), indices.as_mut_ptr());
        maximum::<Scalar>(&s, x.as_ptr(), alone.as_mut_ptr(), core::ptr::null_mut());
    }
    let mut best: Vec<(f32, i32)> = vec![(f32::NEG_INFINITY, -1); count];
    each_place(&s, |output, place| {
        let Some(place) = place else { return };
        let value = x[output / outputs * pixels + place];
        if best[output].1 < 0 || value > best[output].0 || value.is_nan() {
            best[output] = (value, place as i32);
        }
    });
    for (i, &(value, place)) in best.iter().enumerate() {
        assert_eq!((y[i].to_bits(), indices[i]), (value.to_bits(), place), "maximum {i} of {s:?}");
        assert!(alone[i] == value || (alone[i].is_nan() && value.is_nan()), "maximum alone {i} of {s:?}");
    }

    for divisor in [Divisor::Inside, Divisor::Padded, Divisor::Fixed(3)] {
        let dy = values(count, 7);
        let (mut inside, mut padded) = (vec![0; count], vec![0; count]);
        each_place(&s, |output, place| {
            inside[output] += usize::from(place.is_some());
            padded[output] += 1;
        });
        let over = |output: usize| match divisor {
            Divisor::Inside => inside[output].max(1) as f64,
            Divisor::Padded => padded[output] as f64,
            Divisor::Fixed(n) => n as f64,
        };
        let (mut y_want, mut dx_want) = (vec![0.0; count], vec![0.0; x.len()]);
        each_place(&s, |output, place| {
            let Some(place) = place else { return };
            let at = output / outputs * pixels + place;
            y_want[output] += f64::from(x[at]) / over(output);
            dx_want[at] += f64::from(dy[output]) / over(output);
        });
        let mut dx = vec![f32::NAN; x.len()];
        // SAFETY: as above.
        unsafe {
            average::<Scalar>(&s, divisor, x.as_ptr(), y.as_mut_ptr());
            average_gradient(&s, divisor, dy.as_ptr(), dx.as_mut_ptr());
        }
        if !x.iter().any(|x| !x.is_finite()) {
            close(&y, &y_want, ("average", s, divisor));
        }
        close(&dx, &dx_want, ("average gradient", s, divisor));
    }
}

fn sliding(
    image: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
    [top, left, bottom, right]: [usize; 4],
    dilation: [usize; 2],
    ceil: bool,
) -> Pooling {
    let (padding, padding_after) = ([top, left], [bottom, right]);
    let size = |axis: usize| {
        let room = (padding[axis] + image[axis] + padding_after[axis]) as isize;
        let room = room - ((kernel[axis] - 1) * dilation[axis] + 1) as isize;
        let step = stride[axis] as isize;
        let outputs = (if ceil { room + step - 1 } else { room }).div_euclid(step) + 1;
        // A window that would begin in the padding behind the image is left out, as PyTorch does.
        let is_behind = ceil && (outputs - 1) * step >= (image[axis] + padding[axis]) as isize;
        (outputs - isize::from(is_behind)) as usize
    };
    let output = [size(0), size(1)];
    let windows = Windows::Sliding { kernel, stride, padding, padding_after, dilation };
    Pooling { planes: 2, image, output, windows }
}

#[test]
fn sliding_windows() {
    // The last two have windows that lie in the padding alone: an axis shorter than the dilation.
    for image in [[6, 8], [7, 11], [9, 19], [5, 4], [1, 9], [7, 1]] {
        for (kernel, stride) in
            [([2, 2], [2, 2]), ([3, 3], [2, 2]), ([3, 2], [1, 1]), ([2, 3], [1, 3]), ([1, 1], [2, 3])]
        {
            for padding in [[0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 1], [1, 0, 0, 1], [0, 0, 1, 1]] {
                for dilation in [[1, 1], [2, 1], [1, 2]] {
                    if (0..2).any(|axis| {
                        let [before, after] = [padding[axis], padding[axis + 2]];
                        before.max(after) * 2 > kernel[axis]
                            || (kernel[axis] - 1) * dilation[axis] >= before + image[axis] + after
                    }) {
                        continue;
                    }
                    for ceil in [false, true] {
                        let shape = sliding(image, kernel, stride, padding, dilation, ceil);
                        check(shape, &values(2 * image[0] * image[1], 5));
                    }
                }
            }
        }
    }
}

#[test]
fn a_window_larger_than_the_image() {
    for (image, kernel, stride, padding) in [
        ([2, 2], [3, 3], [2, 2], [0; 4]),
        ([2, 3], [5, 5], [5, 5], [2, 0, 1, 2]),
        ([1, 9], [2, 3], [2, 2], [0, 1, 0, 0]),
    ] {
        check(sliding(image, kernel, stride, padding, [1, 1], true), &values(2 * image[0] * image[1], 5));
    }
}

#[test]
fn adaptive_windows() {
    for (image, output) in [([7, 7], [1, 1]), ([7, 5], [3, 2]), ([4, 6], [4, 6]), ([2, 3], [5, 4]), ([12, 12], [6, 4])]
    {
        check(Pooling { planes: 2, image, output, windows: Windows::Adaptive }, &values(2 * image[0] * image[1], 5));
    }
}

#[test]
fn ties_infinities_and_nan_as_in_pytorch() {
    let mut x: Vec<f32> = values(2 * 6 * 24, 5).iter().map(|x| (x * 2.0).round()).collect();
    x[3] = f32::NAN;
    x[30] = f32::INFINITY;
    for i in 150..170 {
        x[i] = f32::NEG_INFINITY;
    }
    check(sliding([6, 24], [2, 2], [2, 2], [0; 4], [1, 1], false), &x);
    check(sliding([6, 24], [3, 3], [1, 1], [1; 4], [1, 1], false), &x);
}

#[test]
fn scatter_adds_where_gather_reads() {
    let (indices, dy) = ([3, 3, 0, 2, 1, 2], [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]);
    let (mut dx, mut y) = ([f32::NAN; 8], [0.0; 6]);
    // SAFETY: two planes of four pixels and three outputs.
    unsafe {
        assert!(scatter([2, 4, 3], dy.as_ptr(), indices.as_ptr(), dx.as_mut_ptr()));
        assert_eq!(dx, [4.0, 0.0, 0.0, 3.0, 0.0, 16.0, 40.0, 0.0]);
        assert!(gather([2, 4, 3], dx.as_ptr(), indices.as_ptr(), y.as_mut_ptr()));
        assert_eq!(y, [3.0, 3.0, 4.0, 40.0, 16.0, 40.0]);
        assert!(!scatter([2, 3, 3], dy.as_ptr(), indices.as_ptr(), dx.as_mut_ptr()));
        assert!(!gather([1, 4, 1], dx.as_ptr(), [-2].as_ptr(), y.as_mut_ptr()));
        // −1 is nowhere.
        assert!(scatter([1, 2, 3], dy.as_ptr(), [1, -1, 1].as_ptr(), dx.as_mut_ptr()));
        assert_eq!(dx[..2], [0.0, 5.0]);
        assert!(gather([1, 2, 3], dx.as_ptr(), [1, -1, 0].as_ptr(), y.as_mut_ptr()));
        assert_eq!(y[..3], [5.0, 0.0, 0.0]);
    }
}

#[test]
fn no_planes_no_outputs_and_no_pixels() {
    for windows in [sliding([5, 4], [2, 2], [2, 2], [0; 4], [1, 1], false).windows, Windows::Adaptive] {
        check(Pooling { planes: 0, image: [5, 4], output: [2, 2], windows }, &[]);
        check(Pooling { planes: 3, image: [5, 4], output: [0, 2], windows }, &values(60, 5));
        check(Pooling { planes: 3, image: [5, 4], output: [2, 0], windows }, &values(60, 5));
        check(Pooling { planes: 3, image: [0, 4], output: [0, 2], windows }, &[]);
    }
    // Windows in the padding of an image without pixels: their sums are 0.
    let Pooling { output, windows, .. } = sliding([2, 4], [2, 2], [2, 2], [1; 4], [1, 1], false);
    let shape = Pooling { planes: 2, image: [0, 4], output, windows };
    let mut y = vec![f32::NAN; 2 * output[0] * output[1]];
    // SAFETY: every operand has the shape's size.
    unsafe {
        average::<Scalar>(&shape, Divisor::Inside, [].as_ptr(), y.as_mut_ptr());
        average_gradient(&shape, Divisor::Padded, y.as_ptr(), [].as_mut_ptr());
    }
    assert!(y.iter().all(|&y| y == 0.0));
    let no_indices: [i32; 0] = [];
    // SAFETY: as above; planes without outputs, and none at all.
    unsafe {
        let mut dx = [f32::NAN; 4];
        assert!(scatter([1, 4, 0], y.as_ptr(), no_indices.as_ptr(), dx.as_mut_ptr()));
        assert_eq!(dx, [0.0; 4]);
        assert!(scatter([0, 4, 3], y.as_ptr(), no_indices.as_ptr(), dx.as_mut_ptr()));
        assert!(gather([0, 4, 3], dx.as_ptr(), no_indices.as_ptr(), y.as_mut_ptr()));
        assert!(!gather([1, 0, 1], dx.as_ptr(), [0].as_ptr(), y.as_mut_ptr()));
    }
}
