//! Every path of the product against naive sums in f64.

use super::batch::multiply_batch;
use super::blocking::{pack_whole, packed_size};
use super::micro::{SixByEight, row_groups};
use super::product::Product;
use super::{Matrix, Output, Start};
use crate::lane::Scalar;
use crate::layout::Walk;

/// Values in -1..1 from a small generator.
pub fn values(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12345);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// An operand in memory: row-major, transposed, or every second element of a larger one.
struct Operand {
    data: Vec<f32>,
    row: usize,
    column: usize,
}

impl Operand {
    fn new(rows: usize, columns: usize, layout: usize, seed: u32) -> Self {
        let (row, column) = [(columns + layout % 2, 1), (1, rows), (2 * columns, 2)][layout % 3];
        let count = 1 + rows.max(1) * row.max(1) + columns * column;
        Operand { data: values(count, seed), row, column }
    }

    fn matrix(&self) -> Matrix {
        Matrix { pointer: self.data.as_ptr(), row: self.row, column: self.column }
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        f64::from(self.data[i * self.row + j * self.column])
    }
}

fn close(got: f32, want: f64, depth: usize, what: impl core::fmt::Debug) {
    let tolerance = 1e-6 + 2e-7 * depth as f64; // a term left out would be 0.25 off on average
    assert!((f64::from(got) - want).abs() <= tolerance, "{got} is not {want}: {what:?}");
}

fn check(rows: usize, columns: usize, depth: usize, layouts: (usize, usize), start: usize) {
    let what = (rows, columns, depth, layouts, start);
    let (a, b) = (Operand::new(rows, depth, layouts.0, 1), Operand::new(depth, columns, layouts.1, 2));
    let row = columns + start % 2; // a gap between rows must stay as it was
    let mut c = values(rows * row + 1, 3);
    let (before, bias) = (c.clone(), values(rows.max(columns), 4));
    let kind = [Start::Zero, Start::Output, Start::PerColumn(bias.as_ptr()), Start::PerRow(bias.as_ptr())][start];
    let output = Output { pointer: c.as_mut_ptr(), row };
    let product = Product { rows, columns, depth, a: a.matrix(), b: b.matrix(), start: kind, c: output, packed: None };
    // SAFETY: operands were made with these sizes.
    unsafe { product.run::<SixByEight<Scalar>>() }.unwrap();
    for i in 0..rows {
        for j in 0..columns {
            let first = [0.0, before[i * row + j], bias[j], bias[i]][start];
            let sum: f64 = (0..depth).map(|k| a.at(i, k) * b.at(k, j)).sum();
            close(c[i * row + j], f64::from(first) + sum, depth, (what, i, j));
        }
        assert_eq!(c[i * row + columns..(i + 1) * row], before[i * row + columns..(i + 1) * row]);
    }
}

#[test]
fn products_of_every_edge_layout_and_start() {
    let sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 17, 23];
    let mut n = 0;
    for rows in sizes {
        for columns in sizes {
            for depth in [0, 1, 3, 4, 5, 17] {
                n += 1;
                check(rows, columns, depth, (n % 3, n / 3 % 3), n / 9 % 4);
            }
        }
    }
}

#[test]
fn products_larger_than_a_block() {
    check(113, 1031, 523, (0, 0), 2);
    check(101, 1033, 37, (1, 0), 3);
    check(37, 67, 1030, (1, 1), 1);
    check(1, 300, 521, (0, 0), 2);
    check(3, 70, 521, (0, 1), 0);
    check(129, 1, 131, (0, 0), 3);
}

#[test]
fn few_rows_and_a_wide_matrix() {
    for (n, rows) in [1, 2, 3, 8, 11, 32, 33].into_iter().enumerate() {
        check(rows, 1030, 71, (n % 3, 0), n % 4);
    }
}

#[test]
fn empty_products_touch_nothing() {
    check(0, 5, 5, (0, 0), 0);
    check(5, 0, 5, (0, 0), 0);
    check(5, 7, 0, (0, 0), 2);
}

#[test]
fn row_groups_leave_no_small_remainder() {
    for rows in 0..200 {
        let [(a, larger), (b, smaller)] = row_groups(rows);
        assert_eq!(a * larger + b * smaller, rows);
        assert!(a == 0 || larger <= 6);
        assert!(smaller <= 6 && (rows < 20 || smaller >= 5), "{rows}");
    }
}

#[test]
fn batches_with_broadcast_axes() {
    // A (2, 1, 3, 4) times B (1, 5, 4, 7), then A (2, 5, 3, 4) times one B (4, 7), which folds into rows.
    for (a_strides, b_strides) in [([12, 0], [0, 28]), ([60, 12], [0, 0])] {
        let (a, b, bias) = (values(120, 1), values(140, 2), values(7, 3));
        let mut c = vec![f32::NAN; 2 * 5 * 3 * 7];
        let walk = Walk::new(&[2, 5], [&a_strides, &b_strides, &[105, 21]]);
        let product = Product {
            rows: 3,
            columns: 7,
            depth: 4,
            a: Matrix::rows(a.as_ptr(), 4),
            b: Matrix::rows(b.as_ptr(), 7),
            start: Start::PerColumn(bias.as_ptr()),
            c: Output { pointer: c.as_mut_ptr(), row: 7 },
            packed: None,
        };
        // SAFETY: operands hold all items.
        unsafe { multiply_batch::<SixByEight<Scalar>>(product, walk) }.unwrap();
        for (at, &got) in c.iter().enumerate() {
            let (p, q, i, j) = (at / 105, at / 21 % 5, at / 7 % 3, at % 7);
            let (a0, b0) = (
                p * a_strides[0] as usize + q * a_strides[1] as usize,
                p * b_strides[0] as usize + q * b_strides[1] as usize,
            );
            let sum: f64 = (0..4).map(|k| f64::from(a[a0 + i * 4 + k]) * f64::from(b[b0 + k * 7 + j])).sum();
            close(got, f64::from(bias[j]) + sum, 4, (at, a_strides));
        }
    }
}

#[test]
fn batches_of_empty_products_write_what_they_start_from_and_no_more() {
    for (batch, rows, depth, columns) in
        [(2, 0, 3, 5), (2, 3, 0, 5), (2, 3, 5, 0), (0, 3, 4, 5), (5, 0, 5, 5), (1, 0, 5, 5)]
    {
        for strides in [[rows * depth, depth * columns], [0, depth * columns], [rows * depth, 0]] {
            let (a, b) = (values(batch * rows * depth + 1, 1), values(batch * depth * columns + 1, 2));
            let mut c = vec![f32::NAN; batch * rows * columns];
            let walk = Walk::along(batch, [strides[0], strides[1], rows * columns]);
            let product = Product {
                rows,
                columns,
                depth,
                a: Matrix::rows(a.as_ptr(), depth),
                b: Matrix::rows(b.as_ptr(), columns),
                start: Start::Zero,
                c: Output { pointer: c.as_mut_ptr(), row: columns },
                packed: None,
            };
            // SAFETY: operands hold all items.
            unsafe { multiply_batch::<SixByEight<Scalar>>(product, walk) }.unwrap();
            assert!(c.iter().all(|&x| x == 0.0), "{batch} {rows} {depth} {columns} {strides:?}");
        }
    }
}

#[test]
fn a_right_side_that_was_packed_as_a_whole_gives_the_same_bits() {
    for (rows, columns, depth) in [(37, 70, 5), (64, 1031, 523), (9, 8, 1030), (1, 300, 40), (33, 1, 17), (8, 3, 0)] {
        for layout in 0..3 {
            let (a, b) = (Operand::new(rows, depth, 0, 1), Operand::new(depth, columns, layout, 2));
            let bias = values(columns, 4);
            let run = |packed: Option<*const f32>| {
                let mut c = vec![f32::NAN; rows * columns];
                let product = Product {
                    rows,
                    columns,
                    depth,
                    a: a.matrix(),
                    b: b.matrix(),
                    start: Start::PerColumn(bias.as_ptr()),
                    c: Output { pointer: c.as_mut_ptr(), row: columns },
                    packed,
                };
                // SAFETY: operands were made with these sizes.
                unsafe { product.run::<SixByEight<Scalar>>() }.unwrap();
                c
            };
            let mut whole = vec![f32::NAN; packed_size::<SixByEight<Scalar>>(depth, columns)];
            // SAFETY: there is as much room as `packed_size` says.
            unsafe { pack_whole::<SixByEight<Scalar>>(depth, columns, b.matrix(), whole.as_mut_ptr()) };
            assert_eq!(run(Some(whole.as_ptr())), run(None), "{rows} {columns} {depth} {layout}");
        }
    }
}
