//! Rows at right angles to those that are there.

use super::{Rows, add, dot, scale};

/// What is left of a unit vector that lies in the span of others is below it.
const GONE: f64 = 1e-3;

/// Makes row `k` a unit vector at right angles to all rows before it: from itself if it points out of their span, else from
/// the axis that does so most. `left` is scratch of a row.
pub(super) fn complete(rows: &mut Rows, k: usize, left: &mut [f64]) {
    if !straighten(rows, k) {
        left.fill(1.0);
        for i in 0..k {
            left.iter_mut().zip(rows.row(i)).for_each(|(left, x)| *left -= x * x);
        }
        let most = (0..left.len()).fold(0, |most, i| if left[i] > left[most] + 1e-9 { i } else { most });
        let row = rows.row_mut(k);
        row.fill(0.0);
        row[most] = 1.0;
        straighten(rows, k);
    }
}

/// Takes from row `k` its share of the rows before it, twice (Giraud et al. 2005). False if next to nothing is left.
#[inline(never)]
fn straighten(rows: &mut Rows, k: usize) -> bool {
    let (before, from) = rows.values.split_at_mut(k * rows.size);
    let row = &mut from[..rows.size];
    let mut length = dot(row, row).sqrt();
    if length == 0.0 {
        return false;
    }
    scale(1.0 / length, row);
    for round in 0..2 {
        for other in before.chunks_exact(rows.size) {
            add(-dot(other, row), other, row);
        }
        length = dot(row, row).sqrt();
        if round == 0 && length < GONE {
            return false;
        }
        scale(1.0 / length, row);
    }
    true
}
