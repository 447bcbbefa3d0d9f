//! Products over a batch of matrices whose batch axes are walked with any strides (0 where an operand is broadcast).

use super::micro::GemmKernel;
use super::product::{Product, Room};
use super::{Matrix, Output, Start};
use crate::crew::{EachWorker, parts_for, share};
use crate::layout::Walk;
use crate::parts::pieces;

/// C = start + A · B for every item. `walk` holds the batch axes with the strides of A, B and C; `product` is the first
/// item; biases are shared.
/// # Safety: as [`Product::run`], for every item.
pub unsafe fn multiply_batch<K: GemmKernel>(product: Product, walk: Walk<3>) -> Option<()> {
    if product.rows == 0 || product.columns == 0 || walk.is_empty() {
        return Some(());
    }
    let (product, walk) = fold_into_rows(product, walk.collapsed());
    let items = walk.len();
    if items == 1 {
        return product.run::<K>();
    }
    // Only one B is packed.
    let product = Product { packed: None, ..product };
    let item = |i: usize| {
        let [a, b, c] = walk.offsets(i);
        let at = |of: Matrix, by: isize| Matrix { pointer: of.pointer.wrapping_offset(by), ..of };
        let c = Output { pointer: product.c.pointer.wrapping_offset(c), ..product.c };
        Product { a: at(product.a, a), b: at(product.b, b), c, ..product }.upright()
    };
    // Whole items for each thread, or all threads at one item after the other: whichever keeps them all busy.
    let nanoseconds = items as u64 * product.nanoseconds();
    let cut = pieces(items, parts_for(nanoseconds), 1);
    let room = product.upright().room::<K>();
    let (shared, own) = (EachWorker::f32s(room.shared)?, EachWorker::f32s(room.own)?);
    let run = |i: usize| item(i).run_in::<K>(Room { shared: shared.mine(), own: || own.mine() });
    if cut.count() < parts_for(nanoseconds) {
        (0..items).for_each(run);
    } else {
        share(cut.count(), nanoseconds, |i| cut.get(i).for_each(run));
    }
    Some(())
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
