//! Adds what the parts changed, in their order.
//!
//! All parts began at the same place. A row that one of them changed takes the change as it is. Where several moved a row,
//! their sum would carry it too far if each had come most of the way to where it rests: the second one, had it begun where
//! the first ended, would have had little left to do. Near its rest a row of a logistic loss nears it at each step by the
//! share rate · σ'(x) · ‖other row‖², so after shares that sum to C there is e^-C of the way left, and the sum of changes is
//! scaled by (1 - e^-ΣC) / Σ (1 - e^-C): 1 for rows that hardly moved, 1 / parts for those that came to rest.

use super::Model;
use super::overlay::{Overlays, row_of};
use super::rows::Tables;
use crate::arena::Scratch;
use crate::crew::share;
use crate::kernels::transcendental::expm1;
use crate::lane::{Lane, WIDTH};

/// Rows are shared out by number, so that each is one thread's.
const SHARES: usize = 16;

/// Adds the changes of all parts to the tables. None if memory is short.
/// # Safety: the parts are finished.
pub unsafe fn merge<L: Lane>(of: &Model, overlays: &Overlays, parts: usize) -> Option<()> {
    let totals = Scratch::f32s(of.rows().checked_mul(2)?)?;
    let (tables, first) = (Tables::new(of), of.first_rows());
    let rows: usize = (0..parts).map(|i| overlays.numbers(i).len()).sum();
    share(SHARES, (rows * of.size) as u64 / 2, |some| {
        let each = |f: &mut dyn FnMut(usize, *const f32, f32)| {
            for part in 0..parts {
                for (place, &number) in overlays.numbers(part).iter().enumerate() {
                    if number as usize % SHARES == some {
                        let (change, bend) = overlays.change(part, place);
                        f(number as usize, change, bend);
                    }
                }
            }
        };
        let total = |number: usize| totals.pointer().add(2 * number);
        each(&mut |number, _, _| total(number).write_bytes(0, 2));
        each(&mut |number, _, bend| {
            *total(number) += bend;
            *total(number).add(1) += way::<L>(bend);
        });
        each(&mut |number, change, _| {
            let (all, each) = (way::<L>(*total(number)), *total(number).add(1));
            let scale = L::splat(if each > 0.0 { all / each } else { 1.0 });
            let row = row_of(&tables, &first, number);
            for at in (0..of.size).step_by(WIDTH) {
                let n = WIDTH.min(of.size - at);
                let sum = L::load_first(change.add(at), n).multiply_add(scale, L::load_first(row.add(at), n));
                sum.store_first(row.add(at), n);
            }
        });
    });
    Some(())
}

/// The share of the way to rest that is behind after shares that sum to `bend`: 1 - e^-bend.
#[inline(never)]
fn way<L: Lane>(bend: f32) -> f32 {
    -expm1::<L>()(L::splat(-bend)).to_array()[0]
}
