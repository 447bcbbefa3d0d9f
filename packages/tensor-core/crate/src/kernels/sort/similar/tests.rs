use super::*;
use crate::gemm::tests::values;
use crate::lane::Scalar;

fn run(shape: &Similar, queries: &[f32], rows: Rows, scale: Option<&[f32]>) -> (Vec<f32>, Vec<i32>) {
    let mut found = (vec![7.0; shape.queries * shape.count], vec![-1; shape.queries * shape.count]);
    let scale = scale.map_or(core::ptr::null(), <[f32]>::as_ptr);
    // SAFETY: the slices have the sizes given.
    unsafe {
        let (values, indices) = (found.0.as_mut_ptr(), found.1.as_mut_ptr());
        similar_rows::<Scalar>(shape, queries.as_ptr(), rows, scale, values, indices).unwrap();
    }
    found
}

/// All products in f64, sorted stably.
fn reference(shape: &Similar, queries: &[f32], rows: &[f32], scale: Option<&[f32]>) -> Vec<Vec<(usize, f64)>> {
    let product = |query: usize, row: usize| -> f64 {
        let terms =
            (0..shape.size).map(|i| f64::from(queries[query * shape.size + i]) * f64::from(rows[row * shape.size + i]));
        terms.sum::<f64>() * scale.map_or(1.0, |scale| f64::from(scale[row]))
    };
    (0..shape.queries)
        .map(|query| {
            let mut all: Vec<_> = (0..shape.rows).map(|row| (row, product(query, row))).collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1));
            all.truncate(shape.count);
            all
        })
        .collect()
}

const SHAPES: [[usize; 4]; 9] = [
    [1, 1, 1, 1],
    [1, 10, 3, 10],
    [2, 9, 16, 3],
    [3, 101, 17, 7],
    [5, 1000, 100, 10],
    [70, 67, 5, 4],
    [1, 5000, 33, 200],
    [3, 6, 0, 2],
    [2, 5, 7, 0],
];

#[test]
fn floats_and_halves_are_the_best_of_all_products() {
    for [queries, rows, size, count] in SHAPES {
        let shape = Similar { queries, rows, size, count };
        let (query, x) = (values(queries * size, 1), values(rows * size, 2));
        let scale: Vec<f32> = (0..rows).map(|row| 1.0 + (row % 3) as f32).collect();
        for scale in [None, Some(&scale[..])] {
            let halves: Vec<u16> = x.iter().map(|&x| crate::kernels::copy::half::f32_to_f16(x)).collect();
            let wide: Vec<f32> = halves.iter().map(|&x| f16_to_f32(x)).collect();
            for (stored, rows) in [(&x, Rows::F32(x.as_ptr())), (&wide, Rows::F16(halves.as_ptr()))] {
                let (values, indices) = run(&shape, &query, rows, scale);
                for (query, wanted) in reference(&shape, &query, stored, scale).iter().enumerate() {
                    for (i, (row, value)) in wanted.iter().enumerate() {
                        let at = query * count + i;
                        assert!((f64::from(values[at]) - value).abs() < 1e-4, "{shape:?}");
                        assert!(size == 0 || indices[at] as usize == *row || values[at] == values[at.max(1) - 1]);
                    }
                }
            }
        }
    }
}

#[test]
fn bytes_are_multiplied_exactly() {
    for [queries, rows, size, count] in SHAPES {
        let shape = Similar { queries, rows, size, count };
        // Whole numbers with 127 among them are their own whole numbers, up to the factor.
        let query: Vec<f32> = (0..queries * size)
            .map(|i| if i % size == 0 { 127.0 } else { ((i * 7919) % 201) as f32 - 100.0 })
            .collect();
        let bytes: Vec<i8> = (0..rows * size).map(|i| ((i * 104_729) % 255) as u8 as i8).collect();
        let wide: Vec<f32> = bytes.iter().map(|&x| f32::from(x)).collect();
        let (values, indices) = run(&shape, &query, Rows::I8(bytes.as_ptr()), None);
        for (query, wanted) in reference(&shape, &query, &wide, None).iter().enumerate() {
            for (i, (row, value)) in wanted.iter().enumerate() {
                let at = query * count + i;
                let near = (f64::from(values[at]) - value).abs() <= 1e-3 * (1.0 + size as f64 * 100.0);
                assert!(near, "{queries} {rows} {size}: {} and not {value}", values[at]);
                let other = wanted.iter().any(|(other, v)| other == row && (v - value).abs() < 1.0);
                assert!(other && (indices[at] as usize) < rows);
            }
        }
    }
}

#[test]
fn equal_products_keep_their_order_and_nan_comes_first() {
    let x = [1.0, 2.0, 2.0, -1.0, 2.0, f32::NAN, f32::NEG_INFINITY];
    let shape = Similar { queries: 1, rows: 7, size: 1, count: 7 };
    let (values, indices) = run(&shape, &[1.0], Rows::F32(x.as_ptr()), None);
    assert_eq!(indices, [5, 1, 2, 4, 0, 3, 6]);
    assert!(values[0].is_nan() && values[1..] == [2.0, 2.0, 2.0, 1.0, -1.0, f32::NEG_INFINITY]);
    let same = vec![0.0; 3000];
    let shape = Similar { queries: 3, rows: 1000, size: 3, count: 5 };
    let (_, indices) = run(&shape, &[1.0; 9], Rows::F32(same.as_ptr()), None);
    assert_eq!(indices, [0, 1, 2, 3, 4].repeat(3));
}

#[test]
fn a_query_that_is_not_finite_is_similar_to_nothing_known() {
    let shape = Similar { queries: 1, rows: 2, size: 2, count: 2 };
    let (values, _) = run(&shape, &[f32::INFINITY, 1.0], Rows::I8([1i8, 2, 3, 4].as_ptr()), None);
    assert!(values.iter().all(|value| value.is_nan()));
    let (values, indices) = run(&shape, &[0.0, 0.0], Rows::I8([1i8, 2, 3, 4].as_ptr()), None);
    assert_eq!((values, indices), (vec![0.0, 0.0], vec![0, 1]));
}

#[test]
fn how_small_or_large_a_query_is_changes_no_order_and_no_digit() {
    let shape = Similar { queries: 1, rows: 90, size: 33, count: 90 };
    let query = values(33, 1);
    let bytes: Vec<i8> = (0..90 * 33).map(|i| ((i * 104_729) % 255) as u8 as i8).collect();
    let (plain, places) = run(&shape, &query, Rows::I8(bytes.as_ptr()), None);
    for scale in [2f32.powi(-110), 2f32.powi(-63), 2f32.powi(-70), 2f32.powi(100)] {
        let scaled: Vec<f32> = query.iter().map(|x| x * scale).collect();
        let (values, indices) = run(&shape, &scaled, Rows::I8(bytes.as_ptr()), None);
        assert_eq!(indices, places, "{scale}");
        assert_eq!(values, plain.iter().map(|x| x * scale).collect::<Vec<_>>(), "{scale}");
    }
}
