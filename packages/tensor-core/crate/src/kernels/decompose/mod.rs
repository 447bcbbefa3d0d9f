//! Eigenvalues and singular values. Inputs and results are f32; everything between is f64, so that what comes out is right to
//! the last digits of f32. One matrix is one thread's work, those of a batch are shared.

mod full_basis;
pub mod singular;
pub mod symmetric;

use crate::arena::Scratch;
use crate::crew::{EachWorker, parts_for, share};
use crate::parts::pieces;

/// Rows one behind the other.
struct Rows<'a> {
    values: &'a mut [f64],
    size: usize,
}

impl Rows<'_> {
    fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.size..][..self.size]
    }

    fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.values[i * self.size..][..self.size]
    }

    /// Two rows, i < j.
    fn pair(&mut self, i: usize, j: usize) -> (&mut [f64], &mut [f64]) {
        let (before, from) = self.values.split_at_mut(j * self.size);
        (&mut before[i * self.size..][..self.size], &mut from[..self.size])
    }

    fn swap(&mut self, i: usize, j: usize) {
        if i != j {
            let (x, y) = self.pair(i.min(j), i.max(j));
            x.swap_with_slice(y);
        }
    }
}

/// Σ x y, added in four sums side by side.
#[inline(never)]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let (xs, ys) = (x.chunks_exact(4), y.chunks_exact(4));
    let rest: f64 = xs.remainder().iter().zip(ys.remainder()).map(|(x, y)| x * y).sum();
    let mut sums = [0.0; 4];
    for (x, y) in xs.zip(ys) {
        for i in 0..4 {
            sums[i] += x[i] * y[i];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// y += by · x
#[inline(never)]
fn add(by: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += by * x;
    }
}

#[inline(never)]
fn scale(by: f64, x: &mut [f64]) {
    x.iter_mut().for_each(|x| *x *= by);
}

/// y −= a · x + b · z
#[inline(never)]
fn take_both(a: f64, x: &[f64], b: f64, z: &[f64], y: &mut [f64]) {
    for ((y, x), z) in y.iter_mut().zip(x).zip(z) {
        *y -= a * x + b * z;
    }
}

/// (x, y) ← (c x − s y, s x + c y)
#[inline(never)]
fn turn(x: &mut [f64], y: &mut [f64], c: f64, s: f64) {
    for (x, y) in x.iter_mut().zip(y) {
        let (a, b) = (*x, *y);
        *x = c * a - s * b;
        *y = s * a + c * b;
    }
}

/// Whether the element of the largest magnitude is negative. A later one counts as larger only if it is so by more than what
/// rounding does, so that of equal ones the first decides.
#[inline(never)]
fn leans_back(x: &[f64]) -> bool {
    let largest = x.iter().fold(0.0f64, |most, x| if x.abs() > most.abs() * (1.0 + 1e-9) { *x } else { most });
    largest < 0.0
}

/// Calls `one(item, room)` for each matrix of a batch, with room for so many f64s. None if memory is short.
unsafe fn each(batch: usize, room: usize, nanoseconds: u64, one: impl Fn(usize, &mut [f64])) -> Option<()> {
    let floats = room.checked_mul(2)?;
    if batch <= 1 {
        let scratch = Scratch::f32s(floats.max(1))?;
        let room = core::slice::from_raw_parts_mut(scratch.pointer().cast(), room);
        (0..batch).for_each(|item| one(item, &mut *room));
        return Some(());
    }
    let rooms = EachWorker::f32s(floats)?;
    let all = nanoseconds.saturating_mul(batch as u64);
    let cut = pieces(batch, parts_for(all), 1);
    share(cut.count(), all, |i| {
        let room = core::slice::from_raw_parts_mut(rooms.mine().cast(), room);
        cut.get(i).for_each(|item| one(item, &mut *room));
    });
    Some(())
}
