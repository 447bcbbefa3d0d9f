//! Sums along an axis by sparse rows: what resizes a picture, a signal or a volume along one of its axes.

use crate::crew::{parts_for, share};
use crate::kernels::elementwise::cheap;
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;

/// For each element along the result's axis a run of places along x's, and their weights: compressed sparse rows.
#[derive(Clone, Copy)]
pub struct SparseRows<'a> {
    /// Where each row's run starts, and where the last one ends.
    pub starts: &'a [i32],
    pub places: &'a [i32],
    pub weights: &'a [f32],
}

impl SparseRows<'_> {
    fn count(&self) -> usize {
        self.starts.len() - 1
    }

    fn row(&self, i: usize) -> impl Iterator<Item = (usize, f32)> {
        let run = self.starts[i] as usize..self.starts[i + 1] as usize;
        self.places[run.clone()].iter().map(|&place| place as usize).zip(self.weights[run].iter().copied())
    }
}

/// Lanes that are summed at once, while a row's places and weights are at hand.
const LANES: usize = 4;
/// Rows of x that share a place and a weight where the axis is the last one.
const TOGETHER: usize = 4;

/// y[o, i, :] = Σ weight · x[o, place, :] over row i: (outer, size, inner) → (outer, rows, inner), all contiguous. A row's terms are
/// added in their order, so that neither threads nor neighbours change a bit.
/// # Safety: x and y reach the sizes given, apart; places are below `size`, runs lie within places and weights.
pub unsafe fn resample<L: Lane>([outer, size, inner]: [usize; 3], rows: SparseRows<'_>, x: *const f32, y: *mut f32) {
    let count = rows.count();
    let nanoseconds = cheap(outer * inner * (rows.places.len() + count));
    if inner == 1 {
        let groups = outer.div_ceil(TOGETHER);
        let cut = pieces(groups, parts_for(nanoseconds), 1);
        share(cut.count(), nanoseconds, |part| {
            for group in cut.get(part) {
                let first = group * TOGETHER;
                let (from, to) = (x.add(first * size), y.add(first * count));
                match outer - first {
                    1 => along::<1>(size, rows, from, to),
                    2 => along::<2>(size, rows, from, to),
                    3 => along::<3>(size, rows, from, to),
                    _ => along::<TOGETHER>(size, rows, from, to),
                }
            }
        });
        return;
    }
    let cut = pieces(outer * count, parts_for(nanoseconds), 1);
    share(cut.count(), nanoseconds, |part| {
        for at in cut.get(part) {
            let (o, i) = (at / count, at % count);
            across::<L>(inner, rows, i, x.add(o * size * inner), y.add(at * inner));
        }
    });
}

/// N rows of x, one after the other in memory, each summed along itself. No lanes: an element is added the same way in each N.
unsafe fn along<const N: usize>(size: usize, rows: SparseRows<'_>, x: *const f32, y: *mut f32) {
    let count = rows.count();
    for i in 0..count {
        let mut sums = [0.0; N];
        for (place, weight) in rows.row(i) {
            for (n, sum) in sums.iter_mut().enumerate() {
                *sum += weight * *x.add(n * size + place);
            }
        }
        for (n, sum) in sums.into_iter().enumerate() {
            *y.add(n * count + i) = sum;
        }
    }
}

/// Row i, over `inner` elements that lie beside each other.
unsafe fn across<L: Lane>(inner: usize, rows: SparseRows<'_>, i: usize, x: *const f32, y: *mut f32) {
    let mut at = 0;
    while at + LANES * WIDTH <= inner {
        let mut sums = [L::splat(0.0); LANES];
        for (place, weight) in rows.row(i) {
            let (from, weight) = (x.add(place * inner + at), L::splat(weight));
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum = L::load(from.add(lane * WIDTH)).multiply_add(weight, *sum);
            }
        }
        for (lane, sum) in sums.into_iter().enumerate() {
            sum.store(y.add(at + lane * WIDTH));
        }
        at += LANES * WIDTH;
    }
    while at < inner {
        let left = (inner - at).min(WIDTH);
        let sum = rows.row(i).fold(L::splat(0.0), |sum, (place, weight)| {
            L::load_first(x.add(place * inner + at), left).multiply_add(L::splat(weight), sum)
        });
        sum.store_first(y.add(at), left);
        at += WIDTH;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Scalar;

    #[test]
    fn sums_are_those_of_the_plain_loop() {
        // Rows of one, three and no terms.
        let rows = SparseRows {
            starts: &[0, 1, 4, 4, 6],
            places: &[2, 0, 4, 0, 1, 3],
            weights: &[1.0, 0.5, -2.0, 0.25, 3.0, -1.0],
        };
        for outer in [1, 2, 3, 4, 5, 9] {
            for inner in [1, 2, 3, 4, 5, 16, 23, 37] {
                let size = 5;
                let x: Vec<f32> = (0..outer * size * inner).map(|i| ((i * 37) % 101) as f32 / 50.0 - 1.0).collect();
                let mut y = vec![f32::NAN; outer * 4 * inner];
                // SAFETY: both have the sizes said.
                unsafe { resample::<Scalar>([outer, size, inner], rows, x.as_ptr(), y.as_mut_ptr()) };
                for (at, &got) in y.iter().enumerate() {
                    let (o, i, c) = (at / inner / 4, at / inner % 4, at % inner);
                    let run = rows.starts[i] as usize..rows.starts[i + 1] as usize;
                    let wanted: f64 = run
                        .map(|k| {
                            let place = rows.places[k] as usize;
                            f64::from(rows.weights[k]) * f64::from(x[(o * size + place) * inner + c])
                        })
                        .sum();
                    assert!((f64::from(got) - wanted).abs() < 1e-6, "{outer} {inner} at {at}: {got}, {wanted}");
                }
            }
        }
    }
}
