//! Products over a batch of matrices whose batch axes are walked with any strides (0 where an operand is broadcast).

use super::blocking::multiply;
use super::micro::GemmKernel;
use super::{Matrix, Output, Start};
use crate::layout::Walk;

/// One product of a batch: sizes and the operands of the first item.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    pub rows: usize,
    pub columns: usize,
    pub depth: usize,
    pub a: Matrix,
    pub b: Matrix,
    pub start: Start,
    pub c: Output,
}

/// C = start + A · B for every item. `walk` holds the batch axes with the strides of A, B and C; biases are shared.
/// # Safety: as [`multiply`], for every item.
pub unsafe fn multiply_batch<K: GemmKernel>(product: Product, walk: Walk<3>) -> Option<()> {
    let (product, walk) = fold_into_rows(product, walk.collapsed());
    let last = walk.rank - 1;
    let [a_step, b_step, c_step] = walk.strides.map(|strides| strides[last]);
    let mut done = Some(());
    walk.for_each_row(|[a, b, c]| {
        for item in 0..walk.sizes[last] as isize {
            let shift = |pointer: *const f32, from: isize, step: isize| pointer.wrapping_offset(from + item * step);
            let Product { rows, columns, depth, start, .. } = product;
            let item_a = Matrix { pointer: shift(product.a.pointer, a, a_step), ..product.a };
            let item_b = Matrix { pointer: shift(product.b.pointer, b, b_step), ..product.b };
            let item_c = Output { pointer: shift(product.c.pointer, c, c_step).cast_mut(), ..product.c };
            done = done.and_then(|()| multiply::<K>(rows, columns, depth, item_a, item_b, start, item_c));
        }
    });
    done
}

/// Where B is shared along the last batch axis and the rows of A and C go on evenly from item to item, the items are
/// one taller product: a dense layer over (batch, time, features).
fn fold_into_rows(mut product: Product, mut walk: Walk<3>) -> (Product, Walk<3>) {
    let last = walk.rank - 1;
    let [a_step, b_step, c_step] = walk.strides.map(|strides| strides[last]);
    let goes_on = |step: isize, row: usize| step == (product.rows * row) as isize;
    let shares_b = b_step == 0 && !matches!(product.start, Start::PerRow(_));
    if walk.sizes[last] > 1 && shares_b && goes_on(a_step, product.a.row) && goes_on(c_step, product.c.row) {
        product.rows *= walk.sizes[last];
        walk.sizes[last] = 1;
    }
    (product, walk)
}
