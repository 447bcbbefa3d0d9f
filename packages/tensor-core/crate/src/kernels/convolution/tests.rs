//! Forward and both gradients against naive sums in f64.

use super::filter_gradient::filter_gradient;
use super::image_gradient::image_gradient;
use super::{Algorithm, Convolution, batch_lanes, channel_lanes, columns, convolve, winograd};
use crate::gemm::micro::SixByEight;
use crate::gemm::tests::values;
use crate::lane::Scalar;

type Kernel = SixByEight<Scalar>;

/// Calls `f` with flat indices of x, weight and y for every product in a convolution.
fn each_product(s: &Convolution, mut f: impl FnMut(usize, usize, usize)) {
    let (channels, filters) = (s.group_channels(), s.group_filters());
    for image in 0..s.batch {
        for filter in 0..s.filters {
            for channel in 0..channels {
                let plane = image * s.channels + filter / filters * channels + channel;
                for (oy, ox) in (0..s.output[0]).flat_map(|y| (0..s.output[1]).map(move |x| (y, x))) {
                    for (ky, kx) in (0..s.kernel[0]).flat_map(|y| (0..s.kernel[1]).map(move |x| (y, x))) {
                        let y = (oy * s.stride[0] + ky * s.dilation[0]).wrapping_sub(s.padding[0]);
                        let x = (ox * s.stride[1] + kx * s.dilation[1]).wrapping_sub(s.padding[1]);
                        if y < s.image[0] && x < s.image[1] {
                            f(
                                (plane * s.image[0] + y) * s.image[1] + x,
                                ((filter * channels + channel) * s.kernel[0] + ky) * s.kernel[1] + kx,
                                ((image * s.filters + filter) * s.output[0] + oy) * s.output[1] + ox,
                            );
                        }
                    }
                }
            }
        }
    }
}

/// Direct sums are off by a share of themselves, tiles by a share of the largest output of the lot.
fn same(got: &[f32], want: &[f64], algorithm: Algorithm, what: impl core::fmt::Debug) {
    let largest = want.iter().fold(0.0, |largest: f64, want| largest.max(want.abs()));
    for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
        let allowed = if algorithm == Algorithm::Winograd { 4e-6 * largest } else { 2e-5 * (1.0 + want.abs()) };
        assert!((f64::from(got) - want).abs() <= allowed, "{got} is not {want} at {i}: {algorithm:?}, {what:?}");
    }
}

fn check(s: Convolution) {
    let x = values(s.batch * s.channels * s.image_pixels(), 1);
    let w = values(s.filters * s.depth(), 2);
    let (bias, dy) = (values(s.filters, 3), values(s.batch * s.filters * s.output_pixels(), 4));
    let of = |v: &[f32], i: usize| f64::from(v[i]);
    let [mut y_want, mut dx_want, mut dw_want] = [dy.len(), x.len(), w.len()].map(|count| vec![0.0; count]);
    for (i, y) in y_want.iter_mut().enumerate() {
        *y = of(&bias, i / s.output_pixels() % s.filters);
    }
    each_product(&s, |xi, wi, yi| {
        y_want[yi] += of(&x, xi) * of(&w, wi);
        dx_want[xi] += of(&dy, yi) * of(&w, wi);
        dw_want[wi] += of(&dy, yi) * of(&x, xi);
    });
    let direct = Algorithm::direct(&s);
    for algorithm in [direct, Algorithm::Winograd] {
        let fits = |shape: &Convolution| algorithm == direct || winograd::fits(shape);
        // SAFETY: every operand was made with the shape's sizes.
        unsafe {
            if fits(&s) {
                let mut y = vec![f32::NAN; dy.len()];
                convolve::<Kernel>(&s, algorithm, x.as_ptr(), w.as_ptr(), Some(bias.as_ptr()), y.as_mut_ptr()).unwrap();
                same(&y, &y_want, algorithm, ("forward", s));
            }
            if algorithm == direct || s.reversed().is_some_and(|s| fits(&s)) {
                let mut dx = vec![f32::NAN; x.len()];
                image_gradient::<Kernel>(&s, algorithm, dy.as_ptr(), w.as_ptr(), dx.as_mut_ptr()).unwrap();
                same(&dx, &dx_want, algorithm, ("image gradient", s));
            }
        }
    }
    let mut dw = vec![f32::NAN; w.len()];
    // SAFETY: as above.
    unsafe { filter_gradient::<Kernel>(&s, x.as_ptr(), dy.as_ptr(), dw.as_mut_ptr()).unwrap() };
    same(&dw, &dw_want, direct, ("filter gradient", s));
}

fn bits(of: &[f32]) -> Vec<u32> {
    of.iter().map(|x| x.to_bits()).collect()
}

/// The shape whose output follows from the padding before and after.
fn shape(
    [batch, groups, channels, filters]: [usize; 4],
    image: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
    [top, left, bottom, right]: [usize; 4],
    dilation: [usize; 2],
) -> Convolution {
    let size = |axis: usize, padding: usize| {
        (image[axis] + padding - (kernel[axis] - 1) * dilation[axis] - 1) / stride[axis] + 1
    };
    let output = [size(0, top + bottom), size(1, left + right)];
    Convolution { batch, groups, channels, filters, image, kernel, output, stride, padding: [top, left], dilation }
}

#[test]
fn shapes_of_lenet_and_of_one_by_one_kernels() {
    check(shape([2, 1, 1, 6], [28, 28], [5, 5], [1, 1], [2; 4], [1, 1]));
    check(shape([2, 1, 6, 16], [14, 14], [5, 5], [1, 1], [0; 4], [1, 1]));
    check(shape([3, 1, 9, 7], [5, 7], [1, 1], [1, 1], [0; 4], [1, 1]));
    check(shape([2, 2, 6, 4], [5, 3], [1, 1], [1, 1], [0; 4], [1, 1]));
    check(shape([2, 1, 3, 4], [6, 6], [1, 1], [2, 2], [0; 4], [1, 1]));
    check(shape([1, 1, 3, 17], [6, 6], [1, 1], [1, 1], [1; 4], [1, 1]));
}

#[test]
fn strides_dilations_and_asymmetric_padding() {
    for filters in [1, 2, 3, 6, 9, 17] {
        for stride in [[1, 1], [2, 2], [1, 3], [3, 2]] {
            for dilation in [[1, 1], [2, 1], [2, 3]] {
                for padding in [[0; 4], [1, 2, 0, 3], [4, 0, 5, 1]] {
                    check(shape([2, 1, 2, filters], [9, 11], [3, 2], stride, padding, dilation));
                }
            }
        }
    }
}

#[test]
fn groups_and_depthwise() {
    check(shape([2, 2, 4, 6], [7, 6], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([1, 3, 6, 30], [7, 6], [3, 3], [2, 2], [1; 4], [1, 1]));
    check(shape([2, 5, 5, 5], [9, 13], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([2, 5, 5, 10], [9, 13], [3, 3], [2, 1], [1, 0, 2, 1], [1, 2]));
}

#[test]
fn depthwise_of_small_images_in_lanes_of_channels() {
    for channels in [4, 5, 7, 16] {
        for (stride, dilation) in [([1, 1], [1, 1]), ([2, 2], [1, 1]), ([1, 3], [2, 1])] {
            for padding in [[1; 4], [0; 4], [0, 2, 3, 1], [4, 5, 0, 1]] {
                let s = shape([3, channels, channels, channels], [9, 11], [3, 3], stride, padding, dilation);
                assert!(channel_lanes::fits(&s), "{s:?}");
                check(s);
            }
        }
    }
    // Images as small as can be, one that no tap reaches the end of, and sums over several runs of outputs.
    check(shape([2, 6, 6, 6], [1, 1], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([2, 6, 6, 6], [2, 2], [3, 3], [2, 2], [1; 4], [1, 1]));
    check(shape([2, 6, 6, 6], [10, 9], [3, 3], [4, 4], [0; 4], [1, 1]));
    check(shape([2, 6, 6, 6], [50, 53], [3, 3], [2, 2], [1; 4], [1, 1]));
}

#[test]
fn few_outputs_as_columns_of_a_product() {
    for (sizes, image, kernel, stride, padding, dilation) in [
        ([5, 1, 9, 50], [2, 2], [3, 3], [1, 1], [1; 4], [1, 1]),
        ([3, 2, 32, 40], [4, 4], [3, 3], [2, 2], [1; 4], [1, 1]),
        ([2, 1, 70, 9], [4, 3], [1, 1], [2, 2], [0; 4], [1, 1]),
        ([4, 1, 16, 9], [7, 5], [3, 3], [2, 3], [0, 1, 2, 0], [2, 1]),
        ([7, 1, 12, 20], [5, 5], [5, 5], [1, 1], [0; 4], [1, 1]),
        // Rows and columns behind the last tap.
        ([2, 1, 80, 11], [6, 9], [1, 2], [4, 4], [0; 4], [1, 1]),
    ] {
        let s = shape(sizes, image, kernel, stride, padding, dilation);
        assert!(columns::fits(&s) && columns::fits_gradient(&s), "{s:?}");
        check(s);
    }
    check(shape([3, 1, 70, 20], [2, 2], [1, 1], [1, 1], [0; 4], [1, 1]));
    // More images than are taken at once.
    check(shape([300, 1, 400, 9], [3, 3], [3, 3], [1, 1], [0; 4], [1, 1]));
}

#[test]
fn an_image_has_the_bits_that_it_has_alone() {
    for s in [
        shape([5, 1, 20, 33], [2, 2], [3, 3], [1, 1], [1; 4], [1, 1]),
        shape([9, 1, 40, 10], [4, 4], [3, 3], [2, 2], [1; 4], [1, 1]),
        shape([9, 6, 6, 6], [7, 7], [3, 3], [1, 1], [1; 4], [1, 1]),
        shape([9, 6, 6, 6], [8, 8], [3, 3], [2, 2], [1; 4], [1, 1]),
    ] {
        let (alone, direct) = (Convolution { batch: 1, ..s }, Algorithm::direct(&s));
        let (x, w) = (values(s.batch * s.channels * s.image_pixels(), 4), values(s.filters * s.depth(), 5));
        let dy = values(s.batch * s.filters * s.output_pixels(), 6);
        let [mut y, mut dx] = [vec![f32::NAN; dy.len()], vec![f32::NAN; x.len()]];
        let [mut each_y, mut each_dx] = [y.clone(), dx.clone()];
        // SAFETY: every operand was made with the shape's sizes.
        unsafe {
            convolve::<Kernel>(&s, direct, x.as_ptr(), w.as_ptr(), None, y.as_mut_ptr()).unwrap();
            image_gradient::<Kernel>(&s, direct, dy.as_ptr(), w.as_ptr(), dx.as_mut_ptr()).unwrap();
            for i in 0..s.batch {
                let (x, dx) = (x.as_ptr().add(i * x.len() / s.batch), each_dx.as_mut_ptr().add(i * x.len() / s.batch));
                let (dy, y) =
                    (dy.as_ptr().add(i * dy.len() / s.batch), each_y.as_mut_ptr().add(i * dy.len() / s.batch));
                convolve::<Kernel>(&alone, direct, x, w.as_ptr(), None, y).unwrap();
                image_gradient::<Kernel>(&alone, direct, dy, w.as_ptr(), dx).unwrap();
            }
        }
        assert_eq!(bits(&y), bits(&each_y), "{s:?}");
        assert_eq!(bits(&dx), bits(&each_dx), "{s:?}");
    }
}

#[test]
fn many_filters_over_blocks_of_images() {
    check(shape([5, 1, 31, 40], [9, 7], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([3, 1, 60, 33], [9, 13], [3, 2], [2, 3], [1, 0, 2, 2], [1, 2]));
    check(shape([7, 2, 24, 70], [3, 5], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([9, 1, 10, 32], [5, 3], [1, 1], [1, 1], [0; 4], [1, 1]));
    // More blocks than are added one after the other.
    check(shape([140, 1, 8, 513], [7, 9], [1, 1], [1, 1], [0; 4], [1, 1]));
}

#[test]
fn narrow_images_span_many_rows_a_panel() {
    for columns in 1..=9 {
        check(shape([1, 1, 2, 13], [11, columns], [3, 1], [1, 1], [1, 0, 1, 0], [1, 1]));
    }
    check(shape([3, 1, 2, 10], [1, 40], [1, 5], [1, 1], [0, 2, 0, 2], [1, 1]));
}

#[test]
fn deep_and_wide_enough_to_be_cut_in_parts() {
    check(shape([2, 1, 90, 11], [5, 6], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([1, 1, 2, 9], [40, 40], [3, 3], [1, 1], [1; 4], [1, 1]));
}

#[test]
fn padding_wider_than_the_reach_of_the_kernel() {
    check(shape([1, 1, 1, 2], [2, 2], [1, 1], [1, 1], [3; 4], [1, 1]));
    check(shape([1, 1, 1, 9], [1, 1], [2, 2], [3, 3], [5; 4], [1, 1]));
}

#[test]
fn tiles_at_every_edge() {
    for rows in 1..=9 {
        for padding in [[0; 4], [1; 4], [2, 0, 1, 2], [3; 4], [9, 0, 0, 9]] {
            check(shape([2, 1, 3, 5], [rows + 2, 12 - rows], [3, 3], [1, 1], padding, [1, 1]));
        }
    }
}

#[test]
fn tiles_and_filters_in_several_parts() {
    check(shape([1, 1, 5, 7], [53, 50], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([3, 1, 130, 9], [21, 17], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([5, 1, 17, 200], [7, 7], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([1, 1, 600, 13], [4, 5], [3, 3], [1, 1], [1; 4], [1, 1]));
    check(shape([2, 2, 20, 26], [9, 9], [3, 3], [1, 1], [1; 4], [1, 1]));
}

#[test]
fn tiles_pay_with_channels_filters_and_pixels_enough() {
    let pays = |sizes, image| winograd::pays(&shape(sizes, image, [3, 3], [1, 1], [1; 4], [1, 1]));
    assert!(pays([1, 1, 64, 64], [56, 56]) && pays([1, 1, 16, 16], [56, 56]) && pays([1, 1, 256, 256], [14, 14]));
    assert!(pays([8, 1, 512, 512], [7, 7]) && pays([1, 2, 128, 128], [28, 28]));
    assert!(pays([2, 1, 16, 16], [8, 8]), "the op cases want tiles");
    assert!(!pays([1, 1, 3, 64], [64, 64]) && !pays([1, 1, 8, 8], [56, 56]) && !pays([1, 64, 64, 64], [56, 56]));
    assert!(!pays([1, 1, 256, 256], [4, 4]) && !pays([1, 1, 512, 512], [7, 7]));
    assert!(!winograd::pays(&shape([1, 1, 64, 64], [56, 56], [3, 3], [2, 2], [1; 4], [1, 1])));
    assert!(!winograd::pays(&shape([1, 1, 64, 64], [56, 56], [3, 3], [1, 1], [2; 4], [2, 2])));
}

#[test]
fn lanes_of_images_give_each_the_bits_that_it_has_alone() {
    let small = |sizes, image, kernel, padding| shape(sizes, image, kernel, [1, 1], padding, [1, 1]);
    for s in [
        small([8, 1, 6, 16], [14, 14], [5, 5], [0; 4]),
        small([9, 1, 3, 4], [5, 4], [3, 3], [0; 4]),
        small([17, 1, 7, 9], [4, 3], [3, 3], [1; 4]),
        small([23, 2, 22, 8], [6, 5], [2, 4], [1, 0, 2, 3]),
        small([8, 3, 12, 15], [1, 9], [1, 6], [0; 4]),
        small([10, 1, 25, 16], [8, 7], [5, 5], [2; 4]),
        // A padding that the kernel does not reach across, and pixels that no output sees.
        small([8, 1, 6, 20], [5, 5], [3, 3], [4; 4]),
        Convolution { output: [2, 1], ..small([12, 1, 4, 6], [7, 6], [3, 3], [0; 4]) },
    ] {
        assert!(batch_lanes::pays(&s), "{s:?}");
        check(s);
        let (alone, direct) = (Convolution { batch: 1, ..s }, Algorithm::direct(&s));
        let (w, dy) = (values(s.filters * s.depth(), 5), values(s.batch * s.filters * s.output_pixels(), 6));
        let mut all = vec![f32::NAN; s.batch * s.channels * s.image_pixels()];
        let mut each = all.clone();
        // SAFETY: every operand was made with the shape's sizes.
        unsafe {
            image_gradient::<Kernel>(&s, direct, dy.as_ptr(), w.as_ptr(), all.as_mut_ptr()).unwrap();
            for (dy, dx) in dy.chunks(dy.len() / s.batch).zip(each.chunks_mut(all.len() / s.batch)) {
                image_gradient::<Kernel>(&alone, direct, dy.as_ptr(), w.as_ptr(), dx.as_mut_ptr()).unwrap();
            }
        }
        assert_eq!(bits(&all), bits(&each), "{s:?}");
    }
}

#[test]
fn nothing_of_something_in_every_place() {
    for sizes in [
        [0, 1, 2, 3],
        [0, 2, 20, 20],
        [2, 1, 0, 1],
        [2, 1, 0, 5],
        [2, 1, 0, 20],
        [2, 2, 0, 4],
        [2, 1, 2, 0],
        [2, 1, 20, 0],
        [2, 2, 4, 0],
        [0, 1, 0, 0],
    ] {
        for (kernel, stride, padding) in
            [([1, 1], [1, 1], 0), ([3, 3], [1, 1], 1), ([3, 3], [2, 2], 1), ([5, 2], [1, 3], 0), ([1, 1], [2, 2], 2)]
        {
            check(shape(sizes, [7, 6], kernel, stride, [padding; 4], [1, 1]));
        }
    }
    // An image of no pixels, whose padding has some all the same, and one that gives none.
    for (filters, kernel) in [(1, [1, 1]), (5, [2, 3]), (20, [3, 3])] {
        check(shape([2, 1, 3, filters], [0, 4], kernel, [1, 1], [2; 4], [1, 1]));
        check(shape([2, 1, 3, filters], [4, 0], kernel, [2, 2], [2; 4], [1, 1]));
        check(Convolution { output: [0, 2], ..shape([2, 1, 3, filters], [4, 4], kernel, [1, 1], [0; 4], [1, 1]) });
    }
}
